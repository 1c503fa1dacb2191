"""Reads what dyld and the App Store look at in a Mach-O file: the header and the load commands.

Source: Apple's `<mach-o/loader.h>`, `<mach-o/fat.h>` and `<mach-o/nlist.h>`.
"""

from typing import Final

from msgspec import Struct

from flet_lock.audit.reading import BinaryView, UnreadableBinaryError

MAGICS: Final = frozenset({b"\xcf\xfa\xed\xfe", b"\xce\xfa\xed\xfe"})
"""Of a 64-bit and a 32-bit file."""
FAT_MAGICS: Final = frozenset({b"\xca\xfe\xba\xbe", b"\xca\xfe\xba\xbf"})
"""Of a file with one part per processor."""
DYLIB: Final = 6
BUNDLE: Final = 8
IOS: Final = 2
IOS_SIMULATOR: Final = 7

_64_BIT: Final = b"\xcf"
_MOST_PARTS: Final = 32
_LOAD_DYLIB: Final = (0x0C, 0x8000001F, 0x20 | 0x80000000, 0x80000023)
"""LC_LOAD_DYLIB, LC_REEXPORT_DYLIB, LC_LAZY_LOAD_DYLIB, LC_LOAD_UPWARD_DYLIB. Not
LC_LOAD_WEAK_DYLIB: what that names may be missing."""
_ID_DYLIB: Final = 0x0D
_SEGMENTS: Final = {0x01: "<II16xIIII", 0x19: "<II16xQQQQ"}
"""LC_SEGMENT, LC_SEGMENT_64: command, size, name, address, size there, offset, size in the file."""
_SYMTAB: Final = 0x02
_DYSYMTAB: Final = 0x0B
_VERSION_MIN: Final = {0x25: IOS, 0x24: 1}
"""LC_VERSION_MIN_IPHONEOS, LC_VERSION_MIN_MACOSX: before iOS 12 there was no LC_BUILD_VERSION."""
_BUILD_VERSION: Final = 0x32
_INTEL: Final = (7, 0x01000007)
"""No iPhone has such a processor."""


class MachOFile(Struct, frozen=True, kw_only=True, tag="macho", omit_defaults=True):
    """What dyld sees in the part of a file for one processor."""

    cpu: int
    """`cputype`."""
    kind: int
    """`filetype`: 6 is a dynamic library, 8 a bundle."""
    platform: int = 0
    """`platform` of LC_BUILD_VERSION; 0 where it does not say."""
    minimum_os: tuple[int, int] = (0, 0)
    libraries: tuple[str, ...] = ()
    """Install names of the libraries that it cannot do without."""
    own_name: str = ""
    """Its own install name."""
    bitcode_bytes: int = 0
    removable_bytes: int = 0
    """Debug information, and symbols that nobody else uses."""
    other_cpus: tuple[int, ...] = ()
    """Of the other parts of a fat file."""


def read_macho(data: bytes, *, prefer: int = 0) -> MachOFile:
    """Reads a file.

    Args:
        data: the file, or as much of it as holds its load commands.
        prefer: of a fat file, the processor whose part is read; the first where there is none.

    Raises:
        UnreadableBinaryError: it is no Mach-O file of a phone, or is damaged.
    """
    view = BinaryView(data)
    parts = {}
    if data[:4] in FAT_MAGICS:
        parts = _parts(view, wide=data[3] == 0xBF)  # noqa: PLR2004
        if not parts:
            raise UnreadableBinaryError("it has a part for no processor")
    cpu = prefer if prefer in parts else next(iter(parts), 0)
    start = parts.get(cpu, 0)
    others = tuple(each for each in parts if each != cpu)
    return _Part(view, start, others).read()


