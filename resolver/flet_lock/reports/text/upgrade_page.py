"""What another Flet would change, on a page."""

from collections.abc import Iterator

from flet_lock.reports.layout.page import Paragraph, Span, paragraph, prose
from flet_lock.reports.wording.lock.notes import explain_notes
from flet_lock.reports.wording.lock.upgrades import (
    explain_build_changes,
    explain_moves,
    explain_upgrade_lines,
    summarise_upgrade,
)
from flet_lock.workflows.locking.upgrade_flet import UpgradeFletOutcome


def upgrade_page(outcome: UpgradeFletOutcome) -> Iterator[Paragraph]:
    """The answer, what the build gets otherwise, what becomes of packages, what to write."""
    good = outcome.failure is None
    mark = Span("✓", "good") if good else Span("✗", "bad")
    yield paragraph(mark, " ", prose(summarise_upgrade(outcome), "strong"), hanging=2)
    for sentence in (*explain_build_changes(outcome), *explain_moves(outcome)):
        yield paragraph(Span("- ", "faint"), sentence, indent=2, hanging=4)
    for label, notes in (("settled:", outcome.settled), ("note:", outcome.notes)):
        for sentence in explain_notes(notes):
            yield paragraph(sentence, hanging=len(label) + 1, label=Span(label, "warn"))
    for sentence in explain_upgrade_lines(outcome):
        yield paragraph(sentence, indent=2, hanging=8, label=Span("next:", "good"))
