"""What `flet-lock audit` found, on a page: platform, package, finding."""

from collections.abc import Iterator
from itertools import groupby

from flet_lock.audit.finding import Level
from flet_lock.reports.layout.page import BLANK, Paragraph, Span, Style, paragraph, prose
from flet_lock.reports.wording.failure.fixes import explain_edit
from flet_lock.reports.wording.look.audited import (
    explain_findings,
    explain_not_looked_at,
    explain_remedy,
    explain_size,
    name_of,
    summarise_audit,
)
from flet_lock.reports.wording.look.findings import explain_level
from flet_lock.workflows.auditing.audit_outcome import AuditedPackage, AuditOutcome

_STYLES: dict[Level, Style] = {Level.WILL_FAIL: "warn", Level.HEAVY: "faint", Level.NOTE: "warn"}


def audit_page(outcome: AuditOutcome, *, verbose: bool) -> Iterator[Paragraph]:
    """One line where nothing is wrong; else each package with what was found in it."""
    mark = Span("✗", "bad") if outcome.failing else Span("✓", "good")
    summary = summarise_audit(outcome)
    words = prose(summary, "strong") if outcome.failing else prose(summary)
    yield paragraph(mark, " ", words, hanging=2)
    for platform, packages in groupby(outcome.packages, key=lambda each: each.platform):
        shown = [each for each in packages if each.findings or outcome.with_sizes or verbose]
        if shown:
            yield BLANK
            yield paragraph(Span(platform.label, "strong"))
        for package in shown:
            yield from _package(package, outcome)
    for text in explain_not_looked_at(outcome):
        yield paragraph(text, hanging=6, label=Span("note:", "warn"))
    for line in outcome.fixed:
        yield paragraph(f"changed {explain_edit(line)}", hanging=2)


def _package(package: AuditedPackage, outcome: AuditOutcome) -> Iterator[Paragraph]:
    yield paragraph(Span(name_of(package), "strong"), indent=2)
    for found, text in explain_findings(package):
        style = _STYLES.get(found.finding.level, "bad")
        label = Span(f"{explain_level(found.finding)}:", style)
        yield paragraph(label, " ", text, indent=4, hanging=6)
    if not package.findings:
        yield paragraph("nothing found", indent=4)
    if outcome.with_sizes:
        several = len({each.slice_name for each in package.sizes}) < len(package.sizes)
        for size in package.sizes:
            label = Span(f"{size.slice_name}:", "faint")
            yield paragraph(label, " ", explain_size(size, named=several), indent=4, hanging=6)
    remedy = explain_remedy(package, outcome)
    if remedy:
        yield paragraph(remedy, indent=4, hanging=10, label=Span("next:", "good"))
