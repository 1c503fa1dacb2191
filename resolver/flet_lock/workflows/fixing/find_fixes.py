"""Ways out, tried: each suggestion is written into the app's files, in memory, and resolved again.

What is tried is the very text that a user would paste and `--fix` would write, read as `lock`
reads it. The indexes are those of the run that failed: nothing is fetched twice.
"""

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext

from msgspec import Struct, field
from msgspec.structs import replace
from packaging.requirements import Requirement
from packaging.utils import NormalizedName, canonicalize_name
from packaging.version import Version

from flet_lock.analysis.moved_bound import moved_bounds, requirement_text
from flet_lock.analysis.suggest_fixes import (
    Cost,
    Problem,
    Suggestion,
    for_all_platforms,
    problems_of,
    suggest,
    united,
)
from flet_lock.lockfile.old_lock import LockedVersions
from flet_lock.model.answer.resolution import Resolution
from flet_lock.model.app.fix import (
    BuildFromSource,
    Edit,
    EditedLine,
    Fix,
    Fixes,
    RewriteRequirement,
)
from flet_lock.model.app.requirement import ProjectRequirement
from flet_lock.model.errors import BudgetExceeded, CannotLock, FletLockError
from flet_lock.model.event import Listener, WayOutTried, ignore_event
from flet_lock.model.index.artifact import Sdist
from flet_lock.model.target import Platform
from flet_lock.project.edit.edited_files import CannotEditError, EditedFiles
from flet_lock.resolution.problem.candidate_source import CandidateSource
from flet_lock.resolution.problem.pool import PoolCache
from flet_lock.workflows.locking.lock_plan import LockPlan
from flet_lock.workflows.locking.resolve_plan import resolve_plan

WANTED = {1: 3, 2: 2}
"""Ways for each of so many problems; of more problems, one each."""
_COMBINATIONS = 4
"""Sets of ways tried together."""

Reread = Callable[[Mapping[str, str]], LockPlan]
"""Reads the app again, with some of its files as they might be."""
Patience = Callable[[float], AbstractContextManager[None]]
"""Ends every wait for an index at a moment (`time.monotonic`) with `TimeoutError`."""
_Wish = tuple[str, Platform | None]


class _OutOfTime(Exception):  # noqa: N818 - ends a problem's trials, nothing else
    """The share of a problem is used up."""


def find_fixes(
    error: CannotLock,
    plan: LockPlan,
    old: Mapping[Platform, LockedVersions],
    source: CandidateSource,
    *,
    reread: Reread,
    seconds: float,
    listener: Listener = ignore_event,
    texts: Mapping[str, str] | None = None,
    patience: Patience = lambda _moment: nullcontext(),
) -> Fixes:
    """What locks the app, or mends one of its blockers, smallest change first.

    Args:
        error: why the plan has no answer.
        plan: what has none.
        old: the locks that are there.
        source: the indexes, as the failed run left them; runs no code that the user did not ask
            for.
        reread: makes a plan of edited files.
        seconds: for everything together; 0 tries nothing.
        listener: is told what is tried, not what comes of it.
        texts: files of the app that the plan was made of, where they are not those on the disk.
        patience: see there.
    """
    if seconds <= 0:
        return Fixes()
    trials = _FixTrials(plan=plan, old=old, source=source, reread=reread, texts=texts or {})
    search = _FixSearch(error, plan, trials, listener)
    deadline = time.monotonic() + seconds
    with patience(deadline):
        return replace(search.run(deadline), seconds=seconds)


class _Found(Struct, frozen=True, kw_only=True):
    """A way that mends a problem."""

    problem: Problem
    cost: Cost
    edits: tuple[Edit, ...]
    lines: tuple[EditedLine, ...]
    resolutions: tuple[Resolution, ...]
    """Of what was resolved; empty where other blockers were left."""
    whole: bool
    """It was the whole app that was resolved."""


# --------------------------------------------------------------------------- trials


