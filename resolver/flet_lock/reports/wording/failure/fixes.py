"""Suggestions in words: what to write where, and what came of trying it.

What is printed for a suggestion are its own lines, which are what `--fix` writes. Nothing is worked
out here.
"""

from collections.abc import Sequence
from typing import assert_never

from packaging.requirements import Requirement
from packaging.utils import NormalizedName

from flet_lock.model.answer.blocker import Blocker, NoUsableRelease
from flet_lock.model.answer.refusal import Refusal
from flet_lock.model.app.edited_line import EditedLine
from flet_lock.model.app.fix import (
    AddOverride,
    AllowPrereleases,
    BuildFromSource,
    ChoosePython,
    ChooseSlices,
    Cost,
    Edit,
    LetVersionsDiffer,
    MoveToDevelopment,
    RaiseMinimumOs,
    RemoveRequirement,
    RewriteRequirement,
    Suggestion,
    SuggestionState,
    VersionShift,
)
from flet_lock.model.app.requirement import Place
from flet_lock.model.index.source import SourceFinding, SourceKind
from flet_lock.reports.layout.clean_text import clean, code
from flet_lock.reports.wording.lines import at, describe_place
from flet_lock.reports.wording.targets import (
    describe_minimum_os,
    describe_platforms,
    describe_slices,
    join_words,
)

_UNTRIED_SHOWN = 4
"""Suggestions for one problem that are shown untried, where none is known to work."""
_DAYS_OF_A_YEAR = 365.25


def shown_suggestions(refusal: Refusal, package: NormalizedName) -> tuple[Suggestion, ...]:
    """The suggestions to show for a blocker: those that work, else those that may."""
    about = sorted(
        (each for each in refusal.suggestions if package in each.packages),
        key=lambda each: each.cost,
    )
    unbuilt = [each for each in about if each.state is SuggestionState.UNTRIED and each.unbuilt]
    works = [each for each in about if each.state is SuggestionState.WORKS]
    if not works:
        return tuple(_untried(about, package))
    return tuple(sorted((*works, *unbuilt), key=lambda each: each.cost))


def right_names(refusal: Refusal, package: NormalizedName) -> tuple[Suggestion, ...]:
    """Suggestions of another name: they stay the next step, whatever else is missing for it."""
    return tuple(
        each for each in refusal.suggestions if package in each.packages and is_by_name(each)
    )


def _untried(about: Sequence[Suggestion], package: NormalizedName) -> Sequence[Suggestion]:
    """What the facts promise; bounds of which nothing is known yet are shown once."""
    found: dict[object, Suggestion] = {}
    for each in about:
        if each.state is SuggestionState.UNTRIED and (package in each.promised or each.unbuilt):
            found.setdefault(each.edits or each.loosened, each)
    shown = [*found.values()]
    return [*shown[: _UNTRIED_SHOWN - 1], *shown[_UNTRIED_SHOWN - 1 :][-1:]]


def explain_suggestion(
    suggestion: Suggestion, blocker: Blocker | None = None, *, lead: str = ""
) -> str:
    """What to write, and what it was found to give.

    Args:
        suggestion: what to word.
        blocker: what it is for; None where that adds nothing.
        lead: what the names tell, for a suggestion that follows from it.
    """
    if not suggestion.edits:
        return _explain_loosening(suggestion)
    steps = [
        _step(edit, [line for line in suggestion.lines if line.edit == position], blocker, lead)
        for position, edit in enumerate(suggestion.edits)
    ]
    start = f"{lead}{' ' if lead.endswith('?') else ': '}" if lead else ""
    return f"{start}{', and '.join(steps)}; {_proof(suggestion)}"


def _explain_loosening(suggestion: Suggestion) -> str:
    texts = join_words(
        f"{code(clean(str(each.requirement)))}{at([each.place])}" for each in suggestion.loosened
    )
    return f"loosen {texts}; not tried: {code('flet-lock --fix-budget 20')} finds how far"


def explain_together(refusal: Refusal) -> tuple[str, ...]:
    """For several problems: what solves them all at once."""
    if refusal.together:
        return (f"together these solve all: {_command(refusal.together)} (tried: locks)",)
    whole = sorted((each for each in refusal.suggestions if each.whole), key=lambda each: each.cost)
    numbers = [each.number for each in whole[:1]]
    return (f"one change solves all: {_command(numbers)} (tried: locks)",) if numbers else ()


