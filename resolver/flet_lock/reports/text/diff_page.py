"""What became of the locks since a commit: on a page, or as Markdown for a pull request."""

from collections.abc import Iterator, Sequence

from flet_lock.reports.layout.clean_text import clean
from flet_lock.reports.layout.page import BLANK, Paragraph, Span, paragraph
from flet_lock.reports.wording.lock.changes import change_rows
from flet_lock.reports.wording.lock.lock_summary import explain_altered, explain_moved
from flet_lock.reports.wording.look.diffs import (
    changes_of,
    explain_made_for,
    moves_of,
    summarise_diff,
    table_of_changes,
)
from flet_lock.workflows.inspecting.diff import DiffOutcome

_LABEL_COLUMN = 13
_HEAD = ("change", "package", "before", "now", "where")


def diff_page(outcome: DiffOutcome) -> Iterator[Paragraph]:
    """The answer, and a row for each kind of change."""
    yield paragraph(summarise_diff(outcome))
    if not outcome.differs:
        return
    yield BLANK
    rows = change_rows(changes_of(outcome), everything=True)
    moved = moves_of(outcome)
    if moved:
        rows.append(("moved", "warn", explain_moved(moved)))
    altered = [each.changes.hashes for each in outcome.locks if each.changes.hashes]
    rows += [("altered", "bad", explain_altered(each)) for each in altered]
    rows += [("made for", "faint", text) for text in explain_made_for(outcome)]
    for name, style, text in rows:
        yield paragraph(text, hanging=_LABEL_COLUMN, label=Span(name, style))


def diff_markdown(outcome: DiffOutcome) -> str:
    """A table for a pull request's text."""
    lines = [f"**{_escaped(summarise_diff(outcome))}**", ""]
    rows = list(table_of_changes(outcome))
    if rows:
        lines += [_line(_HEAD), _line(["---"] * len(_HEAD)), *map(_line, rows), ""]
    remarks = list(explain_made_for(outcome))
    moved = moves_of(outcome)
    if moved:
        remarks.append(f"moved: {explain_moved(moved)}")
    remarks += [
        f"altered: {explain_altered(each.changes.hashes)}"
        for each in outcome.locks
        if each.changes.hashes
    ]
    lines += [f"- {clean(text)}" for text in remarks]
    return "\n".join(lines).rstrip("\n") + "\n"


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(map(_escaped, cells))} |"


def _escaped(text: str) -> str:
    """Text that Markdown takes as it stands: names are a stranger's."""
    cleaned = clean(text)
    for sign in ("\\", "|", "*", "_", "`", "<", "["):
        cleaned = cleaned.replace(sign, f"\\{sign}")
    return cleaned
