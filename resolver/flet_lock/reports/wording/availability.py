"""Availability classes in one letter and in words."""

from collections.abc import Iterable
from typing import Final

from msgspec import Struct

from flet_lock.model.answer.resolution import Availability
from flet_lock.reports.layout.page import Style


class AvailabilityWords(Struct, frozen=True, kw_only=True):
    """How a class is shown and said."""

    letter: str
    """Where there is no room for words."""
    style: Style
    meaning: str
    """For a legend."""
    label: str
    """Of the row with the packages of the class."""
    count: str
    """After a number: `3 binary`."""
    remark: str = ""
    """What a user should know about packages of the class."""


AVAILABILITY_WORDS: Final = {
    Availability.PURE: AvailabilityWords(
        letter="P", style="good", meaning="pure Python", label="pure", count="pure"
    ),
    Availability.BINARY: AvailabilityWords(
        letter="B", style="strong", meaning="binary", label="binary", count="binary"
    ),
    Availability.PURE_FALLBACK: AvailabilityWords(
        letter="F",
        style="warn",
        meaning="pure fallback: works, slower than on desktops",
        label="fallback",
        count="pure fallback",
        remark="pure Python here, native code on desktops: works, but slower",
    ),
    Availability.SOURCE_ONLY: AvailabilityWords(
        letter="S",
        style="warn",
        meaning="sources only (an sdist)",
        label="built",
        count="from source",
        remark="no wheel: built from the sdist by the build",
    ),
    Availability.HOLLOW: AvailabilityWords(
        letter="H",
        style="bad",
        meaning="hollow: installs without its native library, fails on the device",
        label="hollow",
        count="hollow",
        remark="the native library is only in other wheels of the same version: "
        "this installs and then fails on the device",
    ),
    Availability.MISSING: AvailabilityWords(
        letter="-", style="faint", meaning="no wheel", label="missing", count="missing"
    ),
}
"""In the order of the classes."""


def letters(classes: Iterable[Availability]) -> str:
    """`B`, or `B/F` where targets get different classes."""
    found = set(classes)
    return "/".join(words.letter for each, words in AVAILABILITY_WORDS.items() if each in found)


def legend(classes: Iterable[Availability]) -> tuple[tuple[str, Style, str], ...]:
    """Letter, style and meaning of the classes in use."""
    found = set(classes)
    return tuple(
        (words.letter, words.style, words.meaning)
        for each, words in AVAILABILITY_WORDS.items()
        if each in found
    )


def is_native_library(package: str) -> bool:
    """Whether it is one of the Flet index's native libraries that other wheels need."""
    return package.startswith("flet-lib")
