"""Outcomes of audits with fixed values, and a finding of every kind."""

from collections.abc import Sequence
from typing import Final

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from flet_lock.audit.finding import (
    AnyFinding,
    Bitcode,
    CannotBeRead,
    FoldedFrameworks,
    ForeignParts,
    InstallNameMissing,
    IosTooNew,
    Level,
    LibraryElsewhere,
    LibraryMissing,
    LibraryTooNew,
    LoadedByPath,
    LoaderTooOld,
    MisplacedSegment,
    MissingOnSimulator,
    NoDynamicLibrary,
    NoSectionHeaders,
    NoteTooNew,
    NotInFletsPython,
    NotNeededByAny,
    NotStripped,
    OtherApplePlatform,
    OtherProcessor,
    OtherPythonLibrary,
    PrivateFramework,
    PythonSymbolsMissing,
    SameNameOtherBytes,
    SmallPages,
    SymbolsMissing,
    SymbolsTooNew,
    TextRelocations,
    UntakenModuleName,
    WritableCode,
)
from flet_lock.model.app.edited_line import EditedLine
from flet_lock.model.app.fix import RewriteRequirement
from flet_lock.model.app.requirement import Place
from flet_lock.model.facts.slices import slice_names
from flet_lock.model.target import Platform
from flet_lock.workflows.auditing.audit_outcome import (
    AuditedFinding,
    AuditedPackage,
    AuditOutcome,
    Remedy,
    WheelSize,
)

_SO: Final = "pkg/_core.cpython-313-aarch64-linux-android.so"
_IOS: Final = "pkg/_core.cpython-313-iphoneos.so"
ON_ANDROID: Final[tuple[AnyFinding, ...]] = (
    CannotBeRead(path=_SO, detail="the file ends before its headers say"),
    OtherProcessor(path=_SO, seen="Android, x86_64", needed="arm64"),
    SmallPages(path=_SO, segment=4, segments=4, alignment=4096),
    MisplacedSegment(path=_SO, segment=2, segments=3, misfit=4096),
    LibraryMissing(path=_SO, library="libjpeg.so"),
    LibraryElsewhere(path=_SO, library="libpng.so"),
    LibraryTooNew(path=_SO, library="libaaudio.so", since=26, minimum=24),
    NotInFletsPython(path=_SO, library="libssl_python.so"),
    SymbolsTooNew(path=_SO, symbols=(("getentropy", 28), ("memfd_create", 30)), minimum=24),
    SymbolsMissing(path=_SO, symbols=("one", "two", "three", "four", "five", "six")),
    OtherPythonLibrary(path=_SO, python="3.13", is_other=False, library="libpython3.12.so"),
    PythonSymbolsMissing(
        path=_SO, python="3.14", is_other=True, symbols=("_PyCrossInterpreterData_Init",)
    ),
    LoaderTooOld(path=_SO, what="thread-local variables of the ELF kind", since=29, minimum=24),
    NoteTooNew(path=_SO, level_noted=26, minimum=24),
    TextRelocations(path=_SO),
    WritableCode(path=_SO, segment=2),
    NoSectionHeaders(path=_SO),
    UntakenModuleName(path="pkg/_core.abi3t.so"),
    LoadedByPath(path="pkg/libcore.so", source="pkg/__init__.py"),
    NotNeededByAny(path="pkg/libother.so"),
    SameNameOtherBytes(path="pkg.libs/libx.so", library="libx.so", package="other"),
    NotStripped(path=_SO, bytes=6_400_000, of=20_000_000),
)
ON_IOS: Final[tuple[AnyFinding, ...]] = (
    ForeignParts(path=_IOS, processors=("x86_64",), is_of_device=True),
    OtherApplePlatform(path=_IOS, seen="the iOS simulator", needed="iOS devices"),
    IosTooNew(path=_IOS, seen=(15, 2), minimum=(13, 0)),
    InstallNameMissing(path=_IOS, library="/Users/runner/lib/libjpeg.62.dylib"),
    PrivateFramework(path=_IOS, library="/System/Library/PrivateFrameworks/Own.framework/Own"),
    NoDynamicLibrary(path=_IOS, kind=8),
    FoldedFrameworks(
        path="pkg.dylibs/liba.dylib",
        framework="pkg",
        files=("pkg.dylibs/liba.dylib", "pkg.dylibs/libb.dylib"),
    ),
    MissingOnSimulator(path=_IOS, slices=("iphonesimulator.x86_64",)),
    Bitcode(path=_IOS, bytes=200_000),
)


def audited_package(
    platform: Platform,
    findings: Sequence[AnyFinding],
    *,
    remedy: Remedy | None = None,
    name: str = "demo-core",
) -> AuditedPackage:
    """A package with some findings on the first slice of a platform."""
    slices = slice_names(platform)
    order = list(Level)
    return AuditedPackage(
        platform=platform,
        package=canonicalize_name(name),
        version=Version("1.5"),
        findings=tuple(
            AuditedFinding(slices=slices[:1], pythons=("3.13",), finding=each)
            for each in sorted(findings, key=lambda each: order.index(each.level))
        ),
        sizes=tuple(
            WheelSize(
                slice_name=each,
                filename=f"demo_core-1.5-cp313-cp313-{each}.whl",
                installed_bytes=30_000_000,
                compressed_bytes=9_000_000,
                native_bytes=20_000_000,
                removable_bytes=6_400_000,
            )
            for each in slices
        ),
        remedy=remedy,
        tried=3 if remedy is None else 1,
    )


def audited(*, with_sizes: bool = False) -> AuditOutcome:
    """An app with a finding of every kind, a package that is clean, and a way out."""
    remedy = Remedy(
        number=1,
        package=canonicalize_name("demo-core"),
        version=Version("1.6"),
        edits=(
            RewriteRequirement(
                place=Place(file="pyproject.toml"),
                before=Requirement("demo-core<1.6"),
                after="demo-core<1.7",
            ),
        ),
        lines=(
            EditedLine(
                file="pyproject.toml",
                table="[project].dependencies",
                line=None,
                before="demo-core<1.6",
                after="demo-core<1.7",
            ),
        ),
    )
    return AuditOutcome(
        subject="demo",
        packages=(
            audited_package(Platform.ANDROID, ON_ANDROID, remedy=remedy),
            audited_package(Platform.ANDROID, (), name="clean"),
            audited_package(Platform.IOS, ON_IOS),
        ),
        wheels=9,
        read=2,
        not_read=(canonicalize_name("built"),),
        fail_on=Level.FAILS_IN_FLET,
        with_sizes=with_sizes,
        seconds=0.25,
    )
