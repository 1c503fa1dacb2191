"""The places that an app or its user has named, and what a lock takes from elsewhere.

A lock may come with a stranger's pull request, and its digests with it: they prove that a file is
the one that the lock means, not that anybody wanted that file. So the places count, too.
"""

import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from msgspec import Struct

from flet_lock.boundary.refusal import RefusedTextError
from flet_lock.boundary.urls import Origin, is_web, origin_of, recorded_url
from flet_lock.lockfile.contents import Lock
from flet_lock.lockfile.locations import Locations, is_remote
from flet_lock.lockfile.package import LockedFile, LockedTree
from flet_lock.model.app.settings import FLET_URL, PYPI_URL
from flet_lock.model.errors.lock import UnknownSources
from flet_lock.model.host_system import path_of_url

FILE_HOSTS: Final = {
    "pypi.org": "https://files.pythonhosted.org",
    "test.pypi.org": "https://test-files.pythonhosted.org",
    "download.pytorch.org": "https://download-r2.pytorch.org",
}
"""Indexes for everybody that keep their files on another host."""

_NOWHERE: Final[Origin] = ("", "", None)
"""Equal to no origin of a lock, which are valid."""


class KnownSources(Struct, frozen=True, kw_only=True):
    """What may be taken from where."""

    indexes: frozenset[str]
    """Locations, as `_index_key` has them."""
    origins: frozenset[Origin]
    """Of indexes and of the hosts of their files (RFC 6454: scheme, host, port)."""
    folders: tuple[Path, ...]
    """The project's, and folders as indexes; resolved."""
    references: frozenset[str]
    """URLs and paths that requirements name, as a lock has them."""
    lock_dir: Path

    def knows(self, source: LockedFile | LockedTree) -> bool:
        """Whether a file's or tree's own place is one that was named."""
        if source.url in self.references or source.path in self.references:
            return True
        if source.url is not None and is_remote(source.url):
            return isinstance(source, LockedFile) and _origin(source.url) in self.origins
        local = source.path
        if local is None:
            local = path_of_url(urlsplit(source.url or "").path)
        place = Path(os.path.realpath(self.lock_dir / local))
        return any(place.is_relative_to(folder) for folder in self.folders)


def known_sources(
    locations: Iterable[str],
    *,
    file_hosts: Iterable[str],
    references: Iterable[str],
    root: Path,
) -> KnownSources:
    """The places that were named; PyPI and Flet's index are known to everybody.

    Args:
        locations: URLs and folders of indexes; they may hold credentials.
        file_hosts: URLs of hosts that the indexes keep files on.
        references: URLs that requirements name.
        root: the app's folder, which is that of its locks.
    """
    remote, folders = [PYPI_URL, FLET_URL], [root]
    for location in locations:
        if "://" in location and not location.startswith("file:"):
            remote.append(location)
        else:
            folder = path_of_url(urlsplit(location).path) if "://" in location else location
            folders.append(root / folder)
    places = Locations(project_root=root, lock_dir=root)
    hosts = [FILE_HOSTS[host] for host in map(_host, remote) if host in FILE_HOSTS]
    return KnownSources(
        indexes=frozenset(map(_index_key, remote)),
        origins=frozenset(_origin(each) for each in (*remote, *hosts, *file_hosts)),
        folders=tuple(Path(os.path.realpath(folder)) for folder in folders),
        references=frozenset(
            place
            for reference in references
            for place in places.place(reference, vcs=_vcs(reference))
            if place is not None
        ),
        lock_dir=root,
    )


def refuse_unknown_sources(lock: Lock, known: KnownSources, path: str) -> None:
    """Sees that a lock takes nothing from where nobody said it may.

    Args:
        lock: the lock.
        known: the places that were named.
        path: the lock's, for the error.

    Raises:
        UnknownSources: it does; the error has all of them.
    """
    indexes = {
        file.index
        for package in lock.packages
        for file in package.files
        if file.index is not None and _index_key(file.index) not in known.indexes
    }
    others = {
        _shown(source)
        for package in lock.packages
        for source in _sources(package.files, package.tree)
        if not known.knows(source)
        # Its index is told already.
        and not (isinstance(source, LockedFile) and source.index in indexes)
    }
    if indexes or others:
        raise UnknownSources(
            path=path, sources=tuple(sorted(indexes | others)), indexes=tuple(sorted(indexes))
        )


def _sources(
    files: tuple[LockedFile, ...], tree: LockedTree | None
) -> Iterator[LockedFile | LockedTree]:
    yield from files
    if tree is not None:
        yield tree


def _shown(source: LockedFile | LockedTree) -> str:
    """A file of an index by its host, of which there may be hundreds; anything else in full."""
    if isinstance(source, LockedFile) and source.index is not None and source.url is not None:
        scheme, host, port = _origin(source.url)
        return f"{scheme}://{host}{f':{port}' if port not in (80, 443) else ''}"
    return source.origin


def _index_key(location: str) -> str:
    """A location without what makes no difference: credentials, `/simple`, a slash at the end."""
    return recorded_url(location).rstrip("/").removesuffix("/simple").rstrip("/")


def _host(url: str) -> str:
    return _origin(url)[1]


def _origin(url: str) -> Origin:
    try:
        return origin_of(url) if is_web(url) else _NOWHERE
    except RefusedTextError:
        return _NOWHERE


def _vcs(reference: str) -> str | None:
    scheme, plus, _ = reference.partition("://")[0].partition("+")
    return scheme if plus else None
