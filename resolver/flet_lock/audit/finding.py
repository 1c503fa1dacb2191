"""What is wrong with a binary of a wheel: a closed union of findings, each with its figures.

`reports/wording/look/findings.py` has the sentence for each.
"""

from enum import StrEnum
from typing import ClassVar

from msgspec import Struct


class Level(StrEnum):
    """How bad a finding is; the worst first. The values are the words of `--fail-on`."""

    FAILS_TO_LOAD = "load"
    """The loader of the phone refuses it: `import` fails."""
    REFUSED_BY_STORE = "store"
    """Google Play or the App Store refuses the app."""
    FAILS_IN_FLET = "flet"
    """It is right, and does not work where a Flet build puts it."""
    WILL_FAIL = "python"
    """Another Python that takes the same wheel cannot load it."""
    HEAVY = "heavy"
    """It works, and carries what nobody needs."""
    NOTE = "note"
    """It may be right or wrong; only the package's own code can tell."""

    def is_at_least(self, other: "Level") -> bool:
        """Whether it is as bad as another level, or worse."""
        order = tuple(Level)
        return order.index(self) <= order.index(other)


class Finding(Struct, frozen=True, kw_only=True):
    """Base: something wrong with a file of a wheel."""

    LEVEL: ClassVar[Level]
    path: str
    """The file, in the wheel; `""` where the wheel itself is meant."""

    @property
    def level(self) -> Level:
        """How bad it is."""
        return self.LEVEL


class CannotBeRead(Finding, frozen=True, kw_only=True):
    """A binary, or the wheel, is damaged, or is not what its name says."""

    LEVEL = Level.FAILS_TO_LOAD
    detail: str


class OtherProcessor(Finding, frozen=True, kw_only=True):
    """A binary is for another processor, or another system, than its wheel."""

    LEVEL = Level.FAILS_TO_LOAD
    seen: str
    needed: str


class ForeignParts(Finding, frozen=True, kw_only=True):
    """A fat binary has parts for more processors than its wheel is for.

    The App Store refuses parts for simulators; those of two simulators' wheels cannot be merged.
    """

    LEVEL = Level.FAILS_IN_FLET
    processors: tuple[str, ...]
    is_of_device: bool

    @property
    def level(self) -> Level:
        """A device's goes to the store."""
        return Level.REFUSED_BY_STORE if self.is_of_device else self.LEVEL


class SmallPages(Finding, frozen=True, kw_only=True):
    """A segment cannot be mapped with pages of 16 KB, by its alignment."""

    LEVEL = Level.REFUSED_BY_STORE
    segment: int
    """Which, counted from 1."""
    segments: int
    alignment: int
    """Bytes."""


class MisplacedSegment(Finding, frozen=True, kw_only=True):
    """A segment says that it is aligned to 16 KB, and its address does not fit its place."""

    LEVEL = Level.REFUSED_BY_STORE
    segment: int
    segments: int
    misfit: int
    """Bytes by which address and place differ within a page."""


class LibraryMissing(Finding, frozen=True, kw_only=True):
    """A library that it needs is not in Android, not in Python, and in no locked wheel."""

    LEVEL = Level.FAILS_TO_LOAD
    library: str


class LibraryElsewhere(Finding, frozen=True, kw_only=True):
    """A library that it needs is another package's, or missing: not all packages were read."""

    LEVEL = Level.NOTE
    library: str


class LibraryTooNew(Finding, frozen=True, kw_only=True):
    """A library that it needs came with a later Android."""

    LEVEL = Level.FAILS_TO_LOAD
    library: str
    since: int
    """API level."""
    minimum: int


class NotInFletsPython(Finding, frozen=True, kw_only=True):
    """It needs a library that python.org's Python for Android brings and Flet's does not."""

    LEVEL = Level.FAILS_IN_FLET
    library: str


class SymbolsTooNew(Finding, frozen=True, kw_only=True):
    """It needs functions that came with a later Android."""

    LEVEL = Level.FAILS_TO_LOAD
    symbols: tuple[tuple[str, int], ...]
    """Name and API level."""
    minimum: int


class SymbolsMissing(Finding, frozen=True, kw_only=True):
    """It needs functions that nothing has that it is loaded with."""

    LEVEL = Level.FAILS_TO_LOAD
    symbols: tuple[str, ...]


class PythonFinding(Finding, frozen=True, kw_only=True):
    """Base: something wrong with one of the Pythons that take the wheel."""

    LEVEL = Level.FAILS_TO_LOAD
    python: str
    """`3.13`."""
    is_other: bool
    """Whether it is not the app's Python, but another that the wheel is for, too."""

    @property
    def level(self) -> Level:
        """Worse for the app's own Python."""
        return Level.WILL_FAIL if self.is_other else Level.FAILS_TO_LOAD


class OtherPythonLibrary(PythonFinding, frozen=True, kw_only=True):
    """It is linked to another Python's library."""

    library: str


