"""Words for targets: grouped where they are all of a platform, explained where one stands alone."""

from collections.abc import Iterable, Sequence
from typing import assert_never

from flet_lock.model.facts.slices import SLICES_BY_NAME, slice_names
from flet_lock.model.target import Platform, Target


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
    # Where a Python lacks a slice that it could have, those that it has are named.
    python = targets[0].python_version
    whole = [p for p, names in slices.items() if set(slice_names(p, python)) <= set(names)]
    if len(whole) == len(Platform):
        return f"{every} Android or iOS target" if every == "any" else f"{every} target"
    if len(targets) == 1:
        return _with_gloss(targets[0].slice_name)
    words = [
        f"{every} {platform.label} target" if platform in whole else join_words(names)
        for platform, names in slices.items()
    ]
    return join_words(words)


def describe_slices(names: Iterable[str]) -> str:
    """Slices, each with what it is for."""
    return join_words(map(_with_gloss, names))


def _with_gloss(name: str) -> str:
    # A lock may be of a later version, which knows more slices.
    one = SLICES_BY_NAME.get(name)
    return name if one is None else f"{name} ({one.gloss})"


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


def build_with(platform: Platform) -> str:
    """A build that installs what is locked for a platform."""
    match platform:
        case Platform.ANDROID:
            return "flet-lock build apk"
        case Platform.IOS:
            return "flet-lock build ipa"
        case _ as never:
            assert_never(never)
