"""Ways out that were tried, in words: what to write where, and what comes of it."""

from collections.abc import Sequence

from msgspec.structs import replace
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from flet_lock.model.app.fix import (
    AddOverride,
    AllowPrereleases,
    BuildFromSource,
    ChoosePython,
    ChooseSlices,
    Edit,
    EditedLine,
    Fix,
    Fixes,
    LetVersionsDiffer,
    RaiseMinimumOs,
    RemoveRequirement,
    RewriteRequirement,
)
from flet_lock.model.app.requirement import Place
from flet_lock.model.errors import Blocker, NoUsableRelease
from flet_lock.model.target import Platform
from flet_lock.reports.explanation import Explanation
from flet_lock.reports.layout.clean_text import clean, code
from flet_lock.reports.wording.lines import describe_place
from flet_lock.reports.wording.targets import describe_minimum_os, describe_platforms, join_words

_EVERY_SLICE = {
    Platform.ANDROID: ("arm64-v8a", "armeabi-v7a", "x86_64"),
    Platform.IOS: ("iphoneos.arm64", "iphonesimulator.arm64", "iphonesimulator.x86_64"),
}


def explain_with_ways(
    explanation: Explanation,
    group: Sequence[Blocker],
    ways_out: Fixes,
    told: set[int],
    *,
    names_settle: bool,
) -> Explanation:
    """The explanation of a blocker, with what was tried and works in place of what may work.

    Args:
        explanation: as the facts alone have it.
        group: what it is about.
        ways_out: all that was tried.
        told: numbers of ways that an earlier explanation has; those of this one are added.
        names_settle: The explanation's own hint says what the names mean: it stays.
    """
    numbers = [
        number for number, way in enumerate(ways_out.ways, 1) if group[0].package in way.packages
    ]
    new = [number for number in numbers if number not in told]
    told.update(numbers)
    hints = [explain_way(number, ways_out.ways[number - 1]) for number in new]
    if numbers and not new:
        hints = [f"the same mends this: {_command(numbers[:1])}"]
    if not hints and not explanation.hints:
        wheels = code(f"flet-lock wheels {group[0].package}")
        hints = [f"no change that was tried helps; see what there is for phones: {wheels}"]
    if not hints:
        return explanation
    if isinstance(group[0], NoUsableRelease) and not names_settle:
        # What is left there is what nobody can try: whether to trust a file, whom to ask.
        hints += explanation.hints
    if names_settle and explanation.hints:
        first = explanation.hints[0]
        if _is_named_alike(ways_out.ways[numbers[0] - 1]) and new:
            hints = [f"{first}; {_proof(new[0], ways_out.ways[new[0] - 1])}", *hints[1:]]
        else:
            hints = [first, *hints]
    return replace(explanation, hints=tuple(hints))


def explain_way(number: int, way: Fix) -> str:
    """What to write, and what it was found to give."""
    steps = [
        _step(edit, [line for line in way.lines if line.edit == position])
        for position, edit in enumerate(way.edits)
    ]
    return f"{', and '.join(steps)}; {_proof(number, way)}"


def explain_ways_together(ways_out: Fixes) -> tuple[str, ...]:
    """For several problems: what mends them all at once."""
    if ways_out.together:
        return (f"take the first way out of each: {_command(ways_out.together)} (tried: locks)",)
    whole = [number for number, way in enumerate(ways_out.ways, 1) if way.whole]
    return (f"one change mends all: {_command(whole[:1])} (tried: locks)",) if whole else ()


def explain_untried(ways_out: Fixes) -> str:
    """What the budget left out; `""` for nothing."""
    if not ways_out.untried:
        return ""
    changes = "1 more change was" if ways_out.untried == 1 else f"{ways_out.untried} more were"
    longer = max(10, round(4 * ways_out.seconds))
    return (
        f"{changes} not tried within {ways_out.seconds:g} s: "
        f"{code(f'--fix-budget {longer}')} gives it longer"
    )


def explain_edit(line: EditedLine) -> str:
    """What a change that was made comes to: for the page after it."""
    where = _where(line)
    if not line.after:
        return f"{where}: deleted {code(clean(line.before))}"
    if not line.before:
        return f"{where}: added {code(clean(line.after))}"
    return f"{where}: {code(clean(line.after))} instead of {code(clean(line.before))}"


def _proof(number: int, way: Fix) -> str:
    with_ = join_words(
        f"{name} {join_words(map(str, versions), 'or')}" for name, versions in way.taken
    )
    how = "tried without building it" if way.unbuilt else "tried"
    what = "locks" if way.whole else "works"
    return f"{how}: {what}{f' with {with_}' if with_ else ''} ({_command([number])})"


def _command(numbers: Sequence[int]) -> str:
    return code(f"flet-lock --fix {','.join(map(str, numbers))}")


def _step(edit: Edit, lines: Sequence[EditedLine]) -> str:  # noqa: PLR0911 - a flat table, a row per edit
    write = join_words(_write(line) for line in lines)
    match edit:
        case RewriteRequirement(before=before, left_out_on=platforms) if platforms:
            where = describe_platforms(platforms)
            return f"if the app can do without {before.name} on {where}: {write}"
        case BuildFromSource():
            return f"have the build make its wheel: {write}"
        case LetVersionsDiffer():
            return f"let Android and iOS take different versions: {write}"
        case AllowPrereleases():
            return f"take pre-releases: {write}"
        case RaiseMinimumOs(platform=platform, minimum_os=minimum):
            return f"if the app may ask for {describe_minimum_os(platform, minimum)}: {write}"
        case ChooseSlices(platform=platform, slices=slices):
            left = [name for name in _EVERY_SLICE[platform] if name not in slices]
            return f"leave out {join_words(left)}: {write}"
        case ChoosePython(minor=minor):
            return f"build with Python {minor}: {write}"
        case AddOverride(requirement=requirement):
            name = Requirement(requirement).name
            return f"overrule what is asked of {name}, if the app works with it: {write}"
        case _:
            return write


def _write(line: EditedLine) -> str:
    where = _where(line)
    if not line.after:
        return f"delete {code(clean(line.before))} in {where}"
    if not line.before:
        return f"add {code(clean(line.after))} under {code(clean(line.table))}"
    return f"write {code(clean(line.after))} instead of {code(clean(line.before))} in {where}"


def _where(line: EditedLine) -> str:
    if line.table:
        return clean(line.table)
    return describe_place(Place(file=line.file, line=line.line))


def _left_out_on(before: Requirement, after: Requirement) -> str:
    """The platforms that a new marker leaves out; `""` for another change."""
    if str(before.marker or "") == str(after.marker or ""):
        return ""
    new = str(after.marker)
    return join_words(
        platform.label
        for platform in Platform
        if f'platform_system != "{platform.label}"' in new
        and f'platform_system != "{platform.label}"' not in str(before.marker or "")
    )


def _is_named_alike(way: Fix) -> bool:
    """Whether a way does what the names suggest: another name, none, or not on a platform."""
    return all(
        isinstance(edit, RemoveRequirement)
        or (
            isinstance(edit, RewriteRequirement)
            and _asks_differently(edit.before, Requirement(edit.after))
        )
        for edit in way.edits
    )


def _asks_differently(before: Requirement, after: Requirement) -> bool:
    return (
        canonicalize_name(before.name) != canonicalize_name(after.name)
        or before.extras != after.extras
        or str(before.marker or "") != str(after.marker or "")
    )
