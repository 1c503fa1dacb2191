"""A lock as a value, and how an answer of the resolver becomes one."""

from collections.abc import Iterable, Mapping
from itertools import pairwise
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace
from packaging.utils import NormalizedName
from packaging.version import Version

from flet_lock.lockfile.locations import Locations, is_remote
from flet_lock.lockfile.package import (
    STRONG_HASHES,
    LockedFile,
    LockedPackage,
    LockedTree,
)
from flet_lock.lockfile.slice_marker import slice_marker
from flet_lock.model.answer.resolution import Edge, Pin, Resolution
from flet_lock.model.app.inputs import LockInputs
from flet_lock.model.errors.index import DirectReferenceFailure
from flet_lock.model.errors.install import SlicesNotLocked
from flet_lock.model.index.artifact import Artifact, Sdist, SourceTree, Wheel
from flet_lock.model.redaction import public_url
from flet_lock.model.target import Platform, Target


class Lock(Struct, frozen=True, kw_only=True):
    """What a `pylock.<platform>.toml` says."""

    inputs: LockInputs
    """What it was made for."""
    python_full_version: str
    """`3.14.6`: the release that Flet bundled when the lock was made."""
    requires: tuple[Edge, ...]
    """The app's own requirements; sorted by package."""
    packages: tuple[LockedPackage, ...]
    """Sorted by name."""

    def __post_init__(self) -> None:
        """Refuses a lock whose parts contradict each other.

        Raises:
            ValueError: packages out of order or twice, or a dependency or a slice that is not
                in the lock.
        """
        names = [each.package for each in self.packages]
        if any(one >= other for one, other in pairwise(names)):
            message = "packages are not sorted by name, or one stands there twice"
            raise ValueError(message)
        known, slices = set(names), set(self.slices)
        for package in self.packages:
            if not known.issuperset(package.dependencies):
                message = f"{package.package}: depends on a package that is not in the lock"
                raise ValueError(message)
            if not slices.issuperset(package.slices):
                message = f"{package.package}: needed on a slice that the lock is not for"
                raise ValueError(message)

    @property
    def platform(self) -> Platform:
        """The platform."""
        return self.inputs.platform

    @property
    def slices(self) -> tuple[str, ...]:
        """Slice names, in catalogue order."""
        return self.inputs.slices

    @property
    def targets(self) -> tuple[Target, ...]:
        """The targets the lock was made for, in the order of `slices`."""
        major, minor = self.inputs.python.split(".")
        oldest, _, oldest_minor = self.inputs.minimum_os.partition(".")
        return tuple(
            Target(
                platform=self.platform,
                slice_name=slice_name,
                python_version=(int(major), int(minor)),
                python_full_version=self.python_full_version,
                minimum_os=(int(oldest), int(oldest_minor or "0")),
            )
            for slice_name in self.slices
        )

    def chosen_slices(self, wanted: Iterable[str] | None) -> tuple[str, ...]:
        """The given slices in the lock's order; all of them for None.

        Raises:
            SlicesNotLocked: the lock was not made for some of them.
        """
        names = set(self.slices if wanted is None else wanted)
        if unknown := names.difference(self.slices):
            raise SlicesNotLocked(
                platform=self.platform, slices=tuple(sorted(unknown)), locked=self.slices
            )
        return tuple(name for name in self.slices if name in names)

    @property
    def versions(self) -> Mapping[NormalizedName, Version]:
        """Package to its version, as `ResolutionRequest.preferences` takes them."""
        return {each.package: each.version for each in self.packages}

    def for_slice(self, slice_name: str) -> tuple[LockedFile | LockedTree, ...]:
        """What is installed on a slice: a file or a source tree per package, sorted by package.

        Raises:
            SlicesNotLocked: the lock was not made for the slice.
        """
        self.chosen_slices([slice_name])
        return tuple(
            each.source_for(slice_name) for each in self.packages if slice_name in each.slices
        )

    def package(self, name: NormalizedName) -> LockedPackage:
        """The entry of a package.

        Raises:
            KeyError: the package is not in the lock.
        """
        for package in self.packages:
            if package.package == name:
                return package
        raise KeyError(name)


