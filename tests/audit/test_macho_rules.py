import pytest

from fakes.audited import findings
from fakes.native import CPU_ARM64, CPU_X86_64, make_elf, make_fat, make_macho
from flet_lock.audit.finding import (
    AnyFinding,
    Bitcode,
    ForeignParts,
    InstallNameMissing,
    IosTooNew,
    Level,
    LibraryElsewhere,
    NoDynamicLibrary,
    NotStripped,
    OtherApplePlatform,
    OtherProcessor,
    PrivateFramework,
)

MODULE = "pkg/module.cpython-313.so"
DEVICE, SIMULATOR, INTEL = "iphoneos.arm64", "iphonesimulator.arm64", "iphonesimulator.x86_64"
BUILDERS = "/Users/runner/work/pillow/lib/libjpeg.62.dylib"


@pytest.mark.parametrize(
    ("content", "slice_name"),
    [
        (make_macho(own_name="build/module.so"), DEVICE),
        (make_macho(platform=7, minimum_os=(14, 0)), SIMULATOR),
        (make_macho(CPU_X86_64, platform=7), INTEL),
        (make_macho(CPU_X86_64, old_version=True, minimum_os=(12, 0)), INTEL),
        (make_macho(old_version=True, minimum_os=(12, 0)), DEVICE),
        (make_macho(libraries=("@rpath/Python.framework/Python",)), DEVICE),
        (make_macho(libraries=("/System/Library/Frameworks/UIKit.framework/UIKit",)), DEVICE),
        (make_macho(weak_libraries=(BUILDERS,)), DEVICE),
        (make_macho(platform=0, minimum_os=(0, 0)), DEVICE),
    ],
)
def test_a_good_file_has_no_finding(content: bytes, slice_name: str) -> None:
    assert findings(content, slice_name) == []


@pytest.mark.parametrize(
    ("content", "seen"),
    [
        (make_macho(CPU_X86_64), "Apple's systems, x86_64"),
        (make_macho(12), "Apple's systems, arm"),
        (make_elf(), "Android, arm64"),
    ],
)
def test_a_file_for_another_processor_is_found(content: bytes, seen: str) -> None:
    assert findings(content, DEVICE) == [OtherProcessor(path=MODULE, seen=seen, needed="arm64")]


@pytest.mark.parametrize(("slice_name", "level"), [(DEVICE, Level.REFUSED_BY_STORE)])
def test_other_parts_of_a_fat_file_are_found(slice_name: str, level: Level) -> None:
    fat = make_fat((CPU_X86_64, make_macho(CPU_X86_64)), (CPU_ARM64, make_macho()))
    (found,) = findings(fat, slice_name)
    assert found == ForeignParts(path=MODULE, processors=("x86_64",), is_of_device=True)
    assert found.level is level
    thin = make_fat((CPU_ARM64, make_macho()))
    assert findings(thin, slice_name) == []


def test_two_simulators_parts_cannot_be_merged() -> None:
    part = make_macho(CPU_X86_64, platform=7)
    fat = make_fat((CPU_X86_64, part), (CPU_ARM64, make_macho(platform=7)))
    (found,) = findings(fat, INTEL)
    assert found.level is Level.FAILS_IN_FLET


@pytest.mark.parametrize(
    ("platform", "slice_name", "seen", "needed"),
    [
        (7, DEVICE, "the iOS simulator", "iOS devices"),
        (2, SIMULATOR, "iOS devices", "the iOS simulator"),
        (1, DEVICE, "macOS", "iOS devices"),
        (99, DEVICE, "platform 99", "iOS devices"),
    ],
)
def test_another_platform_is_found(platform: int, slice_name: str, seen: str, needed: str) -> None:
    assert findings(make_macho(platform=platform), slice_name) == [
        OtherApplePlatform(path=MODULE, seen=seen, needed=needed)
    ]


