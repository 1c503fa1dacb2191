"""The bound of a cache: what was not used for longest goes, once a day.

Works on the files of all commands alike: pages, metadata, answers, wheels. Nothing is lost that an
index does not give again.
"""

import contextlib
import os
import time
from pathlib import Path

from flet_lock.index.cache import FORMAT, CacheSize, entries

DAY_SECONDS = 24 * 3600.0
IN_USE_SECONDS = 3600.0
"""What was used so recently may be in use by another run."""
_MARK = "bounded"
"""Its time says when the folder was last looked through."""


def bound_cache(directory: Path, *, limit_bytes: int, now: float | None = None) -> CacheSize:
    """Deletes what was not used for longest until a cache is within its bound.

    Looks at most once a day, because that takes a walk through all of it.

    Args:
        directory: The cache's folder.
        limit_bytes: 0: there is no bound.
        now: Seconds since the epoch; None: as the clock says.

    Returns:
        What was deleted.
    """
    moment = time.time() if now is None else now
    nothing = CacheSize(files=0, bytes=0)
    if not limit_bytes or not _is_due(directory / FORMAT / _MARK, moment):
        return nothing
    found: list[tuple[float, int, Path]] = []
    for path in entries(directory):
        with contextlib.suppress(OSError):
            status = path.stat()
            found.append((max(status.st_atime, status.st_mtime), status.st_size, path))
    left = sum(size for _, size, _ in found)
    files = freed = 0
    for used, size, path in sorted(found):
        if left <= limit_bytes or moment - used < IN_USE_SECONDS:
            break
        with contextlib.suppress(OSError):
            path.unlink()
            left -= size
            freed += size
            files += 1
    return CacheSize(files=files, bytes=freed)


def _is_due(mark: Path, now: float) -> bool:
    """Whether a day has passed; from then on it has not."""
    try:
        if 0 <= now - mark.stat().st_mtime < DAY_SECONDS:
            return False
        os.utime(mark, (now, now))
    except FileNotFoundError:
        try:
            mark.touch()
        except OSError:  # no cache, or a read-only one
            return False
    except OSError:
        return False
    return True
