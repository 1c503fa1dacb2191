"""The folder in which Flet builds an app, and its memory of what it installed there.

Flet stamps the arguments of its packaging step (`.hash/package`) and keeps the old packages where
these did not change (flet-cli, `build_base.py`, `package_python_app`). A lock is none of these
arguments: so the stamp has to go whenever the tree may not be the lock.
"""

import contextlib
import hashlib
import json
from pathlib import Path
from typing import Final

from msgspec import Struct

from flet_lock.model.errors.install import InstallNotWritten

_LARGEST_NOTE_BYTES: Final = 64 * 1024


class BuildFolder(Struct, frozen=True):
    """`<app>/build`."""

    path: Path
    """The folder; it may not exist."""

    @property
    def site_packages(self) -> Path:
        """One folder for each slice."""
        return self.path / "site-packages"

    @property
    def flutter_packages(self) -> Path:
        """Where `flutter/` of the slices is moved to."""
        return self.path / "flutter-packages"

    @property
    def pythons(self) -> Path:
        """Where serious_python unpacks the Python it runs pip with."""
        return self.path / "flutter" / "build"

    @property
    def stamp(self) -> Path:
        """Flet's stamp."""
        return self.path / ".hash" / "package"

    @property
    def note(self) -> Path:
        """Ours: which lock the tree was last verified against, and Flet's stamp of that build."""
        return self.path / ".hash" / "flet-lock"

    def remembers(self, digest: str) -> bool:
        """Whether the last verified build was of this lock, and none has followed it."""
        try:
            with self.note.open("rb") as stream:
                note = json.loads(stream.read(_LARGEST_NOTE_BYTES))
        except (OSError, ValueError, RecursionError):
            return False
        return bool(note == self._note(digest)) and self.site_packages.is_dir()

    def invalidate(self) -> bool:
        """Makes Flet install the packages anew; whether there was a stamp.

        Raises:
            InstallNotWritten: the stamp cannot be removed, so Flet would keep the old tree.
        """
        with contextlib.suppress(OSError):
            self.note.unlink(missing_ok=True)
        try:
            self.stamp.unlink()
        except (FileNotFoundError, NotADirectoryError):
            return False
        except OSError as error:
            raise InstallNotWritten(
                path=str(self.stamp), detail=error.strerror or str(error)
            ) from error
        return True

    def remember(self, digest: str) -> None:
        """Notes that the tree is this lock. Without the note the next build installs anew."""
        with contextlib.suppress(OSError):
            text = json.dumps(self._note(digest)) + "\n"
            self.note.parent.mkdir(parents=True, exist_ok=True)
            self.note.write_text(text, encoding="utf-8")

    def _note(self, digest: str) -> dict[str, object]:
        # Flet writes its stamp in every build, also where it says the same: so its time tells
        # whether somebody built without us since.
        try:
            content, modified = self.stamp.read_bytes(), self.stamp.stat().st_mtime_ns
        except OSError:
            return {"version": 1, "lock": digest, "stamp": None}
        stamp = [hashlib.sha256(content).hexdigest(), modified]
        return {"version": 1, "lock": digest, "stamp": stamp}
