"""A member's bytes out of a wheel that is in memory.

zipfile reads a member through four objects; for thousands of small files that takes longer than
inflating them. What zipfile checks on the way (that the member's own header agrees with the table
of contents, its CRC) adds nothing here: the content is held against a SHA-256 afterwards.
"""

import zipfile
import zlib
from typing import Final

from msgspec import Struct

METHODS: Final = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
"""What wheels are made of; what else zip knows, one installer reads and the next does not."""
_HEADER_BYTES: Final = 30
_SIGNATURE: Final = b"PK\x03\x04"

UNREADABLE: Final = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    NotImplementedError,  # a version or a flag of zip that zipfile does not know
    RuntimeError,  # encrypted
    UnicodeDecodeError,
)
"""What reading a damaged archive raises."""


class PackedMember(Struct, frozen=True):
    """Where a member is in its archive (APPNOTE 4.3.12, the central directory)."""

    offset: int
    """Of its local header."""
    packed_bytes: int
    unpacked_bytes: int
    method: int
    """One of `METHODS`."""


def packed_member(info: zipfile.ZipInfo) -> PackedMember:
    """From zipfile's entry for it."""
    return PackedMember(
        offset=info.header_offset,
        packed_bytes=info.compress_size,
        unpacked_bytes=info.file_size,
        method=info.compress_type,
    )


def unpack_member(wheel: memoryview, member: PackedMember) -> bytes | memoryview:
    """The member's bytes; never more than it announces.

    Raises:
        zipfile.BadZipFile: it is not where it should be, or has another size.
        zlib.error: it cannot be inflated.
    """
    header = bytes(wheel[member.offset : member.offset + _HEADER_BYTES])
    if header[:4] != _SIGNATURE:
        raise zipfile.BadZipFile("a member is not where the table of contents says")
    # APPNOTE 4.3.7: lengths of name and extra field; those of the table may differ.
    skipped = int.from_bytes(header[26:28], "little") + int.from_bytes(header[28:30], "little")
    start = member.offset + _HEADER_BYTES + skipped
    packed = wheel[start : start + member.packed_bytes]
    content: bytes | memoryview = packed
    if member.method == zipfile.ZIP_DEFLATED:
        # One byte more than announced shows a member that goes on.
        inflater = zlib.decompressobj(-zlib.MAX_WBITS)
        content = inflater.decompress(packed, member.unpacked_bytes + 1)
    if len(content) != member.unpacked_bytes:
        raise zipfile.BadZipFile("a member has another size than it announces")
    return content
