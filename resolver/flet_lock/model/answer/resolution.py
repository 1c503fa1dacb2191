"""The answer: one release of each package, and each target's own wheel of it."""

from collections.abc import Mapping
from enum import StrEnum

from msgspec import Struct
from packaging.utils import NormalizedName
from packaging.version import Version

from flet_lock.model.answer.downgrade import Downgrade
from flet_lock.model.index.artifact import Artifact
from flet_lock.model.index.listing import IndexReply
from flet_lock.model.target import Platform, Target


class Availability(StrEnum):
    """What a release offers a target (the classes of the README's glossary)."""

    PURE = "pure"
    BINARY = "binary"
    PURE_FALLBACK = "pure-fallback"
    HOLLOW = "hollow"
    SOURCE_ONLY = "source-only"
    MISSING = "missing"


class Edge(Struct, frozen=True, kw_only=True):
    """A package that a pin, or the app, requires, and on which targets."""

    package: NormalizedName
    extras: frozenset[NormalizedName]
    specifier: str
    """Canonical text, `>=1,<2`; `""` for any; `@ URL` for a direct reference."""
    targets: tuple[Target, ...]
    uncertain: bool = False
    """The marker's truth differs between devices: kept on the safe side."""
    marker: str | None = None
    """As written; None without one."""


class Pin(Struct, frozen=True, kw_only=True):
    """A release chosen."""

    package: NormalizedName
    version: Version
    extras: frozenset[NormalizedName]
    artifacts: Mapping[Target, Artifact]
    """Each target's own file: a wheel, or an sdist of a `source_packages` package. Its keys are
    the targets that need the package, in target order."""
    availability: Mapping[Target, Availability]
    """Same keys."""
    requires: tuple[Edge, ...]
    """What it requires on the targets that need it; sorted by package."""
    mixed_origins: bool = False
    """Its wheels come from more than one index or build number: nothing covered all targets."""

    def __hash__(self) -> int:
        return hash((self.package, self.version))

    @property
    def targets(self) -> tuple[Target, ...]:
        """The targets that need the package."""
        return tuple(self.artifacts)


class Resolution(Struct, frozen=True, kw_only=True):
    """A platform's answer. Pins are sorted by package."""

    platform: Platform
    targets: tuple[Target, ...]
    """All targets of the platform that were resolved for."""
    pins: tuple[Pin, ...]
    requires: tuple[Edge, ...]
    """What the app itself requires; sorted by package."""
    replies: tuple[IndexReply, ...] = ()
    """Every answer of an index for a package that was looked at; sorted."""
    downgrades: tuple[Downgrade, ...] = ()
    """What was taken older than a desktop would get; sorted by package."""
    native_releases: tuple[tuple[NormalizedName, Version], ...] = ()
    """Packages with a hollow wheel, and the newest release that has a native one for each of
    their targets; those without such a release are not here."""

    def pin(self, package: NormalizedName) -> Pin:
        """The pin of a package.

        Raises:
            KeyError: the package is not part of the answer.
        """
        for pin in self.pins:
            if pin.package == package:
                return pin
        raise KeyError(package)
