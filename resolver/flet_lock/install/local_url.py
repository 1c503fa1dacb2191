"""Files of a lock that are on this machine, where the lock says so."""

from pathlib import Path

from flet_lock.boundary.urls import file_url_to_path
from flet_lock.lockfile.locations import is_remote
from flet_lock.lockfile.package import LockedFile


def local_path(file: LockedFile, lock_dir: Path) -> Path | None:
    """Where a file is if the lock gives a path, or a `file:` URL (RFC 8089); else None."""
    if file.path is not None:
        return lock_dir / file.path
    return file_url_to_path(file.url) if file.url and not is_remote(file.url) else None
