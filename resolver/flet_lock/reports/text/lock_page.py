"""The summary of a lock run: what is in the locks, what to look at, what to do next."""

from collections.abc import Iterable, Iterator, Sequence

from packaging.utils import NormalizedName
from packaging.version import Version

from flet_lock.model.answer.downgrade import Downgrade
from flet_lock.model.answer.resolution import Availability, Pin
from flet_lock.reports.layout.page import BLANK, Paragraph, Span, Style, paragraph
from flet_lock.reports.wording.availability import AVAILABILITY_WORDS
from flet_lock.reports.wording.lock.downgrades import explain_downgrade, group_downgrades
from flet_lock.reports.wording.lock.lock_summary import (
    explain_altered,
    explain_changes,
    explain_common,
    explain_cutoff_exemption,
    explain_files_written,
    explain_mixed_origins,
    explain_moved,
    explain_next_step,
    explain_pins_of_class,
    explain_uncertain,
    summarise_lock,
    summarise_platform,
)
from flet_lock.reports.wording.lock.notes import explain_notes
from flet_lock.reports.wording.targets import describe_platforms
from flet_lock.workflows.outcome import LockOutcome, PlatformOutcome

_LABEL_COLUMN = 11
_DOWNGRADES_SHOWN = 5
# Repeating a row this short is easier to read than a reference to another one.
_WORTH_A_REFERENCE = 48

Row = tuple[str, Style, str]
"""Label, the label's style, text."""


def lock_page(outcome: LockOutcome, *, verbose: bool) -> Iterator[Paragraph]:
    """Paragraphs for a successful lock."""
    yield paragraph(Span("✓", "good"), " ", summarise_lock(outcome), hanging=2)
    for label, summary, rows in _sections(outcome, verbose=verbose):
        yield BLANK
        yield paragraph(summary, hanging=2 + _LABEL_COLUMN, label=Span(label, "strong"))
        for name, style, text in rows:
            yield paragraph(text, indent=2, hanging=2 + _LABEL_COLUMN, label=Span(name, style))
    yield BLANK
    for warning in explain_notes(note for note in outcome.notes if note.is_warning):
        yield paragraph(warning, hanging=9, label=Span("warning:", "bad"))
    remarks = explain_notes(note for note in outcome.notes if not note.is_warning)
    if outcome.cutoff_exempt:
        remarks.append(explain_cutoff_exemption(outcome.cutoff_exempt))
    for remark in remarks:
        yield paragraph(remark, hanging=6, label=Span("note:", "warn"))
    if outcome.fixed:
        from flet_lock.reports.wording.failure.fixes import explain_edit  # noqa: PLC0415 - rare

        verb = "would change" if outcome.dry_run or outcome.refused else "changed"
        for line in outcome.fixed:
            yield paragraph(f"{verb} {explain_edit(line)}", hanging=2)
    yield paragraph(explain_files_written(outcome))
    step = explain_next_step(outcome)
    if step:
        yield paragraph(step, hanging=6, label=Span("next:", "good"))


Section = tuple[str, str, list[Row]]
"""Label, what follows it on its line, rows."""


def _sections(outcome: LockOutcome, *, verbose: bool) -> list[Section]:
    """One section per platform, and one for what holds for all; only that one if it is enough."""
    together, apart = group_downgrades(*(each.downgrades for each in outcome.platforms))
    common = list(_downgrade_rows(together, verbose=verbose))
    both = describe_platforms(each.platform for each in outcome.platforms)
    sections: list[Section] = []
    told: dict[Row, str] = {}
    for platform, own in zip(outcome.platforms, apart, strict=True):
        label = platform.platform.label
        rows = [*_rows(platform, verbose=verbose), *_downgrade_rows(own, verbose=verbose)]
        rows += _last_rows(platform, verbose=verbose)
        sections.append((label, summarise_platform(platform), rows))
    if len(sections) > 1 and _same_pins(outcome.platforms) and _all_equal(r for *_, r in sections):
        _, summary, rows = sections[0]
        return [(both, summary, [*rows, *common])]
    for label, _, rows in sections:
        for number, row in enumerate(rows):
            if row in told and len(row[2]) >= _WORTH_A_REFERENCE:
                rows[number] = (row[0], row[1], f"as for {told[row]}")
            told.setdefault(row, label)
    if common:
        sections.append(("both", explain_common(both), common))
    return sections


def _same_pins(platforms: Sequence[PlatformOutcome]) -> bool:
    return _all_equal(
        [(pin.package, pin.version, pin.worst) for pin in each.resolution.pins]
        for each in platforms
    )


def _all_equal(values: Iterable[object]) -> bool:
    listed = list(values)
    return all(each == listed[0] for each in listed[1:])


def _rows(platform: PlatformOutcome, *, verbose: bool) -> Iterator[Row]:
    classes: dict[Availability, list[Pin]] = {}
    for pin in platform.resolution.pins:
        classes.setdefault(pin.worst, []).append(pin)
    for availability, words in AVAILABILITY_WORDS.items():
        pins = classes.get(availability)
        if pins and (verbose or availability is not Availability.PURE):
            style: Style = "bad" if availability is Availability.HOLLOW else "faint"
            native = platform.resolution.native_releases
            yield words.label, style, explain_pins_of_class(availability, pins, native)


def _downgrade_rows(groups: Sequence[tuple[Downgrade, ...]], *, verbose: bool) -> Iterator[Row]:
    shown = groups if verbose else groups[:_DOWNGRADES_SHOWN]
    for alike in shown:
        yield "older", "warn", explain_downgrade(*alike)
    if len(shown) < len(groups):
        names = ", ".join(alike[0].package for alike in groups[len(shown) :])
        yield "older", "warn", f"and {names}: see why with `-v`"


def _last_rows(platform: PlatformOutcome, *, verbose: bool) -> Iterator[Row]:
    mixed = [pin for pin in platform.resolution.pins if pin.mixed_origins]
    if mixed:
        yield "mixed", "warn", explain_mixed_origins(mixed)
    if platform.altered:
        yield "altered", "bad", explain_altered(platform.altered)
    if platform.moved:
        yield "moved", "warn", explain_moved(platform.moved)
    uncertain = _uncertain(platform)
    if uncertain:
        yield "kept", "faint", explain_uncertain(uncertain)
    changes = _changes(platform)
    if changes:
        yield "changed", "faint", explain_changes(changes, everything=verbose)


def _changes(
    platform: PlatformOutcome,
) -> tuple[tuple[NormalizedName, Version | None, Version | None], ...]:
    """The changes; none for a first lock, where everything is new."""
    first = len(platform.changes) == len(platform.resolution.pins) and all(
        before is None for _, before, _ in platform.changes
    )
    return () if first else platform.changes


def _uncertain(platform: PlatformOutcome) -> list[tuple[NormalizedName, str]]:
    edges = [
        *platform.resolution.requires,
        *(edge for pin in platform.resolution.pins for edge in pin.requires),
    ]
    return list(
        dict.fromkeys((edge.package, edge.marker or "") for edge in edges if edge.uncertain)
    )
