"""What is to be installed where: decided from a lock alone, before anything is touched."""

import hashlib
from collections.abc import Iterable
from typing import Final

import msgspec
from msgspec import Struct
from packaging.utils import NormalizedName
from packaging.version import Version

from flet_lock.lockfile.contents import Lock
from flet_lock.lockfile.package import LockedFile, LockedPackage, LockedTree
from flet_lock.model.target import Platform

TREE_VERSION: Final = 1
"""Goes up when the same wheels would be unpacked to other files than before."""


class PlannedPackage(Struct, frozen=True, kw_only=True):
    """A package's file or tree, and the slices that get its wheel."""

    package: NormalizedName
    """Its name."""
    version: Version
    """The locked version."""
    source: LockedFile | LockedTree
    """The locked wheel, or the source that a wheel is built from on this machine."""
    subdirectory: str | None
    """Where in a source the project is; None: at the top, or the source is a wheel."""
    slices: tuple[str, ...]
    """In the lock's order; never empty."""

    @property
    def file(self) -> LockedFile | None:
        """The file to fetch: a wheel or an archive of a source; None for a tree."""
        return self.source if isinstance(self.source, LockedFile) else None

    @property
    def wheel(self) -> LockedFile | None:
        """The locked wheel; None if the wheel has to be built."""
        return self.file if self.file is not None and self.file.is_wheel else None


class InstallPlan(Struct, frozen=True, kw_only=True):
    """All that is to be installed, each wheel once for all slices that take it."""

    platform: Platform
    """The platform of the lock."""
    python: str
    """The minor that the lock is for, `3.14`."""
    python_full_version: str
    """Its release, `3.14.6`."""
    slices: tuple[str, ...]
    """In the lock's order. A slice without packages becomes an empty folder."""
    packages: tuple[PlannedPackage, ...]
    """Sorted by package, then by file name."""

    @property
    def files(self) -> tuple[LockedFile, ...]:
        """All files of the lock that have to be fetched or found on this machine."""
        return tuple(planned.file for planned in self.packages if planned.file is not None)

    @property
    def package_count(self) -> int:
        """Number of packages over all slices, each counted once."""
        return len({planned.package for planned in self.packages})

    @property
    def repeatable(self) -> bool:
        """Whether the plan settles the content: not where a local folder is built."""
        return not any(
            isinstance(planned.source, LockedTree) and planned.source.commit is None
            for planned in self.packages
        )

    def for_slice(self, slice_name: str) -> tuple[PlannedPackage, ...]:
        """What one slice gets, sorted by package."""
        return tuple(planned for planned in self.packages if slice_name in planned.slices)

    @property
    def digest(self) -> str:
        """`sha256:…` over what decides the content of the tree; where it comes from does not."""
        facts = [
            [planned.package, str(planned.version), list(planned.slices), _content(planned)]
            for planned in self.packages
        ]
        text = msgspec.json.encode([TREE_VERSION, self.python, self.slices, facts])
        return f"sha256:{hashlib.sha256(text).hexdigest()}"


def plan_install(lock: Lock, slices: Iterable[str] | None = None) -> InstallPlan:
    """Decides which file of which package goes to which slice.

    Args:
        lock: the lock.
        slices: the slices to install, in any order; None for all that it was made for.

    Raises:
        SlicesNotLocked: the lock was not made for some of them.
    """
    chosen = lock.chosen_slices(slices)
    return InstallPlan(
        platform=lock.platform,
        python=lock.inputs.python,
        python_full_version=lock.python_full_version,
        slices=chosen,
        packages=tuple(
            planned for package in lock.packages for planned in _planned(package, chosen)
        ),
    )


def _planned(package: LockedPackage, slices: tuple[str, ...]) -> list[PlannedPackage]:
    taking: dict[str, list[str]] = {}
    for name in slices:
        if name in package.chosen:
            taking.setdefault(package.chosen[name], []).append(name)
    return [
        PlannedPackage(
            package=package.package,
            version=package.version,
            source=source,
            subdirectory=source.subdirectory
            if isinstance(source, LockedTree)
            else package.archive_subdirectory,
            slices=tuple(names),
        )
        for _, names in sorted(taking.items())
        for source in [package.source_for(names[0])]
    ]


def _content(planned: PlannedPackage) -> list[object]:
    source = planned.source
    if isinstance(source, LockedTree):
        return ["tree", source.commit, source.url, source.path, planned.subdirectory]
    if source.is_wheel:
        return ["wheel", source.filename, sorted(source.hashes.items())]
    return ["sdist", sorted(source.hashes.items()), planned.subdirectory]
