"""LIEF reads from binaries what we do: made ones, a linker's, and with `-m live` real ones."""

import io
import zipfile
from pathlib import Path
from typing import Any

import pytest

from fakes.native import ARM, CPU_X86_64, PAGE, SEGMENT, X86_64, make_elf, make_macho
from flet_lock.audit.elf import ElfFile, read_elf
from flet_lock.audit.macho import read_macho
from flet_lock.cli.main import main

lief: Any = pytest.importorskip("lief")
NATIVE = Path(__file__).parents[1] / "data" / "native"
MADE = {
    "arm64": make_elf(undefined=("one", "two"), weak=("maybe",), exports=("PyInit_x",)),
    "arm": make_elf(ARM, needed=("liba.so", "libb.so"), undefined=("one",), soname="libx.so"),
    "x86_64": make_elf(X86_64, segments=[SEGMENT, (0x1000, 0, 6)], exports=("a", "b")),
    "gnu": make_elf(undefined=("one",), exports=("a", "b", "c"), hashes="gnu"),
}


FILES = MADE | {path.name: path.read_bytes() for path in sorted(NATIVE.glob("*.so"))}


def assert_same_elf(content: bytes) -> None:
    own: ElfFile = read_elf(content, exports=True)
    other = lief.ELF.parse(io.BytesIO(content))
    assert list(own.needed) == list(other.libraries)
    assert own.machine == other.header.machine_type.value & 0xFFFF
    loads = [each for each in other.segments if each.type == lief.ELF.Segment.TYPE.LOAD]
    assert [each.alignment for each in own.segments] == [each.alignment for each in loads]
    assert [each.misfit for each in own.segments] == [
        (each.virtual_address - each.file_offset) % PAGE for each in loads
    ]
    glob = lief.ELF.Symbol.BINDING.GLOBAL
    undefined = {
        each.name
        for each in other.dynamic_symbols
        if each.shndx == 0 and each.binding == glob and each.name
    }
    assert own.undefined == undefined
    assert own.has_thread_locals == any(
        each.type == lief.ELF.Segment.TYPE.TLS for each in other.segments
    )


def assert_same_macho(content: bytes) -> None:
    own = read_macho(content)
    other = lief.MachO.parse(io.BytesIO(content)).at(0)
    load = {lief.MachO.LoadCommand.TYPE.LOAD_DYLIB, lief.MachO.LoadCommand.TYPE.REEXPORT_DYLIB}
    assert list(own.libraries) == [each.name for each in other.libraries if each.command in load]
    assert own.cpu == other.header.cpu_type.value
    assert own.kind == other.header.file_type.value
    if other.has_build_version:
        assert own.platform == other.build_version.platform.value
        assert [*own.minimum_os] == list(other.build_version.minos)[:2]


@pytest.mark.parametrize("name", FILES)
def test_lief_reads_the_same_from_elf_files(name: str) -> None:
    assert_same_elf(FILES[name])


@pytest.mark.parametrize(
    "content",
    [
        make_macho(libraries=("/usr/lib/a.dylib", "@rpath/b.dylib"), own_name="x"),
        make_macho(CPU_X86_64, platform=7, minimum_os=(14, 2), kind=8),
    ],
)
def test_lief_reads_the_same_from_apples_files(content: bytes) -> None:
    assert_same_macho(content)


@pytest.mark.live
@pytest.mark.parametrize("release", ["aiohttp==3.14.5", "pillow==12.0.0", "wasmtime==50.0.1"])
def test_lief_reads_the_same_from_real_wheels(release: str, tmp_path: Path) -> None:
    app = tmp_path / "app"
    app.mkdir()
    (app / "pyproject.toml").write_text(
        f'[project]\nname = "x"\nrequires-python = "==3.13.*"\ndependencies = ["{release}"]\n'
    )
    platform = "ios" if release.startswith("pillow") else "android"
    words = [str(app), "--platform", platform, "--no-flet-index", "-qq"]
    words += ["--cache-dir", str(tmp_path / "cache")]
    more = ["--android-api", "26", "--arch", "arm64-v8a"] if platform == "android" else []
    assert main(["lock", *words, *more]) == 0
    main(["audit", *words[:3], *words[5:], "--fix-budget", "0", "-qq"])
    seen = 0
    for path in (tmp_path / "cache").rglob("wheels/sha256/*/*"):
        with zipfile.ZipFile(path) as wheel:
            for name in wheel.namelist():
                if name.endswith(".so"):
                    content = wheel.read(name)
                    is_elf = content[:4] == b"\x7fELF"
                    (assert_same_elf if is_elf else assert_same_macho)(content)
                    seen += 1
    assert seen
