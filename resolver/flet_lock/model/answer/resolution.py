"""The answer: one release of each package, and each target's own wheel of it."""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import TYPE_CHECKING

from msgspec import Struct, field
from packaging.utils import NormalizedName
from packaging.version import Version

from flet_lock.model.answer.downgrade import Downgrade
from flet_lock.model.index.artifact import Artifact
from flet_lock.model.index.listing import IndexReply
from flet_lock.model.target import Platform, Target

if TYPE_CHECKING:  # few answers have any
    from flet_lock.model.answer.old_release import OldRelease


class Availability(StrEnum):
    """What a release offers a target (the classes of the README's glossary).

    In their order everywhere: the one that a user should know about most comes last.
    """

    PURE = "pure"
    BINARY = "binary"
    PURE_FALLBACK = "pure-fallback"
    SOURCE_ONLY = "source-only"
    HOLLOW = "hollow"
    MISSING = "missing"


def worst_of(classes: Iterable[Availability]) -> Availability:
    """Of the classes of a package's targets, the one to know about; `PURE` for none."""
    return max(classes, key=[*Availability].index, default=Availability.PURE)


class Edge(Struct, frozen=True, kw_only=True):
    """A requirement of a package, or of the app, and the slices on which it applies."""

    package: NormalizedName
    extras: tuple[NormalizedName, ...] = ()
    """Sorted."""
    specifier: str = ""
    """Canonical text, `>=1,<2`; `""` for any version; `@ URL` for a direct reference, in a lock
    without credentials and `@ path` for a local one."""
    slices: tuple[str, ...] = field(name="targets")
    """Names of the slices on which it applies, in target order."""
    uncertain: bool = False
    """True if the marker's value differs between devices: the requirement is then kept."""
    marker: str | None = None
    """As written; None without a marker."""


class Node(Struct, frozen=True, kw_only=True):
    """A package at its one version: what the dependency graph reads of an answer or a lock."""

    package: NormalizedName
    version: Version
    availability: Mapping[str, Availability]
    """Slice name to class, for each slice that needs the package, in target order."""
    requires: tuple[Edge, ...]
    """Its requirements on those slices; sorted by package."""

    def __hash__(self) -> int:
        return hash((self.package, self.version))

    @property
    def slices(self) -> tuple[str, ...]:
        """Names of the slices that need the package, in target order."""
        return tuple(self.availability)

    @property
    def worst(self) -> Availability:
        """Of its classes the one to know about."""
        return worst_of(self.availability.values())


class Pin(Node, frozen=True, kw_only=True):
    """A release that the resolver chose."""

    extras: frozenset[NormalizedName]
    artifacts: Mapping[Target, Artifact]
    """Each target's own file: a wheel, or an sdist of a `source_packages` package. Its keys are
    the targets that need the package, in target order."""
    mixed_origins: bool = False
    """True if its wheels come from several indexes or build numbers: none covered all targets."""

    @property
    def targets(self) -> tuple[Target, ...]:
        """The targets that need the package."""
        return tuple(self.artifacts)


class NativeSystem(Struct, frozen=True, kw_only=True):
    """A newer system for which a hollow release has its native library."""

    package: NormalizedName
    """The package."""
    minimum_os: tuple[int, int]
    """Android: (API level, 0). iOS: (major, minor)."""
    slices: tuple[str, ...]
    """Those that get it then, in target order."""


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
    old_releases: tuple["OldRelease", ...] = ()
    """Of the downgrades, those that are years or a major version behind; sorted by package."""
    native_releases: tuple[tuple[NormalizedName, Version], ...] = ()
    """Packages with a hollow wheel, and the newest release that has a native one for each of
    their targets; those without such a release are not here."""
    native_systems: tuple[NativeSystem, ...] = ()
    """For packages with a hollow wheel: the newer system that gets a native one."""

    def pin(self, package: NormalizedName) -> Pin:
        """The pin of a package.

        Raises:
            KeyError: the package is not part of the answer.
        """
        for pin in self.pins:
            if pin.package == package:
                return pin
        raise KeyError(package)
