"""What a lock run starts from: the project, read, and the locks that are there."""

import time
from collections.abc import Callable, Mapping
from pathlib import Path

from msgspec import Struct
from packaging.utils import NormalizedName
from packaging.version import Version

from flet_lock.boundary.bounds import LOCK_BYTES
from flet_lock.boundary.regular_file import read_regular_file
from flet_lock.lockfile.old_lock import LockedVersions, OldLock
from flet_lock.lockfile.read_lock import lock_path, read_text
from flet_lock.model.app.project import NoteKind, ProjectNote
from flet_lock.model.app.requirement import Place
from flet_lock.model.errors.lock import LockMissing, LockUnreadable
from flet_lock.model.target import Platform
from flet_lock.project.flet_version import TOOL_LOCKS
from flet_lock.workflows.locking.lock_plan import LockPlan


class StartingPoint(Struct, frozen=True, kw_only=True):
    """A project and its locks before a run."""

    plan: LockPlan
    """The project, read."""
    locks: Mapping[Platform, OldLock]
    """The locks that are there and can be read."""
    mended: dict[Platform, LockedVersions]
    """Of locks that a merge left with conflict markers: the versions of both sides."""
    preferred: Mapping[NormalizedName, Version]
    """Versions of another tool's lock, by `--from`; empty without."""
    notes: tuple[ProjectNote, ...]
    """Remarks on locks: of ours that cannot be read and are made anew, of others that are there."""
    started: float
    """`time.monotonic()` when the run began."""
    read_from: float
    """Seconds since the epoch, before the first file was read."""

    @property
    def versions(self) -> dict[Platform, LockedVersions]:
        """The versions to keep for each platform: `--from` goes before the lock that is there."""
        locked = {platform: each.versions for platform, each in self.locks.items()} | self.mended
        if not self.preferred:
            return locked
        return {p: {**locked.get(p, {}), **self.preferred} for p in self.plan.inputs}

    @property
    def first_packages(self) -> dict[NormalizedName, None]:
        """Packages whose pages every resolution needs: direct dependencies, and locked packages."""
        plan = self.plan
        direct = {
            wanted.package: None
            for wanted in plan.project.requirements
            if wanted.platform is None or wanted.platform in plan.inputs
            if wanted.requirement.url is None and wanted.requirement.marker is None
        }
        return {**direct, **{name: None for each in self.versions.values() for name in each}}


def read_starting_point(read: Callable[[], LockPlan]) -> StartingPoint:
    """Reads an app, by `read`, and its locks.

    Raises:
        ProjectError, UsageError, UnsupportedPython, CatalogueError: see `read_lock_plan`.
        LockUnreadable: a file of the lock's name is there that is not ours.
    """
    started, read_from = time.monotonic(), time.time()
    plan = read()
    locks, mended, notes = _old_locks(plan)
    preferred: Mapping[NormalizedName, Version] = {}
    if plan.settings.versions_from is not None:
        from flet_lock.lockfile.other_lock import read_other_lock  # noqa: PLC0415 - few runs

        preferred = read_other_lock(plan.project.root / plan.settings.versions_from)
    elif not locks:
        notes += _other_locks(plan)
    return StartingPoint(
        plan=plan,
        locks=locks,
        preferred=preferred,
        mended=mended,
        notes=tuple(notes),
        started=started,
        read_from=read_from,
    )


def _other_locks(plan: LockPlan) -> list[ProjectNote]:
    """Other tools' locks, for somebody who locks for the first time."""
    return [
        ProjectNote(kind=NoteKind.TOOL_LOCK_PASSED_OVER, place=Place(file=name))
        for name in TOOL_LOCKS
        if (plan.project.root / name).is_file()
    ]


def _old_locks(
    plan: LockPlan,
) -> tuple[dict[Platform, OldLock], dict[Platform, LockedVersions], list[ProjectNote]]:
    """The locks that are there; a damaged one of ours is made anew, another tool's is kept."""
    found: dict[Platform, OldLock] = {}
    mended: dict[Platform, LockedVersions] = {}
    notes: list[ProjectNote] = []
    for platform in plan.inputs:
        path = lock_path(plan.project.root, platform)
        try:
            found[platform] = OldLock(path)
        except LockMissing:
            continue
        except LockUnreadable as error:
            if not _is_ours(path):
                raise LockUnreadable(
                    path=error.path, detail=error.detail, place=error.place, of_other_tool=True
                ) from error
            both = _both_sides(path)
            if both:
                mended[platform] = both
            kind = NoteKind.OLD_LOCK_MENDED if both else NoteKind.OLD_LOCK_UNREADABLE
            notes.append(
                ProjectNote(
                    kind=kind,
                    place=Place(file=path.name),
                    value=": ".join(filter(None, (error.place, error.detail))),
                )
            )
    return found, mended, notes


def _both_sides(path: Path) -> LockedVersions:
    """The versions of both sides of a merge conflict; none where the lock has none."""
    from flet_lock.lockfile.merge_conflict import versions_of_both_sides  # noqa: PLC0415 - few runs

    try:
        return versions_of_both_sides(read_text(path))
    except LockUnreadable:
        return {}


def _is_ours(path: Path) -> bool:
    try:
        return b"[tool.flet-lock" in read_regular_file(path, most_bytes=LOCK_BYTES)
    except (OSError, ValueError):
        return False
