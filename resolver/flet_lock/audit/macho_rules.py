"""Rules for one Mach-O file: what dyld and the App Store refuse.

Sources: dyld's loader; Apple's App Store Connect errors ITMS-90171 and ITMS-90338; PEP 730.
"""

from collections.abc import Iterator
from typing import Final

from flet_lock.audit.elf_rules import NOT_STRIPPED_BYTES
from flet_lock.audit.finding import (
    AnyFinding,
    Bitcode,
    ForeignParts,
    InstallNameMissing,
    IosTooNew,
    LibraryElsewhere,
    NoDynamicLibrary,
    NotStripped,
    OtherApplePlatform,
    OtherProcessor,
    PrivateFramework,
)
from flet_lock.audit.macho import DYLIB, IOS, IOS_SIMULATOR, MachOFile
from flet_lock.audit.native_facts import PROCESSORS
from flet_lock.audit.slice_wheels import SliceWheels
from flet_lock.audit.wheel_binaries import Binary

_SYSTEM: Final = ("/usr/lib/", "/System/Library/Frameworks/")
_PRIVATE: Final = "/System/Library/PrivateFrameworks/"
_PYTHON: Final = "@rpath/Python.framework/"
_PLATFORMS: Final = {
    1: "macOS",
    IOS: "iOS devices",
    3: "tvOS",
    4: "watchOS",
    6: "Mac Catalyst",
    IOS_SIMULATOR: "the iOS simulator",
    8: "the tvOS simulator",
    9: "the watchOS simulator",
    11: "visionOS",
    12: "the visionOS simulator",
}


def check_macho(binary: Binary, macho: MachOFile, around: SliceWheels) -> Iterator[AnyFinding]:
    """What is wrong with a Mach-O file on a slice."""
    path = binary.path
    if around.is_android or macho.cpu != around.processor.macho:
        seen = f"Apple's systems, {_processor(macho.cpu)}"
        yield OtherProcessor(path=path, seen=seen, needed=around.processor.name)
        return
    if macho.other_cpus:
        yield ForeignParts(
            path=path,
            processors=tuple(map(_processor, macho.other_cpus)),
            is_of_device=around.is_device,
        )
    yield from _platform(path, macho, around)
    yield from _libraries(path, macho, around)
    # Simulators load what the store does not take, and nothing of theirs goes there.
    if macho.kind != DYLIB and around.is_device:
        yield NoDynamicLibrary(path=path, kind=macho.kind)
    if macho.bitcode_bytes > 1:  # one byte is what -fembed-bitcode-marker leaves
        yield Bitcode(path=path, bytes=macho.bitcode_bytes)
    if macho.removable_bytes >= NOT_STRIPPED_BYTES:
        yield NotStripped(path=path, bytes=macho.removable_bytes, of=binary.size)


def _processor(cpu: int) -> str:
    names = [each.name for each in PROCESSORS if each.macho == cpu]
    return names[0] if names else f"cputype {cpu}"


def _platform(path: str, macho: MachOFile, around: SliceWheels) -> Iterator[AnyFinding]:
    wanted = IOS if around.is_device else IOS_SIMULATOR
    if macho.platform and macho.platform != wanted:
        yield OtherApplePlatform(
            path=path,
            seen=_PLATFORMS.get(macho.platform, f"platform {macho.platform}"),
            needed=_PLATFORMS[wanted],
        )
    elif macho.minimum_os > around.minimum_ios:
        yield IosTooNew(path=path, seen=macho.minimum_os, minimum=around.minimum_ios)


def _libraries(path: str, macho: MachOFile, around: SliceWheels) -> Iterator[AnyFinding]:
    for name in macho.libraries:
        last = name.rpartition("/")[2]
        if name.startswith(_PRIVATE):
            if around.is_device:
                yield PrivateFramework(path=path, library=name)
        elif name.startswith((*_SYSTEM, _PYTHON)) or last in around.binaries:
            continue
        elif around.is_complete or not name.startswith("@"):
            # dyld looks for a name that begins with no `@` exactly there.
            yield InstallNameMissing(path=path, library=name)
        else:
            yield LibraryElsewhere(path=path, library=name)
