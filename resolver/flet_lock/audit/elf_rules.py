"""Rules for one ELF file: what bionic's loader and Google Play refuse.

Sources: bionic's `linker/linker_phdr.cpp`, `linker/linker.cpp` and
`android-changes-for-ndk-developers.md`; developer.android.com/guide/practices/page-sizes.
ARCHITECTURE.md says which checks are not here, and why.
"""

from collections.abc import Iterator
from typing import Final

from flet_lock.audit.elf import PAGE, ElfFile
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
from flet_lock.audit.native_facts import PROCESSORS, is_of_python
from flet_lock.audit.slice_wheels import SliceWheel, SliceWheels
from flet_lock.audit.wheel_binaries import Binary

NOT_STRIPPED_BYTES: Final = 100_000
"""Every binary has a little that could go."""
_PYTHON_ORG_LIBRARIES: Final = frozenset(
    {"libcrypto_python.so", "libssl_python.so", "libsqlite3_python.so"}
)
"""python.org's Python for Android has them as libraries; Flet's has OpenSSL and SQLite inside."""
_ANY_PYTHON: Final = "libpython3.so"


def check_elf(
    binary: Binary, elf: ElfFile, wheel: SliceWheel, around: SliceWheels
) -> Iterator[AnyFinding]:
    """What is wrong with an ELF file, in a wheel, on a slice."""
    path = binary.path
    if not around.is_android or (elf.bits, elf.machine) != around.processor.elf:
        yield OtherProcessor(path=path, seen=_described(elf), needed=around.processor.name)
        return  # all else is about another phone
    yield from _refused_headers(path, elf, around)
    yield from _segments(path, elf, around)
    yield from _libraries(path, elf, wheel, around)
    yield from _symbols(path, elf, wheel, around)
    if elf.removable_bytes >= NOT_STRIPPED_BYTES:
        yield NotStripped(path=path, bytes=elf.removable_bytes, of=binary.size)


def _described(elf: ElfFile) -> str:
    own = (elf.bits, elf.machine)
    names = [each.name for each in PROCESSORS if each.elf == own]
    return f"Android, {names[0] if names else f'{elf.bits} bits, machine {elf.machine}'}"


def _refused_headers(path: str, elf: ElfFile, around: SliceWheels) -> Iterator[AnyFinding]:
    minimum = around.target.minimum_os[0]
    if elf.has_text_relocations:
        yield TextRelocations(path=path)
    if not elf.has_sections:
        yield NoSectionHeaders(path=path)
    if elf.note_level is not None and elf.note_level > minimum:
        yield NoteTooNew(path=path, level_noted=elf.note_level, minimum=minimum)
    features = (
        (elf.has_thread_locals, "thread-local variables of the ELF kind", 29),
        (elf.has_relr, "relative relocations in the format RELR", 30),
        (elf.has_android_relr, "relative relocations in Android's format RELR", 28),
        (not elf.has_old_hash, "symbols to be found by GNU's hash table alone", 23),
    )
    for is_there, what, since in features:
        if is_there and since > minimum:
            yield LoaderTooOld(path=path, what=what, since=since, minimum=minimum)


def _segments(path: str, elf: ElfFile, around: SliceWheels) -> Iterator[AnyFinding]:
    count = len(elf.segments)
    for number, segment in enumerate(elf.segments, start=1):
        if segment.is_writable_code:
            yield WritableCode(path=path, segment=number)
    if not around.processor.has_large_pages:
        return
    for number, segment in enumerate(elf.segments, start=1):
        # A later segment may be the one: patchelf appends one with 4 KB (NixOS/patchelf#622).
        if segment.alignment < PAGE:
            yield SmallPages(path=path, segment=number, segments=count, alignment=segment.alignment)
            return
        if segment.misfit:
            yield MisplacedSegment(path=path, segment=number, segments=count, misfit=segment.misfit)
            return


def _libraries(
    path: str, elf: ElfFile, wheel: SliceWheel, around: SliceWheels
) -> Iterator[AnyFinding]:
    minimum = around.target.minimum_os[0]
    for name in elf.needed:
        since = around.facts.library_levels.get(name)
        if name in around.binaries or name == _ANY_PYTHON:
            continue
        if since is not None:
            if since > minimum:
                yield LibraryTooNew(path=path, library=name, since=since, minimum=minimum)
        elif name.startswith("libpython3."):
            yield from _python_library(path, name, wheel, around)
        elif name in _PYTHON_ORG_LIBRARIES:
            yield NotInFletsPython(path=path, library=name)
        elif around.is_complete:
            yield LibraryMissing(path=path, library=name)
        else:
            yield LibraryElsewhere(path=path, library=name)


def _pythons(wheel: SliceWheel, around: SliceWheels) -> Iterator[tuple[tuple[int, int], bool]]:
    """The app's Python, then the others that take the wheel."""
    yield around.target.python_version, False
    for each in wheel.other_pythons:
        yield each, True


def _python_library(
    path: str, name: str, wheel: SliceWheel, around: SliceWheels
) -> Iterator[AnyFinding]:
    for minor, is_other in _pythons(wheel, around):
        python = "{}.{}".format(*minor)
        if name != f"libpython{python}.so":
            yield OtherPythonLibrary(path=path, python=python, is_other=is_other, library=name)
            return


def _symbols(
    path: str, elf: ElfFile, wheel: SliceWheel, around: SliceWheels
) -> Iterator[AnyFinding]:
    minimum = around.target.minimum_os[0]
    late: list[tuple[str, int]] = []
    missing: list[str] = []
    of_python = sorted(filter(is_of_python, elf.undefined))
    provided = _provided(elf, around)
    for name in sorted(elf.undefined.difference(of_python, provided or ())):
        level = around.facts.android_level(name, around.processor)
        if level is None:
            missing.append(name)
        elif level > minimum:
            late.append((name, level))
    if late:
        yield SymbolsTooNew(path=path, symbols=tuple(late), minimum=minimum)
    if missing and provided is not None:
        yield SymbolsMissing(path=path, symbols=tuple(missing))
    for minor, is_other in _pythons(wheel, around):
        lacking = [name for name in of_python if around.facts.python_lacks(name, minor)]
        if lacking:
            yield PythonSymbolsMissing(
                path=path,
                python="{}.{}".format(*minor),
                is_other=is_other,
                symbols=tuple(lacking),
            )
            return


def _provided(elf: ElfFile, around: SliceWheels) -> frozenset[str] | None:
    """What the libraries that it needs, and those that they need, have for it.

    None where one of them is not known: then nobody can say that a symbol is missing.
    """
    found: set[str] = set()
    waiting, seen = list(elf.needed), set(elf.needed)
    while waiting:
        name = waiting.pop()
        if name in around.facts.known_libraries or name.startswith("libpython3"):
            continue
        binary = around.binaries.get(name)
        if binary is None or not isinstance(binary.content, ElfFile):
            return None
        found |= binary.content.exports
        new = set(binary.content.needed) - seen
        seen |= new
        waiting += new
    return frozenset(found)
