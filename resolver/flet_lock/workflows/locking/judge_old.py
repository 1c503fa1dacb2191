"""Judges locked releases that are far behind: what their code tells, and what the app could do."""

import time
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from msgspec.structs import replace
from packaging.requirements import Requirement
from packaging.utils import NormalizedName
from packaging.version import Version

from flet_lock.analysis.old_code import LARGEST_BYTES, look_into_old_code
from flet_lock.index.repository import Repository
from flet_lock.model.answer.downgrade import Downgrade
from flet_lock.model.answer.old_release import Age, OldCode, OldRelease, is_behind
from flet_lock.model.answer.resolution import Resolution
from flet_lock.model.app.fix import Cost, Suggestion, SuggestionState
from flet_lock.model.app.requirement import Place, ProjectRequirement
from flet_lock.model.errors.resolution import BudgetExceeded, CannotLock
from flet_lock.model.event import Listener
from flet_lock.model.index.artifact import Wheel
from flet_lock.model.index.listing import Listing
from flet_lock.resolution.problem.candidate_source import CandidateSource
from flet_lock.workflows.fixing.fix_trials import Reread
from flet_lock.workflows.locking.lock_plan import LockPlan
from flet_lock.workflows.locking.resolve_plan import resolve_plan

SECONDS = 3.0
"""For fetching the wheels of old releases."""
_JUDGED = 3
"""Old releases for which ways out are looked for; more are told without."""
_WAYS_OUT = 2


def old_downgrades(resolution: Resolution, source: CandidateSource) -> list[Downgrade]:
    """Those that are years, or a major version of more than a year, behind."""
    found = []
    for each in resolution.downgrades:
        listing = source.listing(each.package)
        taken = Age(version=each.taken, uploaded=each.taken_uploaded)
        newest = Age(version=each.newest, uploaded=each.newest_uploaded)
        if is_behind(taken, newest, _successor(listing, each.taken)):
            found.append(each)
    return found


def _successor(listing: Listing, version: Version) -> datetime | None:
    """When the next major version of a package began."""
    later = [each for each in listing.versions if each.major > version.major]
    times = [_uploaded(listing, each) for each in later if not each.is_prerelease]
    return min(filter(None, times), default=None)


def _uploaded(listing: Listing, version: Version) -> datetime | None:
    times = [file.upload_time for file in listing.artifacts(version)]
    return min(filter(None, times), default=None)


def judge_old_releases(
    resolutions: Sequence[Resolution],
    plan: LockPlan,
    repository: Repository,
    *,
    reread: Reread,
    until: float,
    listener: Listener,
) -> list[Resolution]:
    """The same answers, with what is to be said of releases that are far behind.

    Args:
        resolutions: the answer of each platform.
        plan: what was asked.
        repository: the indexes, still open.
        reread: reads the app again, with some of its files as they might be.
        until: the moment (`time.monotonic`) at which the run's budget ends.
        listener: gets an event for each trial.
    """
    behind = {each.package: each for one in resolutions for each in old_downgrades(one, repository)}
    if not behind:
        return list(resolutions)
    codes = _codes([*behind], resolutions, repository, until)
    ways: dict[NormalizedName, tuple[Suggestion, ...]] = {}
    for downgrade in [*behind.values()][:_JUDGED]:
        ways[downgrade.package] = _ways_out(
            downgrade, plan, repository, reread=reread, until=until, listener=listener
        )
    numbers = iter(range(1, 1 + sum(map(len, ways.values()))))
    numbered = {
        package: tuple(replace(each, number=next(numbers)) for each in found)
        for package, found in ways.items()
    }
    if not plan.settings.no_cache:
        from flet_lock.workflows.fixing.shown_list import keep_shown_list  # noqa: PLC0415 - seldom

        keep_shown_list(plan, tuple(each for found in numbered.values() for each in found))
    return [
        replace(
            resolution,
            old_releases=tuple(
                OldRelease(
                    package=each.package,
                    taken=each.taken,
                    newest=each.newest,
                    taken_uploaded=each.taken_uploaded,
                    newest_uploaded=each.newest_uploaded,
                    code=codes.get(each.package),
                    ways_out=numbered.get(each.package, ()),
                )
                for each in old_downgrades(resolution, repository)
            ),
        )
        for resolution in resolutions
    ]


