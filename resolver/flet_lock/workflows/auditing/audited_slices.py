"""Slices with their wheels, held to the rules; and findings put together per package."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from msgspec import Struct
from msgspec.structs import replace
from packaging.utils import NormalizedName, parse_wheel_filename
from packaging.version import Version

from flet_lock.audit.check_wheels import check_slices
from flet_lock.audit.elf import ElfFile
from flet_lock.audit.finding import AnyFinding, InstallNameMissing, Level
from flet_lock.audit.macho import MachOFile
from flet_lock.audit.native_facts import NativeFacts
from flet_lock.audit.slice_wheels import SliceWheel, SliceWheels
from flet_lock.audit.wheel_binaries import WheelBinaries
from flet_lock.model.facts.generation import Generation
from flet_lock.model.target import Platform, Target
from flet_lock.workflows.auditing.audit_outcome import AuditedFinding, AuditedPackage, WheelSize

_SLICE_WORDS: Final = re.compile(
    r"iphoneos|iphonesimulator|aarch64|arm64([-_]v8a)?|arm(eabi|v7l?)?([-_]v7a)?|x86_64|x86|i686"
)


class AuditedWheel(Struct, frozen=True, kw_only=True):
    """A wheel that a target gets."""

    package: NormalizedName
    version: Version
    filename: str
    target: Target
    content: WheelBinaries


def audit_wheels(
    wheels: Sequence[AuditedWheel],
    *,
    facts: NativeFacts,
    generation: Generation,
    pythons: Sequence[tuple[int, int]],
    incomplete: Iterable[Target],
) -> tuple[AuditedPackage, ...]:
    """Holds all wheels of a set to all rules.

    Args:
        wheels: those of one app, or of one release.
        facts: what Android and Python have.
        generation: how Flet builds the app.
        pythons: the Pythons that Flet has.
        incomplete: targets that get binaries from elsewhere, too.
    """
    unknown = set(incomplete)
    found: _Found = defaultdict(list)
    builds: defaultdict[tuple[Platform, tuple[int, int]], list[AuditedWheel]] = defaultdict(list)
    for each in wheels:
        builds[each.target.platform, each.target.python_version].append(each)
    for (platform, _), own in builds.items():
        slices = [
            SliceWheels(
                target,
                tuple(_slice_wheel(each, pythons) for each in own if each.target == target),
                facts=facts,
                generation=generation,
                is_complete=target not in unknown,
            )
            for target in dict.fromkeys(each.target for each in own)
        ]
        python = python_of(own[0].target)
        for placed in check_slices(slices):
            found[platform, placed.package].append((placed.slice_name, python, placed.finding))
    return tuple(_packages(wheels, found))


def python_of(target: Target) -> str:
    """`3.14`."""
    return "{}.{}".format(*target.python_version)


def _slice_wheel(wheel: AuditedWheel, pythons: Sequence[tuple[int, int]]) -> SliceWheel:
    return SliceWheel(
        package=wheel.package,
        content=wheel.content,
        other_pythons=_other_pythons(wheel, pythons),
    )


_Found = defaultdict[tuple[Platform, NormalizedName], list[tuple[str, str, AnyFinding]]]
"""Slice, Python and finding, per package of a platform."""


def _packages(wheels: Sequence[AuditedWheel], found: _Found) -> Iterator[AuditedPackage]:
    together: defaultdict[tuple[Platform, NormalizedName], list[AuditedWheel]] = defaultdict(list)
    for each in wheels:
        together[each.target.platform, each.package].append(each)
    for (platform, package), own in sorted(together.items(), key=lambda each: each[0]):
        if any(each.content.binaries or each.content.fault for each in own):
            yield AuditedPackage(
                platform=platform,
                package=package,
                version=own[0].version,
                findings=_merged(found[platform, package]),
                sizes=tuple(map(_size, own)),
            )


def _merged(found: Iterable[tuple[str, str, AnyFinding]]) -> tuple[AuditedFinding, ...]:
    """Equal findings on several slices as one, the worst first."""
    first: dict[AnyFinding, AnyFinding] = {}
    slices: defaultdict[AnyFinding, dict[str, None]] = defaultdict(dict)
    pythons: defaultdict[AnyFinding, dict[str, None]] = defaultdict(dict)
    for name, python, finding in found:
        key = _without_slice(finding)
        first.setdefault(key, finding)
        slices[key][name] = None
        pythons[key][python] = None
    order = list(Level)
    merged = [
        AuditedFinding(slices=tuple(slices[key]), pythons=tuple(pythons[key]), finding=each)
        for key, each in first.items()
    ]
    return tuple(sorted(merged, key=lambda each: order.index(each.finding.level)))


def _without_slice(finding: AnyFinding) -> AnyFinding:
    """A finding without what tells the slices' files apart: `-x86_64-linux-android.so`."""
    folder, slash, name = finding.path.rpartition("/")
    path = _SLICE_WORDS.sub("*", folder) + slash + name.partition(".")[0]
    if isinstance(finding, InstallNameMissing):
        return replace(finding, path=path, library=_SLICE_WORDS.sub("*", finding.library))
    return replace(finding, path=path)


def _size(wheel: AuditedWheel) -> WheelSize:
    binaries = wheel.content.binaries
    return WheelSize(
        slice_name=wheel.target.slice_name,
        filename=wheel.filename,
        installed_bytes=wheel.content.installed_bytes,
        compressed_bytes=wheel.content.compressed_bytes,
        native_bytes=sum(each.size for each in binaries),
        removable_bytes=sum(
            each.content.removable_bytes
            for each in binaries
            if isinstance(each.content, ElfFile | MachOFile)
        ),
    )


def _other_pythons(
    wheel: AuditedWheel, pythons: Sequence[tuple[int, int]]
) -> tuple[tuple[int, int], ...]:
    """Other Pythons that take a wheel with this name: those of a stable ABI, or of none."""
    tags = parse_wheel_filename(wheel.filename)[3]
    own = wheel.target.python_version
    oldest = [
        (3, int(tag.interpreter[3:])) if tag.abi == "abi3" else (3, 0)
        for tag in tags
        if tag.abi in ("abi3", "none") and (tag.abi == "none" or tag.interpreter[3:].isdecimal())
    ]
    return tuple(each for each in pythons if oldest and each >= min(oldest) and each != own)
