"""The licences of wheels, from their METADATA; kept by the digest of the wheel."""

import contextlib
from collections.abc import Iterable, Mapping
from contextlib import closing
from pathlib import Path
from typing import Final

import msgspec
from packaging.utils import parse_wheel_filename

from flet_lock.index.cache import Cache
from flet_lock.lockfile.atomic_write import write_atomically
from flet_lock.lockfile.package import LockedFile
from flet_lock.model.app.settings import Settings
from flet_lock.model.event import Listener
from flet_lock.model.index.artifact import CoreMetadataFile, Wheel
from flet_lock.package_requests.licence import read_licence
from flet_lock.workflows.cache_folder import cache_folder
from flet_lock.workflows.repository import open_indexes

_KIND: Final = "licences"
_UNKNOWN: Final = ""
"""Kept for a wheel whose METADATA names no licence."""


def read_licences(
    wheels: Iterable[Wheel],
    settings: Settings,
    *,
    root: Path,
    environ: Mapping[str, str],
    listener: Listener,
) -> dict[str, str | None]:
    """The licence of each wheel by its URL; None where METADATA names none, or cannot be had.

    Args:
        wheels: files of an answer or a lock.
        settings: the indexes, cache and connections; offline, only what is kept is known.
        root: the app's folder, where relative directories start.
        environ: credentials, proxies and certificates.
        listener: receives events of what is fetched.
    """
    wanted = tuple({wheel.url: wheel for wheel in wheels}.values())
    notes = _Notes(None if settings.no_cache else Cache(cache_folder(settings)))
    missing = [wheel for wheel in wanted if notes.find(wheel) is None]
    if missing:
        opened = open_indexes(settings, root=root, environ=environ, listener=listener)
        with closing(opened) as repository:
            for wheel, content in repository.metadata_texts(missing):
                notes.add(wheel, read_licence(content) or _UNKNOWN)
        notes.write()
    return {wheel.url: notes.find(wheel) or None for wheel in wanted}


def wheel_of(file: LockedFile | None, index_names: Mapping[str, str], root: Path) -> Wheel | None:
    """A locked file as the indexes know it; None for a source.

    Args:
        file: the file; None for a package that has none.
        index_names: location of an index, as locks have it, to its name in the settings.
        root: the lock's folder, where relative paths in it start.
    """
    if file is None or not file.is_wheel:
        return None
    name, version, build, tags = parse_wheel_filename(file.filename)
    url = file.url or (root / (file.path or "")).resolve().as_uri()
    return Wheel(
        filename=file.filename,
        package=name,
        version=version,
        url=url,
        index=index_names.get(file.index or ""),
        hashes=file.hashes,
        size=file.size,
        build=build,
        tags=tags,
        # Asked for first; where the index has none, the end of the wheel is read instead.
        core_metadata=CoreMetadataFile(),
    )


class _Notes:
    """Licences by digest of the wheel: what a digest stands for does not change."""

    def __init__(self, cache: Cache | None) -> None:
        self._path: Path | None = None
        self._known: dict[str, str] = {}
        if cache is not None:
            # A cache that cannot be read or written makes a run slower, not wrong.
            with contextlib.suppress(OSError, msgspec.MsgspecError):
                self._path = cache.folder(_KIND) / "by-digest.json"
                self._known = msgspec.json.decode(self._path.read_bytes(), type=dict[str, str])

    def find(self, wheel: Wheel) -> str | None:
        """None: not known yet."""
        return self._known.get(_digest(wheel))

    def add(self, wheel: Wheel, licence: str) -> None:
        self._known[_digest(wheel)] = licence

    def write(self) -> None:
        if self._path is not None:
            with contextlib.suppress(OSError):
                write_atomically(self._path, msgspec.json.encode(self._known, order="sorted"))


def _digest(wheel: Wheel) -> str:
    """What identifies a wheel: its digest, or its address where the index promises none."""
    return wheel.hashes.get("sha256") or wheel.url
