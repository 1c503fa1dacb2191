"""Availability classes in one letter and in words."""

from collections.abc import Iterable
from typing import Final

from msgspec import Struct

from flet_lock.model.answer.resolution import Availability
from flet_lock.reports.layout.page import Style


class Mark(Struct, frozen=True, kw_only=True):
    """How a class is shown where there is no room for words."""

    letter: str
    style: Style
    meaning: str
    """For a legend."""


MARKS: Final = {
    Availability.PURE: Mark(letter="P", style="good", meaning="pure Python"),
    Availability.BINARY: Mark(letter="B", style="strong", meaning="binary"),
    Availability.PURE_FALLBACK: Mark(
        letter="F", style="warn", meaning="pure fallback: works, slower than on desktops"
    ),
    Availability.SOURCE_ONLY: Mark(letter="S", style="warn", meaning="sources only (an sdist)"),
    Availability.HOLLOW: Mark(
        letter="H",
        style="bad",
        meaning="hollow: installs without its native library, fails on the device",
    ),
    Availability.MISSING: Mark(letter="-", style="faint", meaning="no wheel"),
}


def letters(classes: Iterable[Availability]) -> str:
    """`B`, or `B/F` where targets get different classes."""
    found = set(classes)
    return "/".join(mark.letter for each, mark in MARKS.items() if each in found)


def worst(classes: Iterable[Availability]) -> Availability:
    """Of the classes of a package's targets the one to know about."""
    found = set(classes)
    return next((each for each in reversed(MARKS) if each in found), Availability.PURE)


def legend(classes: Iterable[Availability]) -> tuple[tuple[str, Style, str], ...]:
    """Letter, style and meaning of the classes in use."""
    found = set(classes)
    return tuple(
        (mark.letter, mark.style, mark.meaning) for each, mark in MARKS.items() if each in found
    )


def is_native_library(package: str) -> bool:
    """Whether it is one of the Flet index's native libraries that other wheels need."""
    return package.startswith("flet-lib")
