"""Whatever packages an app asks for, there is an answer: a part of what `tools/answers.py` runs."""

from pathlib import Path
from random import Random
from time import process_time

import pytest

from answering.hard_universes import hard_universe
from answers import Case, cases, measure
from fakes.scenario import make_scenario
from fakes.trouble import QUIET, ask, run, write_trouble

SAMPLE = 12
RANDOM = Random(12)
WALKED = ("by-an-extra", "many-below-one")
"""Shapes that are measured; what the others say is held below."""


def sample() -> list[Case]:
    packages = RANDOM.sample(list(cases(["packages"])), SAMPLE)
    hard = [Case(kind="hard", name=shape, lines=(shape,), seed=7) for shape in WALKED]
    return [*packages, *hard]


@pytest.mark.parametrize("case", sample(), ids=lambda case: case.name)
def test_an_answer_comes_within_seconds(case: Case) -> None:
    measured = measure(case)
    assert measured.exit_code in (0, 1), measured
    assert measured.seconds < 10, measured
    assert measured.exit_code == 0 or measured.lines <= 24, measured


@pytest.mark.parametrize(
    ("shape", "nowhere"),
    [
        ("by-an-extra", {"parser", "loop"}),
        ("in-step", {"transport"}),
        ("narrow-windows", {"gone", "shared"}),
        ("deep", {"bottom"}),
    ],
)
def test_what_no_phone_has_is_named_and_nothing_else(
    shape: str, nowhere: set[str], tmp_path: Path
) -> None:
    app = write_trouble(make_scenario(hard_universe(shape, 3), name=shape), tmp_path)
    answer = ask(app, "--fix-budget", "0")
    assert answer.exit_code == 1
    assert {each["package"] for each in answer.fact("error.facts.blockers")} == nowhere
    assert answer.fact("error.facts.partial") is False


def test_one_clock_counts_for_the_whole_run(tmp_path: Path) -> None:
    app = write_trouble(make_scenario(hard_universe("many-below-one", 3), name="x"), tmp_path)
    started = process_time()  # not the clock: other tests may keep the machine busy
    code, out, err = run("lock", str(app), *QUIET, "--dry-run", "--budget-seconds", "0.5")
    # What was begun is finished: a page that is read, a round of the search.
    assert process_time() - started < 3
    assert code == 1, out + err
    assert "native" in out + err
    assert "the time ended before" in out + err
