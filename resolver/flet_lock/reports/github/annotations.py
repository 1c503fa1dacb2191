"""Annotations of what is locked, checked, built or has failed."""

from collections.abc import Iterator, Sequence
from typing import Final

from flet_lock.reports.failure import Failure
from flet_lock.reports.findings import (
    LEVELS,
    Finding,
    Locate,
    check_findings,
    failure_findings,
    located,
    lock_findings,
)
from flet_lock.reports.github.workflow_command import annotation
from flet_lock.reports.layout.clean_text import clean
from flet_lock.reports.wording.install.differences import (
    group_differences,
    summarise_run,
    summarise_verify,
)
from flet_lock.reports.wording.lock.check_summary import summarise_check
from flet_lock.reports.wording.lock.lock_summary import summarise_lock
from flet_lock.workflows.building.handover_outcome import RunOutcome, VerifyOutcome
from flet_lock.workflows.locking.check import CheckOutcome
from flet_lock.workflows.outcome import LockOutcome

_MOST: Final = 10
"""GitHub shows ten annotations of a kind per step, and no more."""


def annotations(
    findings: Sequence[Finding], *, folder: str, locate: Locate = lambda place: place
) -> Iterator[str]:
    """A line for each finding, the most telling first; where there are too many, how many more.

    Args:
        findings: In the order of their levels.
        folder: The project's folder relative to the checkout, with `/`; `""` for its root.
        locate: Adds the line to a place.
    """
    for level in LEVELS:
        own = [each for each in findings if each.level == level]
        for each in located(own[:_MOST], locate):
            yield annotation(level, folder, each.place, each.title, each.body)
        for each in own[_MOST:]:  # in the log all the same
            yield clean(f"{each.title}: {each.body}".replace("`", ""))


def lock_annotations(outcome: LockOutcome, *, folder: str, locate: Locate) -> Iterator[str]:
    """A line for each thing to look at, and one that says it is done."""
    yield from annotations(lock_findings(outcome), folder=folder, locate=locate)
    if not outcome.exit_code:
        yield clean(summarise_lock(outcome))


def check_annotations(outcome: CheckOutcome, *, folder: str, locate: Locate) -> Iterator[str]:
    """An error for the differences, or one line where there is none."""
    yield from annotations(check_findings(outcome), folder=folder, locate=locate)
    if outcome.in_step:
        yield clean(summarise_check(outcome))


def verify_annotations(outcome: VerifyOutcome) -> Iterator[str]:
    """An error for each package that is not as locked, or one line where all are."""
    title = summarise_verify(outcome)
    for package, sentences in group_differences(outcome.differences):
        yield annotation("error", "", None, package or title, "\n".join(sentences))
    yield clean(title)


def run_annotations(outcome: RunOutcome) -> Iterator[str]:
    """As for a verification; an error where the command failed."""
    if outcome.verification is not None:
        yield from verify_annotations(outcome.verification)
    else:
        yield annotation("error", "", None, "The build failed", summarise_run(outcome))


def failure_annotations(outcome: Failure, *, folder: str, locate: Locate) -> Iterator[str]:
    """One error per problem."""
    yield from annotations(failure_findings(outcome), folder=folder, locate=locate)
    if outcome.explanation.parts:
        yield clean(outcome.explanation.summary)
