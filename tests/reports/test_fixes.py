"""Ways out in words: what to write, where, what comes of it, and the command that writes it."""

from typing import get_args

import pytest
from msgspec.structs import replace
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from fakes import outcomes
from flet_lock.model.answer.blocker import Conflict
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
from flet_lock.model.target import Platform
from flet_lock.reports.explanation import Explanation
from flet_lock.reports.wording.failure.errors import explain
from flet_lock.reports.wording.failure.fixes import explain_edit, explain_suggestion

DOCOPT = canonicalize_name("docopt")
PLACE = Place(file="pyproject.toml", path=("project", "dependencies", 0))
BEFORE = Requirement("docopt<1")
BUILD = BuildFromSource(packages=(DOCOPT,), platforms=tuple(Platform))


def line(after: str, before: str = "", table: str = "[tool.flet-lock]") -> EditedLine:
    return EditedLine(file="pyproject.toml", table=table, line=None, before=before, after=after)


def way(edit: Edit, *lines: EditedLine, number: int = 1, **changes: object) -> Suggestion:
    made = Suggestion(
        number=number,
        packages=(DOCOPT,),
        platforms=tuple(Platform),
        cost=Cost.BOUND,
        edits=(edit,),
        lines=lines or (line("x = 1"),),
        state=SuggestionState.WORKS,
        whole=True,
        locks=((DOCOPT, (Version("0.6.2"),)),),
    )
    return replace(made, **changes)


def rewrite(after: str, *left_out_on: Platform) -> RewriteRequirement:
    return RewriteRequirement(place=PLACE, before=BEFORE, after=after, left_out_on=left_out_on)


EXAMPLES: list[tuple[Edit, str]] = [
    (rewrite("docopt<2"), "add `x = 1` under `[tool.flet-lock]`"),
    (
        rewrite("docopt; m", Platform.IOS),
        "if the app can do without docopt on iOS: add `x = 1` under `[tool.flet-lock]`",
    ),
    (RemoveRequirement(place=PLACE, before=BEFORE), "add `x = 1`"),
    (MoveToDevelopment(place=PLACE, before=BEFORE), "add `x = 1`"),
    (BUILD, "if it is pure Python, have the build make its wheel: add"),
    (AllowPrereleases(package=DOCOPT), "take pre-releases: add"),
    (LetVersionsDiffer(), "let Android and iOS take different versions: add"),
    (
        RaiseMinimumOs(platform=Platform.IOS, minimum_os=(15, 0)),
        "if the app may ask for iOS 15.0: add",
    ),
    (
        ChooseSlices(
            platform=Platform.ANDROID, slices=("arm64-v8a",), left_out=("armeabi-v7a", "x86_64")
        ),
        "leave out armeabi-v7a (32-bit ARM) and x86_64 (Android emulators, Chromebooks): add",
    ),
    (
        ChoosePython(minor="3.13", specifier="x"),
        "build with Python 3.13: add `x = 1` under `[tool.flet-lock]`, and build with `flet",
    ),
    (AddOverride(requirement="docopt==1"), "overrule what is asked of docopt"),
]


def test_every_kind_of_edit_has_an_example_here() -> None:
    assert {type(edit) for edit, _ in EXAMPLES} == {*get_args(Edit)}


@pytest.mark.parametrize(("edit", "words"), EXAMPLES)
def test_every_edit_has_words(edit: Edit, words: str) -> None:
    assert explain_suggestion(way(edit)).startswith(words)


def test_the_proof_follows_the_line_and_the_command_ends_it() -> None:
    told = explain_suggestion(way(BUILD, number=3, unbuilt=True))
    assert told.endswith(
        "; tried without building it: locks with docopt 0.6.2 (`flet-lock --fix 3`)"
    )


def test_what_mends_one_of_several_does_not_claim_to_lock() -> None:
    told = explain_suggestion(way(BUILD, whole=False))
    assert "; tried: solves this one with docopt 0.6.2 (" in told


def test_versions_that_differ_between_phones_are_both_told() -> None:
    locks = ((DOCOPT, (Version("2"), Version("1"))),)
    assert "locks with docopt 2 or 1 (" in explain_suggestion(way(BUILD, locks=locks))


@pytest.mark.parametrize(
    ("before", "days", "words"),
    [
        ("0.5", 20, "docopt 0.6.2 ("),
        ("0.5", 800, "docopt 0.6.2 (2 years newer)"),
        ("2.1", -370, "docopt 0.6.2 (2 major versions and 1 year older)"),
        ("1.0", None, "docopt 0.6.2 (1 major version older)"),
    ],
)
def test_what_a_moved_bound_costs_is_told(before: str, days: int | None, words: str) -> None:
    shift = VersionShift(package=DOCOPT, before=Version(before), after=Version("0.6.2"), days=days)
    told = explain_suggestion(way(rewrite("docopt<2"), shifts=(shift,)))
    assert f"locks with {words}" in told


