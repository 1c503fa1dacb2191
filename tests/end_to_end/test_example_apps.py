"""The real flet-cli of each app's Flet builds the example apps, alone and under their locks.

The apps are locked on a day of the past; then the index goes on to what was recorded later. What
the lock holds for a slice is told by packaging here, which knows nothing of flet-lock.
"""

import hashlib
import io
import shutil
import tomllib
import urllib.request
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from packaging.markers import Environment
from packaging.pylock import PackageWheel, Pylock
from packaging.tags import (
    Tag,
    android_platforms,
    compatible_tags,
    cpython_tags,
    ios_platforms,
)
from packaging.utils import canonicalize_name

from fakes.dart_standin import is_junk
from fakes.flet_build import FletBuild, installed, make_flet_build
from fakes.index_server import IndexServer
from fakes.locked_app import tree_of
from fakes.recorded import DATA, LOCKABLE, ON_0_28
from fakes.recorded_wheels import RecordedPyPI
from fakes.wheels import make_wheel

pytestmark = pytest.mark.slow

PLATFORMS = {"apk": "android", "ipa": "ios"}
DEVICES = {"apk": "arm64-v8a", "ipa": "iphoneos.arm64"}
DAY = "2026-10-10"
"""When the apps are locked."""
DAYS = {"notes": "2026-09-20"}
"""Others. Four days later came SQLAlchemy 2.1, which needs no greenlet."""
RECORDED = None
"""The day on which the index was recorded, six weeks later."""
MACHINES = {
    "arm64-v8a": "aarch64",
    "armeabi-v7a": "armv7l",
    "x86_64": "x86_64",
    "iphoneos.arm64": "arm64",
    "iphonesimulator.arm64": "arm64",
    "iphonesimulator.x86_64": "x86_64",
}
BY_PIP = ("INSTALLER", "REQUESTED", "RECORD")
"""What pip writes, or writes anew, in a `.dist-info`."""


@dataclass(frozen=True, kw_only=True)
class Desk:
    """A developer's machine, and an index that goes on."""

    build: FletBuild
    old: FletBuild
    """With Flet 0.28.3."""
    pypi: RecordedPyPI
    locked: dict[str, Path] = field(default_factory=dict)
    """Example apps with both locks, by name."""

    def builder(self, name: str) -> FletBuild:
        """The machine on which an app is built."""
        return self.old if name in ON_0_28 else self.build

    def app(self, name: str, folder: Path) -> Path:
        """A copy of a locked example app; the index is at the day of its lock."""
        self.pypi.day = DAYS.get(name, DAY)
        if name not in self.locked:
            original = self.build.home / "apps" / name
            shutil.copytree(DATA / "apps" / name, original)
            done = self.builder(name).flet_lock(original)
            assert done.returncode == 0, done.stderr
            self.locked[name] = original
        return shutil.copytree(self.locked[name], folder / name)


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    with RecordedPyPI() as pypi, IndexServer(DATA / "index" / "flet") as flet:
        # `notes` names it as optional; on PyPI since 2020, and not recorded: no phone needs it.
        pypi.add("socksio", "1.0.0", make_wheel("socksio", "1.0.0"), upload_time="2020-04-17")
        manifest = (DATA / "catalog" / "python-releases.json").read_bytes()
        build, old = (
            make_flet_build(
                tmp_path_factory.mktemp("desk"),
                served=(pypi.url, flet.url),
                manifest=manifest,
                flet_version=version,
            )
            for version in (None, "0.28.3")
        )
        yield Desk(build=build, old=old, pypi=pypi)


def locked_wheels(app: Path, package: str) -> dict[str, dict[str, tuple[str, PackageWheel]]]:
    """Slice to package to version and wheel, as packaging selects them from the lock."""
    platform = PLATFORMS[package]
    lock = Pylock.from_dict(tomllib.loads((app / f"pylock.{platform}.toml").read_text("utf-8")))
    found = {}
    python = "3.12" if str(lock.requires_python) == "==3.12.*" else "3.14"
    for slice_name in slices_of(app, platform):
        here = environment(slice_name, python)
        selected = lock.select(environment=here, tags=tags(slice_name, python))
        found[slice_name] = {
            str(each.name): (str(each.version), wheel)
            for each, wheel in selected
            if isinstance(wheel, PackageWheel)
        }
    return found


