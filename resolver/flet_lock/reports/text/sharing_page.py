"""`report`, `licenses` and `download` for a terminal."""

from collections.abc import Iterator

from flet_lock.reports.layout.page import BLANK, Paragraph, Span, paragraph
from flet_lock.reports.wording.look.sharing import (
    UNTOLD,
    explain_left_out,
    group_licences,
    summarise_download,
    summarise_licences,
    summarise_report,
)
from flet_lock.workflows.inspecting.licenses import LicencesOutcome
from flet_lock.workflows.inspecting.report import ReportOutcome
from flet_lock.workflows.installing.download import DownloadOutcome


def report_page(outcome: ReportOutcome) -> Iterator[Paragraph]:
    """Where the page is."""
    yield paragraph(summarise_report(outcome))


def licences_page(outcome: LicencesOutcome) -> Iterator[Paragraph]:
    """The licences, each with its packages."""
    yield paragraph(summarise_licences(outcome))
    for licence, packages in group_licences(outcome).items():
        yield BLANK
        yield paragraph(Span(licence, "warn" if licence == UNTOLD else "strong"))
        yield paragraph(", ".join(packages), indent=2)


def download_page(outcome: DownloadOutcome) -> Iterator[Paragraph]:
    """What the folder holds now."""
    yield paragraph(summarise_download(outcome))
    left_out = explain_left_out(outcome)
    if left_out:
        yield paragraph(left_out, hanging=6, label=Span("note:", "warn"))
