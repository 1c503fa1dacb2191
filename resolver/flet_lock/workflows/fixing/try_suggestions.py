"""Suggestions, tried: each is written into the app's files, in memory, and resolved again.

Time decides how many are tried, never what they are or how they are numbered.
"""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from datetime import datetime

from msgspec.structs import replace
from packaging.requirements import Requirement
from packaging.utils import NormalizedName, canonicalize_name
from packaging.version import Version

from flet_lock.analysis.problems import Problem, is_placeholder, problems_of
from flet_lock.analysis.suggest_fixes import united
from flet_lock.lockfile.old_lock import LockedVersions
from flet_lock.model.answer.refusal import Refusal
from flet_lock.model.answer.resolution import Resolution
from flet_lock.model.app.fix import (
    BuildFromSource,
    ChooseSlices,
    Cost,
    Edit,
    Move,
    RewriteRequirement,
    Suggestion,
    SuggestionState,
    VersionShift,
)
from flet_lock.model.app.requirement import ProjectRequirement
from flet_lock.model.event import Listener, WayOutTried, ignore_event
from flet_lock.model.index.artifact import Sdist
from flet_lock.model.index.listing import Listing
from flet_lock.model.target import Platform
from flet_lock.workflows.fixing.fix_trials import (
    FixTrials,
    OutOfTimeError,
    RequirementKey,
    Reread,
    requirement_key,
)
from flet_lock.workflows.fixing.nearest_bounds import nearest_bounds
from flet_lock.workflows.fixing.unbuilt_sources import UnbuiltSources
from flet_lock.workflows.locking.lock_plan import LockPlan

WANTED = {1: 3, 2: 2}
"""Suggestions that work for each of so many problems; of more problems, one each."""
_COMBINATIONS = 4
"""Sets of suggestions tried together."""

Patience = Callable[[float], AbstractContextManager[None]]
"""Ends every wait for an index at a moment (`time.monotonic`) with `TimeoutError`."""


def try_suggestions(
    refusal: Refusal,
    plan: LockPlan,
    old: Mapping[Platform, LockedVersions],
    source: UnbuiltSources,
    *,
    reread: Reread,
    seconds: float,
    listener: Listener = ignore_event,
    texts: Mapping[str, str] | None = None,
    patience: Patience = lambda _moment: nullcontext(),
) -> Refusal:
    """The refusal with what came of its suggestions, the cheapest tried first.

    Args:
        refusal: blockers and suggestions.
        plan: what has no answer.
        old: the locks that are there.
        source: the indexes, as the failed run left them; runs no code of a package that the user
            did not list in `source_packages`.
        reread: makes a plan of edited files.
        seconds: for everything together; 0 tries nothing.
        listener: gets an event for each trial, not what comes of it.
        texts: files of the app that the plan was made of, where they are not those on the disk.
        patience: see there.
    """
    if seconds <= 0:
        return refusal
    trials = FixTrials(plan=plan, old=old, source=source, reread=reread, texts=texts or {})
    search = _Search(refusal, plan, trials, source, listener)
    deadline = time.monotonic() + seconds
    with patience(deadline):
        return replace(search.run(deadline), seconds=seconds)


