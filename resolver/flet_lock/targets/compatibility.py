"""Wheel and target: a rank, or a typed reason why not."""

from collections.abc import Iterable, Sequence
from enum import IntEnum
from functools import cache, partial
from typing import Final, Protocol, assert_never

from msgspec import Struct
from packaging.specifiers import SpecifierSet
from packaging.tags import Tag
from packaging.version import Version

from flet_lock.boundary.refusal import RefusedTextError
from flet_lock.boundary.requirement_text import parse_specifier
from flet_lock.model.answer.rejection import (
    DesktopOnly,
    MalformedRequiresPython,
    MinimumOsTooNew,
    OtherArchitecture,
    OtherPhone,
    OtherPython,
    Rejection,
    RequiresPython,
)
from flet_lock.model.facts.desktops import DESKTOPS
from flet_lock.model.facts.slices import SLICES
from flet_lock.model.index.artifact import Wheel
from flet_lock.model.lazy_regex import lazy_regex
from flet_lock.model.target import Platform, Target
from flet_lock.targets.tags import platform_tags, tag_rank

# What a tag's first letters say of its system. Emscripten wheels are Pyodide's: no other
# distribution of Python reads that tag.
_SYSTEMS: Final = (
    *((prefix, one.name) for one in DESKTOPS.values() for prefix in one.tag_prefixes),
    ("pyodide", "Pyodide"),
    ("pyemscripten", "Pyodide"),
    ("emscripten", "Pyodide"),
)
_ANDROID_TAG: Final = lazy_regex(r"android_(?P<major>\d+)_(?P<abi>\w+)")
_IOS_TAG: Final = lazy_regex(r"ios_(?P<major>\d+)_(?P<minor>\d+)_(?P<abi>\w+)")
_SLICE_NAMES: Final = {(one.platform, one.tag): one.name for one in SLICES}


class _Hurdle(IntEnum):
    """Where a tag fails, in the order in which a person would look at it."""

    SYSTEM = 0
    PHONE = 1
    ARCHITECTURE = 2
    MINIMUM_OS = 3
    PYTHON = 4


class _PlatformTag(Struct, frozen=True, kw_only=True):
    """A platform tag, taken apart."""

    platform: Platform | None
    """None for a desktop's."""
    label: str
    """A slice name, or the tag's own word; a desktop's system."""
    minimum_os: tuple[int, int] = (0, 0)


class Reject(Protocol):
    """A rejection that lacks the name of the file."""

    def __call__(self, *, filename: str) -> Rejection:
        """The rejection of a file."""
        ...


_Verdict = int | Reject


def classify_wheel(wheel: Wheel, target: Target) -> int | Rejection:
    """How well a wheel's tags suit a target, or why they do not.

    Args:
        wheel: only its tags (and its file name, for the rejection) are looked at.
        target: the ABI or slice to install on.

    Returns:
        The rank of the best tag (0 is the best), or a rejection. A wheel with several tags is
        rejected for the tag that comes closest, in the order system, phone, architecture,
        minimum OS, Python: what would be left to fix.
    """
    verdict = classify_tags(wheel.tags, target)
    return verdict if isinstance(verdict, int) else verdict(filename=wheel.filename)


def classify_tags(tags: frozenset[Tag], target: Target) -> int | Reject:
    """The same for a wheel's tags alone: worked out once for all files that have them."""
    verdicts = _verdicts(target)
    verdict = verdicts.get(tags)
    if verdict is None:
        verdict = verdicts[tags] = _verdict(tags, target)
    return verdict


def python_admitted(specifier: str | None, target: Target) -> bool:
    """Whether `Requires-Python` allows a target's Python; see `python_rejection`."""
    return specifier is None or bool(_allows(specifier, target.python_full_version))


def python_rejection(
    filename: str, specifier: str | SpecifierSet | None, target: Target
) -> Rejection | None:
    """Why `Requires-Python` excludes a target's Python; None where it does not.

    Args:
        filename: the file the specifier belongs to.
        specifier: as an index page or METADATA gives it; None and blank text allow everything.
        target: its `python_full_version` counts, as a final release: pip compares
            `sys.version_info[:3]`, so 3.15.0b1 satisfies `>=3.15`.
    """
    if specifier is None:
        return None
    text = specifier if isinstance(specifier, str) else _text(specifier)
    allowed = _allows(text, target.python_full_version)
    if allowed is None:
        return MalformedRequiresPython(filename=filename, value=text)
    if allowed:
        return None
    return RequiresPython(
        filename=filename, specifier=text, python_full_version=target.python_full_version
    )


