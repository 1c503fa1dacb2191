"""`diff` as people read it and as a pull request shows it; `--update-golden` renews them."""

from collections.abc import Callable
from pathlib import Path

import pytest
from msgspec.structs import replace

from fakes.every_outcome import compared
from flet_lock.lockfile.changes import LockChanges
from flet_lock.reports.layout.page import Medium
from flet_lock.reports.output_formats import render
from flet_lock.reports.render import View
from flet_lock.workflows.inspecting.diff import DiffOutcome

GOLDEN = Path(__file__).parent / "golden" / "understanding"


def said(outcome: DiffOutcome, *, width: int = 80, form: str | None = None, quiet: int = 0) -> str:
    medium = Medium(width=width)
    return render(
        outcome, "text", View(stdout=medium, stderr=medium, form=form, quiet=quiet)
    ).stdout


@pytest.mark.parametrize("width", [60, 80])
def test_a_diff_for_people(width: int, golden: Callable[[Path, str], None]) -> None:
    text = said(compared(), width=width)
    golden(GOLDEN / f"diff.{width}.txt", text)
    assert max(map(len, text.splitlines())) <= width


def test_a_diff_for_a_pull_request(golden: Callable[[Path, str], None]) -> None:
    text = said(compared(), form="markdown")
    golden(GOLDEN / "diff.md", text)
    rows = [line for line in text.splitlines() if line.startswith("|")]
    assert {line.replace("\\|", "").count("|") for line in rows} == {6}


def test_nothing_to_tell_is_one_line_and_none_with_q() -> None:
    outcome = compared()
    (lock,) = outcome.locks
    same = replace(lock, changes=LockChanges(), asked=(), pythons=("3.14.6", "3.14.6"))
    quiet = replace(outcome, locks=(same,))
    assert said(quiet) == "The lock of demo for Android is as it was at main (01234567)\n"
    assert said(quiet, quiet=1) == ""
    assert said(outcome, quiet=1) == said(outcome)
