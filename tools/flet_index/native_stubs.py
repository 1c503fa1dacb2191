"""Native files that hold nothing: the right magic, machine and load commands, no code.

Enough for tools that look at headers (which ABI, which platform, which libraries are
needed, is it aligned for 16 KiB pages), and as small as that allows.
"""

import struct
from collections.abc import Sequence

from flet_index.facts import MobileTarget

PAGE = 0x4000
"""Android 15 wants every loadable segment aligned to 16 KiB."""

_ET_DYN = 3
_PT_LOAD, _PT_DYNAMIC = 1, 2
_READ_WRITE = 6
_DT_NULL, _DT_NEEDED, _DT_STRTAB, _DT_SYMTAB, _DT_STRSZ, _DT_SYMENT, _DT_SONAME = (
    0,
    1,
    5,
    6,
    10,
    11,
    14,
)

_MH_MAGIC_64 = 0xFEEDFACF
_MH_OBJECT, _MH_DYLIB = 1, 6
_LC_ID_DYLIB, _LC_LOAD_DYLIB, _LC_BUILD_VERSION = 0xD, 0xC, 0x32
_DYLIB_VERSION = 0x10000
_SDK = "18.0"


def elf_shared_object(target: MobileTarget, *, soname: str | None, needed: Sequence[str]) -> bytes:
    """An ELF shared object without sections (System V ABI, chapters 4 and 5).

    Args:
        target: an Android target; gives class, machine and flags.
        soname: the library's own name; None for an extension module.
        needed: names of the libraries that it loads.
    """
    wide = target.elf_class == 64
    word = "Q" if wide else "I"
    header_size, program_size, symbol_size = (64, 56, 24) if wide else (52, 32, 16)

    names = [*dict.fromkeys(needed)]
    strings = b"\0" + b"".join(
        name.encode() + b"\0" for name in [*names, *([soname] if soname else [])]
    )

    def string_at(name: str) -> int:
        return strings.index(b"\0" + name.encode() + b"\0") + 1

    strings_at = header_size + 2 * program_size
    symbols_at = _aligned(strings_at + len(strings))
    dynamic_at = _aligned(symbols_at + symbol_size)
    entries = [(_DT_NEEDED, string_at(name)) for name in names]
    if soname:
        entries.append((_DT_SONAME, string_at(soname)))
    entries += [
        (_DT_STRTAB, strings_at),
        (_DT_SYMTAB, symbols_at),
        (_DT_STRSZ, len(strings)),
        (_DT_SYMENT, symbol_size),
        (_DT_NULL, 0),
    ]
    dynamic = b"".join(struct.pack(f"<2{word}", *entry) for entry in entries)
    total = dynamic_at + len(dynamic)

    def program_header(kind: int, start: int, size: int, alignment: int) -> bytes:
        places = (start, start, start, size, size)
        if wide:
            return struct.pack("<II6Q", kind, _READ_WRITE, *places, alignment)
        return struct.pack("<8I", kind, *places, _READ_WRITE, alignment)

    ident = b"\x7fELF" + bytes([target.elf_class // 32, 1, 1]) + bytes(9)
    header = ident + struct.pack(
        f"<HHI3{word}I6H",
        _ET_DYN,
        target.elf_machine,
        1,
        0,
        header_size,
        0,
        target.elf_flags,
        header_size,
        program_size,
        2,
        0,
        0,
        0,
    )
    body = bytearray(total)
    body[:strings_at] = (
        header
        + program_header(_PT_LOAD, 0, total, PAGE)
        + program_header(_PT_DYNAMIC, dynamic_at, len(dynamic), 8)
    )
    body[strings_at : strings_at + len(strings)] = strings
    body[dynamic_at:] = dynamic
    return bytes(body)


def mach_o_dylib(target: MobileTarget, *, install_name: str, loads: Sequence[str]) -> bytes:
    """A Mach-O dynamic library for an iOS slice (`mach-o/loader.h`)."""
    commands = [_dylib_command(_LC_ID_DYLIB, install_name), _build_version(target)]
    commands += [_dylib_command(_LC_LOAD_DYLIB, name) for name in loads]
    return _mach_header(target, _MH_DYLIB, commands)


def mach_o_object(target: MobileTarget) -> bytes:
    """A Mach-O object file for an iOS slice."""
    return _mach_header(target, _MH_OBJECT, [_build_version(target)])


def static_archive(member: str, content: bytes) -> bytes:
    """An `ar` archive with one member, in the common format of GNU and LLVM."""
    head = f"{member + '/':<16}{0:<12}{0:<6}{0:<6}{'100644':<8}{len(content):<10}`\n"
    return b"!<arch>\n" + head.encode() + content + b"\n" * (len(content) % 2)


def _aligned(offset: int) -> int:
    return -(-offset // 8) * 8


def _mach_header(target: MobileTarget, file_type: int, commands: Sequence[bytes]) -> bytes:
    content = b"".join(commands)
    return (
        struct.pack(
            "<8I",
            _MH_MAGIC_64,
            target.macho_cputype,
            target.macho_cpusubtype,
            file_type,
            len(commands),
            len(content),
            0,
            0,
        )
        + content
    )


def _dylib_command(command: int, name: str) -> bytes:
    text = name.encode() + b"\0"
    text += bytes(-len(text) % 8)
    size = 24 + len(text)
    return struct.pack("<6I", command, size, 24, 0, _DYLIB_VERSION, _DYLIB_VERSION) + text


def _build_version(target: MobileTarget) -> bytes:
    return struct.pack(
        "<6I",
        _LC_BUILD_VERSION,
        24,
        target.macho_platform,
        _packed(target.macho_minos),
        _packed(_SDK),
        0,
    )


def _packed(version: str) -> int:
    """`X.Y` as the nibbles xxxx.yy.zz of LC_BUILD_VERSION."""
    major, minor = version.split(".")
    return int(major) << 16 | int(minor) << 8
