"""A sentence for every finding of an audit: what was seen, what is needed, and what follows."""

from typing import Final, assert_never

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
from flet_lock.reports.layout.clean_text import clean, clip
from flet_lock.reports.wording.lock.lock_summary import describe_bytes
from flet_lock.reports.wording.targets import join_words

LEVELS: Final = {
    Level.FAILS_TO_LOAD: "fails to load",
    Level.REFUSED_BY_STORE: "refused by the store",
    Level.FAILS_IN_FLET: "fails in a Flet build",
    Level.WILL_FAIL: "will fail with another Python",
    Level.HEAVY: "heavy",
    Level.NOTE: "look at it",
}
_NAMES_SHOWN: Final = 4


def explain_level(finding: AnyFinding) -> str:
    """The level of a finding in words."""
    if isinstance(finding, OtherPythonLibrary | PythonSymbolsMissing) and finding.is_other:
        return f"will fail with Python {finding.python}"
    return LEVELS[finding.level]


def explain_finding(finding: AnyFinding) -> str:
    """The sentence of a finding; the file stands in front of it."""
    path = clip(finding.path) or "the wheel"
    return f"{path} {_sentence(finding)}"


def _sentence(finding: AnyFinding) -> str:  # noqa: C901, PLR0911, PLR0912 - one flat table
    match finding:
        case CannotBeRead():
            return f"cannot be read: {clip(finding.detail)}"
        case OtherProcessor():
            return f"is for {finding.seen}, and its wheel for {finding.needed}"
        case ForeignParts():
            what = f"has parts for {join_words(finding.processors)} as well"
            if finding.is_of_device:
                return f"{what}: the App Store takes those of its own processor only"
            return f"{what}: the build cannot merge the simulators' libraries"
        case SmallPages():
            return (
                f"is aligned to {finding.alignment:,} bytes in segment {finding.segment} of "
                f"{finding.segments}; Google Play demands 16,384 (pages of 16 KB)"
            )
        case MisplacedSegment():
            return (
                f"says that segment {finding.segment} of {finding.segments} fits pages of 16 KB, "
                f"but its address is {finding.misfit:,} bytes off; Google Play demands 0"
            )
        case LibraryMissing():
            return (
                f"needs {clean(finding.library)}, which is neither Android's nor in any locked "
                "wheel"
            )
        case LibraryElsewhere():
            return (
                f"needs {clean(finding.library)}, which is neither the system's nor in this wheel: "
                "another package has to bring it"
            )
        case LibraryTooNew():
            return (
                f"needs {clean(finding.library)}, which Android has from API level {finding.since} "
                f"on; it has to run from {finding.minimum} on"
            )
        case NotInFletsPython():
            return (
                f"needs {clean(finding.library)}, which python.org's Python for Android brings; "
                "Flet's has it inside, where nobody else can use it"
            )
        case SymbolsTooNew():
            named = [f"{clean(name)} (from {level} on)" for name, level in finding.symbols]
            return (
                f"calls {_some(named)}, and has to run from Android API level {finding.minimum} on"
            )
        case SymbolsMissing():
            return f"calls {_some(finding.symbols)}, which nothing has that it is loaded with"
        case OtherPythonLibrary():
            return f"is linked to {clean(finding.library)}; this is Python {finding.python}"
        case PythonSymbolsMissing():
            return f"calls {_some(finding.symbols)}, which Python {finding.python} does not have"
        case LoaderTooOld():
            return (
                f"has {finding.what}, which Android loads from API level {finding.since} on; it "
                f"has to run from {finding.minimum} on"
            )
        case NoteTooNew():
            return (
                f"was built for Android API level {finding.level_noted}; it has to run from "
                f"{finding.minimum} on"
            )
        case TextRelocations():
            return "has text relocations: its code would be changed while it is loaded"
        case WritableCode():
            return f"has code that can be written to, in segment {finding.segment}"
        case NoSectionHeaders():
            return "has no readable section headers"
        case OtherApplePlatform():
            return f"is for {finding.seen}, and its wheel for {finding.needed}"
        case IosTooNew():
            return f"is for iOS {_version(finding.seen)}, more than {_version(finding.minimum)}"
        case InstallNameMissing():
            return f"needs {clean(finding.library)}, which no phone has there"
        case PrivateFramework():
            return f"needs {clean(finding.library)}, which is for Apple's own apps"
        case NoDynamicLibrary():
            kind = "a bundle (MH_BUNDLE)" if finding.kind == _BUNDLE else f"of kind {finding.kind}"
            return f"is {kind}; the App Store takes dynamic libraries (MH_DYLIB) only"
        case UntakenModuleName():
            return (
                "is a module of Python, and its name is not one that a Flet build takes for a "
                "module's: .cpython-….so or .abi3.so"
            )
        case LoadedByPath():
            return (
                f"is looked for beside {clip(finding.source)}; a Flet build moves it into the "
                "app's folder of libraries, and the source into a zip file"
            )
        case NotNeededByAny():
            return (
                "is needed by no other library: if the package loads it by a path beside its "
                "source, a Flet build leaves nothing there"
            )
        case SameNameOtherBytes():
            return (
                f"has the name of another library, in {clean(finding.package)}: a Flet build puts "
                "all into one folder, and the last one wins"
            )
        case FoldedFrameworks():
            return (
                f"and {len(finding.files) - 1} more become one framework, "
                f"{clip(finding.framework)}: a Flet build cuts their paths at the first dot"
            )
        case MissingOnSimulator():
            return (
                f"has no counterpart for {join_words(finding.slices)}: the build makes no "
                "framework of it, and the App Store refuses loose libraries (ITMS-90171)"
            )
        case NotStripped():
            return (
                f"carries {describe_bytes(finding.bytes)} of debug information and symbols that "
                f"nobody uses, of {describe_bytes(finding.of)}"
            )
        case Bitcode():
            return f"carries {describe_bytes(finding.bytes)} of bitcode, which nobody uses any more"
        case _:
            assert_never(finding)


_BUNDLE: Final = 8


def _some(names: tuple[str, ...] | list[str]) -> str:
    """The first of some names, and how many more there are."""
    shown = [clip(name) for name in names[:_NAMES_SHOWN]]
    if len(names) > len(shown):
        return f"{', '.join(shown)} and {len(names) - len(shown)} more"
    return join_words(shown)


def _version(version: tuple[int, int]) -> str:
    return "{}.{}".format(*version)
