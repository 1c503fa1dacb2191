"""What is in a target folder: a note in it, and whether the tree is still as it was left.

The note stands in the folder itself, so it is swapped with the tree and never tells of another.
It holds a digest over name, size, permissions and both time stamps of every file, as Git's index
does: an edit changes the time of the last change of status, which no program can set. What this
cannot see, a disk that loses bits or an edit within the clock's tick of the installation,
`flet-lock verify` sees: it reads every byte.
"""

import contextlib
import os
from pathlib import Path
from typing import Final

import msgspec
from msgspec import Struct

from flet_lock.install.plan import InstallPlan
from flet_lock.install.tree.tree_digest import LITTER, NOTE, digest_tree

_NOTE_VERSION: Final = 1
_LARGEST_NOTE_BYTES: Final = 64 * 1024


class InstalledTree(Struct, frozen=True, kw_only=True):
    """What a note says."""

    version: int
    """Of the note's format."""
    platform: str
    """Value of `Platform`."""
    slices: tuple[str, ...]
    """Names of the slices in the tree."""
    plan: str
    """Digest of the plan."""
    tree: str
    """Digest of the tree as it was left."""
    files: int
    """Of all slices."""


def write_note(folder: Path, plan: InstallPlan) -> str:
    """Notes in a finished tree what it is; returns its digest.

    Raises:
        OSError: it cannot be written.
    """
    tree, files = digest_tree(os.fspath(folder))
    note = InstalledTree(
        version=_NOTE_VERSION,
        platform=plan.platform.value,
        slices=plan.slices,
        plan=plan.digest,
        tree=tree,
        files=files,
    )
    text = msgspec.json.format(msgspec.json.encode(note), indent=1)
    (folder / NOTE).write_bytes(text + b"\n")
    return tree


def read_note(folder: Path) -> InstalledTree | None:
    """The note of a folder; None where there is none that can be understood."""
    try:
        with (folder / NOTE).open("rb") as file:
            content = file.read(_LARGEST_NOTE_BYTES)
        note = msgspec.json.decode(content, type=InstalledTree)
    except (OSError, msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    return note if note.version == _NOTE_VERSION else None


def installed_digest(folder: Path, plan: InstallPlan) -> str | None:
    """The digest of a folder that holds what a plan would put there, as it was left; else None."""
    if not plan.repeatable:
        return None
    note = read_note(folder)
    if note is None or note.plan != plan.digest:
        return None
    try:
        found = digest_tree(os.fspath(folder))[0]
    except OSError:
        return None
    return found if found == note.tree else None


def foreign_entries(folder: Path, slices: frozenset[str]) -> tuple[str, ...]:
    """Names in a target folder that no installation put there; sorted.

    Raises:
        NotADirectoryError: it is no folder.
        OSError: it cannot be read.
    """
    with contextlib.suppress(FileNotFoundError), os.scandir(folder) as entries:
        return tuple(
            sorted(
                entry.name
                for entry in entries
                if not (entry.name in slices and entry.is_dir(follow_symlinks=False))
                and entry.name not in LITTER
            )
        )
    return ()
