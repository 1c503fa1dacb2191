"""One package of a lock: its files, and which of them goes to which slice."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from msgspec import Struct
from packaging.utils import NormalizedName

from flet_lock.model.answer.resolution import Node
from flet_lock.model.errors.install import FileAltered

STRONG_HASHES: Final = ("blake2b", "sha256", "sha384", "sha512")
"""Algorithms a lock keeps. PEP 751, `packages.wheels.hashes`: "at least one secure algorithm
SHOULD always be included"; what is not in this list proves nothing, so it is left out."""


class LockedFile(Struct, frozen=True, kw_only=True):
    """A wheel, an sdist or an archive, with what it takes to fetch and to verify it."""

    package: NormalizedName
    """The package it belongs to."""
    filename: str
    """Its own name, whatever its URL ends in."""
    url: str | None
    """Without credentials; None for a file that is given by `path`."""
    path: str | None
    """Relative to the lock's folder, `/` between parts; None for a file that is given by `url`."""
    hashes: Mapping[str, str]
    """Algorithm (one of `STRONG_HASHES`) to hex digest; never empty."""
    size: int | None
    """Bytes; None where the index did not say."""
    upload_time: datetime | None
    """UTC; None where the index did not say."""
    index: str | None = None
    """Location of the index that lists it, without credentials; None for a directory or a direct
    reference."""

    def __hash__(self) -> int:
        return hash((self.package, self.filename))

    def __post_init__(self) -> None:
        """Refuses what PEP 751 does not allow.

        Raises:
            ValueError: no place or two of them, or no strong hash.
        """
        if (self.url is None) == (self.path is None):
            message = f"{self.filename}: exactly one of url and path"
            raise ValueError(message)
        if not self.hashes or not set(self.hashes) <= set(STRONG_HASHES):
            message = f"{self.filename}: no hash that proves anything"
            raise ValueError(message)

    @property
    def key(self) -> tuple[str, str]:
        """Algorithm and hex digest that identify the content."""
        algorithm = "sha256" if "sha256" in self.hashes else min(self.hashes)
        return algorithm, self.hashes[algorithm]

    @property
    def origin(self) -> str:
        """URL or path, for messages."""
        return self.url or self.path or self.filename

    def mismatch(self, algorithm: str, expected: str, found: str) -> FileAltered:
        """The error for bytes that are not those that were locked."""
        return FileAltered(
            package=self.package,
            filename=self.filename,
            origin=self.origin,
            algorithm=algorithm,
            expected=expected,
            found=found,
        )

    @property
    def is_wheel(self) -> bool:
        """False for a source that a wheel is built from."""
        return self.filename.endswith(".whl")


class LockedTree(Struct, frozen=True, kw_only=True):
    """A local folder, or a checkout of a repository."""

    name: str
    """The folder's name."""
    vcs: str | None
    """`git`, …; None for a local folder."""
    url: str | None
    """Of the repository, without credentials and without `git+`; None where `path` is given."""
    path: str | None
    """Of the folder or the local repository, relative to the lock's folder, `/` between parts."""
    commit: str | None
    """None for a local folder only."""
    requested_revision: str | None
    """The branch, tag or commit as the requirement names it; None without one."""
    subdirectory: str | None
    """Where in it the project is; None: at the top."""

    def __post_init__(self) -> None:
        """Refuses what PEP 751 does not allow.

        Raises:
            ValueError: no place or two, a repository without a commit, a folder with a URL.
        """
        if (self.url is None) == (self.path is None):
            message = f"{self.name}: exactly one of url and path"
            raise ValueError(message)
        if (self.vcs is None) != (self.commit is None):
            message = f"{self.name}: a repository and its commit go together"
            raise ValueError(message)
        if self.vcs is None and (self.path is None or self.requested_revision is not None):
            message = f"{self.name}: a folder has a path and no revision"
            raise ValueError(message)

    @property
    def origin(self) -> str:
        """URL or path, for messages."""
        return self.url or self.path or self.name


class LockedPackage(Node, frozen=True, kw_only=True):
    """A package at its one version.

    It has either wheels, an sdist or both, or one archive, or one tree (PEP 751: these exclude
    each other).
    """

    marker: str | None
    """PEP 508 text; None where every target needs the package (or no marker can tell)."""
    dependencies: tuple[NormalizedName, ...]
    """The packages of `requires` that are in the lock; sorted."""
    chosen: Mapping[str, str]
    """Slice to file name; one entry for each of `slices`, the folder's name for a tree."""
    wheels: tuple[LockedFile, ...] = ()
    """Sorted by file name, no name twice."""
    sdist: LockedFile | None = None
    """A source distribution of an index, to be built; None without one."""
    archive: LockedFile | None = None
    """A wheel or an sdist that a requirement names by its URL or path."""
    archive_subdirectory: str | None = None
    """Where in an archive the project is; None: at the top."""
    tree: LockedTree | None = None
    """A folder or a repository; None without one."""

    def __post_init__(self) -> None:
        """Refuses a package whose parts contradict each other.

        Raises:
            ValueError: a slice without a file, a file that no slice takes, or files and a direct
                reference side by side.
        """
        kinds = (bool(self.wheels) or self.sdist is not None) + (self.archive is not None)
        if kinds + (self.tree is not None) != 1:
            message = f"{self.package}: exactly one of files, archive and tree"
            raise ValueError(message)
        if not self.slices or set(self.chosen) != set(self.slices):
            message = f"{self.package}: not exactly one file for each slice"
            raise ValueError(message)
        names = [part.filename for part in self.files]
        if self.tree is not None:
            names.append(self.tree.name)
        if len(set(names)) != len(names) or set(names) != set(self.chosen.values()):
            message = f"{self.package}: the files are not those that the slices take"
            raise ValueError(message)

    @property
    def index(self) -> str | None:
        """Location of the index of the first slice's file (PEP 751, `packages.index`)."""
        source = self.source_for(self.slices[0])
        return source.index if isinstance(source, LockedFile) else None

    @property
    def other_indexes(self) -> dict[str, str]:
        """File name to location, for files that come from another index than `index`; sorted."""
        return {
            file.filename: file.index
            for file in sorted(self.files, key=lambda one: one.filename)
            if file.index is not None and file.index != self.index
        }

    @property
    def files(self) -> tuple[LockedFile, ...]:
        """Everything that has a hash: wheels, then the sdist or the archive."""
        return (*self.wheels, *(part for part in (self.sdist, self.archive) if part is not None))

    def source_for(self, slice_name: str) -> LockedFile | LockedTree:
        """The file or tree that is installed on a slice.

        Raises:
            KeyError: the slice does not need the package.
        """
        filename = self.chosen[slice_name]
        for part in self.files:
            if part.filename == filename:
                return part
        assert self.tree is not None  # noqa: S101 - __post_init__ leaves no other case
        return self.tree