class PythonSymbolsMissing(PythonFinding, frozen=True, kw_only=True):
    """It calls functions that this Python does not have."""

    symbols: tuple[str, ...]


class LoaderTooOld(Finding, frozen=True, kw_only=True):
    """It has something that only later Androids can load."""

    LEVEL = Level.FAILS_TO_LOAD
    what: str
    """`thread-local variables`, …"""
    since: int
    minimum: int


class NoteTooNew(Finding, frozen=True, kw_only=True):
    """It was built for a later Android than the wheel says."""

    LEVEL = Level.FAILS_TO_LOAD
    level_noted: int
    minimum: int


class TextRelocations(Finding, frozen=True, kw_only=True):
    """Its code has to be changed while it is loaded, which Android does not allow."""

    LEVEL = Level.FAILS_TO_LOAD


class WritableCode(Finding, frozen=True, kw_only=True):
    """A segment is writable and executable, which Android does not allow."""

    LEVEL = Level.FAILS_TO_LOAD
    segment: int


class NoSectionHeaders(Finding, frozen=True, kw_only=True):
    """Its section headers are missing or damaged, which Android does not allow."""

    LEVEL = Level.FAILS_TO_LOAD


class OtherApplePlatform(Finding, frozen=True, kw_only=True):
    """It is for the simulator in a wheel for devices, or the other way round, or for macOS."""

    LEVEL = Level.FAILS_TO_LOAD
    seen: str
    needed: str


class IosTooNew(Finding, frozen=True, kw_only=True):
    """It is for a later iOS."""

    LEVEL = Level.FAILS_TO_LOAD
    seen: tuple[int, int]
    minimum: tuple[int, int]


class InstallNameMissing(Finding, frozen=True, kw_only=True):
    """It needs a library by a name under which no phone has one."""

    LEVEL = Level.FAILS_TO_LOAD
    library: str


class PrivateFramework(Finding, frozen=True, kw_only=True):
    """It needs a framework that apps must not use."""

    LEVEL = Level.REFUSED_BY_STORE
    library: str


class NoDynamicLibrary(Finding, frozen=True, kw_only=True):
    """It is a bundle (`MH_BUNDLE`), and the App Store takes dynamic libraries only."""

    LEVEL = Level.REFUSED_BY_STORE
    kind: int
    """`filetype`; 8 is a bundle."""


class UntakenModuleName(Finding, frozen=True, kw_only=True):
    """A module of Python whose file name a Flet build does not take for one's."""

    LEVEL = Level.FAILS_IN_FLET


class LoadedByPath(Finding, frozen=True, kw_only=True):
    """A library that its package looks for beside its source, where a Flet build leaves none."""

    LEVEL = Level.FAILS_IN_FLET
    source: str
    """The file that looks for it."""


class NotNeededByAny(Finding, frozen=True, kw_only=True):
    """A library that no other one needs: somebody loads it by its path, or nobody does."""

    LEVEL = Level.NOTE


class SameNameOtherBytes(Finding, frozen=True, kw_only=True):
    """Another package brings another library of the same name, and one folder takes all."""

    LEVEL = Level.FAILS_IN_FLET
    library: str
    package: str
    """The other one."""


class FoldedFrameworks(Finding, frozen=True, kw_only=True):
    """Libraries whose paths are the same up to the first dot: one framework takes them all."""

    LEVEL = Level.FAILS_IN_FLET
    framework: str
    files: tuple[str, ...]


class MissingOnSimulator(Finding, frozen=True, kw_only=True):
    """A library of the device's wheel that the simulators' have not: no framework is made of it."""

    LEVEL = Level.REFUSED_BY_STORE
    slices: tuple[str, ...]
    """Whose wheels lack it."""


class NotStripped(Finding, frozen=True, kw_only=True):
    """It carries debug information or symbols that nobody uses."""

    LEVEL = Level.HEAVY
    bytes: int
    of: int


class Bitcode(Finding, frozen=True, kw_only=True):
    """It carries bitcode, which Xcode 14 and later leave unused."""

    LEVEL = Level.HEAVY
    bytes: int


AnyFinding = (
    CannotBeRead
    | OtherProcessor
    | ForeignParts
    | SmallPages
    | MisplacedSegment
    | LibraryMissing
    | LibraryElsewhere
    | LibraryTooNew
    | NotInFletsPython
    | SymbolsTooNew
    | SymbolsMissing
    | OtherPythonLibrary
    | PythonSymbolsMissing
    | LoaderTooOld
    | NoteTooNew
    | TextRelocations
    | WritableCode
    | NoSectionHeaders
    | OtherApplePlatform
    | IosTooNew
    | InstallNameMissing
    | PrivateFramework
    | NoDynamicLibrary
    | UntakenModuleName
    | LoadedByPath
    | NotNeededByAny
    | SameNameOtherBytes
    | FoldedFrameworks
    | MissingOnSimulator
    | NotStripped
    | Bitcode
)
"""Every finding."""
