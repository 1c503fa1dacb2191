"""The summary of a lock run: what is in the locks, what to look at, what to do next."""

from collections.abc import Container, Iterable, Iterator, Sequence

from packaging.utils import NormalizedName

from flet_lock.model.answer.downgrade import Downgrade
from flet_lock.model.answer.resolution import Availability, Pin
from flet_lock.model.target import Platform
from flet_lock.reports.layout.page import BLANK, Paragraph, Span, Style, paragraph, prose
from flet_lock.reports.wording.availability import AVAILABILITY_WORDS
from flet_lock.reports.wording.lock.changes import change_rows
from flet_lock.reports.wording.lock.downgrades import explain_downgrade, group_downgrades
from flet_lock.reports.wording.lock.lock_summary import (
    explain_altered,
    explain_common,
    explain_cutoff_exemption,
    explain_files_written,
    explain_known_downgrades,
    explain_mixed_origins,
    explain_moved,
    explain_next_step,
    explain_pins_of_class,
    explain_prereleases,
    explain_uncertain,
    explain_withdrawn,
    is_withdrawn,
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
    """Paragraphs for a lock: all of it at first, then what changed."""
    good = not outcome.refused and not (outcome.disappoints and outcome.expects.is_strict)
    mark = Span("✓", "good") if good else Span("✗", "bad")
    headline = summarise_lock(outcome)
    yield paragraph(mark, " ", headline if good else prose(headline, "strong"), hanging=2)
    is_first = not any(each.had_lock for each in outcome.platforms)
    if is_first or verbose or outcome.refused:
        for label, summary, rows in _sections(outcome, verbose=verbose):
            yield BLANK
            yield paragraph(summary, hanging=2 + _LABEL_COLUMN, label=Span(label, "strong"))
            for row in rows:
                yield _row(row, indent=2)
    else:
        yield BLANK
        yield from _brief(outcome)
    found = {each.platform: each.changes for each in outcome.platforms if each.had_lock}
    moved = dict.fromkeys(move for each in outcome.platforms for move in each.moved)
    rows = [*change_rows(found, everything=verbose)]
    if moved:
        rows.append(("moved", "warn", explain_moved(list(moved))))
    if rows:
        yield BLANK
        yield from map(_row, rows)
    yield BLANK
    yield from _ending(outcome)


def _ending(outcome: LockOutcome) -> Iterator[Paragraph]:
    """Remarks on the app, what was written, what to do next."""
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


def _row(row: Row, indent: int = 0) -> Paragraph:
    name, style, text = row
    return paragraph(text, indent=indent, hanging=2 + _LABEL_COLUMN, label=Span(name, style))


def _brief(outcome: LockOutcome) -> Iterator[Paragraph]:
    """A line for each platform, and what is wrong with packages that are not as they were."""
    labels = [(each.platform.label, summarise_platform(each)) for each in outcome.platforms]
    if len(labels) > 1 and _same_pins(outcome.platforms):
        labels = [(describe_platforms(each.platform for each in outcome.platforms), labels[0][1])]
    for label, summary in labels:
        yield paragraph(summary, hanging=2 + _LABEL_COLUMN, label=Span(label, "strong"))
    changed = {change.package for each in outcome.platforms for change in each.changes}
    new: list[tuple[Downgrade, ...]] = []
    known: list[str] = []
    together, apart = group_downgrades(*(each.downgrades for each in outcome.platforms))
    for alike in (group for groups in (*apart, together) for group in groups):
        if changed.intersection((alike[0].package, alike[0].cause)):
            new.append(alike)
        else:
            known.append(alike[0].package)
    yield from map(_row, _downgrade_rows(new, outcome, verbose=False))
    if known:
        yield _row(("older", "faint", explain_known_downgrades(list(dict.fromkeys(known)))))
    rows: dict[Row, list[Platform]] = {}
    for each in outcome.platforms:
        for row in (*_rows(each, changed=changed), *_last_rows(each, changed=changed)):
            rows.setdefault(row, []).append(each.platform)
    for (name, style, text), platforms in rows.items():
        where = "" if len(platforms) == len(outcome.platforms) else f"{platforms[0].label}: "
        yield _row((name, style, where + text))


Section = tuple[str, str, list[Row]]
"""Label, what follows it on its line, rows."""


def _sections(outcome: LockOutcome, *, verbose: bool) -> list[Section]:
    """One section per platform, and one for what holds for all; only that one if it is enough."""
    together, apart = group_downgrades(*(each.downgrades for each in outcome.platforms))
    common = list(_downgrade_rows(together, outcome, verbose=verbose))
    both = describe_platforms(each.platform for each in outcome.platforms)
    sections: list[Section] = []
    told: dict[Row, str] = {}
    for platform, own in zip(outcome.platforms, apart, strict=True):
        label = platform.platform.label
        rows = [*_rows(platform, verbose=verbose), *_downgrade_rows(own, outcome, verbose=verbose)]
        rows += _last_rows(platform)
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


def _rows(
    platform: PlatformOutcome, *, verbose: bool = False, changed: Container[str] | None = None
) -> Iterator[Row]:
    """A row for each class; with `changed`, for what is to be known of these packages.

    What is hollow is told each time: it fails on the device.
    """
    classes: dict[Availability, list[Pin]] = {}
    for pin in platform.resolution.pins:
        if changed is None or pin.package in changed or pin.worst is Availability.HOLLOW:
            classes.setdefault(pin.worst, []).append(pin)
    for availability, words in AVAILABILITY_WORDS.items():
        pins = classes.get(availability)
        worth_it = verbose or availability is not Availability.PURE
        if pins and (words.remark if changed is not None else worth_it):
            style: Style = "bad" if availability is Availability.HOLLOW else "faint"
            text = explain_pins_of_class(availability, pins, platform.resolution)
            yield words.label, style, text


def _downgrade_rows(
    groups: Sequence[tuple[Downgrade, ...]], outcome: LockOutcome, *, verbose: bool
) -> Iterator[Row]:
    """Those that are far behind first, each with what that means and the ways out."""
    old = {each.package: each for one in outcome.platforms for each in one.resolution.old_releases}
    far = [alike for alike in groups if alike[0].package in old]
    if far:
        from flet_lock.reports.wording.lock.old_releases import (  # noqa: PLC0415 - seldom
            explain_old_release,
        )

        for alike in far:
            told, *ways_out = explain_old_release(old[alike[0].package])
            yield "OLD", "bad", f"{explain_downgrade(*alike)}; {told}"
            for way_out in ways_out:
                yield "or:", "good", way_out
    near = [alike for alike in groups if alike[0].package not in old]
    shown = near if verbose else near[:_DOWNGRADES_SHOWN]
    for alike in shown:
        yield "older", "warn", explain_downgrade(*alike)
    if len(shown) < len(near):
        names = ", ".join(alike[0].package for alike in near[len(shown) :])
        yield "older", "warn", f"and {names}: see why with `-v`"


def _last_rows(
    platform: PlatformOutcome, *, changed: Container[str] | None = None
) -> Iterator[Row]:
    """What is odd about packages; with `changed`, about these alone."""
    pins = [pin for pin in platform.resolution.pins if changed is None or pin.package in changed]
    withdrawn = [pin for pin in platform.resolution.pins if is_withdrawn(pin)]
    if withdrawn:
        yield "withdrawn", "warn", explain_withdrawn(withdrawn)
    early = [pin for pin in platform.resolution.pins if pin.version.is_prerelease]
    if early:
        yield "early", "warn", explain_prereleases(early)
    mixed = [pin for pin in pins if pin.mixed_origins]
    if mixed:
        yield "mixed", "warn", explain_mixed_origins(mixed)
    if platform.altered:
        yield "altered", "bad", explain_altered(platform.altered)
    uncertain = [each for each in _uncertain(platform) if changed is None or each[0] in changed]
    if uncertain:
        yield "kept", "faint", explain_uncertain(uncertain)


def _uncertain(platform: PlatformOutcome) -> list[tuple[NormalizedName, str]]:
    edges = [
        *platform.resolution.requires,
        *(edge for pin in platform.resolution.pins for edge in pin.requires),
    ]
    return list(
        dict.fromkeys((edge.package, edge.marker or "") for edge in edges if edge.uncertain)
    )
