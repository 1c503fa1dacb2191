"""What is unpacked by hand is what zipfile unpacks, for archives as zipfile writes them."""

import contextlib
import io
import subprocess
import sys
import zipfile
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flet_lock.install.wheel.packed_member import (
    PackedMember,
    packed_member,
    unpack_in_pieces,
    unpack_member,
)

_MEMBERS = st.lists(
    st.tuples(
        st.text("abc/é", min_size=1, max_size=5),
        st.binary(max_size=300) | st.integers(0, 70_000).map(bytes),
        st.sampled_from([zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED]),
        st.binary(max_size=3),
    ),
    max_size=4,
    unique_by=lambda member: member[0],
)


@given(members=_MEMBERS, comment=st.binary(max_size=20))
def test_it_agrees_with_zipfile(
    members: list[tuple[str, bytes, int, bytes]], comment: bytes
) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.comment = comment
        for name, content, method, extra in members:
            info = zipfile.ZipInfo(name)
            info.compress_type = method
            info.extra = len(extra).to_bytes(2, "little") * 2 + bytes(len(extra))
            archive.writestr(info, content)
    wheel = memoryview(buffer.getvalue())
    with zipfile.ZipFile(buffer) as archive:
        for info in archive.infolist():
            member = packed_member(info)
            assert bytes(unpack_member(wheel, member)) == archive.read(info)


@given(
    data=st.binary(max_size=200),
    offset=st.integers(0, 300),
    packed=st.integers(0, 300),
    unpacked=st.integers(0, 300),
    method=st.sampled_from([0, 8]),
)
def test_whatever_it_is_told_it_gives_what_was_announced_or_an_error(
    data: bytes, offset: int, packed: int, unpacked: int, method: int
) -> None:
    member = PackedMember(offset, packed, unpacked, method)
    header = b"PK\x03\x04" + bytes(22) + data
    with contextlib.suppress(zipfile.BadZipFile, zlib.error):
        assert len(unpack_member(memoryview(header), member)) == unpacked


def test_a_bomb_that_announces_little_is_not_inflated() -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a", bytes(50_000_000))
        info = archive.infolist()[0]
    member = PackedMember(info.header_offset, info.compress_size, 10, zipfile.ZIP_DEFLATED)
    with pytest.raises(zipfile.BadZipFile, match="another size"):
        unpack_member(memoryview(buffer.getvalue()), member)


@given(
    content=st.binary(max_size=300) | st.integers(0, 70_000).map(bytes),
    method=st.sampled_from([zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED]),
    piece_bytes=st.sampled_from([1, 7, 256, 100_000]),
    announced=st.sampled_from([-1, 0, 1]),
)
def test_piece_by_piece_it_is_the_same(
    content: bytes, method: int, piece_bytes: int, announced: int
) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        archive.writestr("a", content)
        info = archive.infolist()[0]
    wheel, member = memoryview(buffer.getvalue()), packed_member(info)
    pieces = list(map(bytes, unpack_in_pieces(wheel, member, piece_bytes)))
    assert b"".join(pieces) == content
    assert all(len(piece) <= piece_bytes for piece in pieces)
    if announced and len(content) + announced >= 0:
        other = PackedMember(
            member.offset, member.packed_bytes, len(content) + announced, member.method
        )
        with pytest.raises(zipfile.BadZipFile):
            list(unpack_in_pieces(wheel, other, piece_bytes))


def test_pieces_of_what_was_damaged_are_an_error() -> None:
    header = b"PK\x03\x04" + bytes(26)
    member = PackedMember(0, 8, 1000, zipfile.ZIP_DEFLATED)
    with pytest.raises(zipfile.BadZipFile):
        list(unpack_in_pieces(memoryview(header + b"\xff" * 8), member, 256))


def test_zlib_serves_where_there_is_no_isal() -> None:
    code = (
        "import sys, io, zipfile, zlib; sys.modules['isal'] = None\n"
        "from flet_lock.install.wheel import packed_member as it\n"
        "assert it.inflating is zlib\n"
        "buffer = io.BytesIO(); content = bytes(range(256)) * 100\n"
        "archive = zipfile.ZipFile(buffer, 'w', zipfile.ZIP_DEFLATED)\n"
        "archive.writestr('a', content); info = archive.infolist()[0]; archive.close()\n"
        "wheel, member = memoryview(buffer.getvalue()), it.packed_member(info)\n"
        "assert it.unpack_member(wheel, member) == content\n"
        "assert b''.join(it.unpack_in_pieces(wheel, member, 1000)) == content\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
