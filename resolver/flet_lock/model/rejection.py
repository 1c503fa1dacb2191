"""Typed reasons why a file cannot be used. A "no" is a value, and it is kept.

Each carries facts only; `reports/wording.py` has the sentence for each.
"""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejection:
    """Base: why one file cannot be used (on the target at hand, where it depends on one)."""

    filename: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MalformedFilename(Rejection):
    """Not a valid wheel or sdist name of this package (binary distribution format)."""

    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DesktopOnly(Rejection):
    """A wheel for another operating system."""

    systems: tuple[str, ...]
    """`Linux`, `macOS`, `Windows`, `Pyodide`, or the tag's own word; sorted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherPhone(Rejection):
    """An Android wheel on an iOS target, or the reverse."""

    platform: str
    """`android` or `ios`: what the wheel is for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherArchitecture(Rejection):
    """Right platform, but another ABI or slice."""

    architectures: tuple[str, ...]
    """Slice names the wheel serves, or the tag's own word where none of the six; sorted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MinimumOsTooNew(Rejection):
    """The wheel needs a newer OS than the app's oldest (PEP 738 API level, PEP 730 version)."""

    needs: tuple[int, int]
    has: tuple[int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherPython(Rejection):
    """Right platform and architecture, built for another Python or ABI."""

    interpreters: tuple[str, ...]
    """Interpreter tags of the wheel, `cp313`; sorted."""
    abis: tuple[str, ...]
    python_version: tuple[int, int]
    """What the app has."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RequiresPython(Rejection):
    """`Requires-Python`, of the index page or of METADATA, excludes the app's Python."""

    specifier: str
    python_full_version: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MalformedRequiresPython(Rejection):
    """`Requires-Python` is not a version specifier (PEP 440)."""

    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Yanked(Rejection):
    """PEP 592, and no requirement names this version exactly."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NewerThanCutoff(Rejection):
    """Uploaded after `--exclude-newer`."""

    upload_time: datetime
    cutoff: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class HashNotAllowed(Rejection):
    """A requirement lists `--hash` values, and the file's is not among them."""

    sha256: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class NotBuiltFromSource(Rejection):
    """An sdist of a package that is not in `source_packages`: the build takes wheels only."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceBuildFailed(Rejection):
    """An sdist of a `source_packages` package whose PEP 517 build failed."""

    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceNotPure(Rejection):
    """The wheel built from an sdist is not pure: it would hold the build machine's code."""

    built: str
    """File name of the built wheel, or the native sources that were found."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MalformedMetadata(Rejection):
    """METADATA cannot be read; the wheel is passed over, the run goes on."""

    detail: str
    """The offending line and what is wrong with it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MetadataDisagrees(Rejection):
    """METADATA names another package or version than the file name."""

    field: str
    """`Name` or `Version`."""
    expected: str
    found: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MetadataMissing(Rejection):
    """The wheel has no METADATA, or is not a readable zip file."""

    detail: str