def slices_of(app: Path, platform: str) -> list[str]:
    """Those that the app is built for."""
    project = app / "pyproject.toml"
    tool = tomllib.loads(project.read_text("utf-8"))["tool"] if project.is_file() else {}
    every = [name for name in MACHINES if name.startswith("iphone") is (platform == "ios")]
    chosen = tool.get("flet", {}).get(platform, {}).get("target_arch", every)
    return [name for name in every if name in chosen]


def environment(slice_name: str, python: str) -> Environment:
    """What markers see on a device."""
    full_version = {"3.12": "3.12.9", "3.14": "3.14.6"}[python]
    android = "linux" if python == "3.12" else "android"
    ios = slice_name.startswith("iphone")
    return {
        "implementation_name": "cpython",
        "implementation_version": full_version,
        "os_name": "posix",
        "platform_machine": MACHINES[slice_name],
        "platform_python_implementation": "CPython",
        "platform_release": "",
        "platform_system": "iOS" if ios else "Android",
        "platform_version": "",
        "python_full_version": full_version,
        "python_version": python,
        "sys_platform": "ios" if ios else android,
    }


def tags(slice_name: str, python: str) -> list[Tag]:
    """What can be installed there, best first."""
    if slice_name.startswith("iphone"):
        sdk, machine = slice_name.split(".")
        platforms = [*ios_platforms((13, 0), f"{machine}_{sdk}")]
    else:
        platforms = [*android_platforms(24, slice_name.replace("-", "_"))]
    version, interpreter = (3, int(python.partition(".")[2])), f"cp{python.replace('.', '')}"
    own = cpython_tags(version, [interpreter], platforms)
    return [*own, *compatible_tags(version, interpreter, platforms)]


def members(wheel: PackageWheel) -> dict[str, bytes]:
    """Path to content of what a wheel holds."""
    assert wheel.url is not None
    with urllib.request.urlopen(wheel.url) as answer:
        content = answer.read()
    assert hashlib.sha256(content).hexdigest() == wheel.hashes["sha256"]
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def built(files: Mapping[str, bytes], *, compiled: bool) -> dict[str, bytes]:
    """What the build makes of files: no junk, and of sources and bytecode the name alone counts."""
    kept = {}
    for path, content in files.items():
        folder, _, name = path.rpartition("/")
        if (folder.endswith(".dist-info") and name in BY_PIP) or is_junk(path, Path(path), []):
            continue
        stem, dot, _ = path.rpartition(".py")
        kept[f"{stem}.pyc" if dot and compiled else path] = b"" if dot and compiled else content
    return kept


def versions(app: Path) -> dict[str, dict[str, str]]:
    """Slice to package to version of what is installed."""
    return {
        slice_name: {canonicalize_name(name): version for name, version in packages.items()}
        for slice_name, packages in installed(app).items()
    }


def differences(app: Path, package: str) -> dict[str, dict[str, tuple[str | None, str | None]]]:
    """Of the slices that were built: package to the versions locked and installed, if not one."""
    locked, found = locked_wheels(app, package), {}
    for slice_name, there in versions(app).items():
        if slice_name not in locked:  # pip runs for it, and no app gets it
            continue
        wanted = {name: version for name, (version, _) in locked[slice_name].items()}
        found[slice_name] = {
            name: (wanted.get(name), there.get(name))
            for name in sorted(wanted.keys() | there.keys())
            if wanted.get(name) != there.get(name)
        }
    return found


@pytest.mark.parametrize("package", PLATFORMS)
@pytest.mark.parametrize("name", LOCKABLE)
def test_a_build_under_its_lock_installs_exactly_what_is_locked(
    name: str, package: str, desk: Desk, tmp_path: Path
) -> None:
    app = desk.app(name, tmp_path)
    desk.pypi.day = RECORDED
    done = desk.builder(name).build(app, package, under_lock=True)
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"is what pylock.{PLATFORMS[package]}.toml says" in done.stderr

    locked = locked_wheels(app, package)
    in_vain = {each for each in versions(app) if each == "x86" and name in ON_0_28}
    assert versions(app).keys() - in_vain == locked.keys()
    assert not any(differences(app, package).values())
    for slice_name, packages in locked.items():
        files: dict[str, bytes] = {}
        for _, wheel in packages.values():
            files |= members(wheel)
        tree = tree_of(app / "build" / "site-packages" / slice_name)
        compiled = name not in ON_0_28  # Flet 0.28 leaves sources as they are
        assert built(tree, compiled=compiled) == built(files, compiled=compiled)


