"""Ways out in words: what to write, where, what comes of it, and the command that writes it."""

import pytest
from msgspec.structs import replace
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from fakes import outcomes
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
from flet_lock.model.errors import CannotLock, Conflict
from flet_lock.model.target import Platform
from flet_lock.reports.explanation import Explanation
from flet_lock.reports.wording.failure.errors import explain
from flet_lock.reports.wording.failure.fixes import explain_edit, explain_way

DOCOPT = canonicalize_name("docopt")
PLACE = Place(file="pyproject.toml", key="[project].dependencies[0]")
BEFORE = Requirement("docopt<1")
BUILD = BuildFromSource(packages=(DOCOPT,), platforms=tuple(Platform))


def line(after: str, before: str = "", table: str = "[tool.flet-lock]") -> EditedLine:
    return EditedLine(file="pyproject.toml", table=table, line=None, before=before, after=after)


def way(edit: Edit, *lines: EditedLine, **changes: object) -> Fix:
    facts: dict[str, object] = {
        "packages": (DOCOPT,),
        "edits": (edit,),
        "lines": lines or (line("x = 1"),),
        "whole": True,
        "taken": ((DOCOPT, (Version("0.6.2"),)),),
    }
    return Fix(**(facts | changes))  # type: ignore[arg-type]


def rewrite(after: str, *left_out_on: Platform) -> RewriteRequirement:
    return RewriteRequirement(place=PLACE, before=BEFORE, after=after, left_out_on=left_out_on)


@pytest.mark.parametrize(
    ("edit", "words"),
    [
        (rewrite("docopt<2"), "add `x = 1` under `[tool.flet-lock]`"),
        (
            rewrite("docopt; m", Platform.IOS),
            "if the app can do without docopt on iOS: add `x = 1` under `[tool.flet-lock]`",
        ),
        (RemoveRequirement(place=PLACE, before=BEFORE), "add `x = 1`"),
        (BUILD, "have the build make its wheel: add"),
        (AllowPrereleases(package=DOCOPT), "take pre-releases: add"),
        (LetVersionsDiffer(), "let Android and iOS take different versions: add"),
        (
            RaiseMinimumOs(platform=Platform.IOS, minimum_os=(15, 0)),
            "if the app may ask for iOS 15.0: add",
        ),
        (
            ChooseSlices(platform=Platform.ANDROID, slices=("arm64-v8a",)),
            "leave out armeabi-v7a and x86_64: add",
        ),
        (ChoosePython(minor="3.13", specifier="x"), "build with Python 3.13: add"),
        (AddOverride(requirement="docopt==1"), "overrule what is asked of docopt"),
    ],
)
def test_every_edit_has_words(edit: Edit, words: str) -> None:
    assert explain_way(3, way(edit)).startswith(words)


def test_the_proof_follows_the_line_and_the_command_ends_it() -> None:
    told = explain_way(3, way(BUILD, unbuilt=True))
    assert told.endswith(
        "; tried without building it: locks with docopt 0.6.2 (`flet-lock --fix 3`)"
    )


def test_what_mends_one_of_several_does_not_claim_to_lock() -> None:
    assert "; tried: works with docopt 0.6.2 (" in explain_way(1, way(BUILD, whole=False))


def test_versions_that_differ_between_phones_are_both_told() -> None:
    taken = ((DOCOPT, (Version("2"), Version("1"))),)
    assert "locks with docopt 2 or 1 (" in explain_way(1, way(BUILD, taken=taken))


def test_several_edits_are_one_sentence() -> None:
    both = way(
        BUILD,
        edits=(BUILD, LetVersionsDiffer()),
        lines=(line("a = 1"), line("b = 2"), replace(line("c = 3"), edit=1)),
    )
    told = explain_way(1, both)
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


def failed(*ways: Fix, **facts: object) -> Explanation:
    error = outcomes.cannot_lock_for_android()
    error.ways_out = Fixes(ways=ways, **{"seconds": 5.0, **facts})  # type: ignore[arg-type]
    return explain(error)


def hints_on(explanation: Explanation, package: str) -> tuple[str, ...]:
    [part] = [part for part in explanation.parts if part.subject == package]
    return part.hints


def test_what_was_tried_takes_the_place_of_what_may_work() -> None:
    promised = hints_on(failed(seconds=0.0), "docopt")
    assert any("source_packages" in hint and "tried" not in hint for hint in promised)
    tried = hints_on(failed(way(BUILD)), "docopt")
    assert "tried: locks" in tried[0]
    assert not any("do without" in hint for hint in tried)


def test_what_was_tried_in_vain_is_not_promised() -> None:
    hints = hints_on(failed(), "docopt")
    assert not any("do without" in hint for hint in hints)
    assert hints


def test_what_there_was_no_time_for_is_promised_and_counted() -> None:
    found = failed(untried=2, seconds=0.5)
    assert any("do without" in hint for hint in hints_on(found, "docopt"))
    assert found.details == (
        "2 more were not tried within 0.5 s: `--fix-budget 10` gives it longer",
    )


def test_a_way_that_mends_two_problems_is_told_once() -> None:
    packages = tuple(canonicalize_name(part.subject) for part in failed().parts)
    assert len(packages) > 1
    found = failed(way(BUILD, packages=packages))
    commands = [hint for part in found.parts for hint in part.hints if "--fix 1`" in hint]
    assert len(commands) == len(packages)
    assert commands[1] == "the same mends this: `flet-lock --fix 1`"


def test_one_command_mends_all() -> None:
    assert failed(way(BUILD, whole=False), together=(1, 3)).hints == (
        "take the first way out of each: `flet-lock --fix 1,3` (tried: locks)",
    )
    assert failed(way(BUILD)).hints == ("one change mends all: `flet-lock --fix 1` (tried: locks)",)


def test_what_was_changed_before_is_told_with_what_is_left() -> None:
    error = outcomes.cannot_lock_for_android()
    error.applied = (line("x = 1"),)
    assert explain(error).details == ("changed before: [tool.flet-lock]: added `x = 1`",)


def test_a_clash_names_the_apps_own_requirements() -> None:
    [clash] = [each for each in outcomes.every_blocker() if isinstance(each, Conflict)]
    own = (Requirement("numpy<3,>=2.1"), Requirement("data-kit"))
    [part] = explain(CannotLock(blockers=(replace(clash, own=own),))).parts
    words = "your app asks for `numpy>=2.1,<3` and `data-kit`: no releases that fit agree on numpy"
    assert words in part.details
