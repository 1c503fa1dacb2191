"""What is kept between runs: digests of pages, and the metadata of files, in small files.

A damaged, foreign or half written file counts as absent and is written again; a cache that
cannot be written is no reason to stop. Entries are replaced whole (write beside, then rename), so
two runs at once, or a kill at any moment, leave a readable old or a readable new one.

Names of files are digests: of the URL and of who asked (private pages are found again only with
the same credentials), never the credentials or the URL themselves.
"""

import contextlib
import os
import time
import zlib
from collections.abc import Iterator
from hashlib import blake2b
from pathlib import Path
from typing import TypeVar

import msgspec
from msgspec import Struct

from flet_lock.index.pages.page_rows import PageRows
from flet_lock.model.answer.answer_dependencies import KeptPage

FORMAT = "v1"
"""Folder of this layout; a change of any struct in it takes the next number."""

_MAGIC = b"flk1"
_HEADER_BYTES = len(_MAGIC) + 4
_TAG = "CACHEDIR.TAG"
_TAG_TEXT = "Signature: 8a477f597d28d172789f06886806bc55\n# Cache of flet-lock; may be deleted.\n"
"""https://bford.info/cachedir/: backup programs pass such a folder over."""
_PAGES = "pages"
_METADATA = "metadata"
_PACKAGE_METADATA = "shelves"


class PageRecord(msgspec.Struct, array_like=True):
    """An index's answer for one package. When it was fetched is the file's own time."""

    digest: PageRows | None
    """None: the index said that it does not know the package."""
    fresh_seconds: float
    """How long it may be used without asking; 0: ask each time."""
    etag: str | None
    last_modified: str | None
    body: bytes
    """SHA-256 of the page: an equal one needs no parsing."""
    url: str
    """Where the page came from, without credentials; relative links started there."""


class MetadataFields(msgspec.Struct, array_like=True, frozen=True):
    """The headers of METADATA or PKG-INFO that decide, unparsed."""

    name: str | None
    version: str | None
    requires_dist: list[str]
    requires_python: str | None
    provides_extra: list[str]
    metadata_version: str | None = None
    dynamic: list[str] = []


class FileFacts(msgspec.Struct, array_like=True, frozen=True):
    """What was found out about a file by building it."""

    native: list[str] | None = None
    """What in its wheel is not for every machine; empty for a pure one; None: not built yet."""


class CachedPage(Struct, frozen=True, kw_only=True):
    """A page record and its age."""

    record: PageRecord
    age_seconds: float

    @property
    def fresh(self) -> bool:
        """Whether it may be used without asking. A time in the future is no proof of youth."""
        return 0 <= self.age_seconds < self.record.fresh_seconds


class CacheSize(Struct, frozen=True, kw_only=True):
    """What a cache folder holds."""

    files: int
    bytes: int


PackageMetadata = dict[str, msgspec.Raw]
"""Metadata of a package's files, encoded, by what identifies it."""

_Kept = TypeVar("_Kept")

_encode = msgspec.msgpack.Encoder().encode
_decode_page = msgspec.msgpack.Decoder(PageRecord)
_decode_metadata = msgspec.msgpack.Decoder(MetadataFields)
_decode_package_metadata = msgspec.msgpack.Decoder(PackageMetadata)
_decode_facts = msgspec.msgpack.Decoder(FileFacts)


