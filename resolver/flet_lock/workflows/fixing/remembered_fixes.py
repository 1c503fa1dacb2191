"""The ways out that an app's last failed lock told: `--fix 2` takes the second of those.

How many ways are found in time may differ from run to run, and with it their numbers. What was told
is kept beside the cached pages, as the lines that each way comes to.
"""

import json
from collections.abc import Sequence
from contextlib import suppress
from hashlib import sha256
from pathlib import Path

from flet_lock.lockfile.atomic_write import write_atomically
from flet_lock.model.app.fix import Fix

Told = tuple[tuple[str, ...], ...]
"""Way by way, what its lines come to."""


def keep_told_ways(cache: Path, root: Path, ways: Sequence[Fix]) -> None:
    """Keeps what was told of an app; where the disk does not take it, numbers count alone."""
    path = _path(cache, root)
    with suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(path, json.dumps([lines_of(way) for way in ways]).encode())


def read_told_ways(cache: Path, root: Path) -> Told | None:
    """What was told of an app last; None where nothing was, or where it cannot be read."""
    try:
        document = json.loads(_path(cache, root).read_bytes())
        return tuple(tuple(str(line) for line in way) for way in document)
    except (OSError, ValueError, TypeError):
        return None


def lines_of(way: Fix) -> tuple[str, ...]:
    """What a way comes to in the app's files: equal for equal ways."""
    return tuple(
        json.dumps([line.file, line.table, line.line, line.before, line.after])
        for line in way.lines
    )


def _path(cache: Path, root: Path) -> Path:
    name = sha256(str(root.resolve()).encode(errors="surrogateescape")).hexdigest()
    return cache / "v1" / "ways-out" / f"{name[:32]}.json"
