"""What `flet-lock install` did, on a page."""

from collections.abc import Iterator

from flet_lock.reports.layout.page import Paragraph, Span, paragraph
from flet_lock.reports.wording.install.installed import (
    explain_install_next,
    explain_removed,
    explain_shared,
    explain_slice,
    summarise_install,
)
from flet_lock.workflows.outcome import InstallOutcome


def install_page(outcome: InstallOutcome, *, verbose: bool) -> Iterator[Paragraph]:
    """One line, and what a user may not expect; with `verbose` each slice."""
    yield paragraph(Span("✓", "good"), " ", summarise_install(outcome), hanging=2)
    if verbose:
        for one in outcome.unpacked:
            yield paragraph(
                explain_slice(one.slice_name, one.packages, one.files, one.bytes), indent=2
            )
    shared = [path for one in outcome.unpacked for path in one.shared]
    remarks = [explain_removed(outcome.removed_slices)] if outcome.removed_slices else []
    remarks += explain_shared(shared) if verbose else ()
    for remark in remarks:
        yield paragraph(remark, indent=2, hanging=8, label=Span("note:", "warn"))
    if outcome.changed:
        yield paragraph(
            explain_install_next(outcome), indent=2, hanging=8, label=Span("next:", "good")
        )
