"""A lock file from the disk: the whole of it, or only what it was made for.

`check` reads only the latter, so nothing is imported here that just the former needs.
"""

from pathlib import Path
from typing import TYPE_CHECKING

from flet_lock.boundary.bounds import LOCK_BYTES
from flet_lock.boundary.regular_file import read_regular_file
from flet_lock.lockfile.format.inputs_table import inputs_from_table
from flet_lock.lockfile.format.lock_digest import body_is_intact
from flet_lock.lockfile.format.schema import TOOL_HEADER, own_table
from flet_lock.lockfile.format.tables import TableError
from flet_lock.lockfile.format.text import parse_toml
from flet_lock.model.app.inputs import LockInputs
from flet_lock.model.errors.lock import LockEdited, LockMissing, LockUnreadable
from flet_lock.model.target import Platform

if TYPE_CHECKING:
    from flet_lock.lockfile.contents import Lock


def lock_path(root: Path, platform: Platform) -> Path:
    """Where a platform's lock is: `pylock.android.toml` or `pylock.ios.toml` (PEP 751 names)."""
    return root / f"pylock.{platform.value}.toml"


def read_lock(path: Path) -> "Lock":
    """The whole lock, checked against PEP 751 and our own schema.

    A lock that was edited by hand is read, too: `find_drift` reports that.

    Raises:
        LockMissing: there is no such file.
        LockUnreadable: it is no lock, another tool's, a later version's, or damaged.
    """
    text = read_text(path)
    from flet_lock.lockfile.format.parse_lock import parse_lock  # noqa: PLC0415 - `check` does without it

    return parse_lock(text, path=str(path))


def read_trusted(path: Path, *, allow_edited: bool) -> "Lock":
    """The whole lock, if it is as flet-lock wrote it.

    Args:
        path: the lock file.
        allow_edited: whether one that is not is read, too.

    Raises:
        LockMissing, LockUnreadable: as for `read_lock`.
        LockEdited: it is not as it was written.
    """
    text = read_text(path)
    from flet_lock.lockfile.format.parse_lock import parse_lock  # noqa: PLC0415 - `check` does without it

    lock = parse_lock(text, path=str(path))
    if not allow_edited and not body_is_intact(text):
        raise LockEdited(path=path.name)
    return lock


def read_head(path: Path) -> tuple[LockInputs, bool]:
    """What a lock was made for, and whether the file is as it was written.

    Raises:
        LockMissing: there is no such file.
        LockUnreadable: as for `read_lock`, as far as it was looked at.
    """
    return read_head_of(read_text(path), path)


def read_head_of(text: str, path: Path) -> tuple[LockInputs, bool]:
    """The same of a text that was read from a path.

    Raises:
        LockUnreadable: as for `read_lock`, as far as it was looked at.
    """
    intact = body_is_intact(text)
    # In a file that is byte for byte ours, our table is the last one. Any other is parsed whole.
    start = max(0, text.rfind(f"\n{TOOL_HEADER}\n")) if intact else 0
    document = parse_toml(text[start:], str(path))
    try:
        return inputs_from_table(own_table(document).table("inputs")), intact
    except TableError as fault:
        raise LockUnreadable(path=str(path), detail=fault.detail, place=fault.place) from fault


def read_text(path: Path) -> str:
    """The text, with LF for line ends: Git on Windows may have written CRLF.

    Raises:
        LockMissing: there is no such file.
        LockUnreadable: it cannot be read.
    """
    try:
        content = read_regular_file(path, most_bytes=LOCK_BYTES)
        return content.decode("utf-8").replace("\r\n", "\n")
    except FileNotFoundError as error:
        raise LockMissing(path=str(path)) from error
    except OSError as error:
        raise LockUnreadable(path=str(path), detail=error.strerror or str(error)) from error
    except UnicodeDecodeError as error:
        raise LockUnreadable(
            path=str(path), detail="not UTF-8", place=f"byte {error.start}"
        ) from error
