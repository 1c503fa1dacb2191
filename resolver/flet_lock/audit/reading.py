"""Bounded reads of a file that somebody else made: every offset and count in it may be a lie."""

import struct
from collections.abc import Iterator
from typing import Final

_LONGEST_NAME: Final = 32 * 1024
"""Bytes; C++ makes names of some thousands."""
_MOST_NAME_BYTES: Final = 64 * 1024 * 1024
"""Of all names of a file together. A string table without an end could be read once per symbol."""


class UnreadableBinaryError(Exception):
    """A file is not what its name says, or is damaged; the text says where."""


class BinaryView:
    """The bytes of a file, or the first of them."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self._names_read = 0

    def __len__(self) -> int:
        return len(self.data)

    def unpack(self, form: str, offset: int) -> tuple[int, ...]:
        """Whole numbers at an offset, as `struct` has it.

        Raises:
            UnreadableBinaryError: the file ends before.
        """
        try:
            return struct.unpack_from(form, self.data, offset)
        except (struct.error, OverflowError) as error:
            raise UnreadableBinaryError("the file ends before its headers say") from error

    def table(self, form: str, offset: int, count: int) -> Iterator[tuple[int, ...]]:
        """Rows of the same form, one after the other.

        Raises:
            UnreadableBinaryError: the table goes beyond the file.
        """
        size = struct.calcsize(form) * count
        if offset < 0 or count < 0 or offset + size > len(self.data):
            raise UnreadableBinaryError("a table in it goes beyond the end of the file")
        return struct.iter_unpack(form, memoryview(self.data)[offset : offset + size])

    def name(self, offset: int, end: int) -> str:
        """The text at an offset, up to its zero byte.

        Args:
            offset: where it begins.
            end: where its table ends.

        Raises:
            UnreadableBinaryError: it does not end, or all names so far are absurdly long.
        """
        if not 0 <= offset < end <= len(self.data):
            raise UnreadableBinaryError("a name in it lies beyond the end of its table")
        stop = self.data.find(b"\0", offset, min(end, offset + _LONGEST_NAME))
        self._names_read += stop - offset
        if stop < 0 or self._names_read > _MOST_NAME_BYTES:
            raise UnreadableBinaryError("a name in it has no end")
        return self.data[offset:stop].decode("utf-8", "backslashreplace")
