from collections.abc import Sequence
from pathlib import Path

import pytest

from fakes.audited import findings, read_files, slice_of, target_of
from fakes.native import ARM, PAGE, SEGMENT, X86, X86_64, make_elf, make_macho
from flet_lock.audit.check_wheels import check_slices
from flet_lock.audit.finding import (
    AnyFinding,
    LibraryElsewhere,
    LibraryMissing,
    LibraryTooNew,
    LoaderTooOld,
    MisplacedSegment,
    NoSectionHeaders,
    NoteTooNew,
    NotInFletsPython,
    NotStripped,
    OtherProcessor,
    OtherPythonLibrary,
    PythonSymbolsMissing,
    SmallPages,
    SymbolsMissing,
    SymbolsTooNew,
    TextRelocations,
    WritableCode,
)

NATIVE = Path(__file__).parents[1] / "data" / "native"
MODULE = "pkg/module.cpython-313.so"
RELR, ANDROID_RELR, TEXTREL, FLAGS = 36, 0x6FFFE000, 22, 30


def kinds(found: Sequence[AnyFinding]) -> list[type]:
    return [type(each) for each in found]


@pytest.mark.parametrize(
    ("processor", "slice_name"),
    [((64, 183), "arm64-v8a"), (ARM, "armeabi-v7a"), (X86_64, "x86_64"), (X86, "x86")],
)
def test_a_good_file_has_no_finding(processor: tuple[int, int], slice_name: str) -> None:
    good = make_elf(processor, undefined=("puts", "Py_Initialize"), note_level=24)
    assert findings(good, slice_name) == []


@pytest.mark.parametrize(
    ("content", "seen"),
    [
        (make_elf(X86_64), "Android, x86_64"),
        (make_elf((64, 243)), "Android, 64 bits, machine 243"),
        (make_macho(), "Apple's systems, arm64"),
    ],
)
def test_a_file_for_another_processor_is_found_and_nothing_else(content: bytes, seen: str) -> None:
    assert findings(content) == [OtherProcessor(path=MODULE, seen=seen, needed="arm64")]


@pytest.mark.parametrize(
    ("segments", "expected"),
    [
        ([SEGMENT], []),
        ([(0x10000, 0, 5)], []),
        ([(0x2000, 0, 5)], [SmallPages(path=MODULE, segment=1, segments=1, alignment=0x2000)]),
        (
            [SEGMENT, SEGMENT, (0x1000, 0, 6)],
            [SmallPages(path=MODULE, segment=3, segments=3, alignment=0x1000)],
        ),
        (
            [SEGMENT, (PAGE, 0x1000, 6)],
            [MisplacedSegment(path=MODULE, segment=2, segments=2, misfit=0x1000)],
        ),
        ([SEGMENT, (PAGE, PAGE, 6)], []),
    ],
)
@pytest.mark.parametrize(
    ("processor", "slice_name"), [((64, 183), "arm64-v8a"), (X86_64, "x86_64")]
)
def test_every_segment_has_to_fit_pages_of_16_kb(
    segments: list[tuple[int, int, int]],
    expected: list[AnyFinding],
    processor: tuple[int, int],
    slice_name: str,
) -> None:
    assert findings(make_elf(processor, segments=segments), slice_name) == expected


@pytest.mark.parametrize(("processor", "slice_name"), [(ARM, "armeabi-v7a"), (X86, "x86")])
def test_32_bits_may_have_small_pages(processor: tuple[int, int], slice_name: str) -> None:
    assert findings(make_elf(processor, segments=[(0x1000, 0x800, 5)]), slice_name) == []


def test_a_linkers_small_pages_are_found() -> None:
    found = findings((NATIVE / "arm64-v8a-4k.so").read_bytes(), minimum_os=(30, 0))
    assert SmallPages(path=MODULE, segment=1, segments=3, alignment=0x1000) in found


@pytest.mark.parametrize(("minimum", "expected"), [(27, [SymbolsTooNew]), (28, [])])
def test_a_function_of_a_later_android_is_found(minimum: int, expected: list[type]) -> None:
    content = make_elf(undefined=("getentropy",))
    assert kinds(findings(content, minimum_os=(minimum, 0))) == expected


