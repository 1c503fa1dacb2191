"""The ABIs and slices that `flet build` knows: the one table of their names.

A new ABI is a row here; `packaging` derives its wheel tags from `tag`.
"""

from typing import Final

from msgspec import Struct

from flet_lock.model.target import Platform


class Slice(Struct, frozen=True, kw_only=True):
    """An Android ABI or an iOS slice."""

    name: str
    """The build's own folder name, `iphoneos.arm64`."""
    platform: Platform
    tag: str
    """The part of a wheel's platform tag after the OS version: `arm64_v8a` (PEP 738),
    `arm64_iphoneos` (PEP 730)."""
    machines: tuple[str, ...]
    """Names of its processors for `platform.machine()`, the usual one first."""
    reports_model: bool = False
    """Devices answer `platform.machine()` with their model, `iPhone14,5`.

    CPython, `Lib/platform.py`: "On the iOS simulator, os.uname returns the architecture as
    uname.machine. On device it returns the model name for some reason". Cross-building
    environments answer with the processor all the same, and people who write markers mean it.
    """


SLICES: Final = (
    Slice(name="arm64-v8a", platform=Platform.ANDROID, tag="arm64_v8a", machines=("aarch64",)),
    # A 32-bit process on a 64-bit kernel is told armv8l, on a 32-bit kernel armv7l.
    Slice(
        name="armeabi-v7a",
        platform=Platform.ANDROID,
        tag="armeabi_v7a",
        machines=("armv7l", "armv8l"),
    ),
    Slice(name="x86_64", platform=Platform.ANDROID, tag="x86_64", machines=("x86_64",)),
    Slice(
        name="iphoneos.arm64",
        platform=Platform.IOS,
        tag="arm64_iphoneos",
        machines=("arm64",),
        reports_model=True,
    ),
    Slice(
        name="iphonesimulator.arm64",
        platform=Platform.IOS,
        tag="arm64_iphonesimulator",
        machines=("arm64",),
    ),
    Slice(
        name="iphonesimulator.x86_64",
        platform=Platform.IOS,
        tag="x86_64_iphonesimulator",
        machines=("x86_64",),
    ),
)
"""In the order of targets everywhere: Android before iOS, devices before simulators."""

SLICES_BY_NAME: Final = {one.name: one for one in SLICES}


def slice_names(platform: Platform) -> tuple[str, ...]:
    """Names of a platform's slices, in order."""
    return tuple(one.name for one in SLICES if one.platform is platform)