class _Search:
    def __init__(
        self,
        refusal: Refusal,
        plan: LockPlan,
        trials: FixTrials,
        source: UnbuiltSources,
        listener: Listener,
    ) -> None:
        self._refusal = refusal
        self._listener = listener
        self._plan = plan
        self._trials = trials
        self._source = source
        self._problems = problems_of(refusal.blockers)
        self._untried = 0
        self._tried = {each.number: each for each in refusal.suggestions}

    def run(self, deadline: float) -> Refusal:
        """Problem by problem, each with its share of the time; then all together."""
        wanted = WANTED.get(len(self._problems), 1)
        found: list[list[Suggestion]] = []
        for number, problem in enumerate(self._problems):
            now = time.monotonic()
            # One more share than there are problems left: the last is for all of them together.
            shares = len(self._problems) - number + (len(self._problems) > 1)
            self._trials.deadline = now + max(deadline - now, 0) / shares
            found.append(self._try_problem(problem, wanted))
        self._trials.deadline = deadline
        together: tuple[int, ...] = ()
        if len(self._problems) > 1:
            together = tuple(sorted({each.number for each in self._together(found)}))
        if len(together) == 1:
            number = together[0]
            self._tried[number] = replace(self._tried[number], whole=True)
            together = ()
        return replace(
            self._refusal,
            suggestions=tuple(self._tried.values()),
            together=together,
            untried=self._untried,
        )

    # ------------------------------------------------------------------ one problem

    def _try_problem(self, problem: Problem, wanted: int) -> list[Suggestion]:
        """The cheapest suggestions that work for a problem."""
        found: list[Suggestion] = []
        asked = sorted(
            (each for each in self._refusal.suggestions if problem.package in each.packages),
            key=lambda each: each.cost,
        )
        for number, suggestion in enumerate(asked, 1):
            if len(found) == wanted:
                break
            if any(_is_spare(suggestion, each) for each in found):
                continue
            self._listener(WayOutTried(package=problem.package, tried=number))
            try:
                tried = self._try(problem, suggestion)
            except OutOfTimeError:
                self._untried += len(asked) - number + 1
                break
            if any(each.edits == tried.edits for each in found):
                tried = replace(tried, state=SuggestionState.FAILED)
            tried = self._with_other_problems(tried, problem)
            self._tried[tried.number] = tried
            if tried.state is SuggestionState.WORKS:
                found.append(tried)
        return found

    def _with_other_problems(self, tried: Suggestion, problem: Problem) -> Suggestion:
        """What is known of the suggestion from an earlier problem, and what this one adds."""
        known = self._tried[tried.number]
        if known.state is not SuggestionState.WORKS:
            if tried.state is SuggestionState.WORKS:
                return replace(tried, packages=(problem.package,))
            return tried
        if tried.state is not SuggestionState.WORKS:
            return known
        return replace(
            known,
            packages=tuple(dict.fromkeys((*known.packages, problem.package))),
            locks=tuple(dict.fromkeys((*known.locks, *tried.locks))),
        )

    def _try(self, problem: Problem, suggestion: Suggestion) -> Suggestion:
        edits = suggestion.edits
        tried = self._try_edits(problem, suggestion, edits) if edits else None
        if tried is None and suggestion.loosened:
            moved = self._moved(problem, suggestion)
            if moved is not None and moved != edits:
                tried = self._try_edits(problem, suggestion, moved)
        if tried is not None:
            return tried
        if self._source.not_built & {*_built(suggestion.edits)}:
            return replace(suggestion, unbuilt=True)
        return replace(suggestion, state=SuggestionState.FAILED)

    def _moved(self, problem: Problem, suggestion: Suggestion) -> tuple[Edit, ...] | None:
        plan = self._plan
        if suggestion.besides:
            edited = self._trials.edited(suggestion.besides)
            if edited is None:
                return None
            plan = edited[0]
        without = self._only_of_others(problem)
        edits = nearest_bounds(self._trials, plan, suggestion.loosened, suggestion.move, without)
        return None if edits is None else (*edits, *suggestion.besides)

    def _try_edits(
        self, problem: Problem, suggestion: Suggestion, edits: tuple[Edit, ...]
    ) -> Suggestion | None:
        """The suggestion with these edits, if they remove the problem; None where they do not."""
        edited = self._trials.edited(edits)
        if edited is None:
            return None
        plan, lines = edited
        resolutions = self._mended(problem, plan)
        if resolutions is None or self._reserves_names(problem, edits, resolutions):
            return None
        return replace(
            suggestion,
            edits=edits,
            lines=lines,
            state=SuggestionState.WORKS,
            whole=bool(resolutions) and not self._only_of_others(problem),
            locks=self._locks(problem, edits, resolutions),
            shifts=tuple(self._shifts(problem, edits, resolutions)),
            unbuilt=_rests_on_sources(edits, resolutions),
        )

    def _mended(self, problem: Problem, plan: LockPlan) -> tuple[Resolution, ...] | None:
        """The answer without what other problems are about; None where the problem is still there.

        Empty where something else stands in the way of the same requirements.
        """
        others = [each for each in self._problems if each is not problem]
        without = self._only_of_others(problem)
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

    def _only_of_others(self, problem: Problem) -> frozenset[RequirementKey]:
        """Requirements of the app that lead to other problems, and not to this one."""
        others = [each for each in self._problems if each is not problem]
        places = {place for each in others for place in each.places} - problem.places
        return frozenset(
            requirement_key(entry)
            for entry in self._plan.project.requirements
            if entry.place in places
        )

    def _shifts(
        self, problem: Problem, edits: Sequence[Edit], resolutions: Sequence[Resolution]
    ) -> Iterator[VersionShift]:
        """How far the app's own packages go from the newest release that they were allowed."""
        own = {each.package: each.requirement.specifier for each in self._own(problem)}
        own |= {
            canonicalize_name(edit.before.name): edit.before.specifier
            for edit in edits
            if isinstance(edit, RewriteRequirement)
        }
        for name, specifier in own.items():
            taken = _versions(name, resolutions)
            listing = self._source.listing(name)
            allowed = [*specifier.filter(listing.versions)]
            if allowed and taken and min(taken) != max(allowed):
                before, after = max(allowed), min(taken)
                times = [_uploaded(listing, version) for version in (before, after)]
                days = (times[1] - times[0]).days if times[0] and times[1] else None
                yield VersionShift(package=name, before=before, after=after, days=days)

    def _locks(
        self, problem: Problem, edits: Sequence[Edit], resolutions: Sequence[Resolution]
    ) -> tuple[tuple[NormalizedName, tuple[Version, ...]], ...]:
        """Versions of what a suggestion is about, and of the app's packages that lead there."""
        own = [each.package for each in self._own(problem)]
        return tuple(
            (name, tuple(sorted(versions, reverse=True)))
            for name in dict.fromkeys([problem.package, *_named(edits), *own])
            if (versions := _versions(name, resolutions))
        )

    def _own(self, problem: Problem) -> list[ProjectRequirement]:
        return [each for each in self._plan.project.requirements if each.place in problem.places]

    def _reserves_names(
        self, problem: Problem, edits: Sequence[Edit], resolutions: Sequence[Resolution]
    ) -> bool:
        """Whether the answer has a placeholder of a package that is about something else."""
        about = {problem.package, *_named(edits)}
        return any(
            pin.package in about
            and is_placeholder(pin.version)
            and any(not is_placeholder(v) for v in self._source.listing(pin.package).versions)
            for each in resolutions
            for pin in each.pins
        )

    # ------------------------------------------------------------------ all together

    def _together(self, found: list[list[Suggestion]]) -> list[Suggestion]:
        """A suggestion for each problem, with which the app locks; empty where none was found."""
        if not all(found):
            return []
        tried = 0
        for chosen in _sets(found):
            if tried == _COMBINATIONS:
                break
            tried += 1
            edited = self._trials.edited(united(edit for each in chosen for edit in each.edits))
            if edited is None:
                continue
            try:
                if self._trials.answer(edited[0], frozenset()) is not None:
                    return chosen
            except OutOfTimeError:
                break
        return []


