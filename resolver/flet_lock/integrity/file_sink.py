"""A file that is on its way: written while it arrives, started anew with each attempt."""

import contextlib
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self

from flet_lock.integrity.verification import Expected, LocalFile, Verification


class FileSink:
    """Writes what arrives to a path and verifies it when it is whole; closes it on leaving."""

    def __init__(self, path: Path, expected: Expected) -> None:
        """Opens nothing yet.

        Args:
            path: Where the file is written.
            expected: What its bytes must be.
        """
        self._path = path
        self._expected = expected
        self._stream: BinaryIO | None = None
        self._verification = Verification(expected)

    @property
    def size(self) -> int:
        """Bytes of this attempt so far."""
        return self._verification.size

    def begin(self) -> Callable[[bytes], None]:
        """Starts an attempt: what came so far does not count. Returns what takes its parts.

        Raises:
            OSError: the file cannot be written.
        """
        if self._stream is None:
            self._stream = self._path.open("wb", buffering=0)
        self._stream.seek(0)
        self._stream.truncate()
        self._verification = Verification(self._expected)
        return self.write

    def write(self, chunk: bytes) -> None:
        """Takes the next part.

        Raises:
            FletLockError: more came than is expected.
            OSError: the disk does not take it.
        """
        assert self._stream is not None  # noqa: S101 - an attempt has begun
        self._verification.update(chunk)
        view = memoryview(chunk)
        while view:  # unbuffered: a nearly full disk may take a part
            view = view[self._stream.write(view) :]

    def finish(self) -> LocalFile:
        """Verifies the whole and closes the file.

        Raises:
            FletLockError: it is not what is expected.
        """
        file = self._verification.finish(self._path)
        self._close()
        return file

    def _close(self) -> None:
        if self._stream is not None:
            self._stream.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        with contextlib.suppress(OSError):
            self._close()