def test_a_late_function_is_named_with_its_level() -> None:
    (found,) = findings(make_elf(undefined=("memfd_create", "getentropy", "puts")))
    assert found == SymbolsTooNew(
        path=MODULE, symbols=(("getentropy", 28), ("memfd_create", 30)), minimum=24
    )


def test_a_weak_function_may_be_late_or_missing() -> None:
    assert findings(make_elf(weak=("memfd_create", "nowhere_at_all"))) == []


def test_levels_are_those_of_the_architecture() -> None:
    # libc.map.txt: pthread_cond_timedwait_monotonic_np, introduced-arm=9, introduced-arm64=28.
    name = "pthread_cond_timedwait_monotonic_np"
    assert kinds(findings(make_elf(undefined=(name,)))) == [SymbolsTooNew]
    assert findings(make_elf(ARM, undefined=(name,)), "armeabi-v7a") == []


def test_a_function_of_another_architecture_is_missing() -> None:
    content = make_elf(undefined=("__aeabi_memclr",))
    assert kinds(findings(content)) == [SymbolsMissing]
    assert findings(make_elf(ARM, undefined=("__aeabi_memclr",)), "armeabi-v7a") == []


def test_what_android_has_for_itself_is_not_missing() -> None:
    content = make_elf(undefined=("android_mallopt", "__libc_init"))
    assert findings(content, minimum_os=(30, 0)) == []


def test_zlib_has_what_its_map_says_and_not_what_is_local_to_it() -> None:
    content = make_elf(needed=("libc.so", "libz.so"), undefined=("inflate", "inflate_table"))
    (found,) = findings(content)
    assert found == SymbolsMissing(path=MODULE, symbols=("inflate_table",))


def test_a_missing_function_is_found_where_all_libraries_are_known() -> None:
    content = make_elf(undefined=("nowhere_at_all",))
    assert findings(content) == [SymbolsMissing(path=MODULE, symbols=("nowhere_at_all",))]
    unknown = make_elf(needed=("libc.so", "libandroid.so"), undefined=("nowhere_at_all",))
    assert findings(unknown) == []


def test_libraries_of_the_wheel_and_their_libraries_have_functions() -> None:
    files = {
        MODULE: make_elf(needed=("libc.so", "libone.so"), undefined=("of_one", "of_two")),
        "pkg.libs/libone.so": make_elf(needed=("libtwo.so",), exports=("of_one",)),
        "pkg.libs/libtwo.so": make_elf(exports=("of_two",)),
    }
    assert findings(files) == []


def test_another_package_of_the_slice_may_bring_a_library() -> None:
    module = make_elf(needed=("libc.so", "libjpeg.so"), undefined=("jpeg_read", "jpeg_gone"))
    library = {"opt/lib/libjpeg.so": make_elf(exports=("jpeg_read",))}
    slices = [slice_of(target_of("arm64-v8a"), {"pkg": {MODULE: module}, "flet-libjpeg": library})]
    assert [each.finding for each in check_slices(slices)] == [
        SymbolsMissing(path=MODULE, symbols=("jpeg_gone",))
    ]


def test_a_library_that_nothing_brings_is_found() -> None:
    content = make_elf(needed=("libc.so", "libjpeg.so"))
    assert findings(content) == [LibraryMissing(path=MODULE, library="libjpeg.so")]
    assert findings(content, is_complete=False) == [
        LibraryElsewhere(path=MODULE, library="libjpeg.so")
    ]


@pytest.mark.parametrize(("minimum", "expected"), [(25, [LibraryTooNew]), (26, [])])
def test_a_library_of_a_later_android_is_found(minimum: int, expected: list[type]) -> None:
    content = make_elf(needed=("libaaudio.so",))
    assert kinds(findings(content, minimum_os=(minimum, 0))) == expected


def test_libraries_of_pythons_own_builds_are_not_in_flets() -> None:
    content = make_elf(needed=("libssl_python.so",))
    assert findings(content) == [NotInFletsPython(path=MODULE, library="libssl_python.so")]


