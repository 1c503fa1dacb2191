"""The last answer, where nothing that decided it has changed: found before anything is loaded.

Most runs of a locker, before a build or in a hook, find that nothing is new. Such a run should
cost what it takes to see that, and importing the parts that could work an answer out again takes
ten times as long. So what a run printed is kept beside the cached pages, with everything it
rests on: the words of the command line, the variables it looked at, the bytes of the project's
files and of the locks, the pages of the indexes and how long they are fresh, the folder that was
installed into, and the programs themselves. One difference in any of it, and the run goes its
usual way.

Of what decided the answer, digests are kept under a key that each entry has for itself: words and
variables may hold tokens, and folders of caches are copied and kept by CI.

Imports nothing but built-in modules, for its reason to be. `marshal` is the one reader among
them; it is no parser for untrusted bytes, so a checksum comes first, as for all of the cache, and
the files are the user's own.
"""

import marshal
import os
import sys
import zlib
from _blake2 import blake2b  # hashlib takes longer to import than all that is done here

TYPE_CHECKING = False
if TYPE_CHECKING:  # see above
    from collections.abc import Mapping, Sequence
    from typing import Any, TextIO

MAGIC = b"flr2"
_HEADER_BYTES = len(MAGIC) + 4
_FLAGS = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
_MOST_BYTES = 64_000_000
_KIND, _REGULAR = 0o170000, 0o100000
"""S_IFMT and S_IFREG of `stat`, which is not imported yet."""
FOLDER = ("v1", "answers")
"""Below the cache folder."""
ALWAYS_LOOKED_AT = (
    "COLUMNS",
    "COLORTERM",
    "HOME",
    "LINES",
    "LOCALAPPDATA",
    "PYTHONIOENCODING",
    "TERM",
    "USERPROFILE",
    "XDG_CACHE_HOME",
)
"""What libraries read by themselves. What we look at is noted where it happens."""

Recalled = tuple[int, str, str]
"""Exit code, what went to stdout, what went to stderr."""


def recall(words: "Sequence[str]", environ: "Mapping[str, str]", now: float) -> Recalled | None:
    """The last answer to the same question; None where there is none that stands.

    Args:
        words: Of the command line.
        environ: The process environment.
        now: Seconds since the epoch.
    """
    try:
        folder = answers_folder(words, environ)
        record = None if folder is None else _read(os.path.join(folder, entry_name(words)))
        if record is None or not _stands(record, words, environ, now):
            return None
        said: Recalled = record["said"]
    except (OSError, ValueError, EOFError, TypeError, KeyError, AttributeError):
        return None  # a damaged entry is none
    return said


def encode(record: dict[str, object]) -> bytes:
    """A record as it is kept: the fields that `_stands` reads, and `said`."""
    payload = marshal.dumps(record)
    return MAGIC + zlib.crc32(payload).to_bytes(4, "big") + payload


def _read(path: str) -> "dict[str, Any] | None":
    content = _read_plain(path)
    payload = content[_HEADER_BYTES:]
    if content[:_HEADER_BYTES] != MAGIC + zlib.crc32(payload).to_bytes(4, "big"):
        return None
    record: dict[str, Any] = marshal.loads(payload)  # noqa: S302 - see the top
    return record


def _stands(
    record: "dict[str, Any]", words: "Sequence[str]", environ: "Mapping[str, str]", now: float
) -> bool:
    key = record["key"]
    return (
        record["question"] == digest(key, question(words))
        and record["program"] == program()
        and all(
            digest(key, environ.get(name)) == value for name, value in record["environ"].items()
        )
        and all(
            digest(key, content_of(path)) == content for path, content in record["files"].items()
        )
        and all(_is_fresh(page, now) for page in record["pages"])
        and all(_is_as_left(folder, digest) for folder, digest in record["trees"])
    )


def _is_as_left(folder: str, digest: str) -> bool:
    from flet_lock.workflows.installing.installed_tree import is_as_left  # noqa: PLC0415 - rests on a tree

    return is_as_left(folder, digest)


