"""Shipped facts on packages that are not worth a request (`data/catalog/package-advice.toml`)."""

import tomllib
from collections.abc import Iterable, Mapping
from enum import StrEnum
from fnmatch import fnmatchcase

from msgspec import Struct
from packaging.utils import NormalizedName, canonicalize_name

from flet_lock.model.target import Platform


class AdviceKind(StrEnum):
    """Why nobody should ask for a package."""

    TOOLKIT = "toolkit"
    """It draws windows of its own; a Flet app is drawn by Flet."""
    DESKTOP = "desktop"
    """It works on a desktop's screen, keyboard, mouse or browser."""
    SYSTEM = "system"
    """It speaks to one desktop system."""
    HARDWARE = "hardware"
    """It needs hardware that phones do not have."""
    BUILD = "build"
    """It works while an app is developed or built."""
    FLET = "flet"
    """A part of Flet that phones do not use, or its former name."""
    NAME = "name"
    """It is called otherwise on PyPI."""
    TWIN = "twin"
    """The same code as another package."""
    PLATFORM = "platform"
    """It is a door to one of the two phone platforms."""


class Advice(Struct, frozen=True, kw_only=True):
    """What is known of one package, or of several."""

    names: tuple[str, ...]
    """Normalized; a `*` at the end stands for anything."""
    kind: AdviceKind
    source: str
    """Where it can be read up: a URL."""
    systems: tuple[str, ...] = ()
    """For `SYSTEM`."""
    needs: str = ""
    """For `HARDWARE`."""
    instead: NormalizedName | None = None
    """For `FLET`, `NAME` and `TWIN`."""
    only: Platform | None = None
    """For `PLATFORM`."""

    def covers(self, package: NormalizedName) -> bool:
        """Whether it speaks of a package."""
        return any(fnmatchcase(package, name) for name in self.names)


def parse_advice(text: str) -> tuple[Advice, ...]:
    """The table, read.

    Raises:
        ValueError, KeyError, TypeError: it is not what it should be: a fault of this package.
    """
    return tuple(_entry(table) for table in tomllib.loads(text)["advice"])


def find_advice(table: Iterable[Advice], package: NormalizedName) -> Advice | None:
    """The first entry that speaks of a package."""
    return next((each for each in table if each.covers(package)), None)


def _entry(table: Mapping[str, object]) -> Advice:
    instead, only = table.get("instead"), table.get("only")
    return Advice(
        names=_words(table["names"]),
        kind=AdviceKind(str(table["kind"])),
        source=str(table["source"]),
        systems=_words(table.get("systems", [])),
        needs=str(table.get("needs", "")),
        instead=None if instead is None else canonicalize_name(str(instead)),
        only=None if only is None else Platform(str(only)),
    )


def _words(value: object) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise TypeError(f"not a list: {value!r}")
    return tuple(str(word) for word in value)