def test_the_library_of_another_python_is_found() -> None:
    content = make_elf(needed=("libpython3.13.so", "libpython3.so"))
    assert findings(content) == []
    assert findings(content, python=(3, 14)) == [
        OtherPythonLibrary(path=MODULE, python="3.14", is_other=False, library="libpython3.13.so")
    ]
    assert findings(content, other_pythons=[(3, 14)]) == [
        OtherPythonLibrary(path=MODULE, python="3.14", is_other=True, library="libpython3.13.so")
    ]


def test_functions_that_a_python_does_not_have_are_found() -> None:
    content = make_elf(undefined=("PyLong_AsInt32", "PyLong_AsLong"))
    assert findings(content, python=(3, 14)) == []
    assert findings(content) == [
        PythonSymbolsMissing(
            path=MODULE, python="3.13", is_other=False, symbols=("PyLong_AsInt32",)
        )
    ]


def test_a_private_function_that_a_later_python_dropped_is_found() -> None:
    content = make_elf(undefined=("_PyCrossInterpreterData_Init", "_Py_never_heard_of"))
    assert findings(content, other_pythons=[(3, 14)]) == [
        PythonSymbolsMissing(
            path=MODULE,
            python="3.14",
            is_other=True,
            symbols=("_PyCrossInterpreterData_Init",),
        )
    ]


def test_nothing_is_said_of_a_python_that_nobody_has_listed() -> None:
    assert findings(make_elf(undefined=("PyFuture_Thing",)), python=(3, 15)) == []


@pytest.mark.parametrize(
    ("content", "since"),
    [
        (make_elf(thread_locals=True), 29),
        (make_elf(tags=[(RELR, 0)]), 30),
        (make_elf(tags=[(ANDROID_RELR, 0)]), 28),
        (make_elf(hashes="gnu", exports=("x",)), 23),
    ],
)
def test_what_an_older_loader_does_not_know_is_found(content: bytes, since: int) -> None:
    (found,) = findings(content, minimum_os=(since - 1, 0))
    assert isinstance(found, LoaderTooOld)
    assert (found.since, found.minimum) == (since, since - 1)
    assert findings(content, minimum_os=(since, 0)) == []


@pytest.mark.parametrize(("minimum", "expected"), [(25, [NoteTooNew]), (26, [])])
def test_the_ndks_note_is_held_against_the_oldest_android(
    minimum: int, expected: list[type]
) -> None:
    assert kinds(findings(make_elf(note_level=26), minimum_os=(minimum, 0))) == expected


@pytest.mark.parametrize("tags", [[(TEXTREL, 0)], [(FLAGS, 4)]])
def test_text_relocations_are_found(tags: list[tuple[int, int]]) -> None:
    assert findings(make_elf(tags=tags)) == [TextRelocations(path=MODULE)]
    assert findings(make_elf(tags=[(FLAGS, 8)])) == []


def test_a_writable_and_executable_segment_is_found() -> None:
    found = findings(make_elf(segments=[SEGMENT, (PAGE, 0, 7)]))
    assert found == [WritableCode(path=MODULE, segment=2)]
    assert findings(make_elf(segments=[SEGMENT, (PAGE, 0, 6)])) == []


@pytest.mark.parametrize(
    "content", [make_elf(sections=False), make_elf(names_index=0), make_elf(names_index=3)]
)
def test_missing_and_damaged_section_headers_are_found(content: bytes) -> None:
    assert findings(content) == [NoSectionHeaders(path=MODULE)]


@pytest.mark.parametrize(("size", "expected"), [(99_999, []), (100_000, [NotStripped])])
def test_debug_information_is_heavy(size: int, expected: list[type]) -> None:
    assert kinds(findings(make_elf(debug=bytes(size)))) == expected


def test_what_every_android_has_is_not_kept() -> None:
    (binary,) = read_files(
        {MODULE: make_elf(undefined=("puts", "PyLong_AsLong", "getentropy"))}
    ).binaries
    assert getattr(binary.content, "undefined") == {"getentropy"}  # noqa: B009 - an ELF file's
