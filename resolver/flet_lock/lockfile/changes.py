"""Differences between two locks of a platform that no new version explains."""

from msgspec import Struct
from packaging.utils import NormalizedName

from flet_lock.lockfile.contents import Lock
from flet_lock.lockfile.package import LockedPackage


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

    hashes: tuple[HashChange, ...] = ()
    """Files with other bytes."""
    moved: tuple[IndexMove, ...] = ()
    """Packages from other indexes."""


def compare_locks(old: Lock, new: Lock) -> LockChanges:
    """Compares the packages that both locks have, file by file and index by index."""
    before = {package.package: package for package in old.packages}
    after = {package.package: package for package in new.packages}
    both = [(before[name], after[name]) for name in sorted(before.keys() & after.keys())]
    return LockChanges(
        hashes=tuple(change for one, other in both for change in _hash_changes(one, other)),
        moved=tuple(
            IndexMove(package=one.package, old=_indexes(one), new=_indexes(other))
            for one, other in both
            if _indexes(one) != _indexes(other)
        ),
    )


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