def artifacts_without_hashes(resolution: Resolution) -> tuple[Artifact, ...]:
    """Files that were chosen but whose index promises no strong hash; sorted by URL.

    PEP 751 requires one, so they have to be downloaded and digested before the lock is made.
    Folders and repositories have none: a repository has its commit.
    """
    found = {
        artifact.url: artifact
        for pin in resolution.pins
        for artifact in pin.artifacts.values()
        if not isinstance(artifact, SourceTree) and not _strong_hashes(artifact)
    }
    return tuple(found[url] for url in sorted(found))


def lock_from_resolution(
    resolution: Resolution,
    inputs: LockInputs,
    *,
    index_urls: Mapping[str, str],
    python_full_version: str,
    project_root: Path,
    lock_dir: Path,
) -> Lock:
    """Turns an answer into a lock; the order of pins, files and edges in it does not matter.

    Args:
        resolution: the answer; every file has a strong hash (see `artifacts_without_hashes`).
        inputs: what was asked, for the same targets.
        index_urls: index name to location without credentials, a URL or a directory.
        python_full_version: `3.14.6`.
        project_root: relative references of the project start here.
        lock_dir: the folder the lock goes to; paths in it are relative to this.

    Raises:
        DirectReferenceFailure: targets name different folders, repositories or sdists for one
            package, which PEP 751 cannot say.
        ValueError: a file has no strong hash, or answer and inputs are for different targets.
    """
    order = {name: position for position, name in enumerate(inputs.slices)}
    if resolution.platform is not inputs.platform or order.keys() != {
        target.slice_name for target in resolution.targets
    }:
        message = "the answer is for other targets than the inputs"
        raise ValueError(message)
    builder = _Builder(
        pinned=frozenset(pin.package for pin in resolution.pins),
        inputs=inputs,
        index_urls=index_urls,
        locations=Locations(project_root=project_root, lock_dir=lock_dir),
    )
    return Lock(
        inputs=inputs,
        python_full_version=python_full_version,
        requires=builder.edges(resolution.requires),
        packages=tuple(
            builder.package(pin) for pin in sorted(resolution.pins, key=lambda pin: pin.package)
        ),
    )


