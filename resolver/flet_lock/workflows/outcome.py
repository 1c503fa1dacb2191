"""What a command found out or did, as values that `reports` can draw."""

from collections.abc import Mapping
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Self

from msgspec import Struct, field
from msgspec.structs import replace
from packaging.utils import NormalizedName

from flet_lock.analysis.strict_rules import refused_packages
from flet_lock.install.tree.unpacked import UnpackedSlice
from flet_lock.lockfile.changes import HashChange, IndexMove, PackageChange
from flet_lock.model.answer.downgrade import Downgrade
from flet_lock.model.answer.resolution import Resolution
from flet_lock.model.app.edited_line import EditedLine
from flet_lock.model.app.project import ProjectNote
from flet_lock.model.app.requirement import Place
from flet_lock.model.app.strictness import Strictness
from flet_lock.model.target import Platform
from flet_lock.workflows.command_outcome import CommandOutcome

if TYPE_CHECKING:
    from flet_lock.index.repository import Repository


class Traffic(Struct, frozen=True, kw_only=True):
    """What a run requested of the indexes."""

    requests: int
    """Requests that went over the network (or to a local server)."""
    bytes_received: int
    """Size of bodies as transferred, compressed ones compressed."""
    from_cache: int
    """Pages and metadata that came out of the cache without a request."""


def traffic_of(repository: "Repository") -> Traffic:
    """The counts of a repository as they are now."""
    counted = repository.traffic
    return Traffic(
        requests=counted.requests,
        bytes_received=counted.bytes_received,
        from_cache=counted.from_cache,
    )


def shown_path(path: Path, root: Path) -> str:
    """A path for messages, with `/`: relative to the app's folder if it is inside."""
    for folder in (root, root.resolve()):
        if path.is_relative_to(folder):
            return path.relative_to(folder).as_posix()
    return path.as_posix()


class PlatformOutcome(Struct, frozen=True, kw_only=True):
    """One platform of a lock run."""

    resolution: Resolution
    """The answer."""
    lock_path: str
    """Relative to the project's folder where it is inside it."""
    written: bool
    """False for --dry-run, and where the file already has these bytes."""
    changes: tuple[PackageChange, ...]
    """Packages that are not as in the old lock; all of them where there was none."""
    had_lock: bool = False
    """Whether there was an old lock that could be read."""
    differs: bool = False
    """Whether the file had other bytes, or was not there, before this run."""
    moved: tuple[IndexMove, ...] = ()
    """Packages that another index serves than in the old lock."""
    altered: tuple[HashChange, ...] = ()
    """Files that have their old name and other bytes than in the old lock."""

    @property
    def downgrades(self) -> tuple[Downgrade, ...]:
        """What was taken older than a desktop would get."""
        return self.resolution.downgrades

    @property
    def platform(self) -> Platform:
        """The platform."""
        return self.resolution.platform


class Expectation(Enum):
    """What a run counts on."""

    NOTHING = "nothing"
    UNCHANGED = "unchanged"
    """`--exit-code`: locks are written, and one that changed makes the exit code 1."""
    LOCKED = "locked"
    """`--locked`: the locks are what would be written; nothing is."""

    @property
    def is_strict(self) -> bool:
        """Whether a lock that differs is a failure, and not only news."""
        return self is Expectation.LOCKED


class LockOutcome(CommandOutcome, frozen=True, kw_only=True):
    """The result of `flet-lock lock`."""

    kind: ClassVar[str] = "lock"
    project_name: str
    """The app's name."""
    python_full_version: str
    """`3.14.6`."""
    platforms: tuple[PlatformOutcome, ...]
    """One per platform, Android first."""
    notes: tuple[ProjectNote, ...]
    """Remarks on the project."""
    cutoff_exempt: tuple[str, ...]
    """Indexes without upload times, where --exclude-newer is set: it was not applied to them."""
    dry_run: bool
    """Whether `--dry-run` was given: nothing was written."""
    seconds: float
    """Duration."""
    traffic: Traffic
    """What was requested of the indexes."""
    strict: bool = False
    """Whether `--strict` holds, from whichever layer."""
    strictness: Strictness = field(default_factory=Strictness)
    """What it fails on."""
    fixed: tuple[EditedLine, ...] = ()
    """What `--fix` changed in the app's files, or would change (`dry_run`)."""
    expects: Expectation = Expectation.NOTHING
    """What makes the exit code 1 where a lock has to be written."""
    places: Mapping[NormalizedName, Place] = {}
    """Where in the app's files each package is asked for that it asks for itself."""
    is_unchanged: bool = False
    """True if nothing was resolved: nothing that the last answer depends on has changed."""

    def unchanged(self) -> Self:
        """The outcome of the next run if nothing that decides changes in between.

        The locks have the versions of this answer then, and a resolution prefers the versions of
        its locks: it gives the same answer again.
        """
        if self.dry_run or self.refused:
            return replace(self, is_unchanged=True)
        platforms = tuple(
            replace(
                each,
                written=False,
                changes=(),
                moved=(),
                altered=(),
                had_lock=True,
                differs=False,
            )
            for each in self.platforms
        )
        return replace(self, platforms=platforms, is_unchanged=True)

    @property
    def exit_code(self) -> int:
        """1 if `--strict` failed the run, or something else was expected of the locks."""
        return int(self.refused or self.disappoints)

    @property
    def differs(self) -> bool:
        """Whether a lock is not what was there before."""
        return any(each.differs for each in self.platforms)

    @property
    def disappoints(self) -> bool:
        """Whether a lock differs though `--locked` or `--exit-code` was given."""
        expected = self.expects is not Expectation.NOTHING
        return expected and self.differs

    @property
    def refused(self) -> bool:
        """Whether `--strict` failed the run: nothing was written, exit code 1."""
        return bool(self.refused_packages or self.refused_notes)

    @property
    def refused_notes(self) -> tuple[ProjectNote, ...]:
        """Warnings on the project that `--strict` failed on."""
        return tuple(note for note in self.notes if self.strict and note.is_warning)

    @property
    def refused_packages(self) -> tuple[NormalizedName, ...]:
        """Packages that `--strict` failed on, on any platform; sorted."""
        if not self.strict:
            return ()
        found = {
            package
            for each in self.platforms
            for package in refused_packages(each.resolution, self.strictness)
        }
        return tuple(sorted(found))


class InstallOutcome(CommandOutcome, frozen=True, kw_only=True):
    """The result of `flet-lock install`."""

    kind: ClassVar[str] = "install"
    project_name: str
    """The app's name."""
    platform: Platform
    """The platform of the lock."""
    lock_path: str
    """File name of the lock."""
    target: str
    """Relative to the project's folder where it is inside it, `/` between parts."""
    slices: tuple[str, ...]
    """Those that the target holds now."""
    packages: int
    """Over all slices, each counted once."""
    changed: bool
    """False: the target held exactly this already, and nothing was done."""
    unpacked: tuple[UnpackedSlice, ...]
    """What was written, in the order of `slices`; empty where nothing was done."""
    removed_slices: tuple[str, ...]
    """Slices that were there, and that the target has no more."""
    downloaded: int
    """Files that came over the network."""
    bytes_received: int
    """Of these."""
    from_cache: int
    """Files that were on this machine already."""
    seconds: float
    """Duration."""

    def unchanged(self) -> Self:
        """The outcome of the next run if nothing changes in between: all is there already."""
        return replace(
            self,
            changed=False,
            unpacked=(),
            removed_slices=(),
            downloaded=0,
            bytes_received=0,
            from_cache=0,
        )
