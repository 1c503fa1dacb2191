from pathlib import Path

import pytest

from fakes.native import ARM, CPU_ARM64, CPU_X86_64, PAGE, X86, make_elf, make_fat, make_macho
from flet_lock.audit.elf import Segment, read_elf
from flet_lock.audit.macho import read_macho
from flet_lock.audit.reading import UnreadableBinaryError

NATIVE = Path(__file__).parents[1] / "data" / "native"


@pytest.mark.parametrize(
    ("name", "bits", "machine"),
    [
        ("arm64-v8a", 64, 183),
        ("armeabi-v7a", 32, 40),
        ("x86_64", 64, 62),
        ("x86", 32, 3),
    ],
)
def test_a_linkers_file_is_read(name: str, bits: int, machine: int) -> None:
    elf = read_elf((NATIVE / f"{name}.so").read_bytes(), exports=True)
    assert (elf.bits, elf.machine) == (bits, machine)
    assert elf.undefined >= {"getentropy", "not_there"}
    assert "memfd_create" not in elf.undefined
    assert elf.exports >= {"answer", "PyInit_library"}
    assert elf.is_module
    assert elf.has_thread_locals == (name in ("arm64-v8a", "armeabi-v7a", "x86_64", "x86"))
    assert [each.alignment for each in elf.segments] == [PAGE] * 3
    assert not any(each.misfit or each.is_writable_code for each in elf.segments)
    assert elf.removable_bytes > 100


def test_pages_of_4_kb_are_seen() -> None:
    elf = read_elf((NATIVE / "arm64-v8a-4k.so").read_bytes())
    assert [each.alignment for each in elf.segments] == [0x1000] * 3
    assert elf.removable_bytes == 0


@pytest.mark.parametrize("processor", [(64, 183), ARM])
@pytest.mark.parametrize("hashes", ["sysv", "gnu", "sysv gnu"])
def test_a_made_file_is_read_as_it_was_made(processor: tuple[int, int], hashes: str) -> None:
    elf = read_elf(
        make_elf(
            processor,
            segments=[(PAGE, 0, 5), (0x1000, 0x10, 7)],
            needed=("libc.so", "libm.so"),
            undefined=("puts", "sin"),
            weak=("getrandom",),
            exports=("PyInit_module", "other"),
            soname="libmade.so",
            note_level=21,
            hashes=hashes,
            debug=b"x" * 500,
        ),
        exports=True,
    )
    assert elf.segments == (Segment(PAGE, 0), Segment(0x1000, 0x10, is_writable_code=True))
    assert elf.needed == ("libc.so", "libm.so")
    assert elf.undefined == {"puts", "sin"}
    assert elf.exports == {"PyInit_module", "other"}
    assert (elf.soname, elf.note_level, elf.is_module) == ("libmade.so", 21, True)
    assert elf.has_old_hash == ("sysv" in hashes)
    assert elf.removable_bytes == 500


def test_symbols_are_found_without_exports_too() -> None:
    assert read_elf(make_elf(undefined=("puts",), hashes="gnu")).undefined == {"puts"}


def test_a_note_of_another_owner_is_none() -> None:
    assert read_elf(make_elf(note_level=30, note_owner=b"GNU\0")).note_level is None


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\x7fELF",
        b"not a library, but long enough for one",
        make_elf(kind=2),
        make_elf()[:200],
    ],
)
def test_what_is_no_library_is_told(content: bytes) -> None:
    with pytest.raises(UnreadableBinaryError):
        read_elf(content)


def test_the_head_of_a_file_says_what_stands_there() -> None:
    content = make_elf(undefined=("puts",), note_level=24)
    head = read_elf(content[:300], is_whole=False)
    assert not head.is_whole
    assert head.segments == read_elf(content).segments
    assert head.needed == ()


def test_a_macho_file_is_read_as_it_was_made() -> None:
    macho = read_macho(
        make_macho(
            CPU_X86_64,
            kind=8,
            platform=7,
            minimum_os=(14, 2),
            libraries=("/usr/lib/libz.1.dylib",),
            weak_libraries=("/usr/lib/libmaybe.dylib",),
            own_name="build/x.so",
            bitcode=77,
            debug=99,
        )
    )
    assert (macho.cpu, macho.kind, macho.platform) == (CPU_X86_64, 8, 7)
    assert (macho.minimum_os, macho.own_name) == ((14, 2), "build/x.so")
    assert macho.libraries == ("/usr/lib/libz.1.dylib",)
    assert (macho.bitcode_bytes, macho.removable_bytes) == (77, 99)


def test_a_version_as_before_ios_12_is_read() -> None:
    assert read_macho(make_macho(old_version=True, minimum_os=(11, 3))).minimum_os == (11, 3)


def test_the_part_of_the_processor_is_taken_of_a_fat_file() -> None:
    fat = make_fat((CPU_X86_64, make_macho(CPU_X86_64)), (CPU_ARM64, make_macho()))
    assert read_macho(fat, prefer=CPU_ARM64).other_cpus == (CPU_X86_64,)
    assert read_macho(fat).cpu == CPU_X86_64
    assert read_macho(fat, prefer=7).cpu == CPU_X86_64


@pytest.mark.parametrize(
    "content",
    [b"", make_macho()[:40], make_fat(), b"\xca\xfe\xba\xbe\x00\x00\x00\x41" + bytes(4000)],
)
def test_what_is_no_macho_file_is_told(content: bytes) -> None:
    with pytest.raises(UnreadableBinaryError):
        read_macho(content)


def test_an_x86_file_is_not_taken_for_a_64_bit_one() -> None:
    assert read_elf(make_elf(X86)).bits == 32
