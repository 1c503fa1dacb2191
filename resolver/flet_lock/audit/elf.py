"""Reads what Android's loader looks at in an ELF file: headers, segments, the dynamic section.

Sources: System V ABI, chapters 4 and 5; bionic's `linker/linker_phdr.cpp` and `linker/linker.cpp`.
The loader does not read section headers (but for their presence); here they tell what could be
stripped, and a damaged one is passed over.
"""

from collections.abc import Iterable
from typing import Final

from msgspec import Struct

from flet_lock.audit.reading import BinaryView, UnreadableBinaryError

MAGIC: Final = b"\x7fELF"
PAGE: Final = 0x4000
"""The page size that Google Play asks for, in bytes."""
_LITTLE_ENDIAN: Final = 1
_IDENT_BYTES: Final = 16
_SHARED_OBJECT: Final = 3
_MOST_SYMBOLS: Final = 2_000_000

_PT_LOAD: Final = 1
_PT_DYNAMIC: Final = 2
_PT_NOTE: Final = 4
_PT_TLS: Final = 7
_WRITE_AND_EXECUTE: Final = 3

_DT_NULL: Final = 0
_DT_NEEDED: Final = 1
_DT_HASH: Final = 4
_DT_STRTAB: Final = 5
_DT_SYMTAB: Final = 6
_DT_STRSZ: Final = 10
_DT_SONAME: Final = 14
_DT_TEXTREL: Final = 22
_DT_FLAGS: Final = 30
_DT_RELR: Final = 36
_DT_GNU_HASH: Final = 0x6FFFFEF5
_DT_ANDROID_REL: Final = 0x6000000F
_DT_ANDROID_RELA: Final = 0x60000011
_DT_ANDROID_RELR: Final = 0x6FFFE000
_DF_TEXTREL: Final = 4

_STB_GLOBAL: Final = 1
_SHT_NOBITS: Final = 8
_NOTE_OWNER: Final = b"Android\0"
_NOTE_LEVEL: Final = 1


class Segment(Struct, frozen=True, array_like=True):
    """A part of the file that is mapped into memory (`PT_LOAD`)."""

    alignment: int
    """Bytes."""
    misfit: int
    """Bytes by which its address and its place in the file differ within a page of 16 KB; 0 where
    it can be mapped with such pages."""
    is_writable_code: bool = False


class ElfFile(Struct, frozen=True, kw_only=True, tag="elf", omit_defaults=True):
    """What a loader sees in an ELF file."""

    bits: int
    """32 or 64."""
    machine: int
    """`e_machine`."""
    segments: tuple[Segment, ...] = ()
    needed: tuple[str, ...] = ()
    """`DT_NEEDED`."""
    soname: str = ""
    undefined: frozenset[str] = frozenset()
    """Symbols that have to be found elsewhere; not the weak ones, which may be missing."""
    exports: frozenset[str] = frozenset()
    """Symbols for others; empty where nobody asked for them."""
    is_module: bool = False
    """Whether it has a function that Python calls to import it (`PyInit_…`)."""
    note_level: int | None = None
    """The API level that the NDK noted in it; None where it has no such note."""
    has_thread_locals: bool = False
    has_text_relocations: bool = False
    has_sections: bool = True
    """Whether it has section headers, and their names are where it says."""
    has_old_hash: bool = True
    """Whether its symbols are found by `DT_HASH`, too, or there are none to find."""
    has_relr: bool = False
    has_android_relr: bool = False
    removable_bytes: int = 0
    """Debug information and symbols that `strip` removes."""
    is_whole: bool = True
    """False: only its first bytes were at hand, and the dynamic section was not among them."""


class _Class(Struct, frozen=True, kw_only=True):
    """The forms of one ELF class."""

    bits: int
    header: str
    """From `e_type` on: type, machine, version, entry, phoff, shoff, flags, ehsize, phentsize,
    phnum, shentsize, shnum, shstrndx."""
    program_header: str
    dynamic: str
    symbol: str
    section: str
    word: str


_CLASSES: Final = {
    1: _Class(
        bits=32,
        header="<HHIIIIIHHHHHH",
        program_header="<8I",
        dynamic="<iI",
        symbol="<IIIBBH",
        section="<10I",
        word="<I",
    ),
    2: _Class(
        bits=64,
        header="<HHIQQQIHHHHHH",
        program_header="<IIQQQQQQ",
        dynamic="<qQ",
        symbol="<IBBHQQ",
        section="<IIQQQQIIQQ",
        word="<Q",
    ),
}


class _ProgramHeader(Struct, frozen=True):
    kind: int
    flags: int
    offset: int
    address: int
    file_size: int
    alignment: int