def _sets(found: list[list[Suggestion]]) -> Iterator[list[Suggestion]]:
    """The first of each problem; then the same with another one of one problem."""
    first = [each[0] for each in found]
    # One that mends them all is the smallest of sets.
    for one in first:
        if len(found) > 1 and all(any(o.number == one.number for o in each) for each in found):
            yield [one]
            break
    yield first
    for number, several in enumerate(found):
        for other in several[1:]:
            yield [*first[:number], other, *first[number + 1 :]]


def _is_spare(suggestion: Suggestion, working: Suggestion) -> bool:
    """Whether a suggestion is of no use beside one that works and changes less."""
    is_pair = suggestion.cost is Cost.PAIR and (
        working.cost < Cost.PAIR or _but_for_slices(suggestion) == _but_for_slices(working)
    )
    # Up before down: an older release is no answer to who required a newer one.
    is_back = suggestion.move is Move.DOWN and working.move is Move.UP
    return is_pair or (is_back and suggestion.loosened == working.loosened)


def _but_for_slices(suggestion: Suggestion) -> tuple[object, ...]:
    edits = suggestion.besides if suggestion.loosened else suggestion.edits
    kept = [edit for edit in edits if not isinstance(edit, ChooseSlices)]
    return (*kept, suggestion.loosened, suggestion.move)


def _uploaded(listing: Listing, version: Version) -> datetime | None:
    times = [file.upload_time for file in listing.artifacts(version)]
    return min((time for time in times if time is not None), default=None)


def _built(edits: Sequence[Edit]) -> set[NormalizedName]:
    return {name for edit in edits if isinstance(edit, BuildFromSource) for name in edit.packages}


def _named(edits: Sequence[Edit]) -> list[NormalizedName]:
    return [
        canonicalize_name(Requirement(edit.after).name)
        for edit in edits
        if isinstance(edit, RewriteRequirement)
    ]


def _rests_on_sources(edits: Sequence[Edit], resolutions: Sequence[Resolution]) -> bool:
    """Whether the answer has sources that the edits would have built, and that were not."""
    asked = _built(edits)
    return any(
        isinstance(artifact, Sdist)
        for resolution in resolutions
        for pin in resolution.pins
        if pin.package in asked
        for artifact in pin.artifacts.values()
    ) or bool(asked and not resolutions)


def _versions(package: NormalizedName, resolutions: Sequence[Resolution]) -> set[Version]:
    return {pin.version for each in resolutions for pin in each.pins if pin.package == package}
