"""The ABIs and slices that `flet build` knows: the one table of what is true of each.

A new ABI is a row here: options, settings, targets, wheel tags, markers and words all read it.
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
    gloss: str
    """The devices that it is for, in a few words."""
    oldest_python: tuple[int, int] = (3, 0)
    """The first Python that Flet builds for it: an app with an older one never had it."""
    is_essential: bool = False
    """Today's phones run it: an app that is not built for it is no app."""
    is_shipped: bool = True
    """False: pip runs for it in some builds, and no app gets it."""
    reports_model: bool = False
    """Devices answer `platform.machine()` with their model, `iPhone14,5`.

    CPython, `Lib/platform.py`: "On the iOS simulator, os.uname returns the architecture as
    uname.machine. On device it returns the model name for some reason". Cross-building
    environments answer with the processor all the same, and people who write markers mean it.
    """


SLICES: Final = (
    Slice(
        name="arm64-v8a",
        platform=Platform.ANDROID,
        tag="arm64_v8a",
        machines=("aarch64",),
        gloss="today's Android phones",
        is_essential=True,
    ),
    # A 32-bit process on a 64-bit kernel is told armv8l, on a 32-bit kernel armv7l.
    Slice(
        name="armeabi-v7a",
        platform=Platform.ANDROID,
        tag="armeabi_v7a",
        machines=("armv7l", "armv8l"),
        gloss="32-bit ARM",
    ),
    Slice(
        name="x86_64",
        platform=Platform.ANDROID,
        tag="x86_64",
        machines=("x86_64",),
        gloss="Android emulators, Chromebooks",
    ),
    # Before Flet 0.86 pip runs for it, and no app gets it.
    Slice(
        name="x86",
        platform=Platform.ANDROID,
        tag="x86",
        machines=("i686",),
        gloss="32-bit emulators, in no app",
        is_shipped=False,
    ),
    Slice(
        name="iphoneos.arm64",
        platform=Platform.IOS,
        tag="arm64_iphoneos",
        machines=("arm64",),
        gloss="iPhone and iPad",
        is_essential=True,
        reports_model=True,
    ),
    Slice(
        name="iphonesimulator.arm64",
        platform=Platform.IOS,
        tag="arm64_iphonesimulator",
        machines=("arm64",),
        gloss="simulator on Apple silicon",
    ),
    Slice(
        name="iphonesimulator.x86_64",
        platform=Platform.IOS,
        tag="x86_64_iphonesimulator",
        machines=("x86_64",),
        gloss="simulator on Intel Macs",
    ),
)
"""In the order of targets everywhere: Android before iOS, devices before simulators."""

SLICES_BY_NAME: Final = {one.name: one for one in SLICES}


def slice_names(platform: Platform, python: tuple[int, int] | None = None) -> tuple[str, ...]:
    """Names of the slices that a platform's apps may have, in order.

    Args:
        platform: Android or iOS.
        python: the apps' Python; None for all.
    """
    return tuple(
        one.name
        for one in SLICES
        if one.platform is platform
        and one.is_shipped
        and (python is None or python >= one.oldest_python)
    )


def all_slice_names(platform: Platform) -> tuple[str, ...]:
    """The same, and those that pip runs for in vain."""
    return tuple(one.name for one in SLICES if one.platform is platform)
