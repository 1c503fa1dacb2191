"""Whole files: streamed to disk, hashed on the way, never in memory."""

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from flet_lock.index.files.expected_file import ExpectedFile, LocalFile
from flet_lock.index.files.hashes import new_hash, strongest
from flet_lock.index.http.answer import BodyTooLarge
from flet_lock.model.errors.index import IndexGarbage

if TYPE_CHECKING:  # it brings what a run that is answered by the cache does without
    from flet_lock.index.http.client import HttpClient

MAX_FILE_BYTES = 4 * 1024**3
"""PyPI's own limit for a file is far below."""
GONE = frozenset({404, 410})


class FileReceiver:
    """Writes a body to a file and hashes it. One per attempt: opening it empties the file."""

    def __init__(self, path: Path, promise: ExpectedFile) -> None:
        self._path = path
        self._promise = promise
        self._file: BinaryIO = path.open("wb")
        self._sha256 = hashlib.sha256()
        strong = strongest(promise.hashes)
        self._strong = None if strong is None else (*strong, new_hash(strong[0]))
        self._size = 0

    def write(self, chunk: bytes) -> None:
        """Takes the next part.

        Raises:
            BodyTooLarge: this is no wheel any more.
        """
        self._size += len(chunk)
        if self._size > MAX_FILE_BYTES:
            raise BodyTooLarge
        self._file.write(chunk)
        self._sha256.update(chunk)
        if self._strong is not None and self._strong[0] != "sha256":
            self._strong[2].update(chunk)

    def close(self) -> None:
        """Closes the file; more than once does no harm."""
        self._file.close()

    def finish(self) -> LocalFile:
        """Closes the file and holds it against the promise.

        Raises:
            IntegrityError: hash or size are others.
        """
        self.close()
        sha256 = self._sha256.hexdigest()
        if self._strong is not None:
            algorithm, expected, running = self._strong
            found = sha256 if algorithm == "sha256" else running.hexdigest()
            if found != expected:
                raise self._promise.broken(algorithm, expected, found)
        if self._promise.size is not None and self._size != self._promise.size:
            raise self._promise.broken("size", str(self._promise.size), str(self._size))
        return LocalFile(path=self._path, sha256=sha256, size=self._size)


class FileReceivers:
    """The receivers of one download's attempts; the last one has the file."""

    def __init__(self, path: Path, promise: ExpectedFile) -> None:
        self._path = path
        self._promise = promise
        self.last: FileReceiver | None = None

    def next(self) -> FileReceiver:
        """A new receiver, the one before is given up."""
        self.close()
        self.last = FileReceiver(self._path, self._promise)
        return self.last

    def close(self) -> None:
        """Closes the file."""
        if self.last is not None:
            self.last.close()


def fetch_file(client: "HttpClient", promise: ExpectedFile, path: Path) -> LocalFile | None:
    """Fetches a file whole and verifies it; None: it is not there (404, 410).

    Raises:
        IndexFailure: it cannot be had, or is not what was promised.
    """
    receivers = FileReceivers(path, promise)
    try:
        answer = client.fetch(
            promise.url,
            index=promise.index,
            # Compressed on the way it would not have the promised hash while it streams.
            headers={"Accept-Encoding": "identity"},
            accept=GONE,
            receive=lambda _status, _headers: receivers.next().write,
        )
        if answer.status in GONE or receivers.last is None:
            return None
        return receivers.last.finish()
    except BodyTooLarge:
        raise IndexGarbage(
            index=promise.index,
            url=promise.url,
            detail=f"more than {MAX_FILE_BYTES} bytes",
            content_type=None,
        ) from None
    finally:
        receivers.close()
