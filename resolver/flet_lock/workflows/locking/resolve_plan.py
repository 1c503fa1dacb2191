"""Resolves a plan, platform by platform."""

import time
from collections.abc import Container, Mapping
from typing import TYPE_CHECKING

from msgspec.structs import replace
from packaging.requirements import Requirement
from packaging.utils import NormalizedName, canonicalize_name
from packaging.version import Version

from flet_lock.lockfile.old_lock import LockedVersions
from flet_lock.model.answer.resolution import Availability, Resolution
from flet_lock.model.app.requirement import ProjectRequirement
from flet_lock.model.app.settings import Settings
from flet_lock.model.errors.resolution import BudgetExceeded, CannotLock
from flet_lock.model.event import Listener
from flet_lock.model.target import Platform, Target
from flet_lock.resolution.problem.candidate_source import CandidateSource
from flet_lock.resolution.problem.pool import PoolCache
from flet_lock.resolution.problem.request import ResolutionRequest
from flet_lock.resolution.resolve import resolve
from flet_lock.workflows.locking.lock_plan import LockPlan

if TYPE_CHECKING:
    from flet_lock.model.answer.blocker import Blocker

FIRST_SHARE = 0.7
"""Of the time, for the first platform of two."""


def resolve_plan(
    plan: LockPlan,
    old: Mapping[Platform, LockedVersions],
    source: CandidateSource,
    listener: Listener,
    *,
    platforms: Container[Platform] | None = None,
    diagnosed: bool = True,
    until: float | None = None,
    knowledge: PoolCache | None = None,
) -> list[Resolution]:
    """Every platform's answer; the blockers of all platforms come together.

    Args:
        plan: what to resolve.
        old: the locks that are there, whose versions are kept where they fit.
        source: the indexes.
        listener: receives events.
        platforms: only these; None means all. Those that must agree are asked together.
        diagnosed: False: the first platform without an answer ends it, and nothing is told.
        until: the moment (`time.monotonic`) at which the search ends; None: as the settings say,
            from now on.
        knowledge: see `resolve`.

    Raises:
        CannotLock: there is no answer; without blockers where `diagnosed` is False.
        BudgetExceeded: it could not be found out in time.
        IndexFailure, DirectReferenceFailure: see `resolve`.
    """
    every = list(plan.inputs)
    groups = [every] if plan.settings.same_versions else [[platform] for platform in every]
    if platforms is not None:
        groups = [group for group in groups if any(platform in platforms for platform in group)]
    end = time.monotonic() + plan.settings.budget_seconds if until is None else until
    resolutions: list[Resolution] = []
    blockers: list[Blocker] = []
    given_up: BudgetExceeded | None = None
    partial = False
    for number, group in enumerate(groups):
        targets = tuple(target for target in plan.targets if target.platform in group)
        request = _request(plan, targets, old, group)
        left = max(end - time.monotonic(), 0.0)
        # The first one reads nearly everything; the next finds it read.
        seconds = left if number == len(groups) - 1 else left * FIRST_SHARE
        request = replace(request, budget_seconds=seconds)
        try:
            found = resolve(
                request, source, listener=listener, diagnosed=diagnosed, knowledge=knowledge
            )
            resolutions += [_with_native_releases(each, request, source) for each in found]
        except CannotLock as error:
            if not diagnosed:
                raise
            blockers += error.blockers
            partial = partial or error.refusal.partial
        except BudgetExceeded as error:
            if not diagnosed:
                raise
            given_up = given_up or error
    if given_up is not None and not blockers:
        raise given_up
    if blockers:
        from flet_lock.model.answer.refusal import Refusal  # noqa: PLC0415 - only then

        raise CannotLock(
            refusal=Refusal(blockers=tuple(blockers), partial=partial or given_up is not None)
        )
    return resolutions


def _with_native_releases(
    resolution: Resolution, request: ResolutionRequest, source: CandidateSource
) -> Resolution:
    """The same answer, with what a hollow wheel lacks: where another release has it."""
    if not any(Availability.HOLLOW in pin.availability.values() for pin in resolution.pins):
        return resolution
    from flet_lock.analysis.native_release import with_native_files  # noqa: PLC0415 - seldom

    return with_native_files(resolution, request, source)


def _request(
    plan: LockPlan,
    targets: tuple[Target, ...],
    old: Mapping[Platform, LockedVersions],
    platforms: list[Platform],
) -> ResolutionRequest:
    settings = plan.settings
    return ResolutionRequest(
        targets=targets,
        requirements=plan.project.requirements,
        constraints=(*_bare(plan.project.constraints, platforms), *_asked_for_now(settings)),
        overrides=_bare(plan.project.overrides, platforms),
        preferences=_preferences(settings, [old[p] for p in platforms if p in old]),
        source_packages=plan.project.source_packages,
        prereleases=settings.prereleases,
        exclude_newer=settings.exclude_newer,
        index_order=tuple(index.name for index in settings.indexes),
    )


def _bare(
    entries: tuple[ProjectRequirement, ...], platforms: list[Platform]
) -> tuple[Requirement, ...]:
    return tuple(
        entry.requirement
        for entry in entries
        if entry.platform is None or entry.platform in platforms
    )


def _asked_for_now(settings: Settings) -> tuple[Requirement, ...]:
    """`-P NAME==V`: this run has no answer without it, where the package is needed at all."""
    return tuple(wanted for wanted in settings.upgrade_packages if wanted.specifier)


def _preferences(settings: Settings, locks: list[LockedVersions]) -> dict[NormalizedName, Version]:
    """Versions to try first: the old lock's, less what is to be upgraded."""
    preferences: dict[NormalizedName, Version] = {}
    if not settings.upgrade:
        for old in reversed(locks):
            preferences.update(old)
    for wanted in settings.upgrade_packages:
        preferences.pop(canonicalize_name(wanted.name), None)
    return preferences
