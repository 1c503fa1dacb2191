"""Reads the binaries of a wheel: a zip file that a stranger made.

Sizes are bounded, and what cannot be read is a value.
"""

import re
import zipfile
import zlib
from collections.abc import Callable, Iterable
from email.parser import BytesHeaderParser
from hashlib import blake2b
from typing import IO, Final

from msgspec.structs import replace

from flet_lock.audit.elf import MAGIC as ELF_MAGIC
from flet_lock.audit.elf import ElfFile, read_elf
from flet_lock.audit.macho import MAGICS as MACHO_MAGICS
from flet_lock.audit.macho import MachOFile, read_macho
from flet_lock.audit.native_facts import NativeFacts, Processor
from flet_lock.audit.reading import UnreadableBinaryError
from flet_lock.audit.wheel_binaries import (
    Binary,
    Unreadable,
    WheelBinaries,
    is_module_name,
    is_native_name,
)

_MOST_BYTES: Final = 1024 * 1024 * 1024
"""Of all that is unpacked of one wheel; no phone would take more."""
_HEAD_BYTES: Final = 32 * 1024
"""Load commands of real modules take 2 KB."""
_ELF_HEAD_BYTES: Final = 8 * 1024
"""Program headers and, mostly, the notes; Apple's load commands take less."""
_LOCAL_HEADER_BYTES: Final = 30 + 1024
"""With room for extra fields, which may be other ones than in the table of contents."""
_MOST_MEMBERS: Final = 200_000
_MOST_SOURCE_BYTES: Final = 4 * 1024 * 1024
_ZIP_ERRORS: Final = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    OSError,
    NotImplementedError,
    RuntimeError,
    ValueError,
    OverflowError,
)
"""RuntimeError: encrypted; NotImplementedError: an unknown compression."""


def read_wheel_binaries(file: IO[bytes], facts: NativeFacts, processor: Processor) -> WheelBinaries:
    """Reads a wheel.

    Args:
        file: the wheel.
        facts: of the symbols that binaries ask for, those that any Android has are left out.
        processor: whose part of a fat file is meant.
    """
    try:
        with zipfile.ZipFile(file) as archive:
            return _Reader(archive, facts, processor).read()
    except _ZIP_ERRORS as error:
        return WheelBinaries(fault=str(error) or type(error).__name__)


def read_wheel_heads(
    file: IO[bytes], facts: NativeFacts, processor: Processor, require: Callable[[int, int], None]
) -> WheelBinaries:
    """Reads the first bytes of each binary of a wheel, of which not all need be at hand.

    That is enough for the processor, the pages and most of what Apple's files say; not for the
    libraries and functions that an Android file needs.

    Args:
        file: the wheel.
        facts: see `read_wheel_binaries`.
        processor: see there.
        require: called with the range of the file that is about to be read.
    """
    try:
        with zipfile.ZipFile(file) as archive:
            return _Reader(archive, facts, processor).read_heads(require)
    except _ZIP_ERRORS as error:
        return WheelBinaries(fault=str(error) or type(error).__name__)


