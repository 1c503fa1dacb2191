"""How long the answers to failed locks are, at 80 columns: over all troubles and scenarios.

A page of more than a screen is not read, and one that hides a way out has to say how to see it.
"""

import json
import statistics
from collections.abc import Iterator
from pathlib import Path

import pytest

from fakes.scenario import read_scenario
from fakes.trouble import QUIET, run, write_trouble
from flet_lock.reports.text.failure_page import SCREEN_LINES

HERE = Path(__file__).parent
MEDIAN_LINES = 12
FEWEST = 80
"""Failures that have to be among them: fewer would measure little."""


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[str, list[str]]]:
    """Each failure's page and its problems, by the name of its world."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ("CI", "FORCE_COLOR", "NO_COLOR", "GITHUB_WORKSPACE"):
            patch.delenv(name, raising=False)
        patch.setenv("COLUMNS", "80")
        return dict(_answers(tmp_path_factory.mktemp("answers")))


def _answers(folder: Path) -> Iterator[tuple[str, tuple[str, list[str]]]]:
    for path in sorted([*HERE.glob("troubles/*/*.toml"), *HERE.glob("scenarios/*/*.toml")]):
        scenario = read_scenario(path)
        if not scenario.expected.blockers:
            continue
        try:
            app = write_trouble(scenario, folder / f"{path.parent.name}-{path.stem}")
        except ValueError:
            continue  # something that only the resolver can be told
        words = ("lock", str(app), "--dry-run", *QUIET)
        code, out, err = run(*words)
        if code != 1:
            continue
        _, document, _ = run(*words, "--output-format", "json", "--fix-budget", "0")
        problems = json.loads(document)["error"]["problems"]
        summaries = [each["summary"] for each in problems]
        yield str(path.relative_to(HERE)), (out + err, summaries)


def test_no_answer_is_longer_than_a_screen_and_half_of_them_half_of_it(
    answers: dict[str, tuple[str, list[str]]],
) -> None:
    lengths = {name: len(text.strip().splitlines()) for name, (text, _) in answers.items()}
    assert len(lengths) >= FEWEST
    assert statistics.median(lengths.values()) <= MEDIAN_LINES
    assert {name: lines for name, lines in lengths.items() if lines > SCREEN_LINES} == {}


def test_what_is_left_out_is_said_to_be(answers: dict[str, tuple[str, list[str]]]) -> None:
    for name, (text, problems) in answers.items():
        numbered = [line for line in text.splitlines() if line.lstrip()[:1].isdigit()]
        first_steps = text.count(" next: ")
        if len(numbered) < len(problems) or first_steps < len(problems):
            assert "with -v you see everything" in text, name
