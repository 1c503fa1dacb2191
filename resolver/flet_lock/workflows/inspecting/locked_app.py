"""The locks of an app as graphs: what `why` and `tree` look at. Offline, no index."""

from collections.abc import Callable, Mapping
from pathlib import Path

from msgspec import Struct
from packaging.utils import NormalizedName

from flet_lock.analysis.graph import DependencyGraph
from flet_lock.lockfile.contents import Lock
from flet_lock.lockfile.find_drift import find_drift
from flet_lock.lockfile.read_lock import lock_path, read_lock
from flet_lock.model.errors.base import FletLockError
from flet_lock.model.errors.lock import LockMissing
from flet_lock.model.target import Platform
from flet_lock.workflows.locking.lock_plan import LockPlan, read_lock_plan


class LockedPlatform(Struct, frozen=True, kw_only=True):
    """A platform's lock."""

    graph: DependencyGraph
    """Its packages and who requires them."""
    lock_path: str
    """Relative to the project's folder."""
    python_full_version: str
    """`3.14.6`."""
    in_step: bool | None
    """Whether it is in step with the project; None if the project cannot be read."""

    @property
    def platform(self) -> Platform:
        """The platform."""
        return self.graph.platform


class LockedApp(Struct, frozen=True, kw_only=True):
    """An app's locks."""

    project_name: str
    """The app's name."""
    platforms: tuple[LockedPlatform, ...]
    """Those that have a lock, Android first; never empty."""

    @property
    def packages(self) -> tuple[NormalizedName, ...]:
        """Every package of any platform, sorted."""
        return tuple(sorted({name for each in self.platforms for name in each.graph.nodes}))


def read_locked_app(
    root: Path, *, options: Mapping[str, object], environ: Mapping[str, str]
) -> LockedApp:
    """Reads the locks beside an app's pyproject.toml.

    Args:
        root: the app's folder.
        options: `platform`: the platforms to look at. Without it: those that have a lock.
        environ: the process environment.

    Raises:
        LockMissing: there is no lock, or none for a platform that was given.
        LockUnreadable: a lock is damaged, or another tool's.
    """
    # The locks speak for themselves; a project that cannot be read now is no reason to be silent.
    try:
        plan = read_lock_plan(root, options={}, environ=environ)
    except FletLockError:
        plan = None
    platforms = [
        LockedPlatform(
            graph=graph_of_lock(lock),
            lock_path=path.name,
            python_full_version=lock.python_full_version,
            in_step=_in_step(path, lock.platform, plan),
        )
        for path, lock in read_locks(root, options, read=read_lock)
    ]
    name = root.resolve().name if plan is None else plan.name
    return LockedApp(project_name=name, platforms=tuple(platforms))


def read_locks(
    root: Path, options: Mapping[str, object], *, read: Callable[[Path], Lock]
) -> tuple[tuple[Path, Lock], ...]:
    """The locks of an app with their paths, Android first; never none.

    Args:
        root: the app's folder.
        options: `platform`: the platforms to look at. Without it: those that have a lock.
        read: reads a lock; `read_trusted_lock` where files are taken from where it says.

    Raises:
        LockMissing: there is no lock, or none for a platform that was given.
        LockUnreadable: a lock is damaged, or another tool's.
    """
    given = options.get("platform")
    named = [Platform(str(one)) for one in given] if isinstance(given, list | tuple) else []
    wanted = [platform for platform in Platform if not named or platform in named]
    found = []
    for path in (lock_path(root, platform) for platform in wanted):
        try:
            found.append((path, read(path)))
        except LockMissing:
            if named:
                raise LockMissing(path=path.name) from None
    if not found:
        raise LockMissing(path=lock_path(root, wanted[0]).name)
    return tuple(found)


def graph_of_lock(lock: Lock) -> DependencyGraph:
    """The dependency graph of a lock."""
    return DependencyGraph(targets=lock.targets, requires=lock.requires, nodes=lock.packages)


def _in_step(path: Path, platform: Platform, plan: LockPlan | None) -> bool | None:
    if plan is None or platform not in plan.inputs:
        return None
    return not find_drift(path, plan.inputs[platform], plan.places[platform])