def read_elf(data: bytes, *, exports: bool = False, is_whole: bool = True) -> ElfFile:
    """Reads a file.

    Args:
        data: the file, or its first bytes.
        exports: whether to list the symbols that it has for others.
        is_whole: False where `data` may end before the file does.

    Raises:
        UnreadableBinaryError: it is no ELF file of a phone, or is damaged.
    """
    view = BinaryView(data)
    if data[:4] != MAGIC or len(data) < _IDENT_BYTES or data[5] != _LITTLE_ENDIAN:
        raise UnreadableBinaryError("it is not an ELF file of a little-endian processor")
    form = _CLASSES.get(data[4])
    if form is None:
        raise UnreadableBinaryError(f"there is no ELF class {data[4]}")
    header = view.unpack(form.header, _IDENT_BYTES)
    kind, machine = header[:2]
    if kind != _SHARED_OBJECT:
        raise UnreadableBinaryError(f"it is not a shared library (e_type {kind})")
    programs = _program_headers(view, form, offset=header[4], count=header[9])
    loads = [each for each in programs if each.kind == _PT_LOAD]
    if not loads:
        raise UnreadableBinaryError("no part of it is loaded")
    # Of a part of a file the dynamic section may be here, and what it points to not.
    dynamic = _Dynamic(view, form, programs if is_whole else [])
    if is_whole and not dynamic.is_there:
        raise UnreadableBinaryError("its dynamic section is not in the file")
    sections = _Sections(view, form, header) if is_whole else None
    symbols = dynamic.symbols(exports=exports)
    return ElfFile(
        bits=form.bits,
        machine=machine,
        segments=tuple(map(_segment, loads)),
        needed=dynamic.needed,
        soname=dynamic.soname,
        note_level=_note_level(view, programs),
        has_thread_locals=any(each.kind == _PT_TLS for each in programs),
        has_text_relocations=dynamic.has_text_relocations,
        has_sections=sections is None or sections.are_there,
        has_old_hash=dynamic.has_old_hash,
        has_relr=_DT_RELR in dynamic.values,
        has_android_relr=_DT_ANDROID_RELR in dynamic.values,
        removable_bytes=0 if sections is None else sections.removable_bytes,
        is_whole=dynamic.is_there,
        undefined=symbols.undefined,
        exports=symbols.exports,
        is_module=symbols.is_module,
    )


def _program_headers(
    view: BinaryView, form: _Class, *, offset: int, count: int
) -> list[_ProgramHeader]:
    rows = view.table(form.program_header, offset, count)
    if form.bits == 64:  # noqa: PLR2004 - p_flags stands elsewhere in the two classes
        return [_ProgramHeader(r[0], r[1], r[2], r[3], r[5], r[7]) for r in rows]
    return [_ProgramHeader(r[0], r[6], r[1], r[2], r[4], r[7]) for r in rows]


def _segment(header: _ProgramHeader) -> Segment:
    return Segment(
        header.alignment,
        (header.address - header.offset) % PAGE,
        header.flags & _WRITE_AND_EXECUTE == _WRITE_AND_EXECUTE,
    )


def _note_level(view: BinaryView, programs: Iterable[_ProgramHeader]) -> int | None:
    """The NDK's `.note.android.ident`: owner `Android`, type 1, its first word is the level."""
    for program in programs:
        if program.kind != _PT_NOTE or program.offset + program.file_size > len(view):
            continue
        offset, end = program.offset, program.offset + program.file_size
        while offset + 12 <= end:
            name_size, size, kind = view.unpack("<III", offset)
            owner = view.data[offset + 12 : offset + 12 + min(name_size, 8)]
            offset += 12 + _padded(name_size)
            if (owner, kind) == (_NOTE_OWNER, _NOTE_LEVEL) and size and offset + size <= end:
                return view.unpack("<I", offset)[0]
            offset += _padded(size)
    return None


def _padded(size: int) -> int:
    return (size + 3) & ~3


class _Symbols(Struct, frozen=True, kw_only=True):
    undefined: frozenset[str] = frozenset()
    exports: frozenset[str] = frozenset()
    is_module: bool = False


