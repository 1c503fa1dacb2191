"""Fetches the files of a plan from the disk, the store or the network, and verifies all of them.

Downloading and building are done by the `Download` and `BuildWheel` that the caller passes.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Final, Protocol, TypeVar

from msgspec import Struct
from msgspec.structs import asdict

from flet_lock.install.local_url import local_path
from flet_lock.install.plan import InstallPlan, PlannedPackage
from flet_lock.install.store import FileStore, Incoming
from flet_lock.integrity.verification import verify_file
from flet_lock.lockfile.package import LockedFile
from flet_lock.model.errors.install import FileGone, FilesNotCached, InstallNotWritten
from flet_lock.model.event import BytesReceived, FileFetched, InstallStarted, Listener

_T = TypeVar("_T")

_REPORTED_BYTES: Final = 512 * 1024
"""How much arrives between two reports of it."""
_VERIFIERS: Final = 4
"""Threads that hash files of this disk; more only wait for it."""
_QUICK_BYTES: Final = 1024 * 1024
"""Up to this size a file is hashed in less time than it takes to hand it to another thread and to
get Python back."""


class Download(Protocol):
    """Fetches a file that is not on this machine."""

    def __call__(self, file: LockedFile, begin: Callable[[], Callable[[bytes], object]], /) -> bool:
        """Fetches `file.url`; False where nothing is there.

        Called from several threads. `begin` is called at the start of each attempt and returns
        what takes the bytes; what that raises ends the download and is passed on.

        Raises:
            IndexFailure: it could not be fetched.
        """


class BuildWheel(Protocol):
    """Builds a wheel from a source, on this machine."""

    def __call__(self, planned: PlannedPackage, archive: Path | None, /) -> Path:
        """Returns the wheel. `archive` is the sdist, verified; None for a tree.

        Raises:
            SourceNotBuilt: nothing was built, or nothing that a phone could run.
        """


class WheelProvider(Struct, frozen=True, kw_only=True):
    """Where files of a lock come from."""

    lock_dir: Path
    """The lock's folder, where relative paths in it start."""
    store: FileStore
    """Files of earlier runs, and of this one."""
    download: Download | None
    """None: offline."""
    build: BuildWheel
    """Builds a wheel from a source."""
    connections: int
    """Maximum number of concurrent downloads."""
    listener: Listener
    """Receives what is fetched and built; any thread may call it."""


class FetchedFiles(Struct, frozen=True, kw_only=True):
    """Files of a plan, on this disk, verified."""

    files: Mapping[LockedFile, Path]
    """The names of the files on the disk mean nothing."""
    downloaded: int
    """Files that came over the network."""
    bytes_received: int
    """Their size together."""
    from_cache: int
    """Files that were in the store, or at the path that the lock gives."""


class Fetched(FetchedFiles, frozen=True, kw_only=True):
    """The same, and the wheels that were built from sources among them."""

    wheels: Mapping[PlannedPackage, Path]
    """For each package of the plan."""


def fetch_wheels(plan: InstallPlan, provider: WheelProvider) -> Fetched:
    """Finds, downloads or builds every wheel of a plan.

    Raises:
        FileAltered, FileGone, FilesNotCached, IndexFailure, InstallNotWritten: see `fetch_files`.
        SourceNotBuilt: no wheel came out of a source.
    """
    fetched = fetch_files(plan, provider)
    return Fetched(**asdict(fetched), wheels=_wheels(plan, fetched.files, provider.build))


def fetch_files(plan: InstallPlan, provider: WheelProvider) -> FetchedFiles:
    """Finds or downloads every file of a plan, and builds nothing.

    Raises:
        FileAltered: a file is not the one that was locked.
        FileGone: nothing is at its place.
        FilesNotCached: offline, and the store does not have them.
        IndexFailure: a server could not be reached.
        InstallNotWritten: the store's disk does not take a file.
    """
    here = _find(plan.files, provider)
    missing = [file for file in plan.files if file not in here]
    if missing and provider.download is None:
        raise FilesNotCached(filenames=tuple(file.filename for file in missing))
    provider.listener(
        InstallStarted(
            platform=plan.platform,
            slices=plan.slices,
            files=len(missing),
            bytes_expected=sum(file.size or 0 for file in missing),
        )
    )
    for file in here:
        provider.listener(FileFetched(filename=file.filename, bytes_received=0, from_cache=True))
    downloaded = _download(missing, provider)
    return FetchedFiles(
        files={**here, **downloaded},
        downloaded=len(downloaded),
        bytes_received=sum(path.stat().st_size for path in downloaded.values()),
        from_cache=len(here),
    )


