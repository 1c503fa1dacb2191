"""An explanation on a page: on one screen, unless everything is asked for."""

from bisect import bisect_left
from collections.abc import Iterator

from msgspec import Struct
from msgspec.structs import replace

from flet_lock.reports.explanation import Explanation
from flet_lock.reports.layout.page import (
    BLANK,
    Line,
    Medium,
    Paragraph,
    Span,
    lay_out,
    paragraph,
    prose,
)

SCREEN_LINES = 24
"""Lines of the smallest terminal in use; DESIGN: no answer for a failed lock is longer."""
_EVERYTHING = 1_000


class _Room(Struct, frozen=True, kw_only=True):
    """How much of each problem is told."""

    details: int
    hints: int
    problems: int = _EVERYTHING
    hinted: int = _EVERYTHING
    """How many problems, from the first, get their hints."""
    airy: bool = True


# From everything down to names. Hints outlive details: what to do next is the point of a message.
_ROOMS = (
    _Room(details=_EVERYTHING, hints=_EVERYTHING),
    _Room(details=_EVERYTHING, hints=2),
    _Room(details=_EVERYTHING, hints=1),
    _Room(details=_EVERYTHING, hints=1, airy=False),
    _Room(details=2, hints=1, airy=False),
    _Room(details=1, hints=1, airy=False),
    _Room(details=0, hints=1, airy=False),
)


def failure_page(explanation: Explanation, *, medium: Medium, verbose: bool) -> list[Line]:
    """Lines for a failure; without `verbose`, what does not fit on one screen is left out."""
    lines = lay_out(_paragraphs(explanation, _ROOMS[0], cut=False), medium)
    if verbose or len(lines) <= SCREEN_LINES:
        return lines
    count = len(explanation.parts)
    rooms = (
        *_ROOMS[1:],
        *(_Room(details=0, hints=1, hinted=n, airy=False) for n in range(count - 1, -1, -1)),
        *(_Room(details=0, hints=0, problems=n, airy=False) for n in range(count - 1, 0, -1)),
    )

    def page(room: _Room) -> list[Line]:
        return lay_out(_paragraphs(explanation, room, cut=True), medium)

    # Each room tells less than the one before it, so the first that fits is found by halving.
    first = bisect_left(rooms, True, key=lambda room: len(page(room)) <= SCREEN_LINES)
    return page(rooms[min(first, len(rooms) - 1)])


def _paragraphs(explanation: Explanation, room: _Room, *, cut: bool) -> Iterator[Paragraph]:
    yield paragraph(Span("✗", "bad"), " ", prose(explanation.summary, "strong"), hanging=2)
    yield from _body(explanation, room, indent=2)
    shown = explanation.parts[: room.problems]
    digits = len(str(len(shown)))
    for number, part in enumerate(shown, 1):
        if room.airy or number == 1:
            yield BLANK
        indent = digits + 2
        yield paragraph(
            prose(part.summary, "strong"),
            hanging=indent,
            label=Span(f"{number:>{digits}}.", "faint"),
        )
        few = room if number <= room.hinted else replace(room, hints=0)
        yield from _body(part, few, indent=indent)
    rest = explanation.parts[room.problems :]
    if rest:
        names = ", ".join(part.subject or part.summary for part in rest)
        yield paragraph(f"and {len(rest)} more: {names}", hanging=2)
    if cut:
        yield BLANK
        yield paragraph("shortened to one screen; with `-v` you see everything that was found")


def _body(explanation: Explanation, room: _Room, *, indent: int) -> Iterator[Paragraph]:
    for detail in explanation.details[: room.details]:
        yield paragraph(prose(detail), indent=indent, hanging=indent + 2)
    for number, hint in enumerate(explanation.hints[: room.hints]):
        label = "next:" if number == 0 else "or:"
        yield paragraph(
            hint.removeprefix("or "),
            indent=indent,
            hanging=indent + 6,
            label=Span(label, "good"),
        )
