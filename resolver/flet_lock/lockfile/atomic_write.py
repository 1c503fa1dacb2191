"""A file is either as it was or as it shall be, whenever the power goes."""

import contextlib
import os
import stat
import time
from pathlib import Path
from typing import Final

from flet_lock.model.host_system import is_windows

STALE_SECONDS: Final = 60.0
"""Age of a temporary file whose writer is dead: writing one takes milliseconds."""

_WINDOWS_RETRIES: Final = 10
"""Virus scanners and editors hold a file open for a moment, and Windows refuses to replace it."""


def write_atomically(path: Path, data: bytes) -> bool:
    """Writes a file in one step; False where it has these bytes already.

    A symbolic link stays, and the file it leads to is replaced; permissions stay as they are.
    What a killed run left behind is removed.

    Raises:
        OSError: it cannot be written; the old file is as it was.
    """
    # Through links, a link without a file behind it too.
    path = Path(os.path.realpath(path))
    _remove_stale(path)
    with contextlib.suppress(FileNotFoundError):
        if path.read_bytes() == data:
            return False
    temporary = path.with_name(f".{path.name}.{os.urandom(8).hex()}.tmp")
    try:
        _write_new(temporary, data)
        with contextlib.suppress(FileNotFoundError):
            temporary.chmod(stat.S_IMODE(path.stat().st_mode))
        _replace(temporary, path)
    except BaseException:
        with contextlib.suppress(OSError):
            temporary.unlink()
        raise
    _sync_folder(path.parent)
    return True


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
