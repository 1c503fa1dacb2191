"""Troubles that people met in public, told to the command itself: `tests/troubles/README.md`.

The resolver's own runner (`resolution/test_scenarios.py`) reads these files too and holds their
blockers and pins; here it is what the command says about them.
"""

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from fakes.scenario import Scenario, read_scenario
from fakes.trouble import QUIET, Answer, ask, run, write_trouble
from fakes.universe import Offer
from flet_lock.reports.text.failure_page import SCREEN_LINES

FOLDER = Path(__file__).parent / "troubles"
PATHS = sorted(FOLDER.rglob("*.toml"))
COLUMNS = 100
THREAD = re.compile(r"https://github\.com/[\w.-]+/[\w.-]+(/(issues|discussions|pull)/\d+)?\Z")
"""A thread, or where something has none the repository that tells of it."""

each_trouble = pytest.mark.parametrize(
    "path", PATHS, ids=[path.relative_to(FOLDER).with_suffix("").as_posix() for path in PATHS]
)


@pytest.fixture(autouse=True)
def plain_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("CI", "FORCE_COLOR", "NO_COLOR", "GITHUB_WORKSPACE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("COLUMNS", str(COLUMNS))


@pytest.fixture(scope="module")
def worlds(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("troubles")


@cache
def answered(path: Path, worlds: Path) -> tuple[Scenario, Answer]:
    """A trouble and what the command says about it, asked once for all tests."""
    scenario = read_scenario(path)
    app = write_trouble(scenario, worlds / path.stem)
    return scenario, ask(app)


@each_trouble
def test_the_answer_holds_the_facts(path: Path, worlds: Path) -> None:
    scenario, answer = answered(path, worlds)
    expected = scenario.expected

    assert answer.exit_code == (1 if expected.blockers else 0), answer.text
    for fact in expected.text.holds:
        assert _is_in(fact, answer.words), f"not said: {fact}\n{answer.text}"
    for fact in expected.text.lacks:
        assert not _is_in(fact, answer.words), f"said: {fact}\n{answer.text}"
    for place, value in expected.json.items():
        assert answer.fact(place) == value, place


@each_trouble
def test_every_problem_is_told_in_one_run(path: Path, worlds: Path) -> None:
    scenario, answer = answered(path, worlds)
    wanted = {blocker.package for blocker in scenario.expected.blockers}
    if not wanted:
        assert answer.document["ok"] is True
        return
    assert {blocker["package"] for blocker in answer.fact("error.facts.blockers")} == wanted
    # One that has no room for a sentence is named all the same.
    assert {name for name in wanted if name in answer.text} == wanted


@each_trouble
def test_a_failure_fits_on_one_screen_and_names_a_next_step(path: Path, worlds: Path) -> None:
    _, answer = answered(path, worlds)
    if answer.exit_code == 0:
        return
    lines = answer.text.splitlines()
    # A line to paste is never broken: where it is longer than the screen it takes two rows of it.
    assert sum(max(1, -(-len(line) // COLUMNS)) for line in lines) <= SCREEN_LINES, answer.text
    assert " next: " in answer.text
    for problem in answer.fact("error.problems"):
        assert problem["hints"], problem["summary"]


def working(answer: Answer) -> list[dict[str, Any]]:
    """The suggestions that were found to work, as JSON has them."""
    return [each for each in answer.fact("error.facts.suggestions") if each["state"] == "works"]


@each_trouble
def test_suggestions_that_work_do_when_they_are_applied(
    path: Path, worlds: Path, tmp_path: Path
) -> None:
    scenario, answer = answered(path, worlds)
    if answer.exit_code == 0:
        return
    for each in working(answer):
        if each["unbuilt"]:
            continue  # a build needs its back end, which may have to be fetched
        number = str(each["number"])
        app = write_trouble(scenario, tmp_path / number)
        words = ("lock", str(app), *QUIET, "--fix", number, "--output-format", "json")
        code, document, _ = run(*words)
        # What solves one of several problems may turn out to solve the others as well.
        assert code == 0 or not each["whole"], document
        if code != 0:
            left = json.loads(document)["error"]["facts"]
            assert left["applied"], document
            assert not {each["package"] for each in left["blockers"]} & set(each["packages"])


@each_trouble
def test_suggestions_that_go_together_do(path: Path, worlds: Path, tmp_path: Path) -> None:
    scenario, answer = answered(path, worlds)
    if answer.exit_code == 0:
        return
    together = answer.fact("error.facts.together")
    if not together or any(
        each["unbuilt"] for each in working(answer) if each["number"] in together
    ):
        return
    app = write_trouble(scenario, tmp_path / "app")
    code, out, err = run("lock", str(app), *QUIET, "--fix", ",".join(map(str, together)))
    assert code == 0, out + err


def test_most_troubles_have_a_way_out(worlds: Path) -> None:
    answers = [answered(path, worlds)[1] for path in PATHS]
    failed = [answer for answer in answers if answer.exit_code != 0]
    assert len(failed) >= 40
    assert len([answer for answer in failed if working(answer)]) >= 30
    assert any(answer.fact("error.facts.together") for answer in failed)


@each_trouble
def test_no_answer_is_wrong_about_the_indexes_that_were_asked(path: Path, worlds: Path) -> None:
    scenario, answer = answered(path, worlds)
    if answer.exit_code == 0:
        return
    for blocker in answer.fact("error.facts.blockers"):
        offers = scenario.offers.get(blocker["package"])
        for reply in blocker.get("replies", ()):
            index, found = reply["index"], reply["answer"] == "found"
            # A page without files is on the first index.
            there = index == scenario.table.indexes[0] if offers == () else _has(offers, index)
            assert found == there, (blocker["package"], index)
            said = f"on {index}: not there" in answer.words
            assert not (said and all(_has(o, index) for o in scenario.offers.values()))
        if blocker["type"] == "package-not-found":
            asked = " and ".join(scenario.table.indexes)
            assert f"{blocker['package']} does not exist on {asked}" in answer.words


def _has(offers: tuple[Offer, ...] | None, index: str) -> bool:
    return any(offer.index == index for offer in offers or ())


def test_there_are_troubles_of_every_kind() -> None:
    assert len(PATHS) >= 120
    assert len({path.stem for path in PATHS}) == len(PATHS)


@each_trouble
def test_a_trouble_says_where_it_was_met(path: Path) -> None:
    assert THREAD.match(read_scenario(path).table.source or "")


def _is_in(fact: str, words: str) -> bool:
    """Whether words hold a text, or a match of a pattern (`re:…`)."""
    if fact.startswith("re:"):
        return re.search(fact.removeprefix("re:"), words) is not None
    return fact in words
