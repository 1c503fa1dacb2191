"""Locks in the hands of uv and pip, offline: tiny wheels beside the lock, given by path.

Both hold `requires-python` against the Python that they find or run on, whatever
`--python-version` says. So the locks here, made for 3.14, are told to be for this Python, and no
wheel in them is for one minor; everything else is as it was rendered.
"""

import importlib.util
import os
import subprocess
import sys
from pathlib import Path

import pytest

from fakes.installers import UV
from fakes.locks import make_inputs, make_pin, make_wheel_artifact
from fakes.targets import make_targets, platform_tag, short_name
from fakes.wheels import make_wheel
from flet_lock.lockfile.contents import lock_from_resolution
from flet_lock.lockfile.format.write_lock import render_lock, write_lock
from flet_lock.lockfile.read_lock import lock_path
from flet_lock.model.answer.resolution import Resolution
from flet_lock.model.index.artifact import Wheel
from flet_lock.model.target import Platform, Target

needs_uv = pytest.mark.skipif(UV is None, reason="uv is not installed")
needs_pip = pytest.mark.skipif(
    importlib.util.find_spec("pip") is None, reason="pip is not installed"
)
PLATFORMS = {
    "arm64-v8a": "aarch64-linux-android",
    "x86_64": "x86_64-linux-android",
    "iphoneos.arm64": "arm64-apple-ios",
    "iphonesimulator.arm64": "arm64-apple-ios-simulator",
    "iphonesimulator.x86_64": "x86_64-apple-ios-simulator",
}
"""uv's names; it knows no 32-bit ARM."""


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with both locks and a directory of wheels."""
    root = tmp_path_factory.mktemp("my app")
    (root / "wheels").mkdir()
    for platform in Platform:
        targets = make_targets([platform.value], python="3.14")
        pure = wheel_in(root, "pure")
        extra = {
            target: wheel_in(root, "extra", f"py3-none-{platform_tag(short_name(target))}")
            for target in targets
            if target.slice_name in ("arm64-v8a", "iphonesimulator.x86_64")
        }
        native = {
            target: wheel_in(
                root,
                "native",
                f"py3-none-{platform_tag(short_name(target))}",
                # The build number differs between targets, as on the Flet index.
                build=str(1 + position),
                content=target.slice_name.encode(),
            )
            for position, target in enumerate(targets)
        }
        resolution = Resolution(
            platform=platform,
            targets=targets,
            pins=tuple(
                make_pin(dict(one)) for one in (extra, native, dict.fromkeys(targets, pure))
            ),
            requires=(),
        )
        lock = lock_from_resolution(
            resolution,
            make_inputs(targets),
            index_urls={"folder": str(root / "wheels")},
            python_full_version="3.14.6",
            project_root=root,
            lock_dir=root,
        )
        here = f"{sys.version_info.major}.{sys.version_info.minor}"
        text = render_lock(lock)
        assert text.count('requires-python = "==3.14.*"') == 1
        text = text.replace('requires-python = "==3.14.*"', f'requires-python = "=={here}.*"')
        write_lock(lock_path(root, platform), text)
    return root


def wheel_in(
    root: Path,
    name: str,
    tag: str = "py3-none-any",
    *,
    build: str | None = None,
    content: bytes = b"",
) -> Wheel:
    data = make_wheel(name, "1.0", tag, files={f"{name}.py": content}, build=build)
    filename = f"{name}-1.0-{build}-{tag}.whl" if build else f"{name}-1.0-{tag}.whl"
    path = root / "wheels" / filename
    path.write_bytes(data)
    return make_wheel_artifact(filename, index="folder", url=path.as_uri(), content=data)


def clean_environment(home: Path) -> dict[str, str]:
    kept = {
        key: value
        for key, value in os.environ.items()
        if not key.startswith(("PIP_", "UV_", "PYTHON")) and key != "VIRTUAL_ENV"
    }
    return {
        **kept,
        "HOME": str(home),
        "UV_CACHE_DIR": str(home / "cache"),
        "UV_NO_CONFIG": "1",
        "PIP_CONFIG_FILE": os.devnull,
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
        "PIP_NO_INDEX": "1",
    }


def names_in(folder: Path) -> set[str]:
    return {path.stem for path in folder.glob("*.py")}


@needs_uv
@pytest.mark.parametrize(
    "target",
    [target for target in make_targets(python="3.14") if target.slice_name in PLATFORMS],
    ids=str,
)
def test_uv_installs_each_target_s_own_wheels(
    project: Path, tmp_path: Path, target: Target
) -> None:
    assert UV is not None
    run = subprocess.run(
        [
            UV,
            "pip",
            "install",
            "--offline",
            "--no-deps",
            "--python",
            sys.executable,
            "--python-platform",
            PLATFORMS[target.slice_name],
            "--target",
            str(tmp_path / "site"),
            "-r",
            lock_path(project, target.platform).name,
        ],
        cwd=project,
        env=clean_environment(tmp_path),
        capture_output=True,
        text=True,
        check=False,
    )  # fmt: skip - one option and its value beside each other
    assert run.returncode == 0, run.stderr
    assert (tmp_path / "site" / "native.py").read_bytes() == target.slice_name.encode()
    needs_extra = target.slice_name in ("arm64-v8a", "iphonesimulator.x86_64")
    assert names_in(tmp_path / "site") == {"native", "pure"} | ({"extra"} if needs_extra else set())


SITECUSTOMIZE = {
    "arm64-v8a": """
import collections, platform, sysconfig
platform.system = lambda: "Android"
platform.android_ver = lambda *a, **k: collections.namedtuple("V", "release api_level")("7", 24)
sysconfig.get_platform = lambda: "android-24-arm64_v8a"
""",
    "iphoneos.arm64": """
import collections, platform, sys, sysconfig
platform.system = lambda: "iOS"
platform.ios_ver = lambda *a, **k: collections.namedtuple(
    "V", "system release model is_simulator"
)("iOS", "13.0", "", False)
sysconfig.get_platform = lambda: "ios-13.0-arm64-iphoneos"
sysconfig.get_config_vars()  # while Python still finds the file they stand in
sys.implementation._multiarch = "arm64-iphoneos"
""",
}
"""What Flet's build makes pip's Python say about itself: all else stays the build machine's."""


@needs_pip
@pytest.mark.parametrize(
    "target",
    [target for target in make_targets(python="3.14") if target.slice_name in SITECUSTOMIZE],
    ids=str,
)
def test_pip_in_flet_s_build_installs_the_target_s_own_wheels_and_drops_none(
    project: Path, tmp_path: Path, target: Target
) -> None:
    (tmp_path / "sitecustomize.py").write_text(SITECUSTOMIZE[target.slice_name])
    command = ["-m", "pip", "install", "--no-deps", "--only-binary", ":all:"]
    run = subprocess.run(
        [
            sys.executable,
            *command,
            "--target",
            str(tmp_path / "site"),
            "-r",
            str(lock_path(project, target.platform)),
        ],
        env={**clean_environment(tmp_path), "PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    if target.platform is Platform.IOS:
        # The build machine's Python says nothing that tells a device from a simulator, so
        # `extra` is kept here, has no wheel, and pip says so instead of leaving it out.
        assert run.returncode != 0
        assert "extra" in run.stderr
        return
    assert run.returncode == 0, run.stdout + run.stderr
    assert (tmp_path / "site" / "native.py").read_bytes() == target.slice_name.encode()
    assert names_in(tmp_path / "site") == {"native", "pure", "extra"}
