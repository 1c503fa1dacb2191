"""Checks bytes against the hashes and the size that are expected of a file, while they stream."""

from collections.abc import Mapping
from pathlib import Path
from typing import Final, Protocol

from msgspec import Struct

from flet_lock.integrity.hashes import new_hash
from flet_lock.model.errors.base import FletLockError

_CHUNK_BYTES: Final = 1024 * 1024


class Expected(Protocol):
    """What is known of a file before its bytes are here: by an index, a requirement or a lock."""

    @property
    def hashes(self) -> Mapping[str, str]:
        """Algorithm to hex digest, lower case; empty where none is known."""

    @property
    def size(self) -> int | None:
        """Bytes; None where it is not known."""

    def mismatch(self, algorithm: str, expected: str, found: str) -> FletLockError:
        """The error for other bytes; `algorithm` is `sha256`, …, or `size`."""


class LocalFile(Struct, frozen=True, kw_only=True):
    """A file that is here, verified."""

    path: Path
    sha256: str
    size: int


class Verification:
    """The bytes of one file, so far."""

    def __init__(self, expected: Expected) -> None:
        self._expected = expected
        self._running = {name: new_hash(name) for name in sorted({*expected.hashes, "sha256"})}
        self.size = 0
        """Bytes so far."""

    def update(self, chunk: bytes) -> None:
        """Takes the next part.

        Raises:
            FletLockError: it is longer than expected already; the rest need not come.
        """
        self.size += len(chunk)
        expected = self._expected.size
        if expected is not None and self.size > expected:
            raise self._expected.mismatch("size", str(expected), f"{self.size} or more")
        for running in self._running.values():
            running.update(chunk)

    def finish(self, path: Path) -> LocalFile:
        """Compares; every hash that is expected must hold.

        Args:
            path: Where the bytes are.

        Raises:
            FletLockError: the size or a hash does not match.
        """
        size = self._expected.size
        if size is not None and self.size != size:
            raise self._expected.mismatch("size", str(size), str(self.size))
        for algorithm, digest in self._expected.hashes.items():
            found = self._running[algorithm].hexdigest()
            if found != digest.lower():
                raise self._expected.mismatch(algorithm, digest.lower(), found)
        return LocalFile(path=path, sha256=self._running["sha256"].hexdigest(), size=self.size)


def verify_bytes(content: bytes, expected: Expected) -> None:
    """Checks bytes that are in memory.

    Raises:
        FletLockError: they do not match.
    """
    verification = Verification(expected)
    verification.update(content)
    verification.finish(Path())


def verify_file(path: Path, expected: Expected) -> LocalFile:
    """Reads a file that is on the disk and checks it.

    Raises:
        FletLockError: it does not match.
        OSError: it cannot be read.
    """
    verification = Verification(expected)
    with path.open("rb", buffering=0) as stream:
        while chunk := stream.read(_CHUNK_BYTES):
            verification.update(chunk)
    return verification.finish(path)
