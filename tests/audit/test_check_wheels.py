import io

import pytest
from packaging.version import Version

from fakes.audited import findings, read_files, slice_of, target_of
from fakes.native import CPU_X86_64, make_elf, make_macho
from flet_lock.audit.check_wheels import check_slices
from flet_lock.audit.finding import (
    CannotBeRead,
    FoldedFrameworks,
    LoadedByPath,
    MissingOnSimulator,
    NotNeededByAny,
    SameNameOtherBytes,
    UntakenModuleName,
)
from flet_lock.audit.macho import MachOFile
from flet_lock.audit.native_facts import ARM64, load_native_facts
from flet_lock.audit.read_wheel import read_wheel_binaries
from flet_lock.model.facts.generation import Generation
from flet_lock.model.facts.slices import SLICES
from flet_lock.targets.generations import load_generations

MODULE = "pkg/module.cpython-313.so"
DEVICE, SIMULATOR, INTEL = "iphoneos.arm64", "iphonesimulator.arm64", "iphonesimulator.x86_64"


def generation_of(version: str) -> Generation:
    found = load_generations().of(Version(version))
    assert found is not None
    return found


@pytest.mark.parametrize("content", [b"", b"!<arch>\n", b"\x7fELF", make_elf()[:100]])
def test_a_damaged_binary_cannot_be_read(content: bytes) -> None:
    (found,) = findings(content)
    assert isinstance(found, CannotBeRead)
    assert found.path == MODULE


@pytest.mark.parametrize(
    ("name", "is_bad"),
    [
        ("pkg/module.cpython-313-aarch64-linux-android.so", False),
        ("pkg/module.abi3.so", False),
        ("pkg/module.abi3t.so", True),
        ("pkg/module.so", True),
    ],
)
def test_a_module_whose_name_flet_does_not_take_is_found(name: str, *, is_bad: bool) -> None:
    files = {name: make_elf(exports=("PyInit_module",))}
    assert findings(files) == [UntakenModuleName(path=name)] * is_bad
    assert findings(files, generation=generation_of("0.85.3")) == []


@pytest.mark.parametrize(
    "source",
    [
        b"from pathlib import Path\nlib = Path(__file__).parent / 'libx.so'\n",
        b'import os\nlib = os.path.join(os.path.dirname(__file__), "lib/libx.so")\n',
    ],
)
def test_a_library_that_the_package_looks_for_beside_itself_is_found(source: bytes) -> None:
    files = {"pkg/libx.so": make_elf(), "pkg/__init__.py": source}
    assert findings(files) == [LoadedByPath(path="pkg/libx.so", source="pkg/__init__.py")]
    assert findings(files, generation=generation_of("0.85.3")) == []


@pytest.mark.parametrize(
    "source",
    [
        b"import ctypes\nctypes.CDLL('libx.so')\n",
        b"from ctypes import CDLL\nlib = CDLL('libx.so')\nprint(__file__)\n",
        b"print(__file__, 'other/libxx.so')\n",
        b"",
    ],
)
def test_a_library_that_nobody_is_seen_to_load_is_a_note(source: bytes) -> None:
    files = {"pkg/libx.so": make_elf(), "pkg/__init__.py": source}
    assert findings(files) == [NotNeededByAny(path="pkg/libx.so")]
    assert findings(files, is_complete=False) == []


def test_a_library_that_a_module_needs_may_be_named_in_source() -> None:
    files = {
        "pkg/libx.so": make_elf(),
        "pkg/__init__.py": b"print(__file__, 'libx.so')\n",
        MODULE: make_elf(needed=("libx.so",)),
    }
    assert findings(files) == []


def test_a_library_may_be_needed_by_its_soname() -> None:
    files = {
        "pkg/libx-1234.so": make_elf(soname="libx.so", exports=("of_x",)),
        MODULE: make_elf(needed=("libx.so",), undefined=("of_x",)),
    }
    assert findings(files) == []


def test_two_packages_with_one_library_need_the_same_bytes() -> None:
    def found(one: bytes, other: bytes) -> list[object]:
        module = {MODULE: make_elf(needed=("libx.so",))}
        around = slice_of(
            target_of("arm64-v8a"),
            {"one": {"one.libs/libx.so": one, **module}, "other": {"x/libx.so": other}},
        )
        return [(each.package, each.finding) for each in check_slices([around])]

    assert found(make_elf(), make_elf()) == []
    first, second = found(make_elf(), make_elf(soname="libx.so"))
    assert first == (
        "one",
        SameNameOtherBytes(path="one.libs/libx.so", library="libx.so", package="other"),
    )
    assert second == (
        "other",
        SameNameOtherBytes(path="x/libx.so", library="libx.so", package="one"),
    )


def test_libraries_with_one_path_up_to_the_first_dot_are_found() -> None:
    library = make_macho()
    files = {"pkg.dylibs/liba.dylib": library, "pkg.dylibs/libb.dylib": library}
    assert findings(files, DEVICE) == [
        FoldedFrameworks(
            path="pkg.dylibs/liba.dylib",
            framework="pkg",
            files=("pkg.dylibs/liba.dylib", "pkg.dylibs/libb.dylib"),
        )
    ]
    apart = {"pkg/liba.1.dylib": library, "pkg/libb.1.dylib": library}
    assert findings(apart, DEVICE) == []
    assert findings(files, DEVICE, generation=generation_of("0.85.3")) == []


def test_a_library_of_the_device_alone_is_found() -> None:
    def slices(*, of_simulator: str) -> list[object]:
        found = check_slices(
            [
                slice_of(
                    target_of(DEVICE), {"pkg": {"pkg/m.cpython-313-iphoneos.so": make_macho()}}
                ),
                slice_of(
                    target_of(SIMULATOR),
                    {"pkg": {f"pkg/{of_simulator}.cpython-313-x.so": make_macho(platform=7)}},
                ),
                slice_of(
                    target_of(INTEL),
                    {"pkg": {"pkg/m.cpython-313-x.so": make_macho(CPU_X86_64, platform=7)}},
                ),
            ]
        )
        return [each.finding for each in found]

    assert slices(of_simulator="m") == []
    assert slices(of_simulator="other") == [
        MissingOnSimulator(path="pkg/m.cpython-313-iphoneos.so", slices=(SIMULATOR,))
    ]


def test_what_is_no_zip_file_is_told() -> None:
    content = read_wheel_binaries(
        io.BytesIO(b"PK\x03\x04 and then nothing"), load_native_facts(), ARM64
    )
    assert content.fault
    assert content.binaries == ()


def test_every_slice_has_a_processor() -> None:
    for each in SLICES:
        assert slice_of(target_of(each.name), {}).processor.name


@pytest.mark.parametrize("commands", [10, 900])
def test_a_large_file_of_apples_is_read_by_its_load_commands(commands: int) -> None:
    names = tuple(f"/usr/lib/lib{number:04}.dylib" for number in range(commands))
    content = make_macho(libraries=names) + bytes(100_000)
    (binary,) = read_files({MODULE: content}, DEVICE).binaries
    assert isinstance(binary.content, MachOFile)
    assert (binary.content.libraries, binary.size) == (names, len(content))
