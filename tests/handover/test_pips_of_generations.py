"""The pips that Flet has bundled install exactly the lock from its page of links, or refuse."""

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from fakes.flet_build import FAKES, installed
from fakes.generation_environment import make_environment, python_for
from fakes.locked_app import LockedApp
from fakes.wheels import make_wheel, wheel_filename
from flet_lock.install.handover.pip_environment import handover_environment, handover_variables
from flet_lock.install.handover.wheelhouse import write_wheelhouse
from flet_lock.install.plan import plan_install
from flet_lock.model.target import Platform

pytestmark = [pytest.mark.slow, pytest.mark.old_flet]

PIPS = {"0.8.7": "24.1.2", "0.9.2": "24.3.1", "4.5.1": "26.1.2"}
"""serious_python to the pip of the Python that it bundles."""
SLICES = {Platform.ANDROID: "arm64-v8a", Platform.IOS: "iphoneos.arm64"}


@dataclass(frozen=True, kw_only=True)
class Step:
    """The packaging step of a build, under a lock."""

    app: LockedApp
    folder: Path
    serious_python: str

    def lock_for(self, platform: Platform) -> None:
        """Locks the same packages for all slices of a platform."""
        self.app.platform = platform
        self.app.binary("speedups", "1.9")
        for name in ("flet", "msgpack"):
            package = next(one for one in self.app.packages if one.package == name)
            chosen = dict.fromkeys(self.app.slices, package.wheels[0])
            self.app.add(name, str(package.version), chosen)

    def run(self, slice_name: str) -> "subprocess.CompletedProcess[str]":
        """Installs for a slice what a build asks for."""
        plan = plan_install(self.app.lock, [slice_name])
        wheels = {
            planned: self.app.root / "wheels" / planned.wheel.filename
            for planned in plan.packages
            if planned.wheel is not None
        }
        house = write_wheelhouse(self.folder / "hand over", plan, self.app.lock.targets[:1], wheels)
        pip = PIPS[self.serious_python]
        environment = handover_environment(
            {
                "PATH": os.environ["PATH"],
                "STANDIN_SERIOUS_PYTHON": self.serious_python,
                "STANDIN_PYTHON": str(make_environment(f"pip=={pip}", python=python_for("3.12"))),
                # Whatever is newer there must not matter.
                "STANDIN_FLET_INDEX": (self.folder / "index").as_uri(),
                "PIP_INDEX_URL": (self.folder / "index").as_uri(),
                "SERIOUS_PYTHON_SITE_PACKAGES": str(self.folder / "app/build/site-packages"),
                "SERIOUS_PYTHON_APP": str(self.folder / "staged"),
                "FLET_PYTHON_BUILD_MANIFEST": str(FAKES.parent.parent / "data/catalog")
                + "/python-releases.json",
            },
            handover_variables(house, None),
        )
        system = {Platform.ANDROID: "Android", Platform.IOS: "iOS"}[self.app.platform]
        words = ["run", "serious_python:main", "package", str(self.app.root)]
        words += ["--platform", system, "--python-version", "3.12", "--arch", slice_name]
        # As in an app: bounds without a pin, and `host` is required on the build machine alone.
        for wanted in ("flet==0.28.3", "speedups>=1"):
            words += ["-r", wanted]
        command = [sys.executable, "-I", str(FAKES / "dart_standin.py"), *words]
        return subprocess.run(
            command, cwd=self.folder, env=environment, capture_output=True, text=True, check=False
        )

    @property
    def installed(self) -> dict[str, dict[str, str]]:
        return installed(self.folder / "app")


@pytest.fixture(params=list(PIPS))
def step(request: pytest.FixtureRequest, tmp_path: Path) -> Step:
    root = tmp_path / "my app"
    (root / "wheels").mkdir(parents=True)
    app = LockedApp(root=root, python="3.12")
    requires = ["msgpack>=1", f"host; sys_platform == '{sys.platform}'"]
    data = make_wheel("flet", "0.28.3", requires=requires)
    file = app.serve("flet", wheel_filename("flet", "0.28.3"), data)
    app.add("flet", "0.28.3", dict.fromkeys(app.slices, file))
    app.pure("msgpack")
    app.binary("speedups", "1.9")
    index = tmp_path / "index" / "speedups"
    index.mkdir(parents=True)
    newer = wheel_filename("speedups", "2.0", "py3-none-any")
    (index / newer).write_bytes(make_wheel("speedups", "2.0"))
    (index / "index.html").write_text(f'<a href="{newer}">{newer}</a>')
    return Step(app=app, folder=tmp_path, serious_python=str(request.param))


@pytest.mark.parametrize("platform", SLICES)
def test_exactly_the_lock_is_installed(platform: Platform, step: Step) -> None:
    step.lock_for(platform)
    done = step.run(SLICES[platform])
    assert done.returncode == 0, done.stderr
    expected = {"flet": "0.28.3", "msgpack": "1.0", "speedups": "1.9"}
    assert step.installed == {SLICES[platform]: expected}


@pytest.mark.parametrize("platform", SLICES)
@pytest.mark.parametrize("name", ["speedups", "msgpack"])  # asked for, and only required
def test_an_altered_wheel_is_refused(name: str, platform: Platform, step: Step) -> None:
    step.lock_for(platform)
    package = next(one for one in step.app.packages if one.package == name)
    filename = package.chosen[SLICES[platform]]
    tag = filename.removesuffix(".whl").split("-", 2)[2]
    altered = make_wheel(name, str(package.version), tag, files={"more.py": b""})
    (step.app.root / "wheels" / filename).write_bytes(altered)
    done = step.run(SLICES[platform])
    assert done.returncode == 1
    assert "DO NOT MATCH THE HASHES" in done.stderr
