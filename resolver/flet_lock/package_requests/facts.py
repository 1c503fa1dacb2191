"""The facts that a request, or its refusal, depends on.

A draft is posted in public, so what could tell too much has no place here: no URL of an index, no
path, no text of an error. Names of packages other than the requested one are those that PyPI or
Flet's index knows; the maker of these values leaves out all others.
"""

from msgspec import Struct
from packaging.utils import NormalizedName
from packaging.version import Version

from flet_lock.analysis.availability import PackageOffers, ReleaseOffers
from flet_lock.model.answer.resolution import Availability
from flet_lock.model.facts.advice import NameFact
from flet_lock.model.index.artifact import Sdist
from flet_lock.model.index.existing_request import ExistingRequest
from flet_lock.model.index.source import SourceFinding
from flet_lock.model.target import Platform

UNUSABLE = frozenset({Availability.MISSING, Availability.SOURCE_ONLY, Availability.HOLLOW})
"""A hollow wheel installs, and then its code does not find its native library."""


class Lift(Struct, frozen=True, kw_only=True):
    """A package that an app takes older than a desktop would, because of the requested one."""

    package: NormalizedName
    """The package that is held back."""
    taken: Version
    """The version that the app gets."""
    newest: Version
    """The version that a desktop gets."""


class Need(Struct, frozen=True, kw_only=True):
    """Who needs a package, of an app."""

    chain: tuple[NormalizedName | None, ...]
    """Shortest, from the app's own requirement down to the package's direct dependent; empty if
    that is the app itself. None stands for a name that is not public."""
    blocks: tuple[Platform, ...] = ()
    """Platforms that the app cannot be locked for because of it."""
    other_blockers: int = 0
    """Packages that stand in the way there besides it."""
    lifts: tuple[Lift, ...] = ()
    """Sorted by package."""


class RequestFacts(Struct, frozen=True, kw_only=True):
    """The facts about a requested package."""

    package: NormalizedName
    """The package."""
    specifier: str
    """Canonical, `>=2,<3`; `""` for any version."""
    wanted: PackageOffers
    """For the targets that it is asked for: an app's own, or those of Flet's default Python."""
    everywhere: PackageOffers
    """The same versions for every Python that Flet has, and all their slices."""
    any_version: PackageOffers
    """For the targets that it is asked for, whatever the version."""
    on_flet: tuple[Version, ...] | None = None
    """Versions on Flet's index, newest first; None where it was not asked itself."""
    system_name: bool = False
    """Whether it is the name of a module of Python itself."""
    source: SourceFinding | None = None
    """What the sdist of the wanted release holds; None where there is none, or it was not seen."""
    licence: str | None = None
    """As its METADATA says, foreign text; None where it does not, or was not seen."""
    need: Need | None = None
    """None without an app, or where it does not need the package."""
    advice: NameFact | None = None
    """What the shipped table says of it; None if it says nothing."""
    instead: Version | None = None
    """The newest release of `advice.instead` that every wanted target can use."""
    short_of: tuple[NormalizedName, ...] = ()
    """Packages that the wanted release requires, and that have no release for these targets."""
    desktop_only: tuple[NormalizedName, ...] = ()
    """Of these, packages that are made for desktops: they are not in `short_of`."""
    existing: tuple[ExistingRequest, ...] = ()
    """Requests that were found."""

    @property
    def release(self) -> ReleaseOffers | None:
        """The release that is asked for: the newest that fits; None where none does."""
        return next(iter(self.everywhere.releases), None)

    @property
    def wanted_release(self) -> ReleaseOffers | None:
        """The same, for the wanted targets alone."""
        return next(iter(self.wanted.releases), None)

    @property
    def sdist(self) -> Sdist | None:
        """The source distribution of that release."""
        return None if self.release is None else self.release.sdist