def _codes(
    packages: Sequence[NormalizedName],
    resolutions: Sequence[Resolution],
    repository: Repository,
    until: float,
) -> dict[NormalizedName, OldCode]:
    """What the pure wheels of some packages tell."""
    wheels: dict[str, tuple[NormalizedName, Wheel, tuple[int, int]]] = {}
    for resolution in resolutions:
        for pin in resolution.pins:
            for target, file in pin.artifacts.items():
                small = file.size is not None and file.size <= LARGEST_BYTES
                if pin.package in packages and isinstance(file, Wheel) and small:
                    wheels[file.url] = (pin.package, file, target.python_version)
    seconds = min(SECONDS, max(until - time.monotonic(), 0.0))
    here = repository.local_copies([file for _, file, _ in wheels.values()], seconds=seconds)
    found = {}
    for url, (package, file, python) in wheels.items():
        path = here[url]
        code = look_into_old_code(path, file.filename, python) if isinstance(path, Path) else None
        if code is not None:
            found[package] = code
    return found


def _ways_out(
    downgrade: Downgrade,
    plan: LockPlan,
    repository: Repository,
    *,
    reread: Reread,
    until: float,
    listener: Listener,
) -> tuple[Suggestion, ...]:
    """Changes with which a release is locked that is not far behind: those of a failed run."""
    seconds = min(plan.settings.fix_budget_seconds, until - time.monotonic())
    floor = _floor(downgrade, repository)
    if seconds <= 0 or floor is None:
        return ()
    from flet_lock.workflows.fixing.enrich_failure import with_suggestions  # noqa: PLC0415 - seldom
    from flet_lock.workflows.fixing.try_suggestions import try_suggestions  # noqa: PLC0415
    from flet_lock.workflows.fixing.unbuilt_sources import UnbuiltSources  # noqa: PLC0415

    def raised(one: LockPlan) -> LockPlan:
        project = one.project
        return replace(one, project=replace(project, constraints=(*project.constraints, floor)))

    wanted = raised(plan)
    end = time.monotonic() + seconds
    try:
        resolve_plan(wanted, {}, repository, listener, until=end)
    except CannotLock as error:
        refusal = error.refusal
    except (BudgetExceeded, TimeoutError):
        return ()
    else:
        return ()  # An ordering that a plain search did not find; the locks are as they are.
    tried = try_suggestions(
        with_suggestions(refusal, wanted, None),
        wanted,
        {},
        UnbuiltSources(repository, trusted=frozenset()),
        reread=lambda texts: raised(reread(texts)),
        seconds=end - time.monotonic(),
        listener=listener,
        patience=repository.patient_until,
    )
    own = {each.package for each in plan.project.requirements}
    works = [
        each
        for each in tried.suggestions
        if each.state is SuggestionState.WORKS and each.whole
        # An app does not do without a package because of something old below it.
        if each.cost is not Cost.WITHOUT or downgrade.package in own
    ]
    return tuple(sorted(works, key=lambda each: each.cost))[:_WAYS_OUT]


def _floor(downgrade: Downgrade, repository: Repository) -> ProjectRequirement | None:
    """The bound from which on releases of a package are not far behind."""
    listing = repository.listing(downgrade.package)
    newest = Age(version=downgrade.newest, uploaded=downgrade.newest_uploaded)
    recent = None
    for version in listing.versions:
        if version <= downgrade.taken:
            break
        if version > downgrade.newest or version.is_prerelease:
            continue
        age = Age(version=version, uploaded=_uploaded(listing, version))
        if not is_behind(age, newest, _successor(listing, version)):
            recent = version
    if recent is None:
        return None
    bound = Requirement(f"{downgrade.package}>={recent}")
    return ProjectRequirement(requirement=bound, place=Place(file=""))
