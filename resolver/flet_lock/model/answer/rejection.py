"""Typed reasons why a file cannot be used. A "no" is a value, and it is kept.

Each carries facts only; `reports/wording/failure/rejections.py` has the sentence for each.
"""

from datetime import datetime
from enum import Enum, auto
from typing import ClassVar

from msgspec import Struct

from flet_lock.model.target import Platform


class Check(Enum):
    """A check that files have to pass; a file is rejected by the first one that it fails."""

    NAME = auto()
    """The file name follows the format."""
    SYSTEM = auto()
    """It is made for the phone at hand, not for a desktop or another phone."""
    KIND = auto()
    """It is a wheel, unless the package is built from its sources."""
    TAG = auto()
    """Its tags suit the target: architecture, oldest OS, Python."""
    BUILD = auto()
    """Its sources can be built, and give a pure wheel."""
    CONTENT = auto()
    """Its metadata can be read, and is that of the file's package."""
    RULE = auto()
    """Its author and the app's settings admit it."""


FAR = (Check.SYSTEM, Check.KIND)
"""What fails these is not a wheel for the phone at hand at all."""


class _Rejection(Struct, frozen=True, kw_only=True):
    """Base: why one file cannot be used (on the target at hand, where it depends on one)."""

    letter: ClassVar[str]
    """In the table of `flet-lock wheels`; reasons with the same remedy share one."""
    check: ClassVar[Check]
    """What it failed."""
    filename: str


class MalformedFilename(_Rejection, frozen=True, kw_only=True):
    """Not a valid wheel or sdist name of this package (binary distribution format)."""

    letter = "m"
    check = Check.NAME
    detail: str


class MalformedRow(_Rejection, frozen=True, kw_only=True):
    """The index's row of the file cannot be read: its URL, a hash, its size."""

    letter = "m"
    check = Check.CONTENT
    detail: str


class DesktopOnly(_Rejection, frozen=True, kw_only=True):
    """A wheel for another operating system."""

    letter = "d"
    check = Check.SYSTEM
    systems: tuple[str, ...]
    """`Linux`, `macOS`, `Windows`, `Pyodide`, or the tag's own word; sorted."""


class OtherPhone(_Rejection, frozen=True, kw_only=True):
    """An Android wheel on an iOS target, or the reverse."""

    letter = "d"
    check = Check.SYSTEM
    platform: Platform
    """What the wheel is for."""


class OtherArchitecture(_Rejection, frozen=True, kw_only=True):
    """Right platform, but another ABI or slice."""

    letter = "a"
    check = Check.TAG
    architectures: tuple[str, ...]
    """Slice names the wheel serves, or the tag's own word where none of the known ones; sorted."""


class MinimumOsTooNew(_Rejection, frozen=True, kw_only=True):
    """The wheel needs a newer OS than the app's oldest (PEP 738 API level, PEP 730 version)."""

    letter = "o"
    check = Check.TAG
    platform: Platform
    needs: tuple[int, int]
    """As `Target.minimum_os`."""
    has: tuple[int, int]
    """The app's oldest."""


class OtherPython(_Rejection, frozen=True, kw_only=True):
    """Right platform and architecture, built for another Python or ABI."""

    letter = "p"
    check = Check.TAG
    interpreters: tuple[str, ...]
    """Interpreter tags of the wheel, `cp313`; sorted."""
    abis: tuple[str, ...]
    python_version: tuple[int, int]
    """What the app has."""


class RequiresPython(_Rejection, frozen=True, kw_only=True):
    """`Requires-Python`, of the index page or of METADATA, excludes the app's Python."""

    letter = "r"
    check = Check.RULE
    specifier: str
    python_full_version: str


class MalformedRequiresPython(_Rejection, frozen=True, kw_only=True):
    """`Requires-Python` is not a version specifier (PEP 440)."""

    letter = "m"
    check = Check.CONTENT
    value: str


class Yanked(_Rejection, frozen=True, kw_only=True):
    """PEP 592, and no requirement names this version exactly."""

    letter = "y"
    check = Check.RULE
    reason: str


class NewerThanCutoff(_Rejection, frozen=True, kw_only=True):
    """Uploaded after `--exclude-newer`."""

    letter = "n"
    check = Check.RULE
    upload_time: datetime
    cutoff: datetime


class HashNotAllowed(_Rejection, frozen=True, kw_only=True):
    """A requirement lists `--hash` values, and the file's is not among them."""

    letter = "m"
    check = Check.RULE
    sha256: str | None


class NotBuiltFromSource(_Rejection, frozen=True, kw_only=True):
    """An sdist of a package that is not in `source_packages`: the build takes wheels only."""

    letter = ""
    """It is shown as what it is: sources only."""
    check = Check.KIND


class SourceBuildFailed(_Rejection, frozen=True, kw_only=True):
    """An sdist of a `source_packages` package whose PEP 517 build failed."""

    letter = "m"
    check = Check.BUILD
    detail: str


class SourceNotPure(_Rejection, frozen=True, kw_only=True):
    """The wheel built from an sdist is not pure: it would hold the build machine's code."""

    letter = "m"
    check = Check.BUILD
    built: str
    """File name of the built wheel, or the native sources that were found."""


class MalformedMetadata(_Rejection, frozen=True, kw_only=True):
    """METADATA cannot be read; the wheel is passed over, the run goes on."""

    letter = "m"
    check = Check.CONTENT
    detail: str
    """The offending line and what is wrong with it."""


class MetadataDisagrees(_Rejection, frozen=True, kw_only=True):
    """METADATA names another package or version than the file name."""

    letter = "m"
    check = Check.CONTENT
    field: str
    """`Name` or `Version`."""
    expected: str
    found: str


class MetadataMissing(_Rejection, frozen=True, kw_only=True):
    """The wheel has no METADATA, or is not a readable zip file."""

    letter = "m"
    check = Check.CONTENT
    detail: str


Rejection = (
    Yanked
    | NewerThanCutoff
    | HashNotAllowed
    | MinimumOsTooNew
    | RequiresPython
    | OtherPython
    | SourceBuildFailed
    | SourceNotPure
    | MalformedMetadata
    | MetadataDisagrees
    | MetadataMissing
    | MalformedRequiresPython
    | MalformedRow
    | MalformedFilename
    | OtherArchitecture
    | NotBuiltFromSource
    | OtherPhone
    | DesktopOnly
)
"""Every reason there is, the nearest miss first: what comes first is what a user can act on."""
