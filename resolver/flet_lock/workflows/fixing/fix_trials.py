"""The app as it would be with some edits, resolved.

What is tried is the very text that a user would paste and `--fix` would write, read as `lock`
reads it. The indexes are those of the run that failed: nothing is fetched twice.
"""

import time
from collections.abc import Callable, Iterable, Mapping

from msgspec import Struct, field
from msgspec.structs import replace
from packaging.utils import NormalizedName

from flet_lock.lockfile.old_lock import LockedVersions
from flet_lock.model.answer.refusal import Refusal
from flet_lock.model.answer.resolution import Resolution
from flet_lock.model.app.edited_line import EditedLine
from flet_lock.model.app.fix import Edit
from flet_lock.model.app.requirement import ProjectRequirement
from flet_lock.model.errors.base import FletLockError
from flet_lock.model.errors.resolution import BudgetExceeded, CannotLock
from flet_lock.model.event import ignore_event
from flet_lock.model.target import Platform
from flet_lock.project.edit.edited_files import CannotEditError, EditedFiles
from flet_lock.resolution.problem.candidate_source import CandidateSource
from flet_lock.resolution.problem.pool import PoolCache
from flet_lock.workflows.locking.lock_plan import LockPlan
from flet_lock.workflows.locking.resolve_plan import resolve_plan

Reread = Callable[[Mapping[str, str]], LockPlan]
"""Reads the app again, with some of its files as they might be."""
RequirementKey = tuple[str, Platform | None]


class OutOfTimeError(Exception):
    """The share of a problem is used up."""


class FixTrials(Struct, kw_only=True):
    """Resolves the app as it would be with edits."""

    plan: LockPlan
    old: Mapping[Platform, LockedVersions]
    source: CandidateSource
    reread: Reread
    texts: Mapping[str, str]
    """Files of the app that the plan was made of, where they are not those on the disk."""
    deadline: float = 0.0
    """Of what is tried now; `time.monotonic`."""
    _plans: dict[tuple[Edit, ...], tuple[LockPlan, tuple[EditedLine, ...]] | None] = field(
        default_factory=dict
    )
    _pools: PoolCache = field(default_factory=PoolCache)

    def edited(self, edits: tuple[Edit, ...]) -> tuple[LockPlan, tuple[EditedLine, ...]] | None:
        """The app with edits; None where they cannot be made, or change nothing."""
        if edits not in self._plans:
            self._plans[edits] = self._edit(edits)
        return self._plans[edits]

    def _edit(self, edits: tuple[Edit, ...]) -> tuple[LockPlan, tuple[EditedLine, ...]] | None:
        files = EditedFiles(self.plan.project.root, self.texts)
        try:
            lines = files.apply(edits)
            plan = self.reread(files.texts)
        except (CannotEditError, FletLockError):
            return None
        return None if plan.inputs == self.plan.inputs else (plan, lines)

    def answer(
        self,
        plan: LockPlan,
        without: frozenset[RequirementKey],
        platforms: Iterable[Platform] | None = None,
    ) -> tuple[Resolution, ...] | None:
        """The answer to a plan less some of its requirements; None where there is none.

        Raises:
            OutOfTimeError: it could not be found out in time.
        """
        try:
            return tuple(self._resolve(plan, without, platforms, diagnosed=False))
        except CannotLock:
            return None

    def left(
        self, plan: LockPlan, without: frozenset[RequirementKey]
    ) -> set[NormalizedName] | None:
        """Packages that still block a plan; None where that cannot be told.

        Raises:
            OutOfTimeError: it could not be found out in time.
        """
        try:
            self._resolve(plan, without, None, diagnosed=True)
        except CannotLock as error:
            if error.refusal.partial:
                raise OutOfTimeError from None
            return {blocker.package for blocker in error.blockers}
        return set()

    def _resolve(
        self,
        plan: LockPlan,
        without: frozenset[RequirementKey],
        platforms: Iterable[Platform] | None,
        *,
        diagnosed: bool,
    ) -> list[Resolution]:
        if time.monotonic() >= self.deadline:
            raise OutOfTimeError
        try:
            return resolve_plan(
                _less(plan, without),
                self.old,
                self.source,
                ignore_event,
                platforms=None if platforms is None else tuple(platforms),
                diagnosed=diagnosed,
                until=self.deadline,
                knowledge=self._pools,
            )
        except (BudgetExceeded, TimeoutError):
            raise OutOfTimeError from None
        except CannotLock:
            raise
        except FletLockError:
            # An index that fails now does not take away what is known already.
            raise CannotLock(refusal=Refusal(blockers=())) from None


def requirement_key(entry: ProjectRequirement) -> RequirementKey:
    """What tells a requirement of the app from its others, edited or not."""
    return str(entry.requirement), entry.platform


def _less(plan: LockPlan, without: frozenset[RequirementKey]) -> LockPlan:
    if not without:
        return plan
    kept = tuple(each for each in plan.project.requirements if requirement_key(each) not in without)
    return replace(plan, project=replace(plan.project, requirements=kept))
