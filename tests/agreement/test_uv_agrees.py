"""Where every target of a platform can have the newest version, our pins are uv's.

uv resolves one platform at a time and knows five of our six; both ask the same local index.
"""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from fakes.flet_versions import SHIPPED
from fakes.index_server import IndexServer
from fakes.installers import UV, UV_PLATFORMS
from fakes.recorded import LOCKABLE, lock_app
from flet_lock.model.target import Target
from flet_lock.workflows.locking.lock_plan import LockPlan, read_lock_plan

HELD_BACK_BY_32_BIT = {
    (app, "android", "markupsafe"): ("3.0.3", "3.0.4") for app in ("journal", "tracker")
}
"""Where the joint version differs, because armeabi-v7a has no wheel of the newest: ours, uv's."""

pytestmark = pytest.mark.skipif(UV is None, reason="uv is not installed: pip install uv")


@pytest.fixture(scope="module")
def served(recorded_apps: Path) -> Iterator[tuple[str, str]]:
    index = recorded_apps.parent / "index"
    with IndexServer(index / "pypi") as pypi, IndexServer(index / "flet") as flet:
        yield pypi.url, flet.url


@pytest.mark.parametrize("name", LOCKABLE)
def test_the_pins_are_those_of_uv(
    name: str, recorded_apps: Path, served: tuple[str, str], tmp_path: Path
) -> None:
    options = {
        "default-index": served[0],
        "index": [f"flet={served[1]}"],
        "no-cache": True,
        "flet": "1.0.5",  # on Python 3.12 nothing is held back
        "upgrade": True,  # locks that other tests left there play no part
    }
    root = recorded_apps / name
    outcome, _ = lock_app(root, options, dry_run=True)
    plan = read_lock_plan(root, options=options, environ=SHIPPED)
    compared = 0
    for platform in outcome.platforms:
        for target in platform.resolution.targets:
            if target.slice_name not in UV_PLATFORMS:
                continue
            ours = {
                str(pin.package): str(pin.version)
                for pin in platform.resolution.pins
                if target in pin.artifacts
            }
            theirs = _uv_pins(plan, target, served, tmp_path)
            for (app, where, package), (own, others) in HELD_BACK_BY_32_BIT.items():
                if (app, where) == (name, target.platform.value):
                    assert (ours.pop(package), theirs.pop(package)) == (own, others)
            assert ours == theirs
            compared += 1
    assert compared >= 4


def _uv_pins(
    plan: LockPlan, target: Target, served: tuple[str, str], folder: Path
) -> dict[str, str]:
    wanted, bounds = folder / "requirements.in", folder / "constraints.txt"
    wanted.write_text(
        "".join(
            f"{each.requirement}\n"
            for each in plan.project.requirements
            if each.platform in (None, target.platform)
        )
    )
    bounds.write_text("".join(f"{each.requirement}\n" for each in plan.project.constraints))
    assert UV is not None
    major, minor = target.python_version
    run = subprocess.run(
        [
            *(UV, "pip", "compile", str(wanted), "--constraint", str(bounds)),
            *(
                "--only-binary",
                ":all:",
                "--no-header",
                "--no-annotate",
                "--no-cache",
                "--no-config",
            ),
            *("--python-platform", UV_PLATFORMS[target.slice_name]),
            *("--python-version", f"{major}.{minor}"),
            *("--default-index", served[0], "--index", served[1]),
            *("--index-strategy", "unsafe-best-match"),
        ],
        check=False,
        capture_output=True,
        text=True,
        env={**os.environ, "UV_PYTHON_DOWNLOADS": "never"},
    )
    assert run.returncode == 0, run.stderr
    lines = [line.split(";")[0].strip() for line in run.stdout.splitlines() if "==" in line]
    return {name.split("[")[0]: version for name, version in (line.split("==") for line in lines)}
