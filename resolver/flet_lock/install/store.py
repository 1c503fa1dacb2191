"""Files of locks, kept between runs under their digests.

Nothing in here is believed: a file is checked against the lock whenever it is taken out, and what
does not match is thrown away. Files come in under another name and are renamed when they are
whole and verified, so two runs at once, or a kill at any moment, leave nothing half.
"""

import contextlib
import os
import time
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Final, Self

from flet_lock.install.verification import Verification, verify_file
from flet_lock.lockfile.package import LockedFile
from flet_lock.model.errors.install import FileAltered

_INCOMING: Final = "incoming"
_STALE_SECONDS: Final = 24 * 60 * 60.0
"""Age of an incoming file whose run is dead: no download takes a day."""


class FileStore:
    """A folder of files by digest."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def path_of(self, file: LockedFile) -> Path:
        """Where a file is kept, whether it is there or not."""
        algorithm, digest = file.key
        return self._folder / algorithm / digest[:2] / digest[2:]

    def find(self, file: LockedFile) -> Path | None:
        """The file, verified just now; None where it is not there, or was garbage."""
        path = self.path_of(file)
        try:
            verify_file(file, path)
        except FileAltered:
            with contextlib.suppress(OSError):
                path.unlink()
            return None
        except OSError:
            return None
        return path

    def receive(self, file: LockedFile) -> "Incoming":
        """A place for a file that is on its way.

        Raises:
            OSError: the folder cannot be written.
        """
        folder = self._folder / _INCOMING
        folder.mkdir(parents=True, exist_ok=True)
        _remove_stale(folder)
        return Incoming(file, folder, self.path_of(file))


class Incoming:
    """A file on its way into the store. Leaving the context without `keep` throws it away."""

    def __init__(self, file: LockedFile, folder: Path, final: Path) -> None:
        self._planned = file
        self._final = final
        import tempfile  # noqa: PLC0415 - only where something is fetched

        descriptor, name = tempfile.mkstemp(dir=folder)
        self._temporary = Path(name)
        self._stream: BinaryIO = os.fdopen(descriptor, "wb", buffering=0)
        self._verification = Verification(file)

    @property
    def size(self) -> int:
        """Bytes of this attempt so far."""
        return self._verification.size

    def begin(self) -> None:
        """A new attempt: what came so far does not count."""
        self._stream.seek(0)
        self._stream.truncate()
        self._verification = Verification(self._planned)

    def write(self, chunk: bytes) -> None:
        """Takes the next part.

        Raises:
            FileAltered: more came than was locked.
            OSError: the disk does not take it.
        """
        self._verification.update(chunk)
        view = memoryview(chunk)
        while view:  # unbuffered: a nearly full disk may take a part
            view = view[self._stream.write(view) :]

    def keep(self) -> Path:
        """Verifies the whole and moves it to its place, which is returned.

        Raises:
            FileAltered: it is not the locked file.
            OSError: the disk does not take it.
        """
        self._verification.finish()
        self._stream.close()
        self._final.parent.mkdir(parents=True, exist_ok=True)
        try:
            self._temporary.replace(self._final)
        except PermissionError:
            # Windows: another run has just put it there, and reads it.
            verify_file(self._planned, self._final)
        return self._final

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        with contextlib.suppress(OSError):
            self._stream.close()
        with contextlib.suppress(OSError):
            self._temporary.unlink(missing_ok=True)


def _remove_stale(folder: Path) -> None:
    oldest = time.time() - _STALE_SECONDS
    with contextlib.suppress(OSError):
        for path in folder.iterdir():
            with contextlib.suppress(OSError):
                if path.stat().st_mtime < oldest:
                    path.unlink()
