"""Typed reasons why a file cannot be used. A "no" is a value, and it is kept.

Each carries facts only; `reports/wording.py` has the sentence for each.
"""

from datetime import datetime

from msgspec import Struct


class Rejection(Struct, frozen=True, kw_only=True):
    """Base: why one file cannot be used (on the target at hand, where it depends on one)."""

    filename: str


class MalformedFilename(Rejection, frozen=True, kw_only=True):
    """Not a valid wheel or sdist name of this package (binary distribution format)."""

    detail: str


class DesktopOnly(Rejection, frozen=True, kw_only=True):
    """A wheel for another operating system."""

    systems: tuple[str, ...]
    """`Linux`, `macOS`, `Windows`, `Pyodide`, or the tag's own word; sorted."""


class OtherPhone(Rejection, frozen=True, kw_only=True):
    """An Android wheel on an iOS target, or the reverse."""

    platform: str
    """`android` or `ios`: what the wheel is for."""


class OtherArchitecture(Rejection, frozen=True, kw_only=True):
    """Right platform, but another ABI or slice."""

    architectures: tuple[str, ...]
    """Slice names the wheel serves, or the tag's own word where none of the six; sorted."""


class MinimumOsTooNew(Rejection, frozen=True, kw_only=True):
    """The wheel needs a newer OS than the app's oldest (PEP 738 API level, PEP 730 version)."""

    needs: tuple[int, int]
    has: tuple[int, int]


class OtherPython(Rejection, frozen=True, kw_only=True):
    """Right platform and architecture, built for another Python or ABI."""

    interpreters: tuple[str, ...]
    """Interpreter tags of the wheel, `cp313`; sorted."""
    abis: tuple[str, ...]
    python_version: tuple[int, int]
    """What the app has."""


class RequiresPython(Rejection, frozen=True, kw_only=True):
    """`Requires-Python`, of the index page or of METADATA, excludes the app's Python."""

    specifier: str
    python_full_version: str


class MalformedRequiresPython(Rejection, frozen=True, kw_only=True):
    """`Requires-Python` is not a version specifier (PEP 440)."""

    value: str


class Yanked(Rejection, frozen=True, kw_only=True):
    """PEP 592, and no requirement names this version exactly."""

    reason: str


class NewerThanCutoff(Rejection, frozen=True, kw_only=True):
    """Uploaded after `--exclude-newer`."""

    upload_time: datetime
    cutoff: datetime


class HashNotAllowed(Rejection, frozen=True, kw_only=True):
    """A requirement lists `--hash` values, and the file's is not among them."""

    sha256: str | None


class NotBuiltFromSource(Rejection, frozen=True, kw_only=True):
    """An sdist of a package that is not in `source_packages`: the build takes wheels only."""


class SourceBuildFailed(Rejection, frozen=True, kw_only=True):
    """An sdist of a `source_packages` package whose PEP 517 build failed."""

    detail: str


class SourceNotPure(Rejection, frozen=True, kw_only=True):
    """The wheel built from an sdist is not pure: it would hold the build machine's code."""

    built: str
    """File name of the built wheel, or the native sources that were found."""


class MalformedMetadata(Rejection, frozen=True, kw_only=True):
    """METADATA cannot be read; the wheel is passed over, the run goes on."""

    detail: str
    """The offending line and what is wrong with it."""


class MetadataDisagrees(Rejection, frozen=True, kw_only=True):
    """METADATA names another package or version than the file name."""

    field: str
    """`Name` or `Version`."""
    expected: str
    found: str


class MetadataMissing(Rejection, frozen=True, kw_only=True):
    """The wheel has no METADATA, or is not a readable zip file."""

    detail: str
