"""Text laid out for a width: paragraphs of styled words, before anyone paints them.

Plain text and the terminal share this, so a golden file of the one is a test of the other.
"""

import unicodedata
from collections.abc import Iterable, Iterator
from typing import Literal

from msgspec import Struct

from flet_lock.reports.layout.clean_text import GLUE, clean
from flet_lock.reports.layout.glyphs import to_ascii

Style = Literal["plain", "good", "bad", "warn", "strong", "faint", "code"]


class Span(Struct, frozen=True):
    """A run of text in one style."""

    text: str
    style: Style = "plain"


Line = tuple[Span, ...]


class Paragraph(Struct, frozen=True, kw_only=True):
    """Text that is wrapped as one. No spans: an empty line."""

    spans: tuple[Span, ...] = ()
    indent: int = 0
    """Columns before the first line."""
    hanging: int = 0
    """Columns before every further line, and before the text beside a label."""
    label: Span | None = None
    """Stands at `indent` in the first line; the text then begins at `hanging`."""


class Medium(Struct, frozen=True, kw_only=True):
    """What lines are laid out for."""

    width: int
    """Columns."""
    ascii_only: bool = False
    """The stream cannot show our own signs beyond ASCII."""
    coloured: bool = False


def prose(text: str, style: Style = "plain") -> tuple[Span, ...]:
    """Spans of a sentence; what stands between backticks becomes code."""
    pieces = text.split("`")
    return tuple(
        Span(piece, "code" if number % 2 else style) for number, piece in enumerate(pieces) if piece
    )


def paragraph(
    *parts: str | tuple[Span, ...] | Span,
    indent: int = 0,
    hanging: int | None = None,
    label: Span | None = None,
) -> Paragraph:
    """A paragraph of sentences and spans in a row; `hanging` defaults to `indent`."""
    spans: list[Span] = []
    for part in parts:
        if isinstance(part, str):
            spans += prose(part)
        elif isinstance(part, Span):
            spans.append(part)
        else:
            spans += part
    return Paragraph(
        spans=tuple(spans),
        indent=indent,
        hanging=indent if hanging is None else hanging,
        label=label,
    )


BLANK = Paragraph()


def cells(text: str) -> int:
    """Columns that text takes in a terminal."""
    if text.isascii():
        return len(text)
    return sum(
        0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1
        for c in text
    )


def lay_out(paragraphs: Iterable[Paragraph], medium: Medium) -> list[Line]:
    """Lines no wider than the medium; a line to paste is never broken, even where it is longer.

    Code with blanks in it gets two blanks on either side, so that one sees where it begins and
    ends without colour.
    """
    lines: list[Line] = []
    for each in paragraphs:
        lines += _wrap(each, medium)
    return lines


def plain_text(lines: Iterable[Line]) -> str:
    """The lines without styles, each with its line end."""
    return "".join("".join(span.text for span in line).rstrip() + "\n" for line in lines)


Word = tuple[Span, ...]


def _words(spans: tuple[Span, ...], *, ascii_only: bool) -> Iterator[Word]:
    """What may not be broken: words with whatever is glued to them; code is one word."""
    word: list[Span] = []
    for span in spans:
        text = clean(span.text)
        if ascii_only:
            text = to_ascii(text)
        if span.style == "code":
            word.append(Span(text, "code"))
            continue
        for number, piece in enumerate(text.split(" ")):
            if number and word:
                yield tuple(word)
                word = []
            if piece:
                word.append(Span(piece.replace(GLUE, " "), span.style))
    if word:
        yield tuple(word)


def _is_airy(word: Word) -> bool:
    return any(span.style == "code" and " " in span.text for span in word)


def _wrap(each: Paragraph, medium: Medium) -> Iterator[Line]:
    if not each.spans:
        yield ()
        return
    line: list[Span] = [Span(" " * each.indent)]
    column, empty, airy_before = each.indent, True, False
    if each.label is not None:
        line.append(each.label)
        column += cells(each.label.text)
        # A label that fills its column still stands apart.
        pad = max(each.hanging - column, 2 if each.hanging - column < 1 else 1)
        line.append(Span(" " * pad))
        column += pad
    for word in _words(each.spans, ascii_only=medium.ascii_only):
        size = sum(cells(span.text) for span in word)
        airy = _is_airy(word)
        gap = 0 if empty else 2 if airy or airy_before else 1
        if not empty and column + gap + size > medium.width:
            yield _joined(line)
            line = [Span(" " * each.hanging)]
            column, gap = each.hanging, 0
        if gap:
            line.append(Span(" " * gap))
        line += word
        column, empty, airy_before = column + gap + size, False, airy
    yield _joined(line)


def _joined(line: list[Span]) -> Line:
    """The line in as few spans as its styles need: blanks take the style on both their sides."""
    spans: list[Span] = []
    for number, span in enumerate(line):
        between = 0 < number < len(line) - 1 and span.text.isspace()
        if between and spans[-1].style == line[number + 1].style != "code":
            spans[-1] = Span(spans[-1].text + span.text, spans[-1].style)
        elif spans and spans[-1].style == span.style != "code":
            spans[-1] = Span(spans[-1].text + span.text, span.style)
        else:
            spans.append(span)
    return tuple(spans)
