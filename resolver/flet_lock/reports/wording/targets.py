"""Words for targets: grouped where they are all of a platform, explained where one stands alone."""

from collections.abc import Iterable, Sequence

from flet_lock.model.facts.slices import slice_names
from flet_lock.model.target import Platform, Target

# The slices that Flet's Pythons can have at most; newer Pythons drop 32-bit ARM, and then the two
# that are left are named.
_ALL_SLICES = {
    Platform.ANDROID: frozenset({"arm64-v8a", "armeabi-v7a", "x86_64"}),
    Platform.IOS: frozenset({"iphoneos.arm64", "iphonesimulator.arm64", "iphonesimulator.x86_64"}),
}
_GLOSSES = {
    "arm64-v8a": "today's Android phones",
    "armeabi-v7a": "32-bit ARM",
    "x86_64": "Android emulators, Chromebooks",
    "iphoneos.arm64": "iPhone and iPad",
    "iphonesimulator.arm64": "simulator on Apple silicon",
    "iphonesimulator.x86_64": "simulator on Intel Macs",
}


def join_words(words: Iterable[str], last: str = "and") -> str:
    """`a`, `a and b`, `a, b and c`."""
    listed = list(words)
    if len(listed) < 2:  # noqa: PLR2004 - one word needs no conjunction
        return "".join(listed)
    return f"{', '.join(listed[:-1])} {last} {listed[-1]}"


def describe_platforms(platforms: Iterable[Platform]) -> str:
    """`Android`, `iOS` or `Android and iOS`."""
    return join_words(dict.fromkeys(platform.label for platform in platforms))


def describe_targets(targets: Sequence[Target], *, every: str = "every") -> str:
    """`armeabi-v7a (32-bit ARM)`, `arm64-v8a and x86_64`, `every Android target`.

    Args:
        targets: In target order; at least one.
        every: The word before a whole platform; `any` after a negation.
    """
    slices = slices_by_platform(targets)
    whole = [p for p, names in slices.items() if _ALL_SLICES[p] <= set(names)]
    if len(whole) == len(Platform):
        return f"{every} Android or iOS target" if every == "any" else f"{every} target"
    if len(targets) == 1:
        name = targets[0].slice_name
        gloss = _GLOSSES.get(name)
        return name if gloss is None else f"{name} ({gloss})"
    words = [
        f"{every} {platform.label} target" if platform in whole else join_words(names)
        for platform, names in slices.items()
    ]
    return join_words(words)


def describe_slices_left(platform: Platform, kept: Sequence[str]) -> str:
    """The slices of a platform that are not among some, each with what it is for."""
    left = [one for one in slice_names(platform) if one not in kept]
    return join_words(f"{name} ({_GLOSSES[name]})" if name in _GLOSSES else name for name in left)


def slices_by_platform(targets: Iterable[Target]) -> dict[Platform, list[str]]:
    """Slice names under their platforms, order kept."""
    found: dict[Platform, list[str]] = {}
    for target in targets:
        found.setdefault(target.platform, []).append(target.slice_name)
    return found


def describe_minimum_os(platform: Platform, minimum: tuple[int, int]) -> str:
    """`Android API 26` or `iOS 15.0`."""
    if platform is Platform.ANDROID:
        return f"Android API {minimum[0]}"
    return f"iOS {minimum[0]}.{minimum[1]}"
