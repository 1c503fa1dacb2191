"""What `flet-lock check` found, on a page."""

from collections.abc import Iterator

from flet_lock.reports.layout.page import Paragraph, Span, paragraph, prose
from flet_lock.reports.wording.lock.check_summary import (
    explain_build,
    explain_mend,
    group_drifts,
    summarise_check,
)
from flet_lock.reports.wording.lock.notes import explain_notes
from flet_lock.workflows.locking.check import CheckOutcome


def check_page(outcome: CheckOutcome, *, verbose: bool) -> Iterator[Paragraph]:
    """One line where all is well; else each difference and the command that mends them."""
    if verbose:
        for note in explain_notes(outcome.notes):
            yield paragraph(note, hanging=6, label=Span("note:", "warn"))
    if outcome.in_step:
        yield paragraph(Span("✓", "good"), " ", summarise_check(outcome), hanging=2)
        yield paragraph(explain_build(outcome), indent=2, hanging=8, label=Span("note:", "faint"))
        return
    yield paragraph(Span("✗", "bad"), " ", prose(summarise_check(outcome), "strong"), hanging=2)
    for label, sentences in group_drifts(outcome):
        for sentence in sentences:
            yield paragraph(
                Span("- ", "faint"), sentence, f" ({label})" if label else "", indent=2, hanging=4
            )
    yield paragraph(explain_mend(outcome), indent=2, hanging=8, label=Span("next:", "good"))
