"""What Python says about itself on a phone: the values that markers are compared with.

Never the build machine's. Sources: PEP 730 and PEP 738; CPython's `Lib/platform.py` (`uname`,
`ios_ver`, `android_ver`) of 3.13 and 3.14, and Flet's patch of 3.12 for iOS, which says the same.
"""

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Final

from msgspec import Struct
from packaging.version import Version

from flet_lock.model.facts.slices import SLICES_BY_NAME
from flet_lock.model.lazy_regex import lazy_regex
from flet_lock.model.target import Platform, Target

# `platform.android_ver().release` of the first device with an API level. Devices say `7.0` and
# also `7.0.0`, which is equal. Flet's Python itself needs API 24.
_ANDROID_RELEASES: Final = {
    24: "7",
    25: "7.1",
    26: "8",
    27: "8.1",
    28: "9",
    29: "10",
    30: "11",
    31: "12",
    32: "12",
    33: "13",
    34: "14",
    35: "15",
    36: "16",
}
_RELEASE: Final = lazy_regex(r"[0-9]{1,9}(\.[0-9]{1,9})*")
_OLDEST_KERNEL: Final = "3.10.0"

EMBEDDED: Final = ";embedded"
"""What Flet's build appends to `platform.version()`."""


class Device(Struct, frozen=True, kw_only=True):
    """A kind of device, as markers can distinguish it from others."""

    platform_system: str
    """`platform.system()`."""
    platform_machine: str
    """`platform.machine()`."""


@cache
def devices(target: Target) -> tuple[Device, ...]:
    """Every kind of device that a target's app may run on, the usual one first.

    An iPad, or the simulator of one, answers `iPadOS` where an iPhone answers `iOS`
    (`UIDevice.systemName`); Apple's models are represented by one of each kind.
    """
    one = SLICES_BY_NAME[target.slice_name]
    # On 3.12 an Android device itself would say Linux here, but only `platform_system` says
    # Android to pip in Flet's build of that version, so this is what packages are written for.
    systems = ("Android",) if target.platform is Platform.ANDROID else ("iOS", "iPadOS")
    kinds = [
        Device(platform_system=system, platform_machine=machine)
        for system in systems
        for machine in one.machines
    ]
    if one.reports_model:
        kinds += [apple_device("iPhone14,5"), apple_device("iPad13,4")]
    return tuple(kinds)


def marker_leaving_out(platforms: Iterable[Platform]) -> str:
    """A marker that is false on every device of some platforms, and true elsewhere.

    `platform_system` is what `flet build` evaluates as on the device whatever machine it runs on.
    `!= 'iOS'` would not do: an iPad answers `iPadOS`.
    """
    names = {Platform.ANDROID: ("Android",), Platform.IOS: ("iOS", "iPadOS")}
    systems = [name for platform in platforms for name in names[platform]]
    if len(systems) == 1:
        return f"platform_system != '{systems[0]}'"
    return f"platform_system not in '{' '.join(systems)}'"


def apple_device(model: str) -> Device:
    """The device of a model name, `iPad13,4`."""
    system = "iPadOS" if model.startswith("iPad") else "iOS"
    return Device(platform_system=system, platform_machine=model)


def reports_model(target: Target) -> bool:
    """Whether devices answer `platform.machine()` with their model."""
    return SLICES_BY_NAME[target.slice_name].reports_model


def reports_kernel_release(target: Target) -> bool:
    """Whether `platform.release()` is the Linux kernel's: Android before Python 3.13."""
    return target.platform is Platform.ANDROID and target.python_version < (3, 13)


def oldest_release(target: Target) -> str:
    """`platform.release()` of the oldest system that a target's app runs on."""
    if reports_kernel_release(target):
        return _OLDEST_KERNEL
    major, minor = target.minimum_os
    if target.platform is Platform.IOS:
        return f"{major}.{minor}"
    # A level newer than the table belongs to a release that is at least its newest.
    level = min(max(major, min(_ANDROID_RELEASES)), max(_ANDROID_RELEASES))
    return _ANDROID_RELEASES[level]


def usual_version(target: Target) -> str:
    """A `platform.version()` as it looks on a device, in Flet's build."""
    if target.platform is Platform.ANDROID:
        return f"#1 SMP PREEMPT{EMBEDDED}"
    return f"Darwin Kernel Version 19.0.0{EMBEDDED}"


@cache
def certain_environment(target: Target) -> Mapping[str, str]:
    """The marker values that are the same on every device."""
    return {
        "implementation_name": "cpython",
        "implementation_version": target.python_full_version,
        "os_name": "posix",
        "platform_python_implementation": "CPython",
        "python_full_version": target.python_full_version,
        "python_version": ".".join(map(str, target.python_version)),
        "sys_platform": _sys_platform(target),
    }


def _sys_platform(target: Target) -> str:
    if target.platform is Platform.IOS:
        return "ios"
    # PEP 738 gave Android its own name in Python 3.13; before, it was one Linux among others.
    return "linux" if target.python_version < (3, 13) else "android"


def is_release(text: str, target: Target) -> bool:
    """Whether a device of a target can answer this for `platform.release()`."""
    if reports_kernel_release(target):
        return bool(text)
    return bool(_RELEASE.fullmatch(text)) and Version(text) >= Version(oldest_release(target))
