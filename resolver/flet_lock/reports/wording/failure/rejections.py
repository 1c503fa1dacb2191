"""Why a file cannot be used, as a clause that goes on from the release's name."""

from collections.abc import Iterable, Sequence
from typing import assert_never, get_args

from msgspec.structs import replace

from flet_lock.model.answer.rejection import (
    Check,
    DesktopOnly,
    HashNotAllowed,
    MalformedFilename,
    MalformedMetadata,
    MalformedRequiresPython,
    MalformedRow,
    MetadataDisagrees,
    MetadataMissing,
    MinimumOsTooNew,
    NewerThanCutoff,
    NotBuiltFromSource,
    OtherArchitecture,
    OtherPhone,
    OtherPython,
    Rejection,
    RequiresPython,
    SourceBuildFailed,
    SourceNotPure,
    Yanked,
)
from flet_lock.model.facts.desktops import DESKTOPS
from flet_lock.model.target import Target
from flet_lock.reports.layout.clean_text import clean, clip
from flet_lock.reports.wording.targets import describe_minimum_os, join_words

_NEARNESS = {kind: place for place, kind in enumerate(get_args(Rejection))}
_DESKTOPS = frozenset(one.name for one in DESKTOPS.values())
_INTERPRETERS_SHOWN = 3


def explain_rejection(rejection: Rejection) -> str:  # noqa: C901, PLR0911, PLR0912 - one flat table, a row per reason
    """One reason: `built for cp313, the app has Python 3.14`."""
    match rejection:
        case Yanked(reason=why):
            return f"yanked (withdrawn by its author){_after_colon(why)}"
        case NewerThanCutoff(upload_time=uploaded, cutoff=cutoff):
            return f"uploaded {uploaded:%Y-%m-%d}, not before the cutoff {cutoff:%Y-%m-%d}"
        case HashNotAllowed():
            return "its hash is not one of the --hash values asked for"
        case MinimumOsTooNew(platform=platform, needs=needs, has=has):
            minimum = describe_minimum_os(platform, has).rpartition(" ")[2]
            return f"needs {describe_minimum_os(platform, needs)}, the app's minimum is {minimum}"
        case RequiresPython(specifier=specifier, python_full_version=version):
            return f"needs Python {clean(specifier)}, the app has {version}"
        case OtherPython():
            return _other_python(rejection)
        case SourceBuildFailed(detail=detail):
            return f"building it from its sources failed{_after_colon(detail)}"
        case SourceNotPure(built=built):
            return f"its sources hold native code ({clip(built)})"
        case MalformedMetadata(detail=detail):
            return f"its metadata cannot be read{_after_colon(detail)}"
        case MetadataDisagrees(field=field, expected=expected, found=found):
            return (
                f"its metadata says {field} {clip(found, 40)}, its file name {clip(expected, 40)}"
            )
        case MetadataMissing(detail=detail):
            return f"it holds no readable metadata{_after_colon(detail)}"
        case MalformedRequiresPython(value=value):
            return f"its Requires-Python is not a version range: {clip(value, 60)}"
        case MalformedFilename(filename=filename, detail=detail):
            return f"{clip(filename)} is not a valid file name{_after_colon(detail)}"
        case MalformedRow(detail=detail):
            return f"what the index says of it cannot be read{_after_colon(detail)}"
        case OtherArchitecture(architectures=architectures):
            return f"wheels for {join_words(map(clean, architectures))} only"
        case NotBuiltFromSource():
            return "sources only (an sdist), and phone builds take wheels"
        case OtherPhone(platform=platform):
            return f"{platform.label} wheels only"
        case DesktopOnly(systems=systems):
            kind = "desktop wheels only" if _DESKTOPS.issuperset(systems) else "other wheels only"
            return f"{kind} ({', '.join(map(clean, systems))})"
        case _:
            assert_never(rejection)


def explain_rejections(rejections: Iterable[Rejection], target: Target) -> str:
    """All reasons of a release's files on one target, merged: never a list of forty files.

    Wheels for other systems go without saying where a file came nearer than that.
    """
    rejections = tuple(rejections)
    merged = merge_rejections(rejections)
    if any(each.filename.endswith(".whl") for each in rejections):
        # Where there are wheels, phone builds never look at the sdist.
        merged = [each for each in merged if each.check is not Check.KIND]
    near = [each for each in merged if each.check is not Check.SYSTEM]
    if not near:
        return _far_only(merged, target)
    # Where a file of the target's own architecture came close, those for others say nothing.
    near = [each for each in near if not isinstance(each, OtherArchitecture)] or near
    return "; ".join(map(explain_rejection, near))


def merge_rejections(rejections: Iterable[Rejection]) -> list[Rejection]:
    """One of each kind, holding what all of its kind say; the nearest miss first."""
    kinds: dict[type[Rejection], Rejection] = {}
    for each in rejections:
        kind = type(each)
        known = kinds.get(kind)
        kinds[kind] = each if known is None else _merge(known, each)
    return sorted(kinds.values(), key=lambda each: _NEARNESS[type(each)])


def _merge(one: Rejection, other: Rejection) -> Rejection:
    """Two of one kind; where they cannot be added up, the one that asks for less, or the first."""
    if isinstance(one, DesktopOnly) and isinstance(other, DesktopOnly):
        return replace(one, systems=_union(one.systems, other.systems))
    if isinstance(one, OtherArchitecture) and isinstance(other, OtherArchitecture):
        return replace(one, architectures=_union(one.architectures, other.architectures))
    if isinstance(one, OtherPython) and isinstance(other, OtherPython):
        return replace(
            one,
            interpreters=_union(one.interpreters, other.interpreters),
            abis=_union(one.abis, other.abis),
        )
    if isinstance(one, MinimumOsTooNew) and isinstance(other, MinimumOsTooNew):
        return min(one, other, key=lambda each: each.needs)
    return one


def _union(one: Sequence[str], other: Sequence[str]) -> tuple[str, ...]:
    return tuple(sorted({*one, *other}, key=str.casefold))


def _far_only(merged: Sequence[Rejection], target: Target) -> str:
    if len(merged) < 2:  # noqa: PLR2004 - nothing to put together
        return "".join(map(explain_rejection, merged)) or "no files"
    words = [
        each.platform.label if isinstance(each, OtherPhone) else ", ".join(map(clean, each.systems))
        for each in merged
        if isinstance(each, OtherPhone | DesktopOnly)
    ]
    return f"wheels for {', '.join(words)} only, none for {target.platform.label}"


def _other_python(reason: OtherPython) -> str:
    app = "{}.{}".format(*reason.python_version)
    own = "cp{}{}".format(*reason.python_version)
    if reason.interpreters == (own,):
        return f"built for another ABI ({', '.join(map(clean, reason.abis))}) of Python {app}"
    tags = sorted(map(clean, reason.interpreters), key=_by_number)
    shown = join_words(tags) if len(tags) <= _INTERPRETERS_SHOWN else f"{tags[0]} to {tags[-1]}"
    return f"built for {shown}, the app has Python {app}"


def _by_number(tag: str) -> tuple[int, int, str]:
    digits = tag.lstrip("abcdefghijklmnopqrstuvwxyz")
    # `cp313` is Python 3.13: the first digit is the major version.
    return (int(digits[0]), int(digits[1:] or 0), tag) if digits.isdecimal() else (0, 0, tag)


def _after_colon(text: str) -> str:
    clipped = clip(text)
    return f": {clipped}" if clipped else ""
