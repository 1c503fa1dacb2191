"""Checks bytes against the hashes and size that the lock has of a file, while they stream."""

import hashlib
from pathlib import Path
from typing import Final

from flet_lock.lockfile.package import LockedFile
from flet_lock.model.errors.install import FileAltered

_CHUNK_BYTES: Final = 1024 * 1024


class Verification:
    """The bytes of one file, so far."""

    def __init__(self, file: LockedFile) -> None:
        self._file = file
        self._running = {name: hashlib.new(name) for name in sorted(file.hashes)}
        self.size = 0
        """Bytes so far."""

    def update(self, chunk: bytes) -> None:
        """Takes the next part.

        Raises:
            FileAltered: it is longer than the locked file already; the rest need not come.
        """
        self.size += len(chunk)
        if self._file.size is not None and self.size > self._file.size:
            raise self._altered("size", str(self._file.size), f"{self.size} or more")
        for running in self._running.values():
            running.update(chunk)

    def finish(self) -> None:
        """Compares; every hash that the lock has must hold.

        Raises:
            FileAltered: its size or a hash does not match.
        """
        if self._file.size is not None and self.size != self._file.size:
            raise self._altered("size", str(self._file.size), str(self.size))
        for algorithm, running in self._running.items():
            expected, found = self._file.hashes[algorithm].lower(), running.hexdigest()
            if found != expected:
                raise self._altered(algorithm, expected, found)

    def _altered(self, algorithm: str, expected: str, found: str) -> FileAltered:
        return FileAltered(
            package=self._file.package,
            filename=self._file.filename,
            origin=self._file.origin,
            algorithm=algorithm,
            expected=expected,
            found=found,
        )


def verify_file(file: LockedFile, path: Path) -> None:
    """Reads a file that is on the disk and checks it against the lock.

    Raises:
        FileAltered: it is another one.
        OSError: it cannot be read.
    """
    verification = Verification(file)
    with path.open("rb", buffering=0) as stream:
        while chunk := stream.read(_CHUNK_BYTES):
            verification.update(chunk)
    verification.finish()