_TEXTS: Final[dict[int, tuple[SpecifierSet, str]]] = {}
"""By the id of a specifier, which is kept so that the id stays its own: those of METADATA are few
objects that are shared by many releases, and to spell one out takes longer than all the rest."""


def _text(specifier: SpecifierSet) -> str:
    known = _TEXTS.get(id(specifier))
    if known is None:
        known = _TEXTS[id(specifier)] = (specifier, str(specifier))
    return known[1]


@cache
def _allows(specifier: str, python_full_version: str) -> bool | None:
    """None: not a specifier (PEP 440)."""
    try:
        parsed = parse_specifier(specifier)
    except RefusedTextError:
        return None
    return parsed.contains(Version(python_full_version).base_version, prereleases=True)


@cache
def _verdicts(_target: Target) -> dict[frozenset[Tag], _Verdict]:
    """The verdicts found so far for a target, by the tags of a wheel."""
    return {}


def _verdict(tags: frozenset[Tag], target: Target) -> _Verdict:
    usable = [rank for tag in tags if (rank := tag_rank(tag, target)) is not None]
    # Most files fit nowhere, and nobody asks why: that is worked out when somebody does.
    return min(usable) if usable else partial(_rejected, tags=tags, target=target)


def _rejected(*, filename: str, tags: frozenset[Tag], target: Target) -> Rejection:
    return _why(tags, target)(filename=filename)


@cache
def _why(tags: frozenset[Tag], target: Target) -> Reject:
    hurdles = {tag: _hurdle(tag, target) for tag in tags}
    # A wheel without any tag cannot be named; one made by hand runs on no system.
    furthest = max(hurdles.values(), default=_Hurdle.SYSTEM)
    closest = [tag for tag in tags if hurdles[tag] is furthest]
    return _rejection(furthest, closest, target)


def _rejection(hurdle: _Hurdle, closest: Sequence[Tag], target: Target) -> Reject:
    """The rejection for the tags that came closest, still without the file's name."""
    parts = [_take_apart(tag.platform) for tag in closest]
    match hurdle:
        case _Hurdle.SYSTEM:
            return partial(DesktopOnly, systems=_sorted(part.label for part in parts))
        case _Hurdle.PHONE:
            # There are two phones: every tag here is for the other one.
            return partial(
                OtherPhone, platform=next(part.platform for part in parts if part.platform)
            )
        case _Hurdle.ARCHITECTURE:
            names = (
                tag.platform if part.label == target.slice_name else part.label
                for tag, part in zip(closest, parts, strict=True)
            )
            return partial(OtherArchitecture, architectures=_sorted(names))
        case _Hurdle.MINIMUM_OS:
            return partial(
                MinimumOsTooNew,
                platform=target.platform,
                needs=min(part.minimum_os for part in parts),
                has=target.minimum_os,
            )
        case _Hurdle.PYTHON:
            return partial(
                OtherPython,
                interpreters=_sorted(tag.interpreter for tag in closest),
                abis=_sorted(tag.abi for tag in closest),
                python_version=target.python_version,
            )
        case _:
            assert_never(hurdle)


def _sorted(words: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(set(words)))


def _hurdle(tag: Tag, target: Target) -> _Hurdle:
    """Where a tag that the target does not take fails."""
    if tag.platform == "any":
        return _Hurdle.PYTHON
    parts = _take_apart(tag.platform)
    if parts.platform is None:
        return _Hurdle.SYSTEM
    if parts.platform is not target.platform:
        return _Hurdle.PHONE
    if parts.label != target.slice_name:
        return _Hurdle.ARCHITECTURE
    if parts.minimum_os > target.minimum_os:
        return _Hurdle.MINIMUM_OS
    # Right in every part and still not in the list: an OS version from before there were
    # wheels for it (API 15, iOS 11), which no installer takes.
    return _Hurdle.PYTHON if tag.platform in platform_tags(target) else _Hurdle.ARCHITECTURE


@cache
def _take_apart(platform_tag: str) -> _PlatformTag:
    for platform, pattern in ((Platform.ANDROID, _ANDROID_TAG), (Platform.IOS, _IOS_TAG)):
        if found := pattern.fullmatch(platform_tag):
            parts = found.groupdict("0")
            return _PlatformTag(
                platform=platform,
                label=_SLICE_NAMES.get((platform, parts["abi"]), parts["abi"]),
                minimum_os=(int(parts["major"]), int(parts.get("minor", "0"))),
            )
    for prefix, system in _SYSTEMS:
        if platform_tag.startswith(prefix):
            return _PlatformTag(platform=None, label=system)
    return _PlatformTag(platform=None, label=platform_tag.partition("_")[0])
