"""Builds the wheels of a lock's sdists, folders and repositories, on this machine."""

from collections.abc import Callable, Iterator, Mapping
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct, field

from flet_lock.install.plan import PlannedPackage
from flet_lock.lockfile.package import LockedFile, LockedTree
from flet_lock.model.errors.install import SourceNotBuilt
from flet_lock.model.event import Listener, SourceBuildStarted

if TYPE_CHECKING:
    from flet_lock.index.sources.git_checkout import GitReference


class SourceWheels(Struct, kw_only=True):
    """Satisfies `install.fetch_wheels.BuildWheel`."""

    scratch: Callable[[], Path]
    """Gives a folder of our own, for checkouts and what is built."""
    lock_dir: Path
    """The lock's folder, where paths in it start."""
    environ: Mapping[str, str]
    """The process environment, for git and the build."""
    offline: bool
    """True to clone nothing from elsewhere and install nothing for a build."""
    listener: Listener
    """Receives each build."""
    numbers: Iterator[int] = field(default_factory=count)
    """Names of folders not used yet."""

    def __call__(self, planned: PlannedPackage, archive: Path | None, /) -> Path:
        """Builds a package's wheel and returns where it is.

        Raises:
            SourceNotBuilt: nothing was built, or something that only runs on this machine.
        """
        from flet_lock.index.sources.git_checkout import GitError  # noqa: PLC0415 - rarely needed
        from flet_lock.index.sources.source_build import (  # noqa: PLC0415
            SourceBuildError,
            build_wheel,
            needs_nothing,
        )
        from flet_lock.index.sources.unpack_source import UnpackError  # noqa: PLC0415

        origin = planned.source.origin
        self.listener(SourceBuildStarted(package=planned.package, filename=origin))
        folder = self.scratch() / "builds" / str(next(self.numbers))
        output = folder / "wheel"
        try:
            output.mkdir(parents=True)
            top = self._source_folder(planned.source, archive, folder / "source")
            project = _inside(top, planned.subdirectory)
            if self.offline and not needs_nothing(project):
                detail = "offline, and its build needs packages from an index"
                raise _not_built(planned, detail=detail)
            built = build_wheel(project, output, self.environ)
        except (SourceBuildError, GitError, UnpackError, OSError) as error:
            raise _not_built(planned, detail=str(error)) from error
        if built.native:
            raise _not_built(planned, native=built.native)
        return output / built.filename

    def _source_folder(
        self, source: LockedFile | LockedTree, archive: Path | None, folder: Path
    ) -> Path:
        from flet_lock.index.sources.git_checkout import check_out  # noqa: PLC0415 - rarely needed
        from flet_lock.index.sources.unpack_source import unpack_source  # noqa: PLC0415

        if isinstance(source, LockedFile):
            assert archive is not None  # noqa: S101 - fetched before it is built
            return unpack_source(archive, source.filename, folder)
        if source.vcs is None:
            return self.lock_dir / (source.path or "")
        check_out(self._reference(source), folder, self.environ)
        return folder

    def _reference(self, tree: LockedTree) -> "GitReference":
        from flet_lock.index.sources.git_checkout import GitError, GitReference  # noqa: PLC0415

        if tree.vcs != "git":
            raise GitError(f"no checkouts of {tree.vcs}")
        repository = tree.url or str(self.lock_dir / (tree.path or ""))
        # Both become words of a git command line.
        if repository.startswith("-") or not (tree.commit or "").isalnum():
            raise GitError(f"not a repository and a commit: {repository} {tree.commit}")
        if self.offline and tree.url is not None and not tree.url.startswith("file:"):
            raise GitError("offline, and the repository is elsewhere")
        return GitReference(repository=repository, revision=tree.commit, subdirectory=None)


def _inside(top: Path, subdirectory: str | None) -> Path:
    """The project's folder within a source.

    Raises:
        OSError: it would be elsewhere.
    """
    if subdirectory is None:
        return top
    folder = (top / subdirectory).resolve()
    if not folder.is_relative_to(top.resolve()):
        message = f"not inside the source: {subdirectory}"
        raise OSError(message)
    return folder


def _not_built(
    planned: PlannedPackage,
    *,
    native: tuple[str, ...] = (),
    detail: str = "",
) -> SourceNotBuilt:
    return SourceNotBuilt(
        package=planned.package, origin=planned.source.origin, native=native, detail=detail
    )