def test_what_was_not_tried_says_so_and_has_its_number() -> None:
    untried = way(BUILD, number=4, state=SuggestionState.UNTRIED)
    assert explain_suggestion(untried).endswith("; not tried (`flet-lock --fix 4`)")
    built = replace(untried, unbuilt=True)
    assert explain_suggestion(built).endswith(
        "; not tried: that would run its build (`flet-lock --fix 4`)"
    )


def test_several_edits_are_one_sentence() -> None:
    both = way(
        BUILD,
        edits=(BUILD, LetVersionsDiffer()),
        lines=(line("a = 1"), line("b = 2"), replace(line("c = 3"), edit=1)),
    )
    told = explain_suggestion(both)
    # One list for each platform, then the line of the second edit.
    assert "add `a = 1` under `[tool.flet-lock]` and add `b = 2`" in told
    assert ", and let Android and iOS take different versions: add `c = 3`" in told


@pytest.mark.parametrize(
    ("made", "words"),
    [
        (line("x = 1"), "[tool.flet-lock]: added `x = 1`"),
        (line("x = 1", "x = 0"), "[tool.flet-lock]: `x = 1` instead of `x = 0`"),
        (line("", '"a"', "[project].dependencies"), '[project].dependencies: deleted `"a"`'),
    ],
)
def test_a_change_that_was_made_is_told(made: EditedLine, words: str) -> None:
    assert explain_edit(made) == words


# --- in the report --------------------------------------------------------------------------


def failed(*ways: Suggestion, **facts: object) -> Explanation:
    blockers = outcomes.cannot_lock_for_android().blockers
    listed = {"suggestions": ways, "seconds": 5.0}
    return explain(outcomes.cannot_lock(*blockers, **(listed | facts)))


def hints_on(explanation: Explanation, package: str) -> tuple[str, ...]:
    [part] = [part for part in explanation.parts if part.subject == package]
    return part.hints


def test_what_works_takes_the_place_of_what_may_work() -> None:
    untried = outcomes.cannot_lock_for_android().refusal.suggestions
    promised = hints_on(failed(*untried), "docopt")
    assert any("source_packages" in hint and "not tried" in hint for hint in promised)
    [*rest] = [each for each in untried if DOCOPT in each.packages][1:]
    tried = hints_on(failed(way(BUILD), *rest), "docopt")
    assert "tried: locks" in tried[0]
    assert not any("do without" in hint for hint in tried)


def test_what_was_tried_in_vain_is_not_promised() -> None:
    vain = [
        replace(each, state=SuggestionState.FAILED)
        for each in outcomes.cannot_lock_for_android().refusal.suggestions
    ]
    hints = hints_on(failed(*vain), "docopt")
    assert not any("do without" in hint for hint in hints)
    assert hints


def test_what_there_was_no_time_for_is_counted() -> None:
    assert failed(untried=2, seconds=0.5).details == (
        "2 more were not tried within 0.5 s: `--fix-budget 10` gives it longer",
    )


def test_what_solves_two_problems_is_told_once() -> None:
    packages = tuple(canonicalize_name(part.subject) for part in failed().parts)
    assert len(packages) > 1
    found = failed(way(BUILD, packages=packages))
    commands = [hint for part in found.parts for hint in part.hints if "--fix 1`" in hint]
    assert len(commands) == len(packages)
    assert commands[1] == "the same solves this: `flet-lock --fix 1`"


def test_one_command_solves_all() -> None:
    assert failed(way(BUILD, whole=False), together=(1, 3)).hints == (
        "together these solve all: `flet-lock --fix 1,3` (tried: locks)",
    )
    [hint] = failed(way(BUILD)).hints
    assert hint == "one change solves all: `flet-lock --fix 1` (tried: locks)"


def test_what_was_changed_before_is_told_with_what_is_left() -> None:
    assert failed(applied=(line("x = 1"),)).details == (
        "changed before: [tool.flet-lock]: added `x = 1`",
    )


def test_a_clash_names_the_apps_own_requirements() -> None:
    [clash] = [each for each in outcomes.every_blocker() if isinstance(each, Conflict)]
    own = (Requirement("numpy<3,>=2.1"), Requirement("data-kit"))
    [part] = explain(outcomes.cannot_lock(replace(clash, own=own))).parts
    words = "your app asks for `numpy>=2.1,<3` and `data-kit`: no releases that fit agree on numpy"
    assert words in part.details
