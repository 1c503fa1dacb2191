"""Damaged and hostile files end in a value: never in a crash, and never in a long wait.

    python -m pytest tests/audit/test_hostile.py --mutations 10000

mutates so many files; without the option, enough to see that nothing has come loose.
"""

import io
import random
import struct
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from fakes.native import CPU_ARM64, CPU_X86_64, make_elf, make_fat, make_macho
from fakes.wheels import make_zip
from flet_lock.audit.native_facts import ARM64, load_native_facts
from flet_lock.audit.read_wheel import read_binary, read_wheel_binaries
from flet_lock.audit.reading import UnreadableBinaryError
from flet_lock.audit.wheel_binaries import Unreadable

NATIVE = Path(__file__).parents[1] / "data" / "native"
LONGEST_SECONDS = 2.0
BORDERS = (0, 1, 2, 3, 7, 0x7F, 0x80, 0xFF, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF)


def seeds() -> list[bytes]:
    made = [
        make_elf(
            needed=("liba.so", "libc.so"),
            undefined=("one", "two"),
            exports=("PyInit_x", "three"),
            soname="libx.so",
            note_level=24,
            thread_locals=True,
        ),
        make_elf((32, 40), undefined=("one",), exports=("two",), hashes="gnu"),
        make_macho(own_name="x", bitcode=10, debug=10, libraries=("/usr/lib/a", "@rpath/b")),
        make_fat((CPU_ARM64, make_macho()), (CPU_X86_64, make_macho(CPU_X86_64))),
    ]
    return made + [path.read_bytes() for path in sorted(NATIVE.glob("*.so"))]


def mutations(count: int) -> Iterator[bytes]:
    """Files with some bytes or words changed, cut or grown; the same ones each time."""
    chance = random.Random(20261127)
    originals = seeds()
    for number in range(count):
        content = bytearray(originals[number % len(originals)])
        for _ in range(chance.choice((1, 1, 2, 4, 16))):
            # What decides stands in the first bytes more often than not.
            reach = len(content) if chance.random() < 0.5 else min(len(content), 1200)
            at = chance.randrange(max(reach - 8, 1))
            match chance.randrange(5):
                case 0:
                    content[at] = chance.randrange(256)
                case 1:
                    content[at : at + 4] = struct.pack("<I", chance.choice(BORDERS))
                case 2:
                    content[at : at + 8] = struct.pack("<Q", chance.getrandbits(64))
                case 3:
                    content[at : at + 4] = struct.pack("<I", chance.randrange(len(content) + 9))
                case _:
                    del content[at + 1 + chance.randrange(len(content)) :]
        yield bytes(content)


def read(content: bytes) -> str:
    """What became of a file; anything but these two is raised."""
    try:
        read_binary(content, exports=True)
    except UnreadableBinaryError:
        return "cannot be read"
    return "read"


def test_mutated_files_are_read_or_refused(request: pytest.FixtureRequest) -> None:
    seen = {"read": 0, "cannot be read": 0}
    for content in mutations(request.config.getoption("--mutations")):
        started = time.perf_counter()
        seen[read(content)] += 1
        assert time.perf_counter() - started < LONGEST_SECONDS
    assert all(seen.values())


def test_mutated_wheels_are_read_or_refused(request: pytest.FixtureRequest) -> None:
    facts = load_native_facts()
    chance = random.Random(7)
    whole = make_zip({"a/x.cpython-313.so": make_elf(), "a/__init__.py": b"__file__, 'l.so'"})
    packed = make_zip({"a/l.so": make_elf(), "a/m.so": make_macho()}, compression=8)
    for number in range(request.config.getoption("--mutations") // 5):
        content = bytearray((whole, packed)[number % 2])
        for _ in range(chance.choice((1, 2, 8))):
            # The table of contents stands at the end.
            at = (
                chance.randrange(len(content))
                if chance.random() < 0.3
                else -chance.randrange(1, 220)
            )
            content[at] = chance.randrange(256)
        started = time.perf_counter()
        read_wheel_binaries(io.BytesIO(bytes(content)), facts, ARM64)
        assert time.perf_counter() - started < LONGEST_SECONDS


def test_a_member_without_a_name_is_passed_over() -> None:
    whole = make_zip({"x": b"", "a/l.so": make_elf()})
    at = whole.index(b"PK\x01\x02")  # the table's first entry: its name becomes part of the comment
    nameless = bytearray(whole)
    nameless[at + 28 : at + 34] = struct.pack("<HHH", 0, 0, 1)
    found = read_wheel_binaries(io.BytesIO(bytes(nameless)), load_native_facts(), ARM64)
    assert found.fault == ""
    assert [each.path for each in found.binaries] == ["a/l.so"]


def test_every_cut_of_a_file_is_refused_or_read() -> None:
    for content in (make_elf(undefined=("a",), exports=("b",)), make_macho()):
        for length in range(0, len(content), 3):
            read(content[:length])


@pytest.mark.parametrize("name", ["huge count of symbols", "long names", "a chain without end"])
def test_what_would_take_forever_is_refused(name: str) -> None:
    started = time.perf_counter()
    content = bytearray(make_elf(undefined=tuple(f"name{n}" for n in range(2000))))
    if name == "huge count of symbols":
        # The count in DT_HASH stands behind the one bucket's.
        at = content.index(struct.pack("<II", 1, 2001))
        content[at : at + 8] = struct.pack("<II", 1, 0xFFFFFFF0)
    elif name == "long names":
        long = make_elf(undefined=["x" * 40_000] * 20)
        assert read(long) == "cannot be read"
        return
    else:
        content = bytearray(make_elf(exports=("a", "b"), hashes="gnu"))
        at = content.rindex(struct.pack("<III", 1, 2, 1))
        content[at + 8 : at + 12] = struct.pack("<I", 2)
        content = content[: at + 12]
    assert read(bytes(content)) == "cannot be read"
    assert time.perf_counter() - started < LONGEST_SECONDS


def test_a_zip_bomb_is_refused_by_what_its_table_says() -> None:
    content = bytearray(make_zip({"a/x.so": bytes(1000)}, compression=zipfile.ZIP_DEFLATED))
    entry = content.index(b"PK\x01\x02")
    content[entry + 24 : entry + 28] = struct.pack("<I", 0xF0000000)
    found = read_wheel_binaries(io.BytesIO(bytes(content)), load_native_facts(), ARM64)
    (binary,) = found.binaries
    assert isinstance(binary.content, Unreadable)


def test_a_member_that_is_larger_than_it_says_is_refused() -> None:
    content = bytearray(make_zip({"a/x.so": make_elf() * 50}, compression=zipfile.ZIP_DEFLATED))
    entry = content.index(b"PK\x01\x02")
    content[entry + 24 : entry + 28] = struct.pack("<I", 100)
    found = read_wheel_binaries(io.BytesIO(bytes(content)), load_native_facts(), ARM64)
    (binary,) = found.binaries
    assert isinstance(binary.content, Unreadable)
