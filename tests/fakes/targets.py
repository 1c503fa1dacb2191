"""The targets of the tests: Flet's six slices on any Python, by short names."""

from collections.abc import Iterable, Sequence

from flet_lock.model.target import Platform, Target

SLICES: dict[Platform, tuple[str, ...]] = {
    Platform.ANDROID: ("arm64-v8a", "armeabi-v7a", "x86_64"),
    Platform.IOS: ("iphoneos.arm64", "iphonesimulator.arm64", "iphonesimulator.x86_64"),
}
"""In the order of the build."""

_TAG_PARTS = {
    "arm64-v8a": "arm64_v8a",
    "armeabi-v7a": "armeabi_v7a",
    "x86_64": "x86_64",
    "iphoneos.arm64": "arm64_iphoneos",
    "iphonesimulator.arm64": "arm64_iphonesimulator",
    "iphonesimulator.x86_64": "x86_64_iphonesimulator",
}
_FULL_VERSIONS = {"3.12": "3.12.12", "3.13": "3.13.9", "3.14": "3.14.6"}


def short_name(target: Target) -> str:
    """`android-arm64-v8a`."""
    return f"{target.platform}-{target.slice_name}"


def expand(names: Iterable[str]) -> tuple[str, ...]:
    """Short names of targets; `android`, `ios` and `all` stand for several. Build order.

    Raises:
        ValueError: a name that is none.
    """
    every = [f"{platform}-{name}" for platform, slices in SLICES.items() for name in slices]
    chosen: set[str] = set()
    for name in names:
        found = [one for one in every if name in ("all", one) or one.startswith(f"{name}-")]
        if not found or (name not in ("all", "android", "ios") and name not in every):
            raise ValueError(f"no such target: {name!r}")
        chosen.update(found)
    return tuple(one for one in every if one in chosen)


def make_targets(
    names: Iterable[str] = ("all",),
    *,
    python: str = "3.13",
    android_api: int = 24,
    ios: tuple[int, int] = (13, 0),
) -> tuple[Target, ...]:
    """Targets by short name, Android first."""
    major, minor = (int(part) for part in python.split("."))
    targets = []
    for name in expand(names):
        platform_name, slice_name = name.split("-", maxsplit=1)
        platform = Platform(platform_name)
        targets.append(
            Target(
                platform=platform,
                slice_name=slice_name,
                python_version=(major, minor),
                python_full_version=_FULL_VERSIONS[python],
                minimum_os=(android_api, 0) if platform is Platform.ANDROID else ios,
            )
        )
    return tuple(targets)


def platform_tag(short: str, *, android_api: int = 24, ios: tuple[int, int] = (13, 0)) -> str:
    """The platform tag of a wheel for a target: `android_24_arm64_v8a`."""
    platform, slice_name = short.split("-", maxsplit=1)
    level = str(android_api) if platform == "android" else f"{ios[0]}_{ios[1]}"
    return f"{platform}_{level}_{_TAG_PARTS[slice_name]}"


def of_platform(targets: Sequence[Target], platform: Platform) -> tuple[Target, ...]:
    """Those of one platform."""
    return tuple(target for target in targets if target.platform is platform)