class _FixTrials(Struct, kw_only=True):
    """Resolves the app as it would be with edits."""

    plan: LockPlan
    old: Mapping[Platform, LockedVersions]
    source: CandidateSource
    reread: Reread
    texts: Mapping[str, str]
    deadline: float = 0.0
    """Of what is tried now; `time.monotonic`."""
    _plans: dict[tuple[Edit, ...], tuple[LockPlan, tuple[EditedLine, ...]] | None] = field(
        default_factory=dict
    )
    _knowledge: PoolCache = field(default_factory=PoolCache)

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
        without: frozenset[_Wish],
        platforms: Iterable[Platform] | None = None,
    ) -> tuple[Resolution, ...] | None:
        """The answer to a plan less some of its requirements; None where there is none.

        Raises:
            _OutOfTime: it could not be found out in time.
        """
        try:
            return tuple(self._resolve(plan, without, platforms, diagnosed=False))
        except CannotLock:
            return None

    def left(self, plan: LockPlan, without: frozenset[_Wish]) -> set[NormalizedName] | None:
        """Packages that still block a plan; None where that cannot be told.

        Raises:
            _OutOfTime: it could not be found out in time.
        """
        try:
            self._resolve(plan, without, None, diagnosed=True)
        except CannotLock as error:
            return {blocker.package for blocker in error.blockers}
        return set()

    def _resolve(
        self,
        plan: LockPlan,
        without: frozenset[_Wish],
        platforms: Iterable[Platform] | None,
        *,
        diagnosed: bool,
    ) -> list[Resolution]:
        left = self.deadline - time.monotonic()
        if left <= 0:
            raise _OutOfTime
        try:
            return resolve_plan(
                _less(plan, without),
                self.old,
                self.source,
                ignore_event,
                platforms=None if platforms is None else tuple(platforms),
                diagnosed=diagnosed,
                budget_seconds=min(left, plan.settings.budget_seconds),
                knowledge=self._knowledge,
            )
        except (BudgetExceeded, TimeoutError):
            raise _OutOfTime from None
        except CannotLock:
            raise
        except FletLockError:
            # An index that fails now does not take away what is known already.
            raise CannotLock(blockers=()) from None


def _less(plan: LockPlan, without: frozenset[_Wish]) -> LockPlan:
    if not without:
        return plan
    kept = tuple(each for each in plan.project.requirements if _wish(each) not in without)
    return replace(plan, project=replace(plan.project, requirements=kept))


def _wish(entry: ProjectRequirement) -> _Wish:
    return str(entry.requirement), entry.platform


# --------------------------------------------------------------------------- search


