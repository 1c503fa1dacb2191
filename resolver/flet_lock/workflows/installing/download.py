"""`flet-lock download`: the locked files in one folder, for machines without a network."""

import shutil
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import ClassVar

from packaging.utils import NormalizedName

from flet_lock.install.fetch_wheels import fetch_files
from flet_lock.install.plan import plan_install
from flet_lock.integrity.verification import verify_file
from flet_lock.lockfile.package import LockedFile
from flet_lock.model.errors.install import FileAltered, InstallNotWritten
from flet_lock.model.errors.usage import UsageError
from flet_lock.model.event import Listener
from flet_lock.project.app import read_project
from flet_lock.targets.generations import load_generations
from flet_lock.workflows.command_outcome import CommandOutcome
from flet_lock.workflows.inspecting.locked_app import read_locks
from flet_lock.workflows.installing.install import slices_of_options
from flet_lock.workflows.installing.wheel_provider import open_wheel_provider
from flet_lock.workflows.trusted_lock import read_trusted_lock


class DownloadOutcome(CommandOutcome, frozen=True, kw_only=True):
    """The result of `flet-lock download`."""

    kind: ClassVar[str] = "download"
    folder: str
    """As it was given."""
    lock_paths: tuple[str, ...]
    """File names of the locks, Android first."""
    files: tuple[str, ...]
    """Names of all files of the locks, sorted; all are in the folder now."""
    written: int
    """Files that were not there before, or were others."""
    downloaded: int
    """Files that came over the network."""
    bytes_received: int
    """Their size together."""
    left_out: tuple[NormalizedName, ...]
    """Packages that are folders or repositories: there is no file of them."""


def download(
    root: Path,
    folder: Path,
    *,
    options: Mapping[str, object],
    environ: Mapping[str, str],
    listener: Listener,
) -> DownloadOutcome:
    """Fetches every file of the locks into a folder, each verified.

    Args:
        root: the app's folder.
        folder: is made if it is not there; other files in it stay.
        options: the layer of options; `platform` and `arch` choose locks and slices.
        environ: the process environment.
        listener: receives events.

    Raises:
        ProjectError, UsageError: the app or an option cannot be read, or two locks name different
            files alike.
        LockMissing: see `read_locks`.
        LockUnreadable, LockEdited, UnknownSources: see `read_trusted_lock`.
        SlicesNotLocked: a lock was not made for a slice.
        InstallError, IndexFailure: see `fetch_files`.
        InstallNotWritten: the folder cannot be written.
    """
    project, settings = read_project(
        root, options=options, environ=environ, generations=load_generations()
    )
    read = partial(read_trusted_lock, project=project, settings=settings)
    locks = read_locks(root, options, read=read)
    plans = [
        plan_install(lock, slices_of_options(settings, lock.platform, options)) for _, lock in locks
    ]
    _refuse_clashes([file for plan in plans for file in plan.files])
    found: dict[LockedFile, Path] = {}
    downloaded = bytes_received = 0
    with open_wheel_provider(
        settings, root=project.root, environ=environ, listener=listener
    ) as provider:
        for plan in plans:
            fetched = fetch_files(plan, provider)
            found |= fetched.files
            downloaded += fetched.downloaded
            bytes_received += fetched.bytes_received
        written = _copy(found, folder)
    return DownloadOutcome(
        folder=folder.as_posix(),
        lock_paths=tuple(path.name for path, _ in locks),
        files=tuple(sorted({file.filename for file in found})),
        written=written,
        downloaded=downloaded,
        bytes_received=bytes_received,
        left_out=tuple(
            sorted({one.package for plan in plans for one in plan.packages if one.file is None})
        ),
    )


def _refuse_clashes(files: list[LockedFile]) -> None:
    by_name: dict[str, tuple[str, str]] = {}
    for file in files:
        if by_name.setdefault(file.filename, file.key) != file.key:
            raise UsageError(
                option="--platform",
                value="",
                detail=f"the locks have different files called {file.filename}: download each "
                "into a folder of its own",
            )


def _copy(files: Mapping[LockedFile, Path], folder: Path) -> int:
    """Copies what the folder does not have yet, and verifies the copies; how many that were."""
    written = 0
    for file, path in files.items():
        target = folder / file.filename
        if _is(file, target):
            continue
        try:
            folder.mkdir(parents=True, exist_ok=True)
            part = target.with_name(f".{target.name}.part")
            shutil.copyfile(path, part)
            verify_file(part, file)
            part.replace(target)
        except OSError as error:
            raise InstallNotWritten(
                path=str(target), detail=error.strerror or str(error)
            ) from error
        written += 1
    return written


def _is(file: LockedFile, path: Path) -> bool:
    try:
        verify_file(path, file)
    except (OSError, FileAltered):
        return False
    return True
