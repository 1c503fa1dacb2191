"""The recorded PyPI as it stood on a day, with wheels that can be installed.

`data/index/pypi` has no wheels. Here every wheel of which there is metadata exists: a small one
with this metadata, the tags of its file name and a true RECORD, and the page tells its digests.
Other files are listed as they were recorded, and are not found. The Flet index needs none of this:
its wheels are in `data/index/flet`.
"""

import json
from threading import Lock
from typing import Any

from packaging.utils import NormalizedName, canonicalize_name

from fakes.index_server import IndexServer, ServedFile
from fakes.recorded import DATA
from fakes.wheels import make_wheel

PYPI = DATA / "index" / "pypi"


class RecordedPyPI(IndexServer):
    """Serves it; a package's wheels are made when its page is asked for."""

    def __init__(self) -> None:
        super().__init__(cache_control="max-age=0")  # another day is another page
        self.day: str | None = None
        """`YYYY-MM-DD`; what was uploaded later is not there yet. None: all that was recorded."""
        self._making = Lock()
        for folder in (PYPI / "simple").iterdir():
            self.add_project(folder.name)

    def listed(self, package: NormalizedName) -> list[ServedFile]:
        """The files on a project's page, of that day."""
        with self._making:
            if not self._projects[package]:
                self._make(package)
        day, files = self.day, self._projects[package]
        return [file for file in files if day is None or str(file.upload_time)[:10] <= day]

    def _make(self, package: NormalizedName) -> None:
        page = json.loads((PYPI / "simple" / package / "index.json").read_bytes())
        for entry in page["files"]:
            if "core-metadata" not in entry:
                self.list_file(package, _recorded_file(entry))
                continue
            filename = entry["filename"]
            metadata = (PYPI / "files" / f"{filename}.metadata").read_bytes()
            self.add(
                package,
                "",
                make_recorded_wheel(filename, metadata),
                filename=filename,
                metadata=metadata,
                requires_python=entry.get("requires-python"),
                yanked=_yanked(entry),
                upload_time=entry["upload-time"],
            )


def make_recorded_wheel(filename: str, metadata: bytes) -> bytes:
    """The bytes of a wheel, the same each time and other than those of each other wheel."""
    name, version, *build, interpreter, abi, platform = filename.removesuffix(".whl").split("-")
    module = canonicalize_name(name).replace("-", "_")
    files = {
        f"{module}/__init__.py": f'"""Stands for {filename}."""\n'.encode(),
        f"{module}/py.typed": b"",
    }
    if platform != "any":
        files[f"{module}/_native.so"] = f"machine code of {filename}".encode()
    return make_wheel(
        name,
        version,
        f"{interpreter}-{abi}-{platform}",
        files=files,
        metadata=metadata,
        build=build[0] if build else None,
    )


def _recorded_file(entry: dict[str, Any]) -> ServedFile:
    return ServedFile(
        filename=entry["filename"],
        content=b"",
        size=entry["size"],
        hashes=entry["hashes"],
        requires_python=entry.get("requires-python"),
        yanked=_yanked(entry),
        upload_time=entry["upload-time"],
    )


def _yanked(entry: dict[str, Any]) -> str | None:
    """A page has False, True or the reason."""
    reason = entry.get("yanked", False)
    return str(reason) if isinstance(reason, str) else "" if reason else None
