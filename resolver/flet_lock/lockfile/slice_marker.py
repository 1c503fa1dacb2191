"""Markers for packages that not every slice of a platform needs."""

from collections.abc import Mapping, Sequence
from typing import Final

from flet_lock.model.inputs import LockInputs
from flet_lock.model.target import Platform

PLATFORM_MACHINES: Final[Mapping[str, tuple[str, ...]]] = {
    "arm64-v8a": ("aarch64",),
    # `uname` of a 32-bit process: armv8l on a 64-bit kernel, armv7l on a 32-bit one.
    "armeabi-v7a": ("armv7l", "armv8l"),
    "x86_64": ("x86_64",),
    "iphoneos.arm64": ("arm64",),
    "iphonesimulator.arm64": ("arm64",),
    "iphonesimulator.x86_64": ("x86_64",),
}
"""What `platform_machine` may be on a slice."""

_ANDROID_SAYS_LINUX = (3, 12)
"""Flet's Python 3.12 for Android has `sys_platform == 'linux'`; PEP 738 came with 3.13."""


def slice_marker(inputs: LockInputs, slices: Sequence[str]) -> str | None:
    """The marker of a package that only `slices` need; None where none is needed, or can tell.

    Slices differ in `platform_machine` alone. pip in Flet's build takes that from the build
    machine, and would drop the package without a word; there, though, `sys_platform` is the
    build machine's too. So the marker asks for the machine only where `sys_platform` is the
    phone's, and keeps the package otherwise: one too many is seen, one too few is not.
    """
    others = set(inputs.slices) - set(slices)
    known = {*slices, *others} <= PLATFORM_MACHINES.keys()
    if not others or not known:
        return None
    wanted = sorted({machine for name in slices for machine in PLATFORM_MACHINES[name]})
    if all(machine in wanted for name in others for machine in PLATFORM_MACHINES[name]):
        return None  # a device and a simulator of the same machine: no marker tells them apart
    marker = " or ".join(f"platform_machine == '{machine}'" for machine in wanted)
    major, minor = map(int, inputs.python.split("."))
    if inputs.platform is Platform.ANDROID and (major, minor) <= _ANDROID_SAYS_LINUX:
        return marker
    return f"{marker} or sys_platform != '{inputs.platform.value}'"