def _find(files: Sequence[LockedFile], provider: WheelProvider) -> dict[LockedFile, Path]:
    """The files that are on this machine already."""

    def find(file: LockedFile) -> Path | None:
        local = local_path(file, provider.lock_dir)
        if local is None:
            return provider.store.find(file)
        try:
            verify_file(local, file)
        except OSError as error:
            raise FileGone(
                package=file.package, filename=file.filename, origin=file.origin
            ) from error
        return local

    quick: list[LockedFile] = []
    large: list[LockedFile] = []
    for file in files:
        (quick if file.size is not None and file.size <= _QUICK_BYTES else large).append(file)
    found = _in_threads(find, large, _VERIFIERS, meanwhile=quick)
    return {file: path for file in files if (path := found[file]) is not None}


def _download(files: Iterable[LockedFile], provider: WheelProvider) -> dict[LockedFile, Path]:
    # The longest first: what is fetched last should not be what takes longest.
    ordered = sorted(files, key=lambda file: -(file.size or 0))
    return _in_threads(lambda file: _receive(file, provider), ordered, provider.connections)


def _receive(file: LockedFile, provider: WheelProvider) -> Path:
    assert provider.download is not None  # noqa: S101 - the caller has refused to go on offline
    try:
        with provider.store.receive(file) as incoming:
            progress = _Progress(incoming, file, provider.store, provider.listener)
            if not provider.download(file, progress.begin):
                raise FileGone(package=file.package, filename=file.filename, origin=file.origin)
            path = incoming.keep()
            size = incoming.size
            provider.listener(
                FileFetched(filename=file.filename, bytes_received=size, from_cache=False)
            )
            return path
    except OSError as error:
        raise _not_kept(provider.store, file, error) from error


def _not_kept(store: FileStore, file: LockedFile, error: OSError) -> InstallNotWritten:
    return InstallNotWritten(path=str(store.path_of(file)), detail=error.strerror or str(error))


class _Progress(Struct):
    """Passes on what arrives, and reports it now and then."""

    incoming: Incoming
    file: LockedFile
    store: FileStore
    listener: Listener
    reported: int = 0

    def begin(self) -> Callable[[bytes], object]:
        self.incoming.begin()
        self._report()
        return self._write

    def _write(self, chunk: bytes) -> None:
        try:
            self.incoming.write(chunk)
        except OSError as error:
            # Not to be taken for the network's, which would be tried again.
            raise _not_kept(self.store, self.file, error) from error
        if self.incoming.size - self.reported >= _REPORTED_BYTES:
            self._report()

    def _report(self) -> None:
        count = self.incoming.size - self.reported
        if count:
            self.reported += count
            self.listener(BytesReceived(filename=self.file.filename, count=count))


def _wheels(
    plan: InstallPlan, files: Mapping[LockedFile, Path], build: BuildWheel
) -> dict[PlannedPackage, Path]:
    return {
        planned: build(planned, None if planned.file is None else files[planned.file])
        if planned.wheel is None
        else files[planned.wheel]
        for planned in plan.packages
    }


def _in_threads(
    work: Callable[[LockedFile], _T],
    files: Sequence[LockedFile],
    threads: int,
    *,
    meanwhile: Iterable[LockedFile] = (),
) -> dict[LockedFile, _T]:
    """Does it for all files; the first failure ends what has not begun and is raised.

    Those to be done meanwhile are done in this thread.
    """
    if not files:
        return {file: work(file) for file in meanwhile}
    from concurrent.futures import (  # noqa: PLC0415 - a small app that is cached needs none
        FIRST_EXCEPTION,
        ThreadPoolExecutor,
        wait,
    )

    with ThreadPoolExecutor(max_workers=min(threads, len(files))) as pool:
        futures = {file: pool.submit(work, file) for file in files}
        try:
            results = {file: work(file) for file in meanwhile}
            done, _ = wait(futures.values(), return_when=FIRST_EXCEPTION)
            for future in done:
                future.result()
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise
        return results | {file: future.result() for file, future in futures.items()}
