"""Paints laid-out lines with rich; the only other user of rich is the progress line."""

from collections.abc import Iterable
from io import StringIO

from rich.console import Console
from rich.text import Text

from flet_lock.reports.layout.page import Line, Style

# The terminal's own sixteen colours only: they are readable on dark and on light themes.
_STYLES: dict[Style, str] = {
    "plain": "",
    "good": "green",
    "bad": "bold red",
    "warn": "yellow",
    "strong": "bold",
    "faint": "dim",
    "code": "cyan",
}


def painted(lines: Iterable[Line]) -> str:
    """The lines with colour, as they are: no wrapping, no markup, no highlighting."""
    text = StringIO()
    # Whether to use colour was decided by the caller, NO_COLOR included.
    console = Console(
        file=text,
        force_terminal=True,
        no_color=False,
        color_system="standard",
        legacy_windows=False,
        soft_wrap=True,
        markup=False,
        highlight=False,
        emoji=False,
    )
    for line in lines:
        row = Text(no_wrap=True)
        for span in line:
            row.append(span.text, style=_STYLES[span.style])
        row.rstrip()
        console.print(row)
    return text.getvalue()
