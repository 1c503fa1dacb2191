"""Files of a tree: which there are, what they hold, and what bytecode is made of."""

import hashlib
import os
import re
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Final

_CACHED: Final = re.compile(r"(?:(.*)/)?__pycache__/([^/]+)\.cpython-\d+\.pyc")
"""PEP 3147."""


def walk(folder: str, prefix: str = "") -> Iterator[tuple[str, int]]:
    """Path, with `/`, and size of everything below a folder that is no folder itself.

    The size is -1 for what is no file: links are not followed.

    Raises:
        OSError: a folder cannot be read.
    """
    with os.scandir(folder) as entries:
        for entry in entries:
            path = f"{prefix}{entry.name}"
            if entry.is_dir(follow_symlinks=False):
                yield from walk(entry.path, f"{path}/")
            else:
                found = entry.stat(follow_symlinks=False)
                yield path, found.st_size if stat.S_ISREG(found.st_mode) else -1


def source_of(path: str) -> str:
    """The source that a `.pyc` is made of: beside it (`compileall -b`), or PEP 3147; else `""`."""
    cached = _CACHED.fullmatch(path)
    if cached is not None:
        folder, stem = cached.groups()
        return f"{folder}/{stem}.py" if folder else f"{stem}.py"
    return path[:-1] if path.endswith(".pyc") else ""


def sha256_of(path: Path) -> bytes:
    """The digest of a file.

    Raises:
        OSError: it cannot be read.
    """
    with path.open("rb", buffering=0) as stream:
        return hashlib.file_digest(stream, "sha256").digest()
