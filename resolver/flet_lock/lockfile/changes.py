"""Differences between two locks of a platform, package by package."""

from collections.abc import Iterable, Mapping
from enum import StrEnum

from msgspec import Struct
from packaging.utils import NormalizedName
from packaging.version import Version

from flet_lock.lockfile.contents import Lock
from flet_lock.lockfile.package import LockedPackage
from flet_lock.model.answer.resolution import Availability
from flet_lock.model.target import Platform


class ChangeKind(StrEnum):
    """What became of a package, the most telling first."""

    ADDED = "added"
    REMOVED = "removed"
    UP = "up"
    DOWN = "down"
    CLASS = "class"
    INDEX = "index"


class PackageState(Struct, frozen=True, kw_only=True):
    """A package as one lock has it."""

    version: Version
    """Its one version."""
    availability: Availability | None = None
    """The worst class that a slice gets; None where only versions can be read of the lock."""
    indexes: tuple[str, ...] = ()
    """Locations without credentials, sorted; empty for a directory or a direct reference."""

    def __hash__(self) -> int:
        return hash((self.version, self.availability, self.indexes))


class PackageChange(Struct, frozen=True, kw_only=True):
    """A package that two locks have otherwise; not both sides are None."""

    package: NormalizedName
    """The package."""
    before: PackageState | None
    """None: the old lock does not have it."""
    after: PackageState | None
    """None: the new lock does not have it."""

    @property
    def kind(self) -> ChangeKind:
        """What to call it."""
        if self.before is None:
            return ChangeKind.ADDED
        if self.after is None:
            return ChangeKind.REMOVED
        if self.before.version != self.after.version:
            is_newer = self.after.version > self.before.version
            return ChangeKind.UP if is_newer else ChangeKind.DOWN
        same_class = self.before.availability is self.after.availability
        return ChangeKind.INDEX if same_class else ChangeKind.CLASS


class HashChange(Struct, frozen=True, kw_only=True):
    """A file that kept its name and got other bytes: an index that replaces files, or worse."""

    package: NormalizedName
    """Its package."""
    filename: str
    """The name that stayed."""
    algorithm: str
    """The hash algorithm, `sha256`."""
    old: str
    """Hex digest in the old lock."""
    new: str
    """Hex digest in the new lock."""


class IndexMove(Struct, frozen=True, kw_only=True):
    """A package that another index serves now: a new release of it there, or an intruder."""

    package: NormalizedName
    """The package."""
    old: tuple[str, ...]
    """Locations without credentials, sorted; empty for a directory or a direct reference."""
    new: tuple[str, ...]
    """The same, now."""


class LockChanges(Struct, frozen=True, kw_only=True):
    """From an old lock to a new one; each tuple sorted by package."""

    packages: tuple[PackageChange, ...] = ()
    """Packages that are not as they were."""
    hashes: tuple[HashChange, ...] = ()
    """Files with other bytes."""
    moved: tuple[IndexMove, ...] = ()
    """Packages from other indexes."""


def compare_locks(old: Lock, new: Lock) -> LockChanges:
    """Compares two locks of a platform: packages, files and indexes."""
    before = {package.package: package for package in old.packages}
    after = {package.package: package for package in new.packages}
    both = [(before[name], after[name]) for name in sorted(before.keys() & after.keys())]
    return LockChanges(
        packages=compare_packages(states_of(old), states_of(new)),
        hashes=tuple(change for one, other in both for change in _hash_changes(one, other)),
        moved=tuple(
            IndexMove(package=one.package, old=_indexes(one), new=_indexes(other))
            for one, other in both
            if _indexes(one) != _indexes(other)
        ),
    )


def states_of(lock: Lock | None) -> dict[NormalizedName, PackageState]:
    """Each package as a lock has it; none without a lock."""
    return {
        each.package: PackageState(
            version=each.version, availability=each.worst, indexes=_indexes(each)
        )
        for each in (lock.packages if lock is not None else ())
    }


def compare_packages(
    before: Mapping[NormalizedName, PackageState], after: Mapping[NormalizedName, PackageState]
) -> tuple[PackageChange, ...]:
    """The packages that are not as they were, sorted."""
    return tuple(
        PackageChange(package=name, before=before.get(name), after=after.get(name))
        for name in sorted({*before, *after})
        if before.get(name) != after.get(name)
    )


def across_platforms(
    found: Mapping[Platform, Iterable[PackageChange]],
) -> dict[PackageChange, tuple[Platform, ...]]:
    """Each change once, with the platforms whose locks it is in; sorted by package."""
    platforms: dict[PackageChange, tuple[Platform, ...]] = {}
    for platform, changes in found.items():
        for change in changes:
            platforms[change] = (*platforms.get(change, ()), platform)
    return dict(sorted(platforms.items(), key=lambda item: item[0].package))


def _hash_changes(old: LockedPackage, new: LockedPackage) -> list[HashChange]:
    known = {file.filename: file for file in old.files}
    return [
        HashChange(
            package=new.package,
            filename=file.filename,
            algorithm=algorithm,
            old=known[file.filename].hashes[algorithm],
            new=digest,
        )
        for file in new.files
        if file.filename in known
        for algorithm, digest in sorted(file.hashes.items())
        if known[file.filename].hashes.get(algorithm, digest) != digest
    ]


def _indexes(package: LockedPackage) -> tuple[str, ...]:
    return tuple(sorted({file.index for file in package.files if file.index is not None}))
