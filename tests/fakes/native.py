"""Native files in memory: ELF and Mach-O headers laid out by hand, one property at a time."""

import struct
from collections.abc import Sequence

ARM64, ARM, X86_64, X86 = (64, 183), (32, 40), (64, 62), (32, 3)
CPU_ARM64, CPU_X86_64 = 0x0100000C, 0x01000007
GLOBAL, WEAK = 1, 2
PAGE = 0x4000

Segment = tuple[int, int, int]
"""Alignment, by how much its address is off its place, flags (1: execute, 2: write, 4: read)."""
SEGMENT: Segment = (PAGE, 0, 5)


class _Strings:
    def __init__(self) -> None:
        self.content = b"\0"

    def add(self, text: str) -> int:
        position = len(self.content)
        self.content += text.encode() + b"\0"
        return position


def make_elf(  # noqa: C901, PLR0915 - one file, laid out from its first byte to its last
    processor: tuple[int, int] = ARM64,
    *,
    segments: Sequence[Segment] = (SEGMENT,),
    needed: Sequence[str] = ("libc.so",),
    undefined: Sequence[str] = (),
    weak: Sequence[str] = (),
    exports: Sequence[str] = (),
    soname: str = "",
    note_level: int | None = None,
    note_owner: bytes = b"Android\0",
    thread_locals: bool = False,
    tags: Sequence[tuple[int, int]] = (),
    hashes: str = "sysv gnu",
    sections: bool = True,
    names_index: int = 1,
    debug: bytes = b"",
    kind: int = 3,
) -> bytes:
    """A shared library. Everything in it lies in the first segment, at its own offset.

    Args:
        processor: bits and `e_machine`.
        segments: the first, and others without content.
        needed: `DT_NEEDED`.
        undefined: symbols that it needs.
        weak: symbols that it would like to have.
        exports: symbols that it has.
        soname: `""`: none.
        note_level: of the NDK's note; None: no note.
        note_owner: of that note.
        thread_locals: with a `PT_TLS`.
        tags: more entries of the dynamic section.
        hashes: which hash tables it has.
        sections: with section headers: one empty, `.shstrtab`, `.debug_info`.
        names_index: `e_shstrndx`.
        debug: content of `.debug_info`.
        kind: `e_type`.
    """
    bits, machine = processor
    wide = bits == 64
    word, dyn, sym = ("Q", "<qQ", "<IBBHQQ") if wide else ("I", "<iI", "<IIIBBH")
    strings = _Strings()
    dynamic = [(1, strings.add(name)) for name in needed] + list(tags)
    if soname:
        dynamic.append((14, strings.add(soname)))
    rows = [(0, 0, 0)]
    rows += [(strings.add(name), GLOBAL, 0) for name in undefined]
    rows += [(strings.add(name), WEAK, 0) for name in weak]
    first = len(rows)
    rows += [(strings.add(name), GLOBAL, 1) for name in exports]
    symbols = b"".join(
        struct.pack(sym, name, binding << 4, 0, section, 0, 0)
        if wide
        else struct.pack(sym, name, 0, 0, binding << 4, 0, section)
        for name, binding, section in rows
    )
    note = b""
    if note_level is not None:
        note = struct.pack("<III", len(note_owner), 4, 1) + note_owner
        note += struct.pack("<I", note_level)
    programs = len(segments) + 1 + (note_level is not None) + thread_locals
    position = (64 if wide else 52) + programs * (56 if wide else 32)
    content = bytearray(position)

    def place(part: bytes) -> int:
        content.extend(bytes(-len(content) % 8))
        start = len(content)
        content.extend(part)
        return start

    dynamic += [(5, place(strings.content)), (10, len(strings.content)), (6, place(symbols))]
    if "sysv" in hashes:
        dynamic.append((4, place(struct.pack("<II", 1, len(rows)))))
    if "gnu" in hashes:
        dynamic.append((0x6FFFFEF5, place(_gnu_hash(first, len(rows), word))))
    note_at = place(note)
    dynamic.append((0, 0))
    dynamic_bytes = b"".join(struct.pack(dyn, *entry) for entry in dynamic)
    dynamic_at = place(dynamic_bytes)
    names = b"\0.shstrtab\0.debug_info\0"
    names_at, debug_at = place(names), place(debug)
    section_at = place(b"")
    if sections:
        form = "<IIQQQQIIQQ" if wide else "<10I"
        content += struct.pack(form, *[0] * 10)
        content += struct.pack(form, 1, 3, 0, 0, names_at, len(names), 0, 0, 1, 0)
        content += struct.pack(form, 11, 1, 0, 0, debug_at, len(debug), 0, 0, 1, 0)
    size = len(content)
    table = [
        (1, flags, 0, misfit, size if number == 0 else 0, alignment)
        for number, (alignment, misfit, flags) in enumerate(segments)
    ]
    if segments and segments[0][1]:  # a first segment that is off moves all addresses with it
        off = segments[0][1]
        dynamic = [(t, v + off if t in (4, 5, 6, 0x6FFFFEF5) else v) for t, v in dynamic]
        moved = b"".join(struct.pack(dyn, *entry) for entry in dynamic)
        content[dynamic_at : dynamic_at + len(moved)] = moved
    table.append((2, 6, dynamic_at, dynamic_at, len(dynamic_bytes), 8))
    if note_level is not None:
        table.append((4, 4, note_at, note_at, len(note), 4))
    if thread_locals:
        table.append((7, 4, 0, 0, 0, 8))
    at = 64 if wide else 52
    for kind_, flags, offset, address, length, alignment in table:
        if wide:
            row = (kind_, flags, offset, address, address, length, length, alignment)
            packed = struct.pack("<IIQQQQQQ", *row)
        else:
            row = (kind_, offset, address, address, length, length, flags, alignment)
            packed = struct.pack("<8I", *row)
        content[at : at + len(packed)] = packed
        at += len(packed)
    ident = b"\x7fELF" + bytes([2 if wide else 1, 1, 1]) + bytes(9)
    header = struct.pack(
        "<HHI" + 3 * word + "IHHHHHH",
        kind,
        machine,
        1,
        0,
        64 if wide else 52,
        section_at if sections else 0,
        0,
        64 if wide else 52,
        56 if wide else 32,
        len(table),
        64 if wide else 40,
        3 if sections else 0,
        names_index if sections else 0,
    )
    content[: 16 + len(header)] = ident + header
    return bytes(content)