IN_ALL: dict[str, tuple[str | None, str]] = {
    "anyio": ("4.15.1", "4.16.0"),
    "certifi": ("2026.7.22", "2026.10.18"),
    "flet": ("1.0.4", "1.0.5"),
    "oauthlib": ("4.0.0", "4.0.1"),
}
NEWER: dict[tuple[str, str], dict[str, tuple[str | None, str]]] = {
    ("assistant", "apk"): {
        **IN_ALL,
        "httpcore2": ("2.13.1", "2.16.2"),
        "httpx2": ("2.13.1", "2.16.2"),
        "truststore": ("0.10.4", "0.10.5"),
        "typing-inspection": ("0.4.4", "0.4.5"),
    },
    ("client", "ipa"): {**IN_ALL, "pillow": ("12.3.0", "13.0.0")},
    ("dashboard", "apk"): {
        **IN_ALL,
        "fonttools": ("4.66.1", "4.68.0"),
        # The newer one requires a package that the app never had.
        "python-dateutil": ("2.9.0.post0", "4.0.0"),
        "tzdata": (None, "2026.6"),
    },
    ("gallery", "ipa"): {**IN_ALL, "pillow": ("12.3.0", "13.0.0")},
    ("hello", "apk"): IN_ALL,
}
"""Versions locked and installed by a plain build, six weeks later."""


@pytest.mark.parametrize(("name", "package"), NEWER)
def test_a_plain_build_takes_what_came_after_the_lock(
    name: str, package: str, desk: Desk, tmp_path: Path
) -> None:
    app = desk.app(name, tmp_path)
    desk.pypi.day = RECORDED
    device = ("--arch", DEVICES[package])
    done = desk.build.build(app, package, *device, under_lock=False)
    assert done.returncode == 0, done.stdout
    expected = NEWER[name, package]
    assert differences(app, package) == {DEVICES[package]: expected}

    verified = desk.build.flet_lock(app, "verify", "--platform", PLATFORMS[package], *device)
    assert verified.returncode == 1
    for locked, there in expected.values():
        said = f"{locked} is locked" if locked else "but not locked"
        assert f"{there} is installed, {said}" in verified.stdout


def test_a_plain_build_takes_another_version_for_each_abi(desk: Desk, tmp_path: Path) -> None:
    desk.pypi.day = DAY
    app = shutil.copytree(DATA / "apps" / "tracker", tmp_path / "tracker")
    locked = desk.build.flet_lock(app, "--flet", "1.0.5")
    assert locked.returncode == 0, locked.stderr
    done = desk.build.build(app, "apk", under_lock=False)
    assert done.returncode == 0, done.stdout
    skewed = {"markupsafe": ("3.0.3", "3.0.4")}
    assert differences(app, "apk") == {"arm64-v8a": skewed, "armeabi-v7a": {}, "x86_64": skewed}


def test_a_plain_build_asks_the_build_machine_for_the_phones_markers(
    desk: Desk, tmp_path: Path
) -> None:
    app = desk.app("notes", tmp_path)  # and the index stays as it is
    done = desk.build.build(app, "ipa", under_lock=False)
    assert done.returncode == 0, done.stdout
    # SQLAlchemy wants it by `platform_machine`: of phones and simulators, where there is one Intel.
    locked = {name for name, wheels in locked_wheels(app, "ipa").items() if "greenlet" in wheels}
    assert locked == {"iphonesimulator.x86_64"}
    plain = {name for name, packages in versions(app).items() if "greenlet" in packages}
    assert plain in (set(), {*slices_of(app, "ios")}), "one machine, one answer"

    # Poetry's extras are lost, and optional packages are not optional.
    for found in differences(app, "ipa").values():
        found.pop("greenlet", None)
        assert found == {
            "h2": ("4.4.1", None),
            "hpack": ("4.2.0", None),
            "hyperframe": ("6.1.0", None),
            "socksio": (None, "1.0.0"),
        }
