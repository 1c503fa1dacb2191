"""Holds the wheels of an app, or one wheel, to all rules."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Final, assert_never

from msgspec import Struct
from packaging.utils import NormalizedName

from flet_lock.audit.elf import ElfFile
from flet_lock.audit.elf_rules import check_elf
from flet_lock.audit.finding import (
    AnyFinding,
    CannotBeRead,
    FoldedFrameworks,
    LoadedByPath,
    MissingOnSimulator,
    NotNeededByAny,
    SameNameOtherBytes,
    UntakenModuleName,
)
from flet_lock.audit.macho import MachOFile
from flet_lock.audit.macho_rules import check_macho
from flet_lock.audit.slice_wheels import SliceWheel, SliceWheels
from flet_lock.audit.wheel_binaries import Binary, Unreadable
from flet_lock.model.facts.generation import NativeFiles

_DEVICE: Final = "iphoneos.arm64"


class PlacedFinding(Struct, frozen=True, kw_only=True):
    """A finding, and where it holds."""

    package: NormalizedName
    slice_name: str
    finding: AnyFinding


def check_slices(slices: Sequence[SliceWheels]) -> tuple[PlacedFinding, ...]:
    """Every finding of the slices of one platform, in the order of slices and packages."""
    found = [
        PlacedFinding(package=wheel.package, slice_name=around.target.slice_name, finding=finding)
        for around in slices
        for wheel in around.wheels
        for finding in _check_wheel(wheel, around)
    ]
    return (*found, *_missing_on_simulators(slices))


def _check_wheel(wheel: SliceWheel, around: SliceWheels) -> Iterator[AnyFinding]:
    if wheel.content.fault:
        yield CannotBeRead(path="", detail=wheel.content.fault)
    for binary in wheel.content.binaries:
        content = binary.content
        if isinstance(content, Unreadable):
            yield CannotBeRead(path=binary.path, detail=content.detail)
        elif isinstance(content, ElfFile):
            yield from check_elf(binary, content, wheel, around)
            yield from _in_jni_libs(binary, content, wheel, around)
        elif isinstance(content, MachOFile):
            yield from check_macho(binary, content, around)
        else:
            assert_never(content)
    if not around.is_android and around.generation.folds_dotted_paths:
        yield from _folded(wheel)


def _in_jni_libs(
    binary: Binary, elf: ElfFile, wheel: SliceWheel, around: SliceWheels
) -> Iterator[AnyFinding]:
    """What follows from one flat folder of libraries, and a zip of all the rest."""
    if around.generation.native_files is not NativeFiles.JNI_LIBS or binary.is_module_by_name:
        return
    if elf.is_module:
        yield UntakenModuleName(path=binary.path)
        return
    for other in around.wheels:
        if other.package != wheel.package and any(
            each.name == binary.name and each.digest != binary.digest
            for each in other.content.binaries
        ):
            yield SameNameOtherBytes(path=binary.path, library=binary.name, package=other.package)
    if {binary.name, elf.soname} & around.needed:
        return
    source = wheel.content.loaders.get(binary.name)
    if source is not None:
        yield LoadedByPath(path=binary.path, source=source)
    elif around.is_complete and elf.is_whole:
        yield NotNeededByAny(path=binary.path)


def _folded(wheel: SliceWheel) -> Iterator[AnyFinding]:
    """serious_python's `create_xcframework_from_dylibs` cuts a path at its first dot."""
    folders: defaultdict[str, list[str]] = defaultdict(list)
    for binary in wheel.content.binaries:
        folders[binary.path.partition(".")[0]].append(binary.path)
    for name, paths in folders.items():
        if len(paths) > 1:
            yield FoldedFrameworks(path=paths[0], framework=name, files=tuple(paths))


def _missing_on_simulators(slices: Sequence[SliceWheels]) -> Iterator[PlacedFinding]:
    """Frameworks are made of a device's library and the simulators' of the same path."""
    device = next((each for each in slices if each.target.slice_name == _DEVICE), None)
    others = [each for each in slices if not each.is_device]
    if device is None or not device.generation.folds_dotted_paths:
        return
    for wheel in device.wheels:
        lacking: defaultdict[str, list[str]] = defaultdict(list)
        for other in others:
            same = [each for each in other.wheels if each.package == wheel.package]
            if same and not same[0].content.fault:
                there = set(_stems(same[0].content.binaries))
                for path, stem in zip(
                    (each.path for each in wheel.content.binaries),
                    _stems(wheel.content.binaries),
                    strict=True,
                ):
                    if stem not in there:
                        lacking[path].append(other.target.slice_name)
        for path, names in lacking.items():
            finding = MissingOnSimulator(path=path, slices=tuple(names))
            yield PlacedFinding(package=wheel.package, slice_name=_DEVICE, finding=finding)


def _stems(binaries: Iterable[Binary]) -> Iterator[str]:
    """Paths without what stands behind the first dot of the name, which tells the slice."""
    for each in binaries:
        folder, slash, name = each.path.rpartition("/")
        yield folder + slash + name.partition(".")[0]
