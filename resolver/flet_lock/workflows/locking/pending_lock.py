"""Locks before they are written: rendered answers, and what is different from the old ones."""

from collections.abc import Sequence
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace
from packaging.utils import NormalizedName
from packaging.version import Version

from flet_lock.index.repository import Repository
from flet_lock.lockfile.changes import HashChange, IndexMove, compare_locks
from flet_lock.lockfile.contents import (
    Lock,
    artifacts_without_hashes,
    lock_from_resolution,
    locked_versions,
)
from flet_lock.lockfile.format.write_lock import render_lock, write_lock
from flet_lock.lockfile.read_lock import lock_path, read_text
from flet_lock.lockfile.versions import LockedVersions
from flet_lock.model.answer.resolution import Resolution
from flet_lock.model.errors import LockError
from flet_lock.model.event import Listener, LockWritten
from flet_lock.workflows.locking.lock_plan import LockPlan, public_location
from flet_lock.workflows.outcome import PlatformOutcome


def with_hashes(resolution: Resolution, repository: Repository) -> Resolution:
    """The same answer, with a digest for files whose index promises none (PEP 751 wants one)."""
    bare = artifacts_without_hashes(resolution)
    if not bare:
        return resolution
    digested = {artifact.url: repository.hashed(artifact) for artifact in bare}
    return replace(
        resolution,
        pins=tuple(
            replace(
                pin,
                artifacts={
                    target: digested.get(artifact.url, artifact)
                    for target, artifact in pin.artifacts.items()
                },
            )
            for pin in resolution.pins
        ),
    )


class Draft(Struct, frozen=True, kw_only=True):
    """A lock, rendered, before anything is written."""

    resolution: Resolution
    path: Path
    text: str
    changes: tuple[tuple[NormalizedName, Version | None, Version | None], ...]
    moved: tuple[IndexMove, ...]
    altered: tuple[HashChange, ...]


def write_drafts(
    drafts: Sequence[Draft], *, dry_run: bool, listener: Listener
) -> tuple[PlatformOutcome, ...]:
    """Writes every lock that has changed, each in one step.

    Raises:
        LockNotWritten: the disk did not take it.
    """
    outcomes = []
    for draft in drafts:
        written = False if dry_run else write_lock(draft.path, draft.text)
        if not dry_run:
            listener(
                LockWritten(
                    platform=draft.resolution.platform, path=draft.path.name, changed=written
                )
            )
        outcomes.append(
            PlatformOutcome(
                resolution=draft.resolution,
                lock_path=draft.path.name,
                written=written,
                changes=draft.changes,
                moved=draft.moved,
                altered=draft.altered,
            )
        )
    return tuple(outcomes)


def make_pending_lock(plan: LockPlan, resolution: Resolution, old: LockedVersions | None) -> Draft:
    """The lock of an answer, held against the versions of the old one."""
    root = plan.project.root
    path = lock_path(root, resolution.platform)
    made = lock_from_resolution(
        resolution,
        plan.inputs[resolution.platform],
        index_urls={index.name: public_location(index, root) for index in plan.settings.indexes},
        python_full_version=resolution.targets[0].python_full_version,
        project_root=root,
        lock_dir=path.parent,
    )
    before = old or {}
    after = locked_versions(made)
    text = render_lock(made)
    moved, altered = _suspicious(path, text, made) if before else ((), ())
    return Draft(
        resolution=resolution,
        path=path,
        text=text,
        moved=moved,
        altered=altered,
        changes=tuple(
            (name, before.get(name), after.get(name))
            for name in sorted({*before, *after})
            if before.get(name) != after.get(name)
        ),
    )


def _suspicious(
    path: Path, text: str, made: Lock
) -> tuple[tuple[IndexMove, ...], tuple[HashChange, ...]]:
    """What no new version explains: another index, other bytes under the same file name."""
    try:
        before = read_text(path)
        if before == text:
            return (), ()
        from flet_lock.lockfile.format.parse_lock import parse_lock  # noqa: PLC0415 - most locks stay

        changes = compare_locks(parse_lock(before, path=str(path)), made)
    except LockError:  # it was read a moment ago; what is gone or broken now is not compared
        return (), ()
    return changes.moved, changes.hashes
