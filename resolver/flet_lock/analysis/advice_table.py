"""The shipped facts about packages by name, read: two tables of `data/catalog/`.

`package-advice.toml` has what no phone will have, need have, or has under another name;
`advice.toml` has what names tell besides.
"""

import tomllib
from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase
from functools import cache
from typing import Any, Final

from msgspec import Struct
from packaging.utils import NormalizedName

from flet_lock.model.facts.advice import AdviceKind, DesktopReason, NameFact
from flet_lock.model.facts.desktops import DESKTOPS
from flet_lock.model.target import Platform
from flet_lock.targets.shipped_data import shipped_path

_KINDS: Final[Mapping[str, AdviceKind]] = {
    **dict.fromkeys(DesktopReason, AdviceKind.DESKTOP_ONLY),
    "build": AdviceKind.DEVELOPMENT_TOOL,
    "flet": AdviceKind.PART_OF_FLET,
    "name": AdviceKind.OTHER_NAME,
    "twin": AdviceKind.TWIN,
    "platform": AdviceKind.OTHER_PLATFORM,
}


class AdviceTable(Struct, frozen=True, kw_only=True):
    """What is known. Names are normalized."""

    exact: Mapping[str, NameFact]
    patterns: tuple[tuple[str, NameFact], ...]
    """Names with `*` for any characters."""
    missing_modules: frozenset[str]
    """Of the standard library, which Python on a phone does not have."""
    extras: Mapping[str, tuple[str, ...]]
    """Package to extras that are not for phones."""
    known: tuple[str, ...]
    """Names that a misspelt one may have meant."""

    def fact(self, package: NormalizedName) -> NameFact | None:
        """What is known of a name; None for most."""
        exact = self.exact.get(package)
        if exact is not None:
            return exact
        return next(
            (fact for pattern, fact in self.patterns if fnmatchcase(package, pattern)), None
        )


@cache
def shipped_advice() -> AdviceTable:
    """The tables that come with the package, read once."""
    names, packages = (
        shipped_path(name).read_text(encoding="utf-8")
        for name in ("advice.toml", "package-advice.toml")
    )
    return parse_advice(names, packages)


def parse_advice(names: str, packages: str) -> AdviceTable:
    """The facts in the texts of an `advice.toml` and a `package-advice.toml`.

    Raises:
        tomllib.TOMLDecodeError, KeyError, ValueError: they are not what they should be; the files
            are ours, so that is a fault of this program.
    """
    # Any: what a table holds is looked at key by key below.
    document: dict[str, Any] = tomllib.loads(names)
    facts: dict[str, NameFact] = {}
    for name, fact in (*_names(document), *_packages(tomllib.loads(packages))):
        if name in facts:
            raise ValueError(f"told twice: {name}")
        facts[name] = fact
    return AdviceTable(
        exact={name: fact for name, fact in facts.items() if "*" not in name},
        patterns=tuple((name, fact) for name, fact in facts.items() if "*" in name),
        missing_modules=frozenset(document["standard-library"]["desktop"]),
        extras={name: tuple(extras) for name, extras in document["extras"].items()},
        known=tuple(document["known"]["names"]),
    )


def _names(document: Mapping[str, Any]) -> Iterator[tuple[str, NameFact]]:
    for table, kind in (
        ("obsolete", AdviceKind.OBSOLETE),
        ("module", AdviceKind.OTHER_NAME),
        ("dropped", AdviceKind.DROPPED_MODULE),
    ):
        for name, instead in document[table].items():
            yield name, NameFact(kind=kind, instead=tuple(instead))
    for name in document["desktop"]["names"]:
        yield name, NameFact(kind=AdviceKind.DESKTOP_ONLY, systems=tuple(DESKTOPS))
    for name in document["tools"]["names"]:
        yield name, NameFact(kind=AdviceKind.DEVELOPMENT_TOOL)
    for table, kind in (
        ("python", AdviceKind.INTERPRETER),
        ("system-libraries", AdviceKind.SYSTEM_LIBRARY),
    ):
        for name in document[table]["names"]:
            yield name, NameFact(kind=kind)
    for name, only in document["phones"].items():
        yield name, NameFact(kind=AdviceKind.OTHER_PLATFORM, systems=(Platform(only).label,))


def _packages(document: Mapping[str, Any]) -> Iterator[tuple[str, NameFact]]:
    for entry in document["advice"]:
        kind = _KINDS[entry["kind"]]
        fact = NameFact(
            kind=kind,
            instead=(entry["instead"],) if "instead" in entry else (),
            systems=_systems(kind, entry),
            reason=DesktopReason(entry["kind"])
            if kind is AdviceKind.DESKTOP_ONLY
            else DesktopReason.DESKTOP,
            needs=entry.get("needs", ""),
            source=entry["source"],
        )
        for name in entry["names"]:
            yield name, fact


def _systems(kind: AdviceKind, entry: Mapping[str, Any]) -> tuple[str, ...]:
    match kind:
        case AdviceKind.OTHER_PLATFORM:
            return (Platform(entry["only"]).label,)
        case AdviceKind.DESKTOP_ONLY:
            return tuple(entry.get("systems", DESKTOPS))
        case _:
            return ()
