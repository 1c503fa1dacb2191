"""Troubles that people met in public, told to the command itself: `tests/troubles/README.md`.

The resolver's own runner (`resolution/test_scenarios.py`) reads these files too and holds their
blockers and pins; here it is what the command says about them.
"""

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from fakes.scenario import Scenario, read_scenario
from fakes.trouble import Answer, ask, run, write_trouble
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A trouble, and what the command says about it."""

    scenario: Scenario
    answer: Answer
    app: Path
    quiet: tuple[str, ...]
    """Options under which what is shown is kept for `--fix`."""

    def fix(self, numbers: str) -> tuple[int, dict[str, Any]]:
        """What comes of `--fix`, of the very list that was shown: exit code and document.

        The app is as it was afterwards.
        """
        before = {path: path.read_bytes() for path in self.app.iterdir()}
        words = ("lock", str(self.app), *self.quiet, "--fix", numbers, "--output-format", "json")
        code, document, _ = run(*words)
        for path in self.app.iterdir():
            path.unlink()
        for path, content in before.items():
            path.write_bytes(content)
        return code, json.loads(document)


@each_trouble
def test_a_trouble_is_answered(path: Path, tmp_path: Path) -> None:
    scenario = read_scenario(path)
    app = write_trouble(scenario, tmp_path)
    quiet = ("--no-progress", "--cache-dir", str(tmp_path / "cache"))
    asked = Asked(scenario=scenario, answer=ask(app, quiet=quiet), app=app, quiet=quiet)
    # One after the other, so that a trouble is asked once.
    _the_answer_holds_the_facts(asked)
    _every_problem_is_told_in_one_run(asked)
    if asked.answer.exit_code == 0:
        return
    _a_failure_fits_on_one_screen_and_names_a_next_step(asked.answer)
    _suggestions_that_work_do_when_they_are_applied(asked)
    _suggestions_that_go_together_do(asked)
    _no_answer_is_wrong_about_the_indexes_that_were_asked(asked)


def _the_answer_holds_the_facts(asked: Asked) -> None:
    scenario, answer = asked.scenario, asked.answer
    expected = scenario.expected

    assert answer.exit_code == (1 if expected.blockers else 0), answer.text
    for fact in expected.text.holds:
        assert _is_in(fact, answer.words), f"not said: {fact}\n{answer.text}"
    for fact in expected.text.lacks:
        assert not _is_in(fact, answer.words), f"said: {fact}\n{answer.text}"
    for place, value in expected.json.items():
        assert answer.fact(place) == value, place


def _every_problem_is_told_in_one_run(asked: Asked) -> None:
    scenario, answer = asked.scenario, asked.answer
    wanted = {blocker.package for blocker in scenario.expected.blockers}
    if not wanted:
        assert answer.document["ok"] is True
        return
    assert {blocker["package"] for blocker in answer.fact("error.facts.blockers")} == wanted
    # One that has no room for a sentence is named all the same.
    assert {name for name in wanted if name in answer.text} == wanted


def _a_failure_fits_on_one_screen_and_names_a_next_step(answer: Answer) -> None:
    lines = answer.text.splitlines()
    # A line to paste is never broken: where it is longer than the screen it takes two rows of it.
    assert sum(max(1, -(-len(line) // COLUMNS)) for line in lines) <= SCREEN_LINES, answer.text
    assert " next: " in answer.text
    for problem in answer.fact("error.problems"):
        assert problem["hints"], problem["summary"]


def working(answer: Answer) -> list[dict[str, Any]]:
    """The suggestions that were found to work, as JSON has them."""
    return [each for each in answer.fact("error.facts.suggestions") if each["state"] == "works"]


def _suggestions_that_work_do_when_they_are_applied(asked: Asked) -> None:
    for each in working(asked.answer):
        if each["unbuilt"]:
            continue  # a build needs its back end, which may have to be fetched
        code, document = asked.fix(str(each["number"]))
        # What solves one of several problems may turn out to solve the others as well.
        assert code == 0 or not each["whole"], document
        if code != 0:
            left = document["error"]["facts"]
            assert left["applied"], document
            assert not {each["package"] for each in left["blockers"]} & set(each["packages"])


def _suggestions_that_go_together_do(asked: Asked) -> None:
    answer = asked.answer
    together = answer.fact("error.facts.together")
    if not together or any(
        each["unbuilt"] for each in working(answer) if each["number"] in together
    ):
        return
    code, document = asked.fix(",".join(map(str, together)))
    assert code == 0, document


def _no_answer_is_wrong_about_the_indexes_that_were_asked(asked: Asked) -> None:
    scenario, answer = asked.scenario, asked.answer
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
            indexes = " and ".join(scenario.table.indexes)
            assert f"{blocker['package']} does not exist on {indexes}" in answer.words


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
