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
from typing import Final

from flet_lock.integrity.file_sink import FileSink
from flet_lock.integrity.verification import verify_file
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
            verify_file(path, file)
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


class Incoming(FileSink):
    """A file on its way into the store. Leaving the context without `keep` throws it away."""

    def __init__(self, file: LockedFile, folder: Path, final: Path) -> None:
        import tempfile  # noqa: PLC0415 - only where something is fetched

        descriptor, name = tempfile.mkstemp(dir=folder)
        os.close(descriptor)
        self._temporary = Path(name)
        super().__init__(self._temporary, file)
        self._planned = file
        self._final = final

    def keep(self) -> Path:
        """Verifies the whole and moves it to its place, which is returned.

        Raises:
            FileAltered: it is not the locked file.
            OSError: the disk does not take it.
        """
        self.finish()
        self._final.parent.mkdir(parents=True, exist_ok=True)
        try:
            self._temporary.replace(self._final)
        except PermissionError:
            # Windows: another run has just put it there, and reads it.
            verify_file(self._final, self._planned)
        return self._final

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        super().__exit__(kind, error, traceback)
        with contextlib.suppress(OSError):
            self._temporary.unlink(missing_ok=True)


def _remove_stale(folder: Path) -> None:
    oldest = time.time() - _STALE_SECONDS
    with contextlib.suppress(OSError):
        for path in folder.iterdir():
            with contextlib.suppress(OSError):
                if path.stat().st_mtime < oldest:
                    path.unlink()
