"""What is to be installed where: decided from a lock alone, before anything is touched."""

import hashlib
from collections.abc import Iterable, Mapping
from typing import Final

import msgspec
from msgspec import Struct
from packaging.utils import NormalizedName
from packaging.version import Version

from flet_lock.lockfile.contents import Lock
from flet_lock.lockfile.package import LockedFile, LockedPackage, LockedTree
from flet_lock.model.errors import SlicesNotLocked
from flet_lock.model.target import Platform

TREE_VERSION: Final = 1
"""Goes up when the same wheels would be unpacked to other files than before."""


class PlannedFile(Struct, frozen=True, kw_only=True):
    """A file of the lock that has to be here: a wheel, or an sdist to build one from."""

    package: NormalizedName
    version: Version
    filename: str
    url: str | None
    """Without credentials; None where `path` is given."""
    path: str | None
    """Relative to the lock's folder, `/` between parts; None where `url` is given."""
    index: str | None
    """Location of the index it was found on, without credentials; None for a directory or a
    direct reference."""
    hashes: Mapping[str, str]
    """Algorithm to hex digest, strong ones only; never empty. All of them have to hold."""
    size: int | None
    """Bytes; None where the lock does not say."""

    def __hash__(self) -> int:
        return hash((self.package, self.filename))

    @property
    def key(self) -> tuple[str, str]:
        """Algorithm and digest that stand for the content."""
        algorithm = "sha256" if "sha256" in self.hashes else min(self.hashes)
        return algorithm, self.hashes[algorithm]

    @property
    def origin(self) -> str:
        """Where it is, for people."""
        return self.url or self.path or self.filename


class WheelSource(Struct, frozen=True, kw_only=True):
    """A locked wheel."""

    file: PlannedFile


class BuildSource(Struct, frozen=True, kw_only=True):
    """Something that a wheel has to be built from, on this machine."""

    archive: PlannedFile | None
    """None for a folder or a repository."""
    tree: LockedTree | None
    """None for an archive."""
    subdirectory: str | None
    """Where in it the project is; None: at the top."""

    @property
    def origin(self) -> str:
        """Where it is, for people."""
        if self.archive is not None:
            return self.archive.origin
        assert self.tree is not None  # noqa: S101 - one of the two, by construction
        return self.tree.url or self.tree.path or self.tree.name


class PlannedPackage(Struct, frozen=True, kw_only=True):
    """A package's source, and the slices that get the wheel."""

    package: NormalizedName
    version: Version
    source: WheelSource | BuildSource
    slices: tuple[str, ...]
    """In the lock's order; never empty."""


class InstallPlan(Struct, frozen=True, kw_only=True):
    """All that is to be installed, each wheel once for all slices that take it."""

    platform: Platform
    python: str
    """The minor that the lock is for, `3.14`."""
    slices: tuple[str, ...]
    """In the lock's order. A slice without packages becomes an empty folder."""
    packages: tuple[PlannedPackage, ...]
    """Sorted by package, then by file name."""

    @property
    def files(self) -> tuple[PlannedFile, ...]:
        """All files of the lock that have to be here."""
        found = []
        for planned in self.packages:
            if isinstance(planned.source, WheelSource):
                found.append(planned.source.file)
            elif planned.source.archive is not None:
                found.append(planned.source.archive)
        return tuple(found)

    @property
    def repeatable(self) -> bool:
        """Whether the plan settles the content: not where a local folder is built."""
        return not any(
            isinstance(planned.source, BuildSource)
            and planned.source.tree is not None
            and planned.source.tree.commit is None
            for planned in self.packages
        )

    def for_slice(self, slice_name: str) -> tuple[PlannedPackage, ...]:
        """What one slice gets, sorted by package."""
        return tuple(planned for planned in self.packages if slice_name in planned.slices)

    @property
    def digest(self) -> str:
        """`sha256:…` over what decides the content of the tree; where it comes from does not."""
        facts = [
            [planned.package, str(planned.version), list(planned.slices), _content(planned.source)]
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
    wanted = set(lock.slices if slices is None else slices)
    unknown = wanted - set(lock.slices)
    if unknown:
        raise SlicesNotLocked(
            platform=lock.platform, slices=tuple(sorted(unknown)), locked=lock.slices
        )
    chosen = tuple(name for name in lock.slices if name in wanted)
    return InstallPlan(
        platform=lock.platform,
        python=lock.inputs.python,
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
            source=_source(package, package.source_for(names[0])),
            slices=tuple(names),
        )
        for _, names in sorted(taking.items())
    ]


def _source(package: LockedPackage, part: LockedFile | LockedTree) -> WheelSource | BuildSource:
    if isinstance(part, LockedTree):
        return BuildSource(archive=None, tree=part, subdirectory=part.subdirectory)
    file = PlannedFile(
        package=package.package,
        version=package.version,
        filename=part.filename,
        url=part.url,
        path=part.path,
        index=package.other_indexes.get(part.filename, package.index),
        hashes=part.hashes,
        size=part.size,
    )
    if part.filename.endswith(".whl"):
        return WheelSource(file=file)
    return BuildSource(archive=file, tree=None, subdirectory=package.archive_subdirectory)


def _content(source: WheelSource | BuildSource) -> list[object]:
    if isinstance(source, WheelSource):
        return ["wheel", source.file.filename, sorted(source.file.hashes.items())]
    if source.archive is not None:
        return ["sdist", sorted(source.archive.hashes.items()), source.subdirectory]
    assert source.tree is not None  # noqa: S101 - one of the two, by construction
    return ["tree", source.tree.commit, source.tree.url, source.tree.path, source.subdirectory]