def _parts(view: BinaryView, *, wide: bool) -> dict[int, int]:
    """Processor to offset; a fat header is big-endian."""
    count = view.unpack(">I", 4)[0]
    if count > _MOST_PARTS:  # a Java class file begins with the same four bytes
        raise UnreadableBinaryError(f"it has {count} parts")
    form = ">iIQQII" if wide else ">iIIII"
    return {row[0]: row[2] for row in view.table(form, 8, count)}


class _Part:
    """One part, command by command."""

    def __init__(self, view: BinaryView, start: int, others: tuple[int, ...]) -> None:
        self._view = view
        self._start = start
        magic = view.data[start : start + 4]
        if magic not in MAGICS:
            raise UnreadableBinaryError("it is not a Mach-O file of a phone")
        self._is_64 = magic[:1] == _64_BIT
        self._others = others
        self._platform, self._minimum_os, self._own_name, self._bitcode = 0, (0, 0), "", 0
        self._libraries: list[str] = []
        self._symbols = self._locals = self._strings = self._debug = self._cpu = 0

    def read(self) -> MachOFile:
        header = self._view.unpack("<IiiIIII", self._start)
        _, cpu, _, kind, count, size, _ = header
        self._cpu = cpu
        offset = self._start + (32 if self._is_64 else 28)
        end = offset + size
        if end > len(self._view):
            raise UnreadableBinaryError("the file ends before its load commands do")
        for _ in range(count):
            command, length = self._view.unpack("<II", offset)
            # Each has at least its own header, so this comes to an end.
            if length < 8 or offset + length > end:  # noqa: PLR2004
                raise UnreadableBinaryError("a load command goes beyond the others")
            self._take(command, offset, length)
            offset += length
        of_locals = self._strings * self._locals // self._symbols if self._symbols else 0
        return MachOFile(
            cpu=cpu,
            kind=kind,
            libraries=tuple(self._libraries),
            other_cpus=self._others,
            removable_bytes=self._debug + of_locals + self._locals * (16 if self._is_64 else 12),
            platform=self._platform,
            minimum_os=self._minimum_os,
            own_name=self._own_name,
            bitcode_bytes=self._bitcode,
        )

    def _take(self, command: int, offset: int, length: int) -> None:
        unpack = self._view.unpack
        if command in _LOAD_DYLIB:
            self._libraries.append(self._install_name(offset, length))
        elif command == _ID_DYLIB:
            self._own_name = self._install_name(offset, length)
        elif command == _BUILD_VERSION:
            _, _, self._platform, version = unpack("<IIII", offset)
            self._minimum_os = _version(version)
        elif command in _VERSION_MIN:
            self._platform = _VERSION_MIN[command]
            if self._platform == IOS and self._cpu in _INTEL:
                self._platform = IOS_SIMULATOR  # it was not told apart from devices then
            self._minimum_os = _version(unpack("<III", offset)[2])
        elif command in _SEGMENTS:
            self._take_segment(command, offset)
        elif command == _SYMTAB:
            _, _, _, self._symbols, _, self._strings = unpack("<IIIIII", offset)
        elif command == _DYSYMTAB:
            self._locals = unpack("<IIII", offset)[3]

    def _take_segment(self, command: int, offset: int) -> None:
        name = self._view.data[offset + 8 : offset + 24].rstrip(b"\0")
        size = self._view.unpack(_SEGMENTS[command], offset)[5]
        if name == b"__LLVM":
            self._bitcode = size
        elif name == b"__DWARF":
            self._debug += size

    def _install_name(self, offset: int, length: int) -> str:
        start = offset + self._view.unpack("<I", offset + 8)[0]
        end = offset + length
        stop = self._view.data.find(b"\0", start, end)
        if not offset <= start < end:
            raise UnreadableBinaryError("the name of a library lies beyond its load command")
        return self._view.data[start : end if stop < 0 else stop].decode("utf-8", "replace")


def _version(packed: int) -> tuple[int, int]:
    """`xxxx.yy.zz` in 32 bits."""
    return packed >> 16, packed >> 8 & 0xFF
