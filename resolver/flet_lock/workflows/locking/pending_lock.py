"""Locks before they are written: rendered answers, and what is different from the old ones."""

from collections.abc import Iterable
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from flet_lock.index.repository import Repository
from flet_lock.lockfile.changes import (
    LockChanges,
    PackageState,
    compare_locks,
    compare_packages,
    states_of,
)
from flet_lock.lockfile.contents import (
    Lock,
    artifacts_without_hashes,
    lock_from_resolution,
)
from flet_lock.lockfile.format.write_lock import render_lock, write_locks
from flet_lock.lockfile.old_lock import OldLock
from flet_lock.lockfile.read_lock import lock_path
from flet_lock.model.answer.resolution import Resolution
from flet_lock.model.errors.lock import LockUnreadable
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


class PendingLock(Struct, frozen=True, kw_only=True):
    """A lock, rendered, before anything is written."""

    path: Path
    """Where it goes, absolute."""
    text: str
    """All of it."""
    outcome: PlatformOutcome
    """Of a run that does not write it."""


def write_pending_locks(
    pending: Iterable[PendingLock], *, dry_run: bool, listener: Listener
) -> tuple[PlatformOutcome, ...]:
    """Writes every lock that has changed, all of them or none.

    Args:
        pending: the locks.
        dry_run: True to write nothing.
        listener: receives a `LockWritten` for each.

    Raises:
        LockNotWritten: the disk did not take it.
    """
    if dry_run:
        return tuple(each.outcome for each in pending)
    pending = tuple(pending)
    written = write_locks({each.path: each.text for each in pending})
    outcomes = []
    for each in pending:
        outcome = replace(each.outcome, written=written[each.path])
        name = outcome.lock_path
        listener(LockWritten(platform=outcome.platform, path=name, changed=outcome.written))
        outcomes.append(outcome)
    return tuple(outcomes)


def lock_of_answer(plan: LockPlan, resolution: Resolution) -> Lock:
    """The lock of a platform's answer; every file in it has a strong hash."""
    root = plan.project.root
    return lock_from_resolution(
        resolution,
        plan.inputs[resolution.platform],
        index_urls={index.name: public_location(index, root) for index in plan.settings.indexes},
        python_full_version=resolution.targets[0].python_full_version,
        project_root=root,
        lock_dir=lock_path(root, resolution.platform).parent,
    )


def make_pending_lock(plan: LockPlan, resolution: Resolution, old: OldLock | None) -> PendingLock:
    """Renders the lock of an answer and compares it with the old lock.

    Args:
        plan: what was resolved.
        resolution: a platform's answer; every file in it has a strong hash.
        old: the platform's lock; None if it had none that could be read.
    """
    path = lock_path(plan.project.root, resolution.platform)
    made = lock_of_answer(plan, resolution)
    text = render_lock(made)
    found = _changes(old, text, made)
    return PendingLock(
        path=path,
        text=text,
        outcome=PlatformOutcome(
            resolution=resolution,
            lock_path=path.name,
            written=False,
            changes=found.packages,
            had_lock=old is not None,
            differs=old is None or old.text != text,
            moved=found.moved,
            altered=found.hashes,
        ),
    )


def _changes(old: OldLock | None, text: str, made: Lock) -> LockChanges:
    if old is None:
        return LockChanges(packages=compare_packages({}, states_of(made)))
    if old.text == text:
        return LockChanges()
    try:
        return compare_locks(old.whole, made)
    except LockUnreadable:  # intact, but written by a version whose tables were different
        before = {name: PackageState(version=each) for name, each in old.versions.items()}
        after = {name: PackageState(version=each) for name, each in made.versions.items()}
        return LockChanges(packages=compare_packages(before, after))