class _Dynamic:
    """The dynamic section: which libraries it needs, and where its symbols are."""

    def __init__(self, view: BinaryView, form: _Class, programs: list[_ProgramHeader]) -> None:
        self._view = view
        self._form = form
        self._loads = [each for each in programs if each.kind == _PT_LOAD]
        self.values: dict[int, int] = {}
        self.needed: tuple[str, ...] = ()
        self.soname = ""
        found = next((each for each in programs if each.kind == _PT_DYNAMIC), None)
        self.is_there = found is not None and found.offset + found.file_size <= len(view)
        if found is None or not self.is_there:
            return
        size = 2 * form.bits // 8
        needed = []
        for tag, value in view.table(form.dynamic, found.offset, found.file_size // size):
            if tag == _DT_NULL:
                break
            if tag == _DT_NEEDED:
                needed.append(value)
            else:
                self.values[tag] = value
        self._strings = self._strings_at = 0
        if not self._find_strings():
            self.is_there = False
            return
        self.needed = tuple(self._name(value) for value in needed)
        self.soname = self._name(self.values[_DT_SONAME]) if _DT_SONAME in self.values else ""

    def _find_strings(self) -> bool:
        """Whether the string table is at hand."""
        start = self._offset(self.values.get(_DT_STRTAB))
        if start is None:
            return False
        self._strings_at = start
        self._strings = start + self.values.get(_DT_STRSZ, 0)
        return self._strings <= len(self._view)

    def _offset(self, address: int | None) -> int | None:
        """Where in the file an address is; None where it is in no segment."""
        if address is None:
            return None
        for load in self._loads:
            if load.address <= address < load.address + load.file_size:
                return address - load.address + load.offset
        return None

    def _name(self, offset: int) -> str:
        return self._view.name(self._strings_at + offset, self._strings)

    @property
    def has_text_relocations(self) -> bool:
        return _DT_TEXTREL in self.values or bool(self.values.get(_DT_FLAGS, 0) & _DF_TEXTREL)

    @property
    def has_old_hash(self) -> bool:
        return _DT_HASH in self.values or _DT_GNU_HASH not in self.values

    def symbols(self, *, exports: bool) -> _Symbols:
        """What it needs, and with `exports` what it has, and whether it is a module."""
        start = self._offset(self.values.get(_DT_SYMTAB))
        if not self.is_there or start is None:
            return _Symbols()
        count = self._symbol_count()
        if count > _MOST_SYMBOLS:
            raise UnreadableBinaryError(f"it says that it has {count} symbols")
        is_64 = self._form.bits == 64  # noqa: PLR2004
        undefined, exported = set(), set()
        for row in self._view.table(self._form.symbol, start, count):
            name, info, section = (row[0], row[1], row[3]) if is_64 else (row[0], row[3], row[5])
            # A symbol that may be missing is weak: binding 2.
            if not section and info >> 4 == _STB_GLOBAL and name:
                undefined.add(self._name(name))
            elif section and exports and info >> 4 and name:
                exported.add(self._name(name))
        strings = self._view.data
        return _Symbols(
            undefined=frozenset(undefined),
            exports=frozenset(exported),
            is_module=any(
                strings.find(start, self._strings_at, self._strings) >= 0
                for start in (b"\0PyInit_", b"\0PyModExport_")
            ),
        )

    def _symbol_count(self) -> int:
        """From the older hash table; else from the newer one, which does not have the count."""
        old = self._offset(self.values.get(_DT_HASH))
        if old is not None:
            return self._view.unpack("<II", old)[1]
        new = self._offset(self.values.get(_DT_GNU_HASH))
        return 0 if new is None else self._count_by_gnu_hash(new)

    def _count_by_gnu_hash(self, start: int) -> int:
        """One past the last symbol: the end of the chain that begins furthest.

        sourceware.org/legacy-ml/binutils/2006-10/msg00377.html: the lowest bit ends a chain.
        """
        buckets, first, filters, _ = self._view.unpack("<IIII", start)
        at = start + 16 + filters * self._form.bits // 8
        last = max((each for (each,) in self._view.table("<I", at, buckets)), default=0)
        if last < first:
            return first
        chain = at + 4 * buckets + 4 * (last - first)
        rest = (len(self._view) - chain) // 4
        for number, (value,) in enumerate(self._view.table("<I", chain, max(rest, 0))):
            if value & 1:
                return last + number + 1
        raise UnreadableBinaryError("a chain of symbols in it has no end")


class _Sections:
    """The section headers, where they are readable."""

    def __init__(self, view: BinaryView, form: _Class, header: tuple[int, ...]) -> None:
        self.removable_bytes = 0
        self.are_there = False
        offset, count, names_at = header[5], header[11], header[12]
        try:
            rows = list(view.table(form.section, offset, count))
        except UnreadableBinaryError:
            return
        self.are_there = 0 < names_at < count
        if not self.are_there:
            return
        start, size = rows[names_at][4:6]
        for row in rows:
            if row[1] == _SHT_NOBITS or not 0 <= start + row[0] < min(start + size, len(view)):
                continue
            name = view.data[start + row[0] : start + row[0] + 8]
            if name.startswith((b".symtab\0", b".strtab\0", b".debug_", b".zdebug")):
                self.removable_bytes += min(row[5], len(view))
