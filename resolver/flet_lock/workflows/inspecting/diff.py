"""`flet-lock diff`: what became of the locks since a commit. Offline, from Git and the locks."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import ClassVar

from msgspec import Struct

from flet_lock.boundary.bounds import LOCK_BYTES
from flet_lock.index.sources.git_checkout import GitError, run_git
from flet_lock.lockfile.changes import LockChanges, compare_locks, compare_packages, states_of
from flet_lock.lockfile.contents import Lock
from flet_lock.lockfile.find_drift import compare_inputs
from flet_lock.lockfile.format.parse_lock import parse_lock
from flet_lock.lockfile.read_lock import lock_path, read_lock
from flet_lock.model.answer.drift import Drift
from flet_lock.model.errors.lock import LockMissing, LockUnreadable
from flet_lock.model.errors.usage import UsageError
from flet_lock.model.target import Platform
from flet_lock.workflows.command_outcome import CommandOutcome


class LockDiff(Struct, frozen=True, kw_only=True):
    """What became of one lock; it was there or is there."""

    platform: Platform
    """The lock's platform."""
    lock_path: str
    """Its file name."""
    pythons: tuple[str | None, str | None]
    """Full version of the Python before and now; None where there was or is no lock."""
    changes: LockChanges
    """What became of its packages."""
    asked: tuple[Drift, ...]
    """What the lock is made for now (`added`), and was made for then (`removed`)."""

    @property
    def differs(self) -> bool:
        """Whether anything of it changed."""
        return bool(self.asked or self.changes != LockChanges() or len(set(self.pythons)) > 1)


class DiffOutcome(CommandOutcome, frozen=True, kw_only=True):
    """The result of `flet-lock diff`."""

    kind: ClassVar[str] = "diff"
    project_name: str
    """Name of the app's folder."""
    revision: str
    """As it was given, `HEAD` by default."""
    commit: str
    """Full id of its commit."""
    locks: tuple[LockDiff, ...]
    """Android first; never empty."""
    fails_on_change: bool = False
    """`--exit-code`."""

    @property
    def differs(self) -> bool:
        """Whether any lock changed."""
        return any(each.differs for each in self.locks)

    @property
    def exit_code(self) -> int:
        """1 with `--exit-code` where a lock changed."""
        return int(self.fails_on_change and self.differs)


def diff(
    root: Path,
    revision: str,
    *,
    platforms: Sequence[Platform],
    environ: Mapping[str, str],
    fails_on_change: bool,
) -> DiffOutcome:
    """Compares the locks of a commit with those in the work tree.

    Args:
        root: the app's folder.
        revision: what Git calls a revision: `HEAD`, a branch, a tag, a commit.
        platforms: those to look at; empty for all.
        environ: the process environment.
        fails_on_change: whether the exit code tells that something changed.

    Raises:
        UsageError: this is no work tree of Git, or there is no such revision.
        LockMissing: no lock is there, now or then.
        LockUnreadable: a lock is damaged, or another tool's.
    """
    commit = _commit(root, revision, environ)
    found = []
    wanted = tuple(platforms) or tuple(Platform)
    for platform in wanted:
        old = _lock_then(root, platform, revision, commit, environ)
        try:
            new = read_lock(lock_path(root, platform))
        except LockMissing:
            new = None
        if old is not None or new is not None:
            found.append(_compare(platform, old, new))
    if not found:
        raise LockMissing(path=lock_path(root, wanted[0]).name)
    return DiffOutcome(
        project_name=root.resolve().name,
        revision=revision,
        commit=commit,
        locks=tuple(found),
        fails_on_change=fails_on_change,
    )


def _commit(root: Path, revision: str, environ: Mapping[str, str]) -> str:
    try:
        run_git(["rev-parse", "--is-inside-work-tree"], root, environ)
    except GitError as error:
        detail = str(error).removeprefix("fatal: ")
        raise UsageError(option="flet-lock diff", value="", detail=detail) from error
    words = ["rev-parse", "--verify", "-q", "--end-of-options", f"{revision}^{{commit}}"]
    try:
        return run_git(words, root, environ).strip()
    except GitError as error:
        detail = "Git knows no such revision"
        raise UsageError(option="flet-lock diff", value=revision, detail=detail) from error


def _lock_then(
    root: Path, platform: Platform, revision: str, commit: str, environ: Mapping[str, str]
) -> Lock | None:
    """The lock of a commit; None where that has none."""
    name = lock_path(root, platform).name
    if not run_git(["ls-tree", commit, "--", name], root, environ).strip():
        return None
    text = run_git(["show", f"{commit}:./{name}"], root, environ).replace("\r\n", "\n")
    path = f"{revision}:{name}"
    if len(text) > LOCK_BYTES:
        raise LockUnreadable(path=path, detail=f"more than {LOCK_BYTES} bytes")
    return parse_lock(text, path=path)


def _compare(platform: Platform, old: Lock | None, new: Lock | None) -> LockDiff:
    if old is None or new is None:
        changes = LockChanges(packages=compare_packages(states_of(old), states_of(new)))
        asked: tuple[Drift, ...] = ()
    else:
        changes = compare_locks(old, new)
        asked = compare_inputs(platform, old.inputs, new.inputs, {})
    return LockDiff(
        platform=platform,
        lock_path=lock_path(Path(), platform).name,
        pythons=(
            old.python_full_version if old else None,
            new.python_full_version if new else None,
        ),
        changes=changes,
        asked=asked,
    )