def _gnu_hash(first: int, count: int, word: str) -> bytes:
    """One bucket; the values are nobody's but for the bit that ends the chain."""
    table = struct.pack("<IIII", 1, first, 1, 0) + struct.pack(f"<{word}", 0)
    if first == count:
        return table + struct.pack("<I", 0)
    chain = [2] * (count - first - 1) + [1]
    return table + struct.pack(f"<{1 + len(chain)}I", first, *chain)


def make_macho(
    cpu: int = CPU_ARM64,
    *,
    kind: int = 6,
    platform: int = 2,
    minimum_os: tuple[int, int] = (13, 0),
    libraries: Sequence[str] = ("/usr/lib/libSystem.B.dylib",),
    weak_libraries: Sequence[str] = (),
    own_name: str = "",
    old_version: bool = False,
    bitcode: int = 0,
    debug: int = 0,
) -> bytes:
    """A library of Apple's: header and load commands, and nothing behind them.

    Args:
        cpu: `cputype`.
        kind: `filetype`.
        platform: 2: devices, 7: simulators; 0: no version at all.
        minimum_os: of `minos`.
        libraries: install names that it needs.
        weak_libraries: those that may be missing.
        own_name: its own install name; `""`: none.
        old_version: say the version as before iOS 12, for devices.
        bitcode: bytes of a segment `__LLVM`.
        debug: bytes of a segment `__DWARF`.
    """
    version = minimum_os[0] << 16 | minimum_os[1] << 8
    commands = [_dylib(0x0C, name) for name in libraries]
    commands += [_dylib(0x80000018, name) for name in weak_libraries]
    if own_name:
        commands.append(_dylib(0x0D, own_name))
    if old_version:
        commands.append(struct.pack("<IIII", 0x25, 16, version, version))
    elif platform:
        commands.append(struct.pack("<IIIIII", 0x32, 24, platform, version, version, 0))
    for name, size in ((b"__LLVM", bitcode), (b"__DWARF", debug)):
        if size:
            commands.append(
                struct.pack("<II16sQQQQiiII", 0x19, 72, name, 0, 0, 0, size, 0, 0, 0, 0)
            )
    body = b"".join(commands)
    header = struct.pack("<IiiIIIII", 0xFEEDFACF, cpu, 0, kind, len(commands), len(body), 0, 0)
    return header + body


def _dylib(command: int, name: str) -> bytes:
    text = name.encode() + b"\0"
    text += bytes(-len(text) % 8)
    return struct.pack("<IIIIII", command, 24 + len(text), 24, 0, 0, 0) + text


def make_fat(*parts: tuple[int, bytes]) -> bytes:
    """A file with a part for each processor."""
    position = 8 + 20 * len(parts)
    head, body = struct.pack(">II", 0xCAFEBABE, len(parts)), b""
    for cpu, content in parts:
        head += struct.pack(">iIIII", cpu, 0, position + len(body), len(content), 0)
        body += content
    return head + body