@pytest.mark.parametrize(
    ("slice_name", "version", "minimum", "bad"),
    [
        (DEVICE, (13, 0), (13, 0), False),
        (DEVICE, (13, 1), (13, 0), True),
        (DEVICE, (15, 0), (15, 0), False),
        (SIMULATOR, (14, 0), (13, 0), False),
        (SIMULATOR, (14, 1), (13, 0), True),
        (SIMULATOR, (15, 0), (15, 0), False),
        (INTEL, (14, 0), (13, 0), True),
    ],
)
def test_a_later_ios_is_found_and_simulators_on_apple_silicon_begin_at_14(
    slice_name: str, version: tuple[int, int], minimum: tuple[int, int], *, bad: bool
) -> None:
    cpu = CPU_X86_64 if slice_name == INTEL else CPU_ARM64
    content = make_macho(cpu, platform=2 if slice_name == DEVICE else 7, minimum_os=version)
    found = findings(content, slice_name, minimum_os=minimum)
    assert [type(each) for each in found] == [IosTooNew] * bad


@pytest.mark.parametrize(
    "name", [BUILDERS, "build/lib/libx.dylib", "@rpath/libx.dylib", "/opt/homebrew/lib/libx.dylib"]
)
@pytest.mark.parametrize("slice_name", [DEVICE, SIMULATOR])
def test_a_library_that_no_phone_has_is_found(name: str, slice_name: str) -> None:
    platform = 2 if slice_name == DEVICE else 7
    content = make_macho(libraries=(name,), platform=platform)
    assert findings(content, slice_name) == [InstallNameMissing(path=MODULE, library=name)]


def test_a_relative_name_may_be_another_packages_and_a_path_is_nobodys() -> None:
    relative = make_macho(libraries=("@rpath/libx.dylib",))
    assert findings(relative, DEVICE, is_complete=False) == [
        LibraryElsewhere(path=MODULE, library="@rpath/libx.dylib")
    ]
    absolute = make_macho(libraries=(BUILDERS,))
    assert findings(absolute, DEVICE, is_complete=False) == [
        InstallNameMissing(path=MODULE, library=BUILDERS)
    ]


@pytest.mark.parametrize(
    ("name", "file"),
    [
        ("@rpath/libx.dylib", "pkg/libx.dylib"),
        ("@loader_path/../pkg/libx.1.dylib", "pkg/libx.1.dylib"),
        ("@rpath/X.framework/X", "Frameworks/X.framework/X"),
    ],
)
def test_a_library_of_the_wheel_is_there(name: str, file: str) -> None:
    files: dict[str, bytes] = {MODULE: make_macho(libraries=(name,)), file: make_macho()}
    assert findings(files, DEVICE) == []


def test_a_private_framework_is_refused_by_the_store() -> None:
    name = "/System/Library/PrivateFrameworks/X.framework/X"
    assert findings(make_macho(libraries=(name,)), DEVICE) == [
        PrivateFramework(path=MODULE, library=name)
    ]
    assert findings(make_macho(libraries=(name,), platform=7), SIMULATOR) == []


def test_a_bundle_is_refused_by_the_store_and_runs_on_a_simulator() -> None:
    assert findings(make_macho(kind=8), DEVICE) == [NoDynamicLibrary(path=MODULE, kind=8)]
    assert findings(make_macho(kind=8, platform=7), SIMULATOR) == []


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (make_macho(bitcode=1), []),
        (make_macho(bitcode=4096), [Bitcode(path=MODULE, bytes=4096)]),
        (make_macho(debug=99_999), []),
    ],
)
def test_bitcode_and_debug_information_are_heavy(
    content: bytes, expected: list[AnyFinding]
) -> None:
    assert findings(content, DEVICE) == expected


def test_debug_information_is_told_with_its_size() -> None:
    content = make_macho(debug=100_000)
    assert findings(content, DEVICE) == [NotStripped(path=MODULE, bytes=100_000, of=len(content))]