class _Builder(Struct, frozen=True, kw_only=True):
    pinned: frozenset[NormalizedName]
    inputs: LockInputs
    index_urls: Mapping[str, str]
    locations: Locations

    def package(self, pin: Pin) -> LockedPackage:
        artifacts = {target.slice_name: artifact for target, artifact in pin.artifacts.items()}
        slices = self._ordered(artifacts)
        unique = {
            artifacts[name].filename: artifacts[name] for name in reversed(slices)
        }  # reversed: of two files of one name, the first slice's stays
        files = [unique[filename] for filename in sorted(unique)]
        for name in slices:
            if artifacts[name].url != unique[artifacts[name].filename].url:
                raise _too_many_sources(pin, artifacts[name])
        shape = self._shape(pin, files, self._index_url(artifacts[slices[0]]))
        return LockedPackage(
            package=pin.package,
            version=pin.version,
            marker=slice_marker(self.inputs, slices),
            dependencies=tuple(
                sorted({edge.package for edge in pin.requires} & self.pinned - {pin.package})
            ),
            requires=self.edges(pin.requires),
            availability={name: pin.availability[name] for name in slices},
            chosen={name: artifacts[name].filename for name in slices},
            wheels=shape.wheels,
            sdist=shape.sdist,
            archive=shape.archive,
            archive_subdirectory=shape.archive_subdirectory,
            tree=shape.tree,
        )

    def edges(self, edges: Iterable[Edge]) -> tuple[Edge, ...]:
        found = {
            replace(
                edge,
                specifier=self._specifier(edge.specifier),
                slices=self._ordered(edge.slices),
            )
            for edge in edges
        }
        return tuple(
            sorted(
                found,
                key=lambda edge: (
                    edge.package,
                    edge.specifier,
                    edge.extras,
                    edge.slices,
                    edge.marker is not None,
                    edge.marker or "",
                    edge.uncertain,
                ),
            )
        )

    def _specifier(self, specifier: str) -> str:
        prefix, at, url = specifier.partition("@")
        if not at or prefix.strip():
            return specifier
        return f"@ {self.locations.text(url.strip())}"

    def _ordered(self, slices: Iterable[str]) -> tuple[str, ...]:
        return tuple(sorted(slices, key=self.inputs.slices.index))

    def _index_url(self, artifact: Artifact) -> str | None:
        if artifact.index is None:
            return None
        return self.locations.index_url(self.index_urls[artifact.index])

    def _shape(self, pin: Pin, files: list[Artifact], index: str | None) -> "_Shape":
        """How PEP 751 holds these files: as wheels and sdist of an index, or as one reference.

        Args:
            pin: the package.
            files: its files, sorted by name.
            index: location of the index of the first slice's file.
        """
        first = files[0]
        if isinstance(first, SourceTree):
            if len(files) > 1:
                raise _too_many_sources(pin, files[1])
            return _Shape(tree=self._tree(first))
        if len(files) == 1 and first.index is None:
            return _Shape(
                archive=self._file(first, index),
                archive_subdirectory=self.locations.subdirectory(first.url),
            )
        wheels = [one for one in files if isinstance(one, Wheel)]
        others = [one for one in files if not isinstance(one, Wheel)]
        # Several wheels that requirements name for different targets stand side by side like
        # an index's: their tags tell which is whose. Nothing tells two sdists apart.
        if len(others) > 1 or any(not isinstance(one, Sdist) for one in others):
            raise _too_many_sources(pin, others[-1])
        return _Shape(
            wheels=tuple(self._file(one, index) for one in wheels),
            sdist=self._file(others[0], index) if others else None,
        )

    def _file(self, artifact: Artifact, index: str | None) -> LockedFile:
        url, path = self.locations.place(artifact.url)
        return LockedFile(
            package=artifact.package,
            filename=artifact.filename,
            url=url,
            path=path,
            hashes=_strong_hashes(artifact),
            size=artifact.size,
            upload_time=artifact.upload_time,
            # A lock has one index for all files of a package that do not name another one.
            index=(self._index_url(artifact) or index) if is_remote(url) else None,
        )

    def _tree(self, tree: SourceTree) -> LockedTree:
        url, path = self.locations.place(tree.url, vcs=tree.vcs)
        return LockedTree(
            name=tree.filename,
            vcs=tree.vcs,
            # PEP 751 gives folders a path only; one on another drive has no relative path.
            url=url if tree.vcs is not None else None,
            path=path if tree.vcs is not None else path or self.locations.absolute(tree.url),
            commit=tree.commit,
            requested_revision=tree.requested_revision,
            subdirectory=tree.subdirectory or self.locations.subdirectory(tree.url),
        )


class _Shape(Struct, frozen=True, kw_only=True):
    wheels: tuple[LockedFile, ...] = ()
    sdist: LockedFile | None = None
    archive: LockedFile | None = None
    archive_subdirectory: str | None = None
    tree: LockedTree | None = None


def _strong_hashes(artifact: Artifact) -> dict[str, str]:
    return {
        algorithm: artifact.hashes[algorithm].lower()
        for algorithm in STRONG_HASHES
        if algorithm in artifact.hashes
    }


def _too_many_sources(pin: Pin, artifact: Artifact) -> DirectReferenceFailure:
    return DirectReferenceFailure(
        package=pin.package,
        url=public_url(artifact.url),
        place=None,
        rejection=None,
        detail="other targets take the package from elsewhere, and a lock can hold one source only",
    )
