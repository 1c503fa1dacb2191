"""What is told where there is no answer: what names tell, what sources hold, what would work."""

from collections.abc import Callable, Mapping

from packaging.utils import NormalizedName

from flet_lock.index.repository import Repository
from flet_lock.lockfile.old_lock import LockedVersions
from flet_lock.model.errors import CannotLock
from flet_lock.model.event import Listener
from flet_lock.model.target import Platform
from flet_lock.workflows.fixing.find_fixes import find_fixes
from flet_lock.workflows.fixing.inspect_sources import with_findings
from flet_lock.workflows.fixing.name_advice import with_advice
from flet_lock.workflows.fixing.remembered_fixes import keep_told_ways
from flet_lock.workflows.fixing.unbuilt_sources import UnbuiltSources
from flet_lock.workflows.locking.lock_plan import LockPlan
from flet_lock.workflows.repository import cache_folder


def told(
    error: CannotLock,
    plan: LockPlan,
    old: Mapping[Platform, LockedVersions],
    repository: Repository,
    *,
    reread: Callable[[Mapping[str, str]], LockPlan],
    listener: Listener,
    texts: Mapping[str, str] | None,
) -> CannotLock:
    """The blockers with all that helps, and the ways out that were tried and work.

    Args:
        error: What the resolution found.
        plan: What was asked.
        old: The locks that were there.
        repository: The indexes, still open.
        reread: Reads the project again, with other texts for some of its files.
        listener: Is told of trials.
        texts: Files of the app as they are going to be.
    """
    known = with_findings(error, repository)
    found = with_advice(known, plan.project.requirements, repository)
    found.ways_out = find_fixes(
        found,
        plan,
        old,
        UnbuiltSources(repository, trusted=_built_anyway(plan)),
        reread=reread,
        seconds=plan.settings.fix_budget_seconds,
        listener=listener,
        texts=texts,
        patience=repository.patient_until,
    )
    if not plan.settings.no_cache:
        keep_told_ways(cache_folder(plan.settings), plan.project.root, found.ways_out.ways)
    return found


def _built_anyway(plan: LockPlan) -> frozenset[NormalizedName]:
    """Packages whose sources the user has the build run."""
    return frozenset(name for names in plan.project.source_packages.values() for name in names)