class _Reader:
    def __init__(self, archive: zipfile.ZipFile, facts: NativeFacts, processor: Processor) -> None:
        self._archive = archive
        self._facts = facts
        self._cpu = processor.macho
        self._left = _MOST_BYTES
        members = archive.infolist()
        if len(members) > _MOST_MEMBERS:
            raise zipfile.BadZipFile(f"it has {len(members)} members")
        # The last of several members of a name is the one that is installed.
        # ZipInfo.is_dir fails on a member without a name.
        self._members = {each.filename: each for each in members if not each.filename.endswith("/")}

    def read_heads(self, require: Callable[[int, int], None]) -> WheelBinaries:
        found = []
        for name, member in self._members.items():
            if is_native_name(name):
                start = member.header_offset
                head = min(member.compress_size, _HEAD_BYTES) + _LOCAL_HEADER_BYTES + len(name)
                require(start, start + head)
                found.append(self._binary_of_head(member))
        return WheelBinaries(
            binaries=tuple(found),
            requires_others=True,  # METADATA was not read
            installed_bytes=sum(each.file_size for each in self._members.values()),
            compressed_bytes=sum(each.compress_size for each in self._members.values()),
        )

    def _binary_of_head(self, member: zipfile.ZipInfo) -> Binary:
        name = member.filename
        try:
            with self._archive.open(member) as stream:
                data = stream.read(_ELF_HEAD_BYTES)
            is_whole = len(data) == member.file_size
            content: ElfFile | MachOFile
            if data[:4] == ELF_MAGIC:
                content = read_elf(data, is_whole=is_whole)
            else:
                content = read_macho(data, prefer=self._cpu)
        except (UnreadableBinaryError, *_ZIP_ERRORS) as error:
            detail = Unreadable(detail=str(error) or type(error).__name__)
            return Binary(path=name, size=member.file_size, content=detail)
        return Binary(path=name, size=member.file_size, content=content)

    def read(self) -> WheelBinaries:
        native = [each for name, each in self._members.items() if is_native_name(name)]
        binaries = _without_own(tuple(map(self._binary, native)), self._facts)
        return WheelBinaries(
            binaries=binaries,
            loaders=self._loaders(binaries),
            requires_others=self._requires_others(),
            installed_bytes=sum(each.file_size for each in self._members.values()),
            compressed_bytes=sum(each.compress_size for each in self._members.values()),
        )

    def _content(self, member: zipfile.ZipInfo, most: int) -> bytes:
        """The bytes of a member.

        Raises:
            BadZipFile: it is larger than its entry says, or than it may be.
        """
        limit = min(most, self._left)
        if member.file_size > limit:
            raise zipfile.BadZipFile(f"{member.filename} has {member.file_size} bytes")
        with self._archive.open(member) as stream:
            content = stream.read(member.file_size + 1)
        self._left -= len(content)
        if len(content) > member.file_size:
            raise zipfile.BadZipFile(f"{member.filename} is larger than its entry says")
        return content

    def _binary(self, member: zipfile.ZipInfo) -> Binary:
        name = member.filename
        try:
            head = self._head(member)
            if head is not None:
                return Binary(path=name, size=member.file_size, content=head)
            data = self._content(member, _MOST_BYTES)
            content = read_binary(data, exports=not is_module_name(name), cpu=self._cpu)
        except (UnreadableBinaryError, *_ZIP_ERRORS) as error:
            detail = Unreadable(detail=str(error) or type(error).__name__)
            return Binary(path=name, size=member.file_size, content=detail)
        digest = "" if is_module_name(name) else blake2b(data, digest_size=16).hexdigest()
        return Binary(path=name, size=len(data), content=content, digest=digest)

    def _head(self, member: zipfile.ZipInfo) -> MachOFile | None:
        """A Mach-O file whose load commands stand in its first bytes: no more of it is needed."""
        if member.file_size <= _HEAD_BYTES:
            return None
        with self._archive.open(member) as stream:
            data = stream.read(_HEAD_BYTES)
        if data[:4] not in MACHO_MAGICS:
            return None
        try:
            return read_macho(data)
        except UnreadableBinaryError:
            return None

    def _loaders(self, binaries: Iterable[Binary]) -> dict[str, str]:
        needed = {
            name
            for each in binaries
            if isinstance(each.content, ElfFile)
            for name in each.content.needed
        }
        loose = {
            each.name.encode()
            for each in binaries
            if isinstance(each.content, ElfFile) and not each.is_module_by_name
        } - {name.encode() for name in needed}
        found: dict[str, str] = {}
        for name, member in self._members.items() if loose else ():
            if not name.endswith(".py") or member.file_size > _MOST_SOURCE_BYTES:
                continue
            source = self._content(member, _MOST_SOURCE_BYTES)
            if b"__file__" in source:
                for library in loose:
                    if _looks_beside_itself(source, library):
                        found.setdefault(library.decode(), name)
        return found

    def _requires_others(self) -> bool:
        for name, member in self._members.items():
            if name.endswith(".dist-info/METADATA") and name.count("/") == 1:
                headers = BytesHeaderParser().parsebytes(self._content(member, _MOST_SOURCE_BYTES))
                return any(
                    "extra ==" not in str(each) for each in headers.get_all("Requires-Dist", ())
                )
        return False


def _looks_beside_itself(source: bytes, library: bytes) -> bool:
    """Whether a source with `__file__` in it names a library, and not to load it by that name."""
    name = re.escape(library)
    by_name = re.search(rb"(CDLL|LoadLibrary|dlopen)\(\s*[\"']" + name + rb"[\"']", source)
    return by_name is None and re.search(rb"[\"'/\\]" + name + rb"[\"']", source) is not None


def read_binary(data: bytes, *, exports: bool = False, cpu: int = 0) -> ElfFile | MachOFile:
    """Reads a binary of either kind.

    Raises:
        UnreadableBinaryError: it is neither, or is damaged.
    """
    if data[:4] == ELF_MAGIC:
        return read_elf(data, exports=exports)
    return read_macho(data, prefer=cpu)


def _without_own(binaries: tuple[Binary, ...], facts: NativeFacts) -> tuple[Binary, ...]:
    """The binaries without the undefined symbols that every Android, or the wheel itself, has."""
    elves = [each.content for each in binaries if isinstance(each.content, ElfFile)]
    own = frozenset().union(*(each.exports for each in elves))
    return tuple(
        replace(
            each,
            content=replace(
                each.content, undefined=facts.questionable(each.content.undefined - own)
            ),
        )
        if isinstance(each.content, ElfFile)
        else each
        for each in binaries
    )
