"""What a command found out or did, as values that `reports` can draw."""

from dataclasses import dataclass

from packaging.utils import NormalizedName
from packaging.version import Version

from flet_lock.model.drift import Drift
from flet_lock.model.project import ProjectNote
from flet_lock.model.rejection import Rejection
from flet_lock.model.resolution import Resolution
from flet_lock.model.target import Platform, Target


@dataclass(frozen=True, slots=True, kw_only=True)
class Traffic:
    """What a run asked of the indexes."""

    requests: int
    """Requests that went over the network (or to a local server)."""
    bytes_received: int
    from_cache: int
    """Pages and metadata that came out of the cache without a request."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Downgrade:
    """A package taken older than the newest that the same requirements would give a desktop."""

    package: NormalizedName
    taken: Version
    newest: Version
    taken_uploaded: str | None
    """RFC 3339 date; None where the index does not say."""
    newest_uploaded: str | None
    cause: NormalizedName
    """The package because of which: itself where its newer releases have no usable files."""
    cause_version: Version
    """The release of `cause` that cannot be used (or that asks for the older version)."""
    cause_requirement: str
    """What links the two: `pydantic-core==2.50.0`; `""` where `cause` is the package itself."""
    targets: tuple[Target, ...]
    """Where `cause_version` has no usable file; empty for a clash of versions."""
    rejections: tuple[Rejection, ...]
    """Why, for the first of `targets`; one per file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlatformOutcome:
    """One platform of a lock run."""

    resolution: Resolution
    lock_path: str
    """Relative to the project's folder where it is inside it."""
    written: bool
    """False for --dry-run, and where the file already has these bytes."""
    changes: tuple[tuple[NormalizedName, Version | None, Version | None], ...]
    """Package, version in the old lock (None: added), version now (None: removed)."""
    downgrades: tuple[Downgrade, ...]

    @property
    def platform(self) -> Platform:
        """The platform."""
        return self.resolution.platform


@dataclass(frozen=True, slots=True, kw_only=True)
class LockOutcome:
    """The result of `flet-lock lock`."""

    project_name: str
    python_full_version: str
    platforms: tuple[PlatformOutcome, ...]
    notes: tuple[ProjectNote, ...]
    cutoff_exempt: tuple[str, ...]
    """Indexes without upload times, where --exclude-newer is set: it was not applied to them."""
    dry_run: bool
    seconds: float
    traffic: Traffic


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckOutcome:
    """The result of `flet-lock check`."""

    project_name: str
    lock_paths: tuple[str, ...]
    drifts: tuple[Drift, ...]
    mend: str
    """The command that brings the locks in step again, `flet-lock`."""
    notes: tuple[ProjectNote, ...]
    seconds: float

    @property
    def in_step(self) -> bool:
        """Whether every lock is what the project asks for."""
        return not self.drifts