class Cache:
    """A cache folder."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self._root = directory / FORMAT
        self._writable = True
        self._folders: set[str] = set()
        self._pages: dict[str, KeptPage] = {}
        """Pages that were read or written, as they lie there now."""

    def read_page(self, key: str) -> CachedPage | None:
        """The page of a key; None if there is none."""
        path = self._path(_PAGES, key)
        try:
            with open(path, "rb", buffering=0) as file:
                status = os.fstat(file.fileno())
                content = file.read()
        except OSError:
            return None
        record = self._decode(path, content, _decode_page)
        if record is None:
            return None
        self._note(path, status, record.fresh_seconds)
        return CachedPage(record=record, age_seconds=time.time() - status.st_mtime)

    def write_page(self, key: str, record: PageRecord) -> None:
        """Keeps a page; it counts as fetched now."""
        path = self._path(_PAGES, key)
        status = self._write(path, _encode(record))
        if status is not None:
            self._note(path, status, record.fresh_seconds)

    def touch_page(self, key: str) -> None:
        """Counts the page as fetched now: the index said that it has not changed."""
        if not self._writable:
            return
        path = self._path(_PAGES, key)
        known = self._pages.pop(path, None)
        try:
            os.utime(path)
            status = os.stat(path)
        except OSError:
            return
        # Another run may have put another page in its place; that one is not ours.
        if known is not None and known.identity[:2] == (status.st_ino, status.st_size):
            self._note(path, status, known.fresh_seconds)

    def _note(self, path: str, status: os.stat_result, lifetime: float) -> None:
        identity = (status.st_ino, status.st_size, status.st_mtime_ns)
        self._pages[path] = KeptPage(path=Path(path), identity=identity, fresh_seconds=lifetime)

    def kept_pages(self) -> tuple[KeptPage, ...] | None:
        """The pages of this run, as they are kept; None where some could not be written."""
        return tuple(self._pages.values()) if self._writable else None

    def read_metadata(self, key: str) -> MetadataFields | None:
        """The metadata of a key, `sha256:…` of the metadata or of the wheel; None if unknown."""
        return self._read(self._path(_METADATA, key), _decode_metadata)

    def write_metadata(self, key: str, fields: MetadataFields) -> None:
        """Keeps metadata for ever: what a hash stands for does not change."""
        self._write(self._path(_METADATA, key), _encode(fields))

    def read_package_metadata(self, package: str) -> PackageMetadata:
        """What is kept of a package's metadata."""
        return self._read(self._path(_PACKAGE_METADATA, package), _decode_package_metadata) or {}

    def write_package_metadata(self, package: str, kept: PackageMetadata) -> None:
        """Keeps metadata for ever."""
        self._write(self._path(_PACKAGE_METADATA, package), _encode(kept))

    def read_facts(self, key: str) -> FileFacts | None:
        """What is known of a file that was built; None if nothing."""
        return self._read(self._path("files", key), _decode_facts)

    def write_facts(self, key: str, facts: FileFacts) -> None:
        """Keeps what was found out about a file."""
        self._write(self._path("files", key), _encode(facts))

    def read_kept(
        self, kind: str, key: str, decoder: msgspec.msgpack.Decoder[_Kept]
    ) -> _Kept | None:
        """What somebody else keeps here, as they kept it; None where there is nothing."""
        return self._read(self._path(kind, key), decoder)

    def write_kept(self, kind: str, key: str, payload: bytes) -> None:
        """Keeps what is somebody else's, encoded."""
        self._write(self._path(kind, key), payload)

    def folder(self, kind: str) -> Path:
        """A folder for whole files of some kind; counted and cleaned with everything else.

        Raises:
            OSError: it cannot be made.
        """
        folder = self._root / kind
        self._make_folder(str(folder))
        return folder

    def _path(self, kind: str, key: str) -> str:
        # Text, not `Path`: a run makes thousands.
        return (
            f"{self._root}{os.sep}{kind}{os.sep}{blake2b(key.encode(), digest_size=20).hexdigest()}"
        )

    def _read(self, path: str, decoder: msgspec.msgpack.Decoder[_Kept]) -> _Kept | None:
        try:
            with open(path, "rb", buffering=0) as file:
                content = file.read()
        except OSError:
            return None
        return self._decode(path, content, decoder)

    def _decode(
        self, path: str, content: bytes, decoder: msgspec.msgpack.Decoder[_Kept]
    ) -> _Kept | None:
        payload = memoryview(content)[_HEADER_BYTES:]
        checksum = zlib.crc32(payload).to_bytes(4, "big")
        if content[:_HEADER_BYTES] == _MAGIC + checksum:
            try:
                return decoder.decode(payload)
            except msgspec.MsgspecError:
                pass
        with contextlib.suppress(OSError):
            os.unlink(path)
        return None

    def _write(self, path: str, payload: bytes) -> os.stat_result | None:
        """The status of the new file; None where there is none."""
        if not self._writable:
            return None
        folder = os.path.dirname(path)
        # Random, not the process' number: containers that share a cache have the same ones.
        temporary = os.path.join(folder, f".new-{os.urandom(8).hex()}")
        try:
            self._make_folder(folder)
            with open(temporary, "wb") as file:
                file.write(_MAGIC + zlib.crc32(payload).to_bytes(4, "big"))
                file.write(payload)
                file.flush()
                status = os.fstat(file.fileno())
            os.replace(temporary, path)
        except OSError:
            # Disk full, read-only, or the file is open elsewhere on Windows: go on without.
            self._writable = False
            with contextlib.suppress(OSError):
                os.unlink(temporary)
            return None
        return status

    def _make_folder(self, folder: str) -> None:
        if folder in self._folders:
            return
        os.makedirs(folder, exist_ok=True)
        tag = self.directory / _TAG
        if not tag.exists():
            tag.write_text(_TAG_TEXT)
        self._folders.add(folder)


def page_key(url: str, authorization: str | None) -> str:
    """The key of a page: what was asked, and as whom."""
    return url if authorization is None else f"{url}\0{authorization}"


def cache_size(directory: Path) -> CacheSize:
    """How much a cache folder holds; nothing where there is none."""
    files = 0
    size = 0
    for path in entries(directory):
        try:
            size += path.stat().st_size
        except OSError:
            continue
        files += 1
    return CacheSize(files=files, bytes=size)


def clean_cache(directory: Path) -> CacheSize:
    """Deletes what this program keeps in a folder, and nothing else; says how much that was."""
    files = 0
    size = 0
    for path in entries(directory):
        try:
            length = path.stat().st_size
            path.unlink()
        except OSError:
            continue
        files += 1
        size += length
    for folder in _format_folders(directory):
        for parent, _, _ in os.walk(folder, topdown=False):
            with contextlib.suppress(OSError):
                Path(parent).rmdir()
    with contextlib.suppress(OSError):  # the folder is not ours alone, or not there
        (directory / _TAG).unlink()
        directory.rmdir()
    return CacheSize(files=files, bytes=size)


def entries(directory: Path) -> Iterator[Path]:
    """Every file that this program keeps in a folder; none where it is no cache."""
    for folder in _format_folders(directory):
        for parent, _, names in os.walk(folder):
            for name in names:
                yield Path(parent, name)


def _format_folders(directory: Path) -> list[Path]:
    """`v1`, and those of other versions of this program."""
    if not (directory / _TAG).is_file():
        return []
    return sorted(
        path for path in directory.glob("v*") if path.name[1:].isdigit() and path.is_dir()
    )
