"""A file is either as it was or as it shall be, whenever the power goes."""

import contextlib
import os
import stat
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from msgspec import Struct

from flet_lock.model.host_system import is_windows

STALE_SECONDS: Final = 60.0
"""Age of a temporary file whose writer is dead: writing one takes milliseconds."""

_WINDOWS_RETRIES: Final = 10
"""Virus scanners and editors hold a file open for a moment, and Windows refuses to replace it."""


def write_atomically(path: Path, data: bytes) -> bool:
    """Writes a file in one step; False where it has these bytes already.

    Raises:
        WriteError: as for `write_all_atomically`.
    """
    return write_all_atomically({path: data})[path]


class WriteError(OSError):
    """A file could not be written; all are as they were."""

    def __init__(self, path: Path, error: OSError) -> None:
        super().__init__(error.errno, error.strerror or str(error))
        self.path = path


def write_all_atomically(files: Mapping[Path, bytes]) -> dict[Path, bool]:
    """Writes all of some files or none; False for those that have these bytes already.

    All are written beside their places before the first takes its place, so that a full disk is
    met while every old file is still there. Where a later one cannot take its place, the earlier
    ones get their old bytes back.

    A symbolic link stays, and the file it leads to is replaced; permissions stay as they are.
    What a killed run left behind is removed.

    Raises:
        WriteError: one cannot be written; the old files are as they were.
    """
    pending: list[_Pending] = []
    written = dict.fromkeys(files, False)
    path = Path()
    try:
        for path, data in files.items():
            each = _prepare(path, data)
            if each is not None:
                pending.append(each)
                written[path] = True
        for number, each in enumerate(pending):
            path = each.path
            try:
                _replace(each.temporary, each.place)
            except OSError:
                for done in reversed(pending[:number]):
                    done.undo()
                raise
    except OSError as error:
        raise WriteError(path, error) from error
    finally:
        for each in pending:
            each.clear_up()
    for folder in dict.fromkeys(each.place.parent for each in pending):
        _sync_folder(folder)
    return written


class _Pending(Struct):
    """A file beside its place, and the old one beside it, until all have taken their places."""

    path: Path
    """As it was given."""
    place: Path
    """Through links, a link without a file behind it too."""
    temporary: Path
    old: Path | None
    """A second name of the file that is replaced; None where there is none yet."""

    def undo(self) -> None:
        if self.old is None:
            self.place.unlink()
        else:
            _replace(self.old, self.place)

    def clear_up(self) -> None:
        for path in (self.temporary, self.old):
            if path is not None:
                with contextlib.suppress(OSError):
                    path.unlink()


def _prepare(path: Path, data: bytes) -> _Pending | None:
    """Writes a file beside its place; None where nothing is to be written."""
    place = Path(os.path.realpath(path))
    _remove_stale(place)
    with contextlib.suppress(FileNotFoundError):
        if place.read_bytes() == data:
            return None
    temporary, old = _beside(place), _beside(place)
    try:
        _write_new(temporary, data)
        try:
            temporary.chmod(stat.S_IMODE(place.stat().st_mode))
        except FileNotFoundError:
            return _Pending(path, place, temporary, None)
        _keep(place, old)
    except BaseException:
        for each in (temporary, old):
            with contextlib.suppress(OSError):
                each.unlink()
        raise
    return _Pending(path, place, temporary, old)


def _keep(place: Path, old: Path) -> None:
    """Gives a file a second name, or copies it where a disk has no second names."""
    try:
        os.link(place, old)
    except OSError:
        _write_new(old, place.read_bytes())
        old.chmod(stat.S_IMODE(place.stat().st_mode))


def _beside(path: Path) -> Path:
    return path.with_name(f".{path.name}.{os.urandom(8).hex()}.tmp")


def _write_new(path: Path, data: bytes) -> None:
    # 0o666: the umask decides, as for any file; tempfile's 0o600 would stay for ever.
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    with os.fdopen(os.open(path, flags, 0o666), "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _replace(temporary: Path, path: Path) -> None:
    if is_windows():
        for attempt in range(_WINDOWS_RETRIES):
            try:
                temporary.replace(path)
            except PermissionError:
                time.sleep(0.01 * (attempt + 1))
            else:
                return
    temporary.replace(path)


def _remove_stale(path: Path) -> None:
    """Removes what dead writers of the same file left; a living one's is too young."""
    with contextlib.suppress(OSError):
        for leftover in path.parent.glob(f".{path.name}.*.tmp"):
            with contextlib.suppress(OSError):
                if time.time() - leftover.stat().st_mtime > STALE_SECONDS:
                    leftover.unlink()


def _sync_folder(folder: Path) -> None:
    """Makes the new name durable; where folders cannot be synced, nothing better is known."""
    with contextlib.suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
