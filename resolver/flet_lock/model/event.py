"""Progress: what happens during a run, one value each, handed to one callable."""

from collections.abc import Callable
from dataclasses import dataclass

from packaging.utils import NormalizedName
from packaging.version import Version

from flet_lock.model.target import Platform


@dataclass(frozen=True, slots=True, kw_only=True)
class ResolvingStarted:
    """A platform's resolution begins."""

    platforms: tuple[Platform, ...]
    targets: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PackagePinned:
    """The resolver chose a release (it may still change its mind)."""

    package: NormalizedName
    version: Version
    pinned: int
    """Packages that have a pin now."""
    known: int
    """Packages known to be needed now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BacktrackingStarted:
    """Choices are being taken back because of a package."""

    package: NormalizedName
    rounds: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PageFetched:
    """A project page arrived (or came out of the cache)."""

    package: NormalizedName
    index: str
    from_cache: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class MetadataFetched:
    """A file's metadata arrived (or came out of the cache)."""

    filename: str
    bytes_received: int
    from_cache: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestRetried:
    """A request failed in a way that may pass, and is sent again."""

    url: str
    """Without credentials."""
    attempt: int
    wait_seconds: float
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceBuildStarted:
    """A package's metadata is being prepared from its sources (PEP 517)."""

    package: NormalizedName
    filename: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LockWritten:
    """A lock file is in place."""

    platform: Platform
    path: str
    changed: bool


Event = (
    ResolvingStarted
    | PackagePinned
    | BacktrackingStarted
    | PageFetched
    | MetadataFetched
    | RequestRetried
    | SourceBuildStarted
    | LockWritten
)
Listener = Callable[[Event], None]


def ignore_event(_event: Event) -> None:
    """A listener for callers that show nothing."""