def _is_fresh(page: "tuple[str, tuple[int, int, int], float]", now: float) -> bool:
    path, identity, fresh_seconds = page
    status = os.stat(path)
    found = (status.st_ino, status.st_size, status.st_mtime_ns)
    return found == identity and 0 <= now - status.st_mtime < fresh_seconds


def content_of(path: str) -> bytes | None:
    """The bytes of a file; None where there is none."""
    try:
        return _read_plain(path)
    except FileNotFoundError:
        return None


def digest(key: bytes, value: "Any") -> bytes:  # noqa: ANN401 - whatever marshal takes
    """What is kept of a value: nobody can tell it from that, or compare it with another entry's.

    Args:
        key: Random bytes of the entry.
        value: Bytes, or what `marshal` takes: text, None, tuples of these.
    """
    content = value if isinstance(value, bytes) else b"\0" + marshal.dumps(value, 2)
    return blake2b(content, digest_size=32, key=key).digest()


def _read_plain(path: str) -> bytes:
    """The bytes of a regular file: a pipe would wait for ever, and a device has no end."""
    descriptor = os.open(path, _FLAGS)
    try:
        status = os.fstat(descriptor)
        if status.st_mode & _KIND != _REGULAR or status.st_size > _MOST_BYTES:
            raise OSError(path)
        with open(descriptor, "rb", closefd=False) as file:
            return file.read(_MOST_BYTES)
    finally:
        os.close(descriptor)


def question(words: "Sequence[str]") -> "tuple[object, ...]":
    """What was asked, where, and what the answer is shown on."""
    return (tuple(words), os.getcwd(), _stream(sys.stdout), _stream(sys.stderr))


def _stream(stream: "TextIO | None") -> "tuple[object, ...]":
    """What of a stream decides how text is laid out and painted for it."""
    if stream is None or not stream.isatty():
        return (False, None if stream is None else stream.encoding, 0)
    return (True, stream.encoding, os.get_terminal_size(stream.fileno()).columns)


def program() -> "tuple[object, ...]":
    """What changes when this program, Python or a library is another one.

    Installing or removing a distribution changes its folder's time; our own sources are looked
    at one by one, because people edit them in place.
    """
    here = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    libraries = []
    for entry in sys.path:
        try:
            libraries.append((entry, os.stat(entry).st_mtime_ns))
        except OSError:
            continue
    return (sys.version, tuple(libraries), _newest(here))


def _newest(folder: str) -> int:
    newest = 0
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.name == "__pycache__":
                continue
            time = _newest(entry.path) if entry.is_dir() else entry.stat().st_mtime_ns
            newest = max(newest, time)
    return newest


def entry_name(words: "Sequence[str]") -> str:
    """File name of the entry for a question; two that share it take turns."""
    text = "\0".join((os.getcwd(), *words))
    return f"{zlib.crc32(text.encode(errors='surrogateescape')):08x}"


def answers_folder(words: "Sequence[str]", environ: "Mapping[str, str]") -> str | None:
    """Where answers are kept: below the cache folder, as far as that can be told so early.

    None where it cannot. Whoever writes holds it against the folder that was really used: a
    cache folder set in pyproject.toml is not seen here, and such answers are not kept.
    """
    cache = None
    for number, word in enumerate(words):
        if word == "--cache-dir":
            cache = words[number + 1] if number + 1 < len(words) else None
        elif word.startswith("--cache-dir="):
            cache = word.partition("=")[2]
    cache = cache or environ.get("FLET_LOCK_CACHE_DIR") or _user_cache(environ)
    return None if cache is None else os.path.join(os.path.abspath(cache), *FOLDER)


def _user_cache(environ: "Mapping[str, str]", system: str = sys.platform) -> str | None:
    # As platformdirs has it, whose import alone takes longer than all that is done here.
    home = environ.get("HOME")
    if not home or system == "win32":
        return None
    if system == "darwin":
        return os.path.join(home, "Library", "Caches", "flet-lock")
    return os.path.join(environ.get("XDG_CACHE_HOME") or os.path.join(home, ".cache"), "flet-lock")
