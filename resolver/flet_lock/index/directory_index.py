"""An index in the file system: a tree of project pages, or folders of files.

Looked at in this order, below `simple/` where there is such a folder, else in the directory
itself: `<package>/index.json` (PEP 691), `<package>/index.html` (PEP 503), the files of the folder
`<package>/`; without that folder, the files of the directory itself (as `--find-links`).
"""

import os
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from packaging.utils import NormalizedName, canonicalize_name

from flet_lock.index.address import DirectoryAddress
from flet_lock.index.cache import Cache, PageRecord, page_key
from flet_lock.index.garbage import garbage
from flet_lock.index.pages.file_row import FileRow, PageError
from flet_lock.index.pages.filename import FILE_SUFFIXES, BadFilename, version_text
from flet_lock.index.pages.page import parse_project_page
from flet_lock.index.pages.page_rows import IndexPage, PageRows, page_rows_of
from flet_lock.model.errors.index import IndexUnreachable
from flet_lock.model.redaction import public_url

if TYPE_CHECKING:
    from flet_lock.index.http.client import HttpClient

_PAGES = (
    ("index.json", "application/vnd.pypi.simple.v1+json"),
    ("index.html", "text/html"),
)


class DirectoryIndex:
    """One directory. Read when asked: local files are faster than any waiting for them."""

    def __init__(self, address: DirectoryAddress, *, cache: Cache | None) -> None:
        self.name = address.name
        self._directory = address.path
        self._cache = cache
        self._root: Path | None = None
        self._folders: dict[NormalizedName, Path] = {}
        self._files: list[Path] = []

    is_remote = keeps_all = needs_root = False
    """See `PackageIndex`."""

    def ask(self, client: "HttpClient", package: NormalizedName) -> NoReturn:
        """Is never called: `at_hand` has every answer."""
        raise NotImplementedError

    def find_root(self, client: "HttpClient") -> NoReturn:
        """Is never called: it needs no root."""
        raise NotImplementedError

    def at_hand(self, package: NormalizedName) -> tuple[IndexPage, bool]:
        """What the directory has of a package; whether it came out of the cache.

        Raises:
            IndexUnreachable: there is no such directory, or it cannot be read.
            IndexGarbage: a page in it is none.
        """
        try:
            root = self._scan()
            folder = self._folders.get(package)
            url = (folder or root / package).as_uri() + "/"
            if folder is not None:
                digest, from_cache = self._folder_digest(folder, package)
            else:
                digest, from_cache = self._flat_digest(package), False
        except OSError as error:
            raise IndexUnreachable(
                index=self.name,
                url=public_url(self._directory.as_uri()),
                detail=error.strerror or type(error).__name__,
                attempts=1,
            ) from error
        return IndexPage(index=self.name, url=url, digest=digest), from_cache

    def _scan(self) -> Path:
        if self._root is not None:
            return self._root
        simple = self._directory / "simple"
        root = simple if simple.is_dir() else self._directory
        with os.scandir(root) as entries:
            for entry in sorted(entries, key=lambda entry: entry.name):
                if entry.is_dir():
                    # The exact name wins over another spelling of it.
                    name = canonicalize_name(entry.name)
                    if name not in self._folders or entry.name == name:
                        self._folders[name] = Path(entry.path)
                elif entry.name.lower().endswith(FILE_SUFFIXES):
                    self._files.append(Path(entry.path))
        self._root = root
        return root

    def _folder_digest(self, folder: Path, package: NormalizedName) -> tuple[PageRows | None, bool]:
        for name, content_type in _PAGES:
            path = folder / name
            if path.is_file():
                return self._page_digest(path, content_type, package)
        files = sorted(
            path for path in folder.iterdir() if path.name.lower().endswith(FILE_SUFFIXES)
        )
        if not files:
            return self._flat_digest(package), False
        return page_rows_of(_rows(files), package), False

    def _page_digest(
        self, path: Path, content_type: str, package: NormalizedName
    ) -> tuple[PageRows, bool]:
        status = path.stat()
        key = page_key(path.as_uri(), None)
        stamp = f"{status.st_mtime_ns} {status.st_size}"
        kept = None if self._cache is None else self._cache.read_page(key)
        if kept is not None and kept.record.etag == stamp and kept.record.digest is not None:
            return kept.record.digest, True
        try:
            digest = page_rows_of(
                parse_project_page(path.read_bytes(), content_type, path.as_uri()), package
            )
        except PageError as error:
            raise garbage(self.name, path.as_uri(), str(error), content_type) from error
        if self._cache is not None:
            record = PageRecord(
                digest=digest,
                fresh_seconds=0.0,
                etag=stamp,
                last_modified=None,
                body=b"",
                url=path.as_uri(),
            )
            self._cache.write_page(key, record)
        return digest, False

    def _flat_digest(self, package: NormalizedName) -> PageRows | None:
        """The files of the directory itself that are this package's; None: there are none."""
        own = []
        for path in self._files:
            try:
                version_text(path.name, package)
            except BadFilename:
                continue  # another package's: they all lie together here
            own.append(path)
        return page_rows_of(_rows(own), package) if own else None


def _rows(paths: Iterable[Path]) -> list[FileRow]:
    return [
        FileRow(
            filename=path.name,
            url=path.as_uri(),
            hashes={},
            core_metadata=None,
            requires_python=None,
            yanked=None,
            size=path.stat().st_size,
            upload_time=None,
        )
        for path in paths
    ]
