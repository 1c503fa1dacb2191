"""What changed from one lock to another, a row for each kind of change."""

from collections.abc import Collection, Iterable, Mapping, Sequence

from flet_lock.lockfile.changes import (
    ChangeKind,
    PackageChange,
    PackageState,
    across_platforms,
)
from flet_lock.model.answer.resolution import Availability
from flet_lock.model.target import Platform
from flet_lock.reports.layout.clean_text import GLUE, clean
from flet_lock.reports.layout.page import Style
from flet_lock.reports.wording.availability import AVAILABILITY_WORDS
from flet_lock.reports.wording.targets import describe_platforms

_SHOWN = 6
"""Packages of a row: with their versions they take two lines of 80 columns."""
_STYLES: Mapping[ChangeKind, Style] = {
    ChangeKind.ADDED: "good",
    ChangeKind.REMOVED: "faint",
    ChangeKind.UP: "good",
    ChangeKind.DOWN: "warn",
    ChangeKind.CLASS: "warn",
}


def change_rows(
    found: Mapping[Platform, Iterable[PackageChange]], *, everything: bool
) -> list[tuple[str, Style, str]]:
    """A row for each kind of change, with all platforms: label, its style, text.

    Packages that only come from another index are left out: they have a row with advice.
    """
    every = tuple(found)
    kinds: dict[ChangeKind, list[str]] = {}
    for change, platforms in across_platforms(found).items():
        words = describe_change(change, platforms if platforms != every else ())
        kinds.setdefault(change.kind, []).append(words)
    return [
        (kind.value, style, listed(kinds[kind], None if everything else _SHOWN))
        for kind, style in _STYLES.items()
        if kind in kinds
    ]


def describe_change(change: PackageChange, platforms: Collection[Platform]) -> str:
    """`numpy 2.3.1 → 2.3.5 (Android)`.

    Args:
        change: the change.
        platforms: those to name; none where it holds for all.
    """
    remarks = [describe_platforms(platforms)] if platforms else []
    match change.before, change.after:
        case None, PackageState() as new:
            remarks += _class_of(new)
            versions = f"{new.version}"
        case PackageState() as old, None:
            versions = f"{old.version}"
        case PackageState() as old, PackageState() as new:
            versions = f"{old.version}"
            if old.version != new.version:
                versions += f"{GLUE}→{GLUE}{new.version}"
            if old.availability and new.availability and old.availability != new.availability:
                remarks.append(f"{_name(old.availability)}{GLUE}→{GLUE}{_name(new.availability)}")
        case _:
            raise AssertionError(change)
    told = f"{GLUE}({', '.join(remarks)})" if remarks else ""
    return f"{clean(change.package)}{GLUE}{versions}{told}"


def listed(names: Sequence[str], most: int | None) -> str:
    """`a, b and 3 more`; all of them for None."""
    shown = names[:most]
    more = len(names) - len(shown)
    return ", ".join(shown) + (f" and {more} more" if more else "")


def _class_of(state: PackageState) -> list[str]:
    pure = state.availability in (None, Availability.PURE)
    return [] if pure else [_name(state.availability or Availability.PURE)]


def _name(availability: Availability) -> str:
    return AVAILABILITY_WORDS[availability].count
