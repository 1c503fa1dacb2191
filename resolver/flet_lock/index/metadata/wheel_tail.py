"""METADATA out of a wheel: from the whole file, or from the parts of it that matter.

A wheel is a zip file: its table of contents stands at the end, and by the wheel specification
("archivers are encouraged to place the .dist-info files physically at the end") METADATA stands
nearby. So the tail is usually all that has to be fetched.
"""

import io
import zipfile
import zlib
from collections.abc import Iterable
from typing import IO

from packaging.utils import NormalizedName

from flet_lock.index.http.answer import NoMetadata

MAX_METADATA_BYTES = 32 * 1024 * 1024
"""Unpacked. The longest real ones have a few hundred KB; more is a zip bomb."""
_LOCAL_HEADER_BYTES = 30
_LOCAL_EXTRA_BYTES = 1024
"""A member's local header may have another extra field than the table of contents says."""


class NeedBytes(Exception):  # noqa: N818 - control flow: a read reached outside the known parts
    """A part of the remote file is needed that has not been fetched."""

    def __init__(self, start: int, end: int) -> None:
        super().__init__(start, end)
        self.start = start
        """First byte."""
        self.end = end
        """One past the last."""


def read_wheel_metadata(file: "IO[bytes] | PartialFile", package: NormalizedName) -> bytes:
    """The bytes of `<name>-<version>.dist-info/METADATA`.

    Args:
        file: A wheel, or a `PartialFile` of one.
        package: Whose wheel it is.

    Raises:
        NoMetadata: there is none.
        NeedBytes: of a `PartialFile` only.
    """
    try:
        with zipfile.ZipFile(file) as archive:
            member = _metadata_member(archive, package)
            if member.file_size > MAX_METADATA_BYTES:
                raise NoMetadata(f"METADATA has {member.file_size} bytes")
            if isinstance(file, PartialFile):
                file.require(member.header_offset, _end_of(member))
            with archive.open(member) as stream:
                content = stream.read(MAX_METADATA_BYTES + 1)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
        # RuntimeError: encrypted; NotImplementedError: an unknown compression.
        raise NoMetadata(f"not a readable zip file: {error}") from error
    if len(content) > MAX_METADATA_BYTES:
        raise NoMetadata("METADATA is larger than its entry says")
    return content


def _end_of(member: zipfile.ZipInfo) -> int:
    return (
        member.header_offset
        + _LOCAL_HEADER_BYTES
        + len(member.orig_filename.encode())
        + max(len(member.extra), _LOCAL_EXTRA_BYTES)
        + member.compress_size
    )


def _metadata_member(archive: zipfile.ZipFile, package: NormalizedName) -> zipfile.ZipInfo:
    """Recording installed projects, "The .dist-info directory": one, at the top.

    pip refuses a wheel with a second one, and so does `flet-lock install`.
    """
    folders: dict[str, zipfile.ZipInfo | None] = {}
    for member in archive.infolist():
        folder, _, rest = member.filename.partition("/")
        if folder.endswith(".dist-info"):
            folders[folder] = member if rest == "METADATA" else folders.get(folder)
    if len(folders) > 1:
        raise NoMetadata(f"several .dist-info folders for {package}: {', '.join(sorted(folders))}")
    found = next(iter(folders.values()), None)
    if found is None:
        raise NoMetadata("no .dist-info/METADATA")
    return found


class PartialFile(io.RawIOBase):
    """A file of which only parts are at hand; reading elsewhere raises `NeedBytes`."""

    def __init__(self, size: int, parts: Iterable[tuple[int, bytes]] = ()) -> None:
        super().__init__()
        self.size = size
        """Of the whole file, bytes."""
        self._parts = list(parts)
        self._position = 0

    def add(self, start: int, content: bytes) -> None:
        """Puts in a part that was fetched."""
        self._parts.append((start, content))

    def require(self, start: int, end: int) -> None:
        """Asks for a range at once, instead of read by read.

        Raises:
            NeedBytes: it is not all at hand.
        """
        end = min(end, self.size)
        if self._find(start, end) is None:
            raise NeedBytes(start, end)

    def _find(self, start: int, end: int) -> bytes | None:
        for offset, content in self._parts:
            if offset <= start and end <= offset + len(content):
                return content[start - offset : end - offset]
        return None

    def seekable(self) -> bool:
        """Always."""
        return True

    def readable(self) -> bool:
        """Always."""
        return True

    def tell(self) -> int:
        """Where the next read starts."""
        return self._position

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """As `io.IOBase.seek`."""
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._position, io.SEEK_END: self.size}[whence]
        if base + offset < 0:
            raise OSError("negative seek position")
        self._position = base + offset
        return self._position

    def read(self, size: int | None = -1) -> bytes:
        """As `io.RawIOBase.read`, but never short before the end of the file."""
        end = self.size if size is None or size < 0 else min(self._position + size, self.size)
        if end <= self._position:
            return b""
        content = self._find(self._position, end)
        if content is None:
            raise NeedBytes(self._position, end)
        self._position = end
        return content
