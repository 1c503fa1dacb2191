"""`lock` as a JSON document."""

from collections.abc import Mapping

from msgspec import Struct, field
from packaging.utils import NormalizedName
from packaging.version import Version

from flet_lock.lockfile.changes import HashChange, IndexMove
from flet_lock.model.answer.downgrade import Downgrade
from flet_lock.model.answer.old_release import OldRelease
from flet_lock.model.answer.resolution import Availability, Edge, NativeSystem
from flet_lock.model.app.edited_line import EditedLine
from flet_lock.model.index.artifact import Artifact
from flet_lock.model.index.listing import IndexReply
from flet_lock.model.target import Platform, Target
from flet_lock.reports.json.change_json import ChangeDocument, change_parts
from flet_lock.reports.json.check_json import NoteDocument, note_parts
from flet_lock.reports.json.document import (
    Document,
    TargetDocument,
    document_of,
    part_of,
    target_part,
)
from flet_lock.reports.layout.clean_text import clean
from flet_lock.reports.wording.lock.downgrades import explain_downgrade
from flet_lock.reports.wording.lock.lock_summary import summarise_lock
from flet_lock.workflows.outcome import LockOutcome, PlatformOutcome, Traffic


class DowngradeDocument(Downgrade, frozen=True, kw_only=True):
    """A package taken older than a desktop would get."""

    text: str


class PackageDocument(Struct, frozen=True, kw_only=True):
    """A locked package."""

    package: NormalizedName = field(name="name")
    version: Version
    extras: frozenset[NormalizedName]
    artifacts: Mapping[Target, Artifact]
    """Slice to its file."""
    availability: Mapping[str, Availability]
    """Slice to class."""
    requires: tuple[Edge, ...]
    mixed_origins: bool
    """True if its wheels come from several indexes or build numbers."""


class PlatformDocument(Struct, frozen=True, kw_only=True):
    """One platform of a lock run."""

    platform: Platform
    lock_path: str
    written: bool
    """False for `--dry-run`, and where the file already has these bytes."""
    targets: tuple[TargetDocument, ...]
    requires: tuple[Edge, ...]
    """The app's own requirements."""
    packages: tuple[PackageDocument, ...]
    replies: tuple[IndexReply, ...]
    """Every answer of an index for a package that was looked at."""
    changes: tuple[ChangeDocument, ...]
    moved: tuple[IndexMove, ...]
    """Packages that another index serves than in the old lock."""
    altered: tuple[HashChange, ...]
    """Files that have their old name and other bytes than in the old lock."""
    downgrades: tuple[DowngradeDocument, ...]
    old_releases: tuple[OldRelease, ...]
    """Of the downgrades, those that are years or a major version behind."""
    native_releases: Mapping[NormalizedName, Version]
    """Package with a hollow wheel to its newest release with a native one."""
    native_systems: tuple[NativeSystem, ...]
    """For packages with a hollow wheel: the newer system that gets a native one."""


class LockDocument(Document, frozen=True, kw_only=True):
    """A lock run that found an answer."""

    project_name: str = field(name="project")
    python_full_version: str = field(name="python")
    """`3.14.6`."""
    dry_run: bool
    differs: bool
    """Whether a lock is not what was there before."""
    strict: bool
    summary: str
    """The answer in one sentence, and why it is no where it is."""
    refused_packages: tuple[NormalizedName, ...] = field(name="refused")
    """Packages that `--strict` failed on."""
    fixed: tuple[EditedLine, ...]
    """What `--fix` changed."""
    seconds: float
    traffic: Traffic
    notes: tuple[NoteDocument, ...]
    cutoff_exempt: tuple[str, ...]
    """Indexes that give no upload times."""
    platforms: tuple[PlatformDocument, ...]


def lock_document(outcome: LockOutcome) -> LockDocument:
    """A lock run that found an answer."""
    platforms = tuple(map(_platform, outcome.platforms))
    return document_of(
        LockDocument,
        outcome,
        summary=clean(summarise_lock(outcome)),
        notes=note_parts(outcome.notes),
        platforms=platforms,
    )


def _platform(outcome: PlatformOutcome) -> PlatformDocument:
    resolution = outcome.resolution
    return part_of(
        PlatformDocument,
        outcome,
        targets=tuple(map(target_part, resolution.targets)),
        requires=resolution.requires,
        packages=tuple(part_of(PackageDocument, pin) for pin in resolution.pins),
        replies=resolution.replies,
        changes=change_parts(outcome.changes),
        downgrades=tuple(
            part_of(DowngradeDocument, each, text=explain_downgrade(each))
            for each in outcome.downgrades
        ),
        old_releases=resolution.old_releases,
        native_releases=dict(resolution.native_releases),
        native_systems=resolution.native_systems,
    )
