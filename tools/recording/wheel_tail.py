"""Reads one member of a zip file of which only some ranges are at hand."""

import io
import zipfile
from collections.abc import Awaitable, Callable

TAIL = 1 << 16
"""Bytes asked for first; METADATA and the directory of most wheels lie within."""

FetchRange = Callable[[int, int], Awaitable[bytes]]
"""First byte and the one after the last, to content."""


class _BytesMissing(Exception):  # noqa: N818 - asks for more, nothing failed
    def __init__(self, start: int, stop: int) -> None:
        super().__init__(start, stop)
        self.start, self.stop = start, stop


class _SparseFile(io.RawIOBase):
    """A file that raises `_BytesMissing` for ranges it does not have."""

    def __init__(self, size: int, parts: list[tuple[int, bytes]]) -> None:
        self._size, self._parts, self._at = size, parts, 0

    def seekable(self) -> bool:
        return True

    def readable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size}[whence]
        self._at = max(0, base + offset)
        return self._at

    def read(self, size: int | None = -1) -> bytes:
        stop = self._size if size is None or size < 0 else min(self._size, self._at + size)
        start, self._at = self._at, max(self._at, stop)
        if start >= stop:
            return b""
        for first, content in self._parts:
            if first <= start and stop <= first + len(content):
                return content[start - first : stop - first]
        raise _BytesMissing(start, stop)


async def read_wheel_metadata(size: int, fetch_range: FetchRange) -> bytes:
    """METADATA of a wheel, by as few ranges as it takes (two for most large ones).

    Args:
        size: of the wheel, in bytes.
        fetch_range: how to get a part of it.

    Raises:
        zipfile.BadZipFile: it is not a readable wheel.
    """
    start = max(0, size - TAIL)
    parts = [(start, await fetch_range(start, size))]
    while True:
        try:
            return _read_member(_SparseFile(size, parts))
        except _BytesMissing as missing:
            # A little more than asked: the local header and the member are read separately.
            first, stop = max(0, missing.start), min(size, missing.stop + 4096)
            parts.append((first, await fetch_range(first, stop)))


def _read_member(file: _SparseFile) -> bytes:
    with zipfile.ZipFile(file) as archive:
        for name in archive.namelist():
            if name.endswith(".dist-info/METADATA") and name.count("/") == 1:
                return archive.read(name)
    raise zipfile.BadZipFile("no METADATA")
