"""Runs pip and uv, offline and without anything that the user's settings would change."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

UV = shutil.which("uv", path=str(Path(sys.executable).parent)) or shutil.which("uv")
UV_PLATFORMS = {
    "arm64-v8a": "aarch64-linux-android",
    "x86_64": "x86_64-linux-android",
    "iphoneos.arm64": "arm64-apple-ios",
    "iphonesimulator.arm64": "arm64-apple-ios-simulator",
    "iphonesimulator.x86_64": "x86_64-apple-ios-simulator",
}
"""uv's names; it knows no 32-bit ARM."""
_PIP_PLATFORMS = {
    "arm64-v8a": "android_24_arm64_v8a",
    "armeabi-v7a": "android_24_armeabi_v7a",
    "x86_64": "android_24_x86_64",
    "iphoneos.arm64": "ios_13_0_arm64_iphoneos",
    "iphonesimulator.arm64": "ios_13_0_arm64_iphonesimulator",
    "iphonesimulator.x86_64": "ios_13_0_x86_64_iphonesimulator",
}
_STEERING = ("PIP_", "UV_", "PYTHON", "FLET_LOCK_")


def clean_environment(home: Path) -> dict[str, str]:
    """The process environment without what steers installers; their caches are in `home`."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(_STEERING)
        and not name.lower().endswith("_proxy")
        and name != "VIRTUAL_ENV"
    }
    return {
        **kept,
        "HOME": str(home),
        "UV_CACHE_DIR": str(home / "uv-cache"),
        "UV_NO_CONFIG": "1",
        "PIP_CONFIG_FILE": os.devnull,
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
        "PIP_CACHE_DIR": str(home / "pip-cache"),
    }


def pip_command(
    requirements: Path, slice_name: str, target: Path, *, python: str = "3.13"
) -> list[str]:
    """`pip install --no-deps --require-hashes -r`, for a slice."""
    command = [sys.executable, "-m", "pip", "install", "--no-deps", "--require-hashes"]
    command += ["--no-compile", "--platform", _PIP_PLATFORMS[slice_name]]
    command += ["--python-version", python, "--target", str(target)]
    return [*command, "-r", str(requirements)]


def uv_command(
    lock: Path, slice_name: str, target: Path, *, python: str = sys.executable
) -> list[str]:
    """`uv pip install -r pylock.…toml`, for a slice; to be run in the lock's folder."""
    assert UV is not None
    command = [UV, "pip", "install", "--no-deps", "--python", python]
    command += ["--python-platform", UV_PLATFORMS[slice_name], "--target", str(target)]
    return [*command, "-r", lock.name]


def pip_install(
    requirements: Path, slice_name: str, target: Path, *, home: Path, python: str = "3.13"
) -> "subprocess.CompletedProcess[str]":
    """Runs `pip_command`."""
    return subprocess.run(
        pip_command(requirements, slice_name, target, python=python),
        env=clean_environment(home),
        capture_output=True,
        text=True,
        check=False,
    )


def uv_install(
    lock: Path, slice_name: str, target: Path, *, home: Path, python: str = sys.executable
) -> "subprocess.CompletedProcess[str]":
    """Runs `uv_command`."""
    return subprocess.run(
        uv_command(lock, slice_name, target, python=python),
        cwd=lock.parent,
        env=clean_environment(home),
        capture_output=True,
        text=True,
        check=False,
    )
