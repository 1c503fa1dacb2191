"""Temporary files of a run, gone when it ends."""

import threading
from itertools import count
from pathlib import Path


class Workspace:
    """A folder that is made when the first path is asked for. May be used from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._numbers = count()
        self._folder: Path | None = None

    def new_path(self) -> Path:
        """A path where nothing is yet."""
        with self._lock:
            if self._folder is None:
                import tempfile  # noqa: PLC0415 - few runs need a folder

                self._folder = Path(tempfile.mkdtemp(prefix="flet-lock-"))
            return self._folder / str(next(self._numbers))

    def close(self) -> None:
        """Deletes everything."""
        with self._lock:
            folder, self._folder = self._folder, None
        if folder is not None:
            import shutil  # noqa: PLC0415 - see above

            shutil.rmtree(folder, ignore_errors=True)
