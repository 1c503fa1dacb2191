"""What `flet-lock verify` found, and what `flet-lock run` says at its end, on a page."""

from collections.abc import Iterator

from flet_lock.reports.layout.page import Paragraph, Span, paragraph, prose
from flet_lock.reports.wording.install.differences import (
    PATHS_SHOWN,
    explain_run_mend,
    explain_surprise,
    explain_unproven,
    explain_verify_mend,
    group_differences,
    summarise_run,
    summarise_verify,
)
from flet_lock.reports.wording.install.handover_reasons import explain_reason
from flet_lock.workflows.building.handover_outcome import RunOutcome, VerifyOutcome


def verify_page(outcome: VerifyOutcome, *, verbose: bool) -> Iterator[Paragraph]:
    """One line where the tree is the lock; else each difference under its package."""
    yield from _answer(outcome, verbose=verbose)
    if not outcome.is_the_lock:
        yield _next(explain_verify_mend(outcome))


def run_page(outcome: RunOutcome, *, verbose: bool) -> Iterator[Paragraph]:
    """What came of a build, as far as its packages go."""
    if verbose:
        for reason in outcome.reasons:
            yield paragraph(explain_reason(reason), hanging=6, label=Span("note:", "faint"))
    if outcome.verification is None:
        yield paragraph(Span("✗", "bad"), " ", summarise_run(outcome), hanging=2)
        return
    yield from _answer(outcome.verification, verbose=verbose)
    if not outcome.verification.is_the_lock:
        yield _next(explain_run_mend(outcome))


def _answer(outcome: VerifyOutcome, *, verbose: bool) -> Iterator[Paragraph]:
    if outcome.is_the_lock:
        yield paragraph(Span("✓", "good"), " ", summarise_verify(outcome), hanging=2)
    else:
        summary = prose(summarise_verify(outcome), "strong")
        yield paragraph(Span("✗", "bad"), " ", summary, hanging=2)
    most = None if verbose else PATHS_SHOWN
    for package, sentences in group_differences(outcome.differences, most=most):
        if package:
            yield paragraph(Span(package, "strong"), indent=2)
        for sentence in sentences:
            yield paragraph(
                Span("- ", "faint"),
                sentence,
                indent=4 if package else 2,
                hanging=6 if package else 4,
            )
    for surprise in outcome.surprises:
        text = explain_surprise(surprise)
        yield paragraph(text, indent=2, hanging=8, label=Span("note:", "warn"))
    unproven = explain_unproven(outcome)
    if unproven:
        yield paragraph(unproven, indent=2, hanging=8, label=Span("note:", "warn"))


def _next(text: str) -> Paragraph:
    return paragraph(text, indent=2, hanging=8, label=Span("next:", "good"))
