"""Files of a lock that are on this machine, where the lock says so."""

from pathlib import Path
from urllib.parse import urlsplit

from flet_lock.lockfile.package import LockedFile
from flet_lock.model.host_system import path_of_url


def local_path(file: LockedFile, lock_dir: Path) -> Path | None:
    """Where a file is if the lock gives a path, or a `file:` URL (RFC 8089); else None."""
    if file.path is not None:
        return lock_dir / file.path
    parts = urlsplit(file.url or "")
    if parts.scheme != "file":
        return None
    host = f"//{parts.netloc}" if parts.netloc not in ("", "localhost") else ""
    return Path(path_of_url(host + parts.path))
