"""Progress: what happens during a run, one value each, handed to one callable."""

from collections.abc import Callable

from msgspec import Struct
from packaging.utils import NormalizedName
from packaging.version import Version

from flet_lock.model.redaction import PublicUrl
from flet_lock.model.target import Platform


class ResolvingStarted(Struct, frozen=True, kw_only=True):
    """A platform's resolution begins."""

    platforms: tuple[Platform, ...]
    targets: int


class PackagePinned(Struct, frozen=True, kw_only=True):
    """The resolver chose a release (it may still change its mind)."""

    package: NormalizedName
    version: Version
    pinned: int
    """Packages that have a pin now."""
    known: int
    """Packages known to be needed now."""


class BacktrackingStarted(Struct, frozen=True, kw_only=True):
    """Choices are being taken back because of a package."""

    package: NormalizedName
    rounds: int


class WayOutTried(Struct, frozen=True, kw_only=True):
    """There is no answer, and a change that may mend a blocker is being resolved."""

    package: NormalizedName
    """What blocks."""
    tried: int
    """Changes tried for it, this one included."""


class PageFetched(Struct, frozen=True, kw_only=True):
    """A project page arrived (or came out of the cache)."""

    package: NormalizedName
    index: str
    from_cache: bool


class MetadataFetched(Struct, frozen=True, kw_only=True):
    """A file's metadata arrived (or came out of the cache)."""

    filename: str
    bytes_received: int
    from_cache: bool


class RequestRetried(Struct, frozen=True, kw_only=True):
    """A request failed in a way that may pass, and is sent again."""

    url: PublicUrl
    """Without credentials."""
    attempt: int
    wait_seconds: float
    reason: str


class SourceBuildStarted(Struct, frozen=True, kw_only=True):
    """A package's metadata is being prepared from its sources (PEP 517)."""

    package: NormalizedName
    filename: str


class LockWritten(Struct, frozen=True, kw_only=True):
    """A lock file is in place."""

    platform: Platform
    path: str
    changed: bool


class InstallStarted(Struct, frozen=True, kw_only=True):
    """It is known what is to be installed."""

    platform: Platform
    slices: tuple[str, ...]
    files: int
    """Files to fetch; none for what the cache has."""
    bytes_expected: int
    """Of those whose size the lock says."""


class BytesReceived(Struct, frozen=True, kw_only=True):
    """A part of a file that is being fetched arrived; not told for every packet."""

    filename: str
    count: int
    """Bytes since the last event of the file; negative where an attempt was given up."""


class FileFetched(Struct, frozen=True, kw_only=True):
    """A file of a lock is here, verified."""

    filename: str
    bytes_received: int
    from_cache: bool
    """Or from the disk, for a file that the lock gives by its path."""


class WheelUnpacked(Struct, frozen=True, kw_only=True):
    """A wheel is in the new tree, for all slices that need it."""

    package: NormalizedName
    version: Version
    files: int


class TreeReplaced(Struct, frozen=True, kw_only=True):
    """A tree is in place."""

    path: str
    changed: bool
    """False: what was there is what is locked."""


Event = (
    ResolvingStarted
    | PackagePinned
    | BacktrackingStarted
    | WayOutTried
    | PageFetched
    | MetadataFetched
    | RequestRetried
    | SourceBuildStarted
    | LockWritten
    | InstallStarted
    | BytesReceived
    | FileFetched
    | WheelUnpacked
    | TreeReplaced
)
Listener = Callable[[Event], None]


def ignore_event(_event: Event) -> None:
    """A listener for callers that show nothing."""