def explain_untried(refusal: Refusal) -> str:
    """What the budget left out; `""` for nothing."""
    if not refusal.untried:
        return ""
    changes = "1 more change was" if refusal.untried == 1 else f"{refusal.untried} more were"
    longer = max(10, round(4 * refusal.seconds))
    return (
        f"{changes} not tried within {round(refusal.seconds, 1):g} s: "
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


def explain_same(suggestion: Suggestion) -> str:
    """For a problem that a suggestion shown before solves as well."""
    solves = "solves" if suggestion.state is SuggestionState.WORKS else "may solve"
    return f"the same {solves} this: {_command([suggestion.number])}"


def _proof(suggestion: Suggestion) -> str:
    command = f"({_command([suggestion.number])})"
    if suggestion.state is SuggestionState.UNTRIED:
        why = ": that would run its build" if suggestion.unbuilt else ""
        return f"not tried{why} {command}"
    if suggestion.state is SuggestionState.FAILED:
        return "tried: that alone does not lock"
    with_ = join_words(
        f"{name} {join_words(map(str, versions), 'or')}{_shift(name, suggestion.shifts)}"
        for name, versions in suggestion.locks
    )
    how = "tried without building it" if suggestion.unbuilt else "tried"
    what = "locks" if suggestion.whole else "solves this one"
    return f"{how}: {what}{f' with {with_}' if with_ else ''} {command}"


def _shift(name: NormalizedName, shifts: Sequence[VersionShift]) -> str:
    """` (2 major versions and 3 years newer)`; nothing for a small step."""
    shift = next((each for each in shifts if each.package == name), None)
    if shift is None:
        return ""
    majors = abs(shift.after.major - shift.before.major)
    years = 0 if shift.days is None else round(abs(shift.days) / _DAYS_OF_A_YEAR)
    words = [
        f"{number} {word}{'' if number == 1 else 's'}"
        for number, word in ((majors, "major version"), (years, "year"))
        if number
    ]
    direction = "newer" if shift.after > shift.before else "older"
    return f" ({join_words(words)} {direction})" if words else ""


def _command(numbers: Sequence[int]) -> str:
    return code(f"flet-lock --fix {','.join(map(str, numbers))}")


def _step(  # noqa: C901, PLR0911 - a flat table, a row per edit
    edit: Edit, lines: Sequence[EditedLine], blocker: Blocker | None, lead: str
) -> str:
    write = join_words(_write(line) for line in lines)
    match edit:
        case RewriteRequirement(before=before, left_out_on=platforms):
            if not platforms or lead:
                return write
            where = describe_platforms(platforms)
            return f"if the app can do without {before.name} on {where}: {write}"
        case RemoveRequirement() | MoveToDevelopment():
            return write
        case BuildFromSource():
            return f"{_building(blocker)}: {write}"
        case LetVersionsDiffer():
            return f"let Android and iOS take different versions: {write}"
        case AllowPrereleases():
            return f"take pre-releases: {write}"
        case RaiseMinimumOs(platform=platform, minimum_os=minimum):
            return f"if the app may ask for {describe_minimum_os(platform, minimum)}: {write}"
        case ChooseSlices(left_out=left_out):
            return f"leave out {describe_slices(left_out)}: {write}"
        case ChoosePython(minor=minor):
            own = all(line.table == "[tool.flet-lock]" for line in lines)
            also = f", and build with {code(f'flet build --python-version {minor}')}" if own else ""
            return f"build with Python {minor}: {write}{also}"
        case AddOverride(requirement=requirement):
            name = Requirement(requirement).name
            return f"overrule what is asked of {name}, if the app works with it: {write}"
        case _:
            assert_never(edit)


def _building(blocker: Blocker | None) -> str:
    """When a build may make the wheel, by what its source was found to hold."""
    source = blocker.source if isinstance(blocker, NoUsableRelease) else None
    if not isinstance(source, SourceFinding):
        return "if it is pure Python, have the build make its wheel"
    if source.kind is SourceKind.UNSURE:
        return "if it also works without its native code, have the build make its wheel"
    return "have the build make its wheel"


def _write(line: EditedLine) -> str:
    where = _where(line)
    if not line.after:
        return f"delete {code(clean(line.before))} in {where}"
    if not line.before:
        new = f" in a new {clean(line.file)}" if line.begins_file else ""
        return f"add {code(clean(line.after))} under {code(clean(line.table))}{new}"
    return f"write {code(clean(line.after))} instead of {code(clean(line.before))} in {where}"


def _where(line: EditedLine) -> str:
    if line.table:
        return clean(line.table)
    return describe_place(Place(file=line.file, line=line.line))


def is_by_name(suggestion: Suggestion) -> bool:
    """Whether a suggestion follows from what the names tell for certain."""
    return suggestion.cost is Cost.NAME
