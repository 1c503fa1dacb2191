"""What came of `flet-lock request`, on a page; the drafts themselves are printed as they are."""

from collections.abc import Iterator

from flet_lock.reports.explanation import Explanation
from flet_lock.reports.layout.page import BLANK, Paragraph, Span, paragraph, prose
from flet_lock.reports.wording.look.requests import (
    explain_next,
    explain_notes,
    explain_refusal,
    explain_search,
)
from flet_lock.workflows.requesting.request import RequestOutcome


def refusals_page(outcome: RequestOutcome) -> Iterator[Paragraph]:
    """Why there is nothing to ask for, package by package."""
    refusals = [each.refusal for each in outcome.packages if each.draft is None]
    for number, refusal in enumerate(filter(None, refusals)):
        if number:
            yield BLANK
        yield from _refusal(explain_refusal(refusal))


def drafts_text(outcome: RequestOutcome) -> str:
    """The drafts, where neither a file nor a browser has them; links that no browser opened."""
    if outcome.unopened is not None:
        return "".join(f"{url}\n" for url in outcome.unopened)
    return "" if outcome.written is not None else outcome.text


def talk_page(outcome: RequestOutcome) -> Iterator[Paragraph]:
    """What to know and do before posting; nothing where nothing was drafted."""
    drafted = [each for each in outcome.packages if each.draft is not None]
    if outcome.refused and drafted:
        yield BLANK
    for each in drafted:
        assert each.draft is not None  # noqa: S101 - see above
        where = "" if outcome.written is None else f" in `{outcome.written}`"
        yield paragraph(
            Span("✓", "good"), " ", prose(f"{each.draft.title}: drafted{where}"), hanging=2
        )
        yield paragraph(explain_search(each), indent=2, hanging=4)
    for note in explain_notes(outcome):
        yield paragraph(note, hanging=6, label=Span("note:", "warn"))
    if drafted:
        yield paragraph(explain_next(outcome), hanging=6, label=Span("next:", "good"))


def _refusal(explanation: Explanation) -> Iterator[Paragraph]:
    yield paragraph(Span("✗", "bad"), " ", prose(explanation.summary, "strong"), hanging=2)
    for detail in explanation.details:
        yield paragraph(detail, indent=2, hanging=4)
    for hint in explanation.hints:
        yield paragraph(hint, indent=2, hanging=8, label=Span("next:", "good"))