class _FixSearch:
    def __init__(
        self, error: CannotLock, plan: LockPlan, trials: _FixTrials, listener: Listener
    ) -> None:
        self._listener = listener
        self._plan = plan
        self._trials = trials
        self._problems = problems_of(error.blockers)
        self._untried = 0

    def run(self, deadline: float) -> Fixes:
        """Problem by problem, each with its share of the time; then all together."""
        wanted = WANTED.get(len(self._problems), 1)
        found: list[list[_Found]] = []
        for number, problem in enumerate(self._problems):
            now = time.monotonic()
            # One more share than there are problems left: the last is for all of them together.
            shares = len(self._problems) - number + (len(self._problems) > 1)
            self._trials.deadline = now + max(deadline - now, 0) / shares
            found.append(self._mending(problem, wanted))
        self._trials.deadline = deadline
        chosen = self._together(found) if len(self._problems) > 1 else None
        if chosen is not None:
            # What works together comes first for each problem.
            found = [
                sorted(ways, key=lambda way: way is not first)
                for ways, first in zip(found, chosen, strict=True)
            ]
        return self._numbered(found, chosen)

    def _numbered(self, found: list[list[_Found]], chosen: list[_Found] | None) -> Fixes:
        """Ways as they are told: one that mends several problems once."""
        numbers: dict[tuple[Edit, ...], int] = {}
        ways: list[Fix] = []
        for way in (way for ways_ in found for way in ways_):
            if way.edits in numbers:
                known = ways[numbers[way.edits] - 1]
                packages = tuple(dict.fromkeys((*known.packages, way.problem.package)))
                taken = tuple(dict.fromkeys((*known.taken, *_taken(way))))
                ways[numbers[way.edits] - 1] = replace(known, packages=packages, taken=taken)
                continue
            ways.append(
                Fix(
                    packages=(way.problem.package,),
                    edits=way.edits,
                    lines=way.lines,
                    whole=way.whole,
                    taken=_taken(way),
                    unbuilt=self._rests_on_sources(way),
                )
            )
            numbers[way.edits] = len(ways)
        together = tuple(dict.fromkeys(numbers[way.edits] for way in chosen or ()))
        if len(together) == 1:
            number = together[0] - 1
            ways[number] = replace(ways[number], whole=True)
            together = ()
        return Fixes(ways=tuple(ways), together=together, untried=self._untried)

    def _rests_on_sources(self, way: _Found) -> bool:
        asked = {
            name
            for edit in way.edits
            if isinstance(edit, BuildFromSource)
            for name in edit.packages
        }
        return any(
            isinstance(artifact, Sdist)
            for resolution in way.resolutions
            for pin in resolution.pins
            if pin.package in asked
            for artifact in pin.artifacts.values()
        ) or bool(asked and not way.resolutions)

    # ------------------------------------------------------------------ one problem

    def _mending(self, problem: Problem, wanted: int) -> list[_Found]:
        """The cheapest ways that work."""
        suggestions = for_all_platforms(
            problem,
            suggest(problem, self._plan.project, self._plan.targets, self._plan.catalogue),
        )
        found: list[_Found] = []
        for number, suggestion in enumerate(suggestions):
            # Of equal cost, all are tried: what is found may turn out to cost more.
            if sum(way.cost < suggestion.cost for way in found) >= wanted:
                break
            self._listener(WayOutTried(package=problem.package, tried=number + 1))
            try:
                way = self._try(problem, suggestion)
            except _OutOfTime:
                self._untried += len(suggestions) - number
                break
            if way is not None and all(way.edits != other.edits for other in found):
                found.append(way)
        return sorted(found, key=lambda way: way.cost)[:wanted]

    def _try(self, problem: Problem, suggestion: Suggestion) -> _Found | None:
        edits, cost = suggestion.edits, suggestion.cost
        if suggestion.loosened:
            moved = self._move(problem, suggestion.loosened)
            if moved is None:
                return None
            edits, cost = moved
        edited = self._trials.edited(edits)
        if edited is None:
            return None
        plan, lines = edited
        resolutions = self._mended(problem, plan)
        if resolutions is None:
            return None
        others = [each for each in self._problems if each is not problem]
        return _Found(
            problem=problem,
            cost=cost,
            edits=edits,
            lines=lines,
            resolutions=resolutions,
            whole=bool(resolutions) and not self._only_of(others, problem),
        )

    def _mended(self, problem: Problem, plan: LockPlan) -> tuple[Resolution, ...] | None:
        """The answer without what other problems are about; None where the problem is still there.

        Empty where something else stands in the way of the same requirements.
        """
        others = [each for each in self._problems if each is not problem]
        without = self._only_of(others, problem)
        first = [*problem.platforms, *(p for p in plan.inputs if p not in problem.platforms)]
        found: list[Resolution] = []
        for platform in first if not plan.settings.same_versions else first[:1]:
            answer = self._trials.answer(plan, without, (platform,))
            if answer is None:
                break
            found += answer
        else:
            return tuple(sorted(found, key=lambda each: list(Platform).index(each.platform)))
        known = {each.package for each in others if each.places & problem.places}
        if not known:
            return None
        left = self._trials.left(plan, without)
        return () if left and left <= known else None

    def _only_of(self, others: Sequence[Problem], problem: Problem) -> frozenset[_Wish]:
        """Requirements of the app that lead to other problems, and not to this one."""
        places = {place for each in others for place in each.places} - problem.places
        return frozenset(
            _wish(entry) for entry in self._plan.project.requirements if entry.place in places
        )

    def _move(
        self, problem: Problem, entries: Sequence[ProjectRequirement]
    ) -> tuple[tuple[Edit, ...], Cost] | None:
        """How far the bounds of requirements have to be moved, if that helps at all."""
        others = [each for each in self._problems if each is not problem]
        plan = _without_bounds(self._plan, entries)
        answer = self._trials.answer(plan, self._only_of(others, problem))
        if answer is None:
            return None
        edits: list[Edit] = []
        cost = Cost.BOUND
        for entry in entries:
            specifier = entry.requirement.specifier
            versions = {
                pin.version for each in answer for pin in each.pins if pin.package == entry.package
            }
            # None where nobody needs it then: a constraint's package, say.
            if all(specifier.contains(version, prereleases=True) for version in versions):
                continue
            if _is_older(entry, versions):
                cost = Cost.OLDER
            after = requirement_text(entry.requirement, specifier=moved_bounds(specifier, versions))
            edits.append(
                RewriteRequirement(place=entry.place, before=entry.requirement, after=after)
            )
        return (tuple(dict.fromkeys(edits)), cost) if edits else None

    # ------------------------------------------------------------------ all together

    def _together(self, found: list[list[_Found]]) -> list[_Found] | None:
        """A way for each problem, with which the app locks."""
        if not all(found):
            return None
        tried = 0
        for chosen in _sets(found):
            if tried == _COMBINATIONS:
                break
            tried += 1
            edited = self._trials.edited(united(edit for way in chosen for edit in way.edits))
            if edited is None:
                continue
            try:
                if self._trials.answer(edited[0], frozenset()) is not None:
                    return chosen
            except _OutOfTime:
                break
        return None


