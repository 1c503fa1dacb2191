"""A failure fits on one screen, and loses no problem."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fakes import outcomes
from flet_lock.model.errors.resolution import CannotLock
from flet_lock.reports.layout.page import Medium, plain_text
from flet_lock.reports.text.failure_page import SCREEN_LINES, failure_page
from flet_lock.reports.wording.failure.errors import explain


def page(error: CannotLock, *, width: int = 100, verbose: bool = False) -> str:
    return plain_text(failure_page(explain(error), medium=Medium(width=width), verbose=verbose))


def many(count: int) -> CannotLock:
    return outcomes.cannot_lock(
        *(outcomes.sources_only(f"name-{n}", number=n) for n in range(count))
    )


# Laying out sixty problems again and again takes a while on a busy machine.
@settings(deadline=None, max_examples=25)
@given(st.integers(1, 60), st.sampled_from([60, 80, 100, 120]))
def test_every_problem_is_named_on_one_screen(count: int, width: int) -> None:
    text = page(many(count), width=width)
    assert len(text.splitlines()) <= SCREEN_LINES
    assert {f"name-{n}" for n in range(count)} <= {word.strip(",") for word in text.split()}


@pytest.mark.parametrize("width", [80, 100, 120])
def test_ten_problems_of_every_kind_fit_on_one_screen_with_next_steps(width: int) -> None:
    text = page(outcomes.ten_blockers(), width=width)
    assert len(text.splitlines()) <= SCREEN_LINES
    assert text.count("next:") >= (4 if width > 80 else 3)
    assert "10." in text


def test_what_was_left_out_is_said_and_comes_with_v() -> None:
    short, long = page(outcomes.ten_blockers()), page(outcomes.ten_blockers(), verbose=True)
    assert "-v" in short
    assert "-v" not in long.splitlines()[-1]
    assert long.count("next:") == 10
    assert long.count("asked for by:") == 9


def test_a_failure_that_fits_is_not_shortened() -> None:
    error = outcomes.cannot_lock_for_android()
    assert page(error) == page(error, verbose=True)
