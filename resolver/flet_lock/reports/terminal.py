"""Paints laid-out lines with rich; the only other user of rich is the progress line."""

from collections.abc import Iterable
from typing import TextIO

from rich.console import Console
from rich.text import Text

from flet_lock.reports.page import Line, Style

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


def print_lines(lines: Iterable[Line], stream: TextIO) -> None:
    """Writes coloured lines as they are: no wrapping, no markup, no highlighting."""
    # Whether to use colour was decided by the caller, NO_COLOR included.
    console = Console(
        no_color=False,
        color_system="standard",
        file=stream,
        force_terminal=True,
        soft_wrap=True,
        markup=False,
        highlight=False,
        emoji=False,
    )
    for line in lines:
        text = Text(end="\n", no_wrap=True)
        for span in line:
            text.append(span.text, style=_STYLES[span.style])
        text.rstrip()
        console.print(text)