def _sets(found: list[list[_Found]]) -> Iterator[list[_Found]]:
    """The first way of each problem; then the same with another way of one problem."""
    first = [ways[0] for ways in found]
    # One that mends them all is the smallest of sets.
    for way in first:
        shared = [next((w for w in ways if w.edits == way.edits), None) for ways in found]
        if len(found) > 1 and None not in shared:
            yield [each for each in shared if each is not None]
            break
    yield first
    for number, ways in enumerate(found):
        for way in ways[1:]:
            yield [*first[:number], way, *first[number + 1 :]]


def _without_bounds(plan: LockPlan, entries: Sequence[ProjectRequirement]) -> LockPlan:
    def loosened(every: tuple[ProjectRequirement, ...]) -> tuple[ProjectRequirement, ...]:
        return tuple(
            replace(each, requirement=_any_version(each)) if each in entries else each
            for each in every
        )

    project = plan.project
    return replace(
        plan,
        project=replace(
            project,
            requirements=loosened(project.requirements),
            constraints=loosened(project.constraints),
            overrides=loosened(project.overrides),
        ),
    )


def _any_version(entry: ProjectRequirement) -> Requirement:
    return Requirement(requirement_text(entry.requirement, specifier=""))


def _is_older(entry: ProjectRequirement, versions: Iterable[Version]) -> bool:
    """Whether a lower bound, or a pin, is what keeps versions out."""
    return any(
        not clause.contains(version, prereleases=True)
        and clause.operator in ("==", "===", "~=", ">=", ">")
        and version < Version(clause.version.removesuffix(".*"))
        for clause in entry.requirement.specifier
        for version in versions
    )


def _taken(way: _Found) -> tuple[tuple[NormalizedName, tuple[Version, ...]], ...]:
    """Versions of what the way is about."""
    named = [way.problem.package]
    named += [
        canonicalize_name(Requirement(edit.after).name)
        for edit in way.edits
        if isinstance(edit, RewriteRequirement)
    ]
    found = []
    for name in dict.fromkeys(named):
        versions = {
            pin.version for each in way.resolutions for pin in each.pins if pin.package == name
        }
        if versions:
            found.append((name, tuple(sorted(versions, reverse=True))))
    return tuple(found)
