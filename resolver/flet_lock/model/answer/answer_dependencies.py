"""What an answer rests on: as long as none of it changes, the answer stands."""

from pathlib import Path

from msgspec import Struct


class KeptPage(Struct, frozen=True, kw_only=True):
    """A page of an index, as it lies in the cache."""

    path: Path
    identity: tuple[int, int, int]
    """Inode, size in bytes, modification time in nanoseconds: another file has another one."""
    fresh_seconds: float
    """From its modification time on, it may be used without asking the index."""


class KeptTree(Struct, frozen=True, kw_only=True):
    """A folder that an installation made."""

    folder: Path
    """Absolute."""
    digest: str
    """Of name, mode, size and times of everything in it."""


class AnswerDependencies(Struct, frozen=True, kw_only=True):
    """Everything that decided an answer, but for the command line and the environment."""

    files: tuple[Path, ...]
    """Files that were read, or would have been had they been there; absolute."""
    read_from: float
    """Seconds since the epoch, before the first of them was read: one that was changed later may
    not be what was read."""
    written: tuple[tuple[Path, bytes], ...] = ()
    """Files that the run wrote, or found as it would have written them, and their content."""
    pages: tuple[KeptPage, ...] = ()
    trees: tuple[KeptTree, ...] = ()
    cache_folder: Path | None = None
    """The cache that was used; None: none was needed."""
