"""Reads a file whole, if it is a regular one of bounded size.

A project may come from a stranger: a pipe would wait for ever, and a device has no end.
"""

import errno
import os
import stat
from pathlib import Path
from typing import Final

_OTHER_KINDS: Final = (
    (stat.S_ISDIR, "a folder"),
    (stat.S_ISFIFO, "a pipe"),
    (stat.S_ISSOCK, "a socket"),
    (stat.S_ISCHR, "a device"),
    (stat.S_ISBLK, "a device"),
)
# Not waiting counts for pipes; Windows has neither flag.
_FLAGS: Final = (
    os.O_RDONLY
    | getattr(os, "O_NONBLOCK", 0)
    | getattr(os, "O_CLOEXEC", 0)
    | getattr(os, "O_NOCTTY", 0)
    | getattr(os, "O_BINARY", 0)
)


class NoPlainFileError(OSError):
    """Something that is not a regular file of bounded size; `strerror` says what it is."""

    def __init__(self, path: Path, detail: str) -> None:
        super().__init__(errno.EINVAL, detail, str(path))


def read_regular_file(path: Path, *, most_bytes: int) -> bytes:
    """The bytes of a regular file.

    Args:
        path: the file, or a link that leads to it.
        most_bytes: what it may hold.

    Raises:
        NoPlainFileError: it is something else, or larger.
        OSError: it is not there or cannot be read.
        ValueError: the path cannot be one.
    """
    content = read_start(path, most_bytes=most_bytes + 1)
    if len(content) > most_bytes:
        raise NoPlainFileError(path, f"larger than {most_bytes:,} bytes")
    return content


def read_start(path: Path, *, most_bytes: int) -> bytes:
    """The first bytes of a regular file, however large it is.

    Raises:
        NoPlainFileError: it is something else.
        OSError: it is not there or cannot be read.
        ValueError: the path cannot be one.
    """
    # Before it is opened: to open a device may already do something.
    _refuse_others(path, path.stat().st_mode)
    with os.fdopen(os.open(path, _FLAGS), "rb") as file:
        _refuse_others(path, os.fstat(file.fileno()).st_mode)
        return file.read(most_bytes)


def _refuse_others(path: Path, mode: int) -> None:
    for is_kind, words in _OTHER_KINDS:
        if is_kind(mode):
            raise NoPlainFileError(path, f"{words}, not a file")
