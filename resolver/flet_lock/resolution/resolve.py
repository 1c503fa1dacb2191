"""One joint resolution, from request to answer."""

from collections.abc import Sequence
from time import monotonic

from msgspec.structs import replace

from flet_lock.model.answer.rejection import Rejection
from flet_lock.model.answer.resolution import Resolution
from flet_lock.model.errors.resolution import BudgetExceeded, CannotLock
from flet_lock.model.event import Listener, ResolvingStarted
from flet_lock.model.index.artifact import Sdist, SourceTree
from flet_lock.model.target import Target
from flet_lock.resolution.answer.assembly import assemble
from flet_lock.resolution.answer.find_downgrades import find_downgrades
from flet_lock.resolution.problem.candidate_source import CandidateSource
from flet_lock.resolution.problem.fit import Selection
from flet_lock.resolution.problem.pool import CandidatePool, PoolCache
from flet_lock.resolution.problem.request import ResolutionRequest
from flet_lock.resolution.search.attempts import NoSolution, Search
from flet_lock.resolution.search.conflict_reporter import EFFORT_PER_SECOND, Budget
from flet_lock.resolution.search.orderings import Answer
from flet_lock.resolution.search.prefetch import read_ahead

SEARCH_SHARE = 0.6
"""Of the time; the rest is for finding out what is wrong."""


def resolve(
    request: ResolutionRequest,
    source: CandidateSource,
    *,
    listener: Listener,
    diagnosed: bool = True,
    knowledge: PoolCache | None = None,
) -> tuple[Resolution, ...]:
    """One version of each package for all targets of a request, and each target's own files.

    Args:
        request: what is asked.
        source: the world.
        listener: is told what happens.
        diagnosed: False, where only the answer counts: `CannotLock` then has no blockers.
        knowledge: what other requests to the same source have found out; takes in what this one
            does. None: starts from nothing.

    Returns:
        One resolution per platform that has targets in the request, Android first.

    Raises:
        CannotLock: there is no answer; carries all blockers.
        BudgetExceeded: it could not be found out within `request.budget_seconds`.
        IndexFailure: an index could not be asked.
        DirectReferenceFailure: a file that a requirement names cannot be had.
    """
    listener(
        ResolvingStarted(
            platforms=tuple(dict.fromkeys(target.platform for target in request.targets)),
            targets=len(request.targets),
        )
    )
    started = monotonic()
    impure: dict[str, Rejection] = {}
    while True:
        answer: Answer | None = None
        pool = (
            CandidatePool(request, source, dict(impure))
            if impure or knowledge is None
            else knowledge.pool(request, source)
        )
        needs = pool.root_needs()
        read_ahead(needs, pool)
        seconds = request.budget_seconds
        effort = EFFORT_PER_SECOND * seconds / 2
        budget = Budget(seconds=seconds, started=started)
        if diagnosed:
            budget = Budget(seconds=seconds * SEARCH_SHARE, whole_effort=effort, started=started)
        search = Search(pool, listener, budget)
        no_answer: NoSolution | None = None
        try:
            answer = search.best(needs)
        except NoSolution as refuted:
            no_answer = refuted
        except BudgetExceeded:
            if not diagnosed:
                raise
        if answer is None:
            from flet_lock.model.answer.refusal import Refusal  # noqa: PLC0415 - only then

            if not diagnosed:
                raise CannotLock(refusal=Refusal(blockers=())) from None
            from flet_lock.resolution.diagnosis.diagnose import (  # noqa: PLC0415 - only then
                diagnose,
            )

            budget = Budget(seconds=seconds, whole_effort=effort, started=started)
            refusal = diagnose(needs, pool, Search(pool, listener, budget), no_answer)
            raise CannotLock(refusal=refusal) from None
        found = _impure_sources(answer, pool)
        if not found:
            break
        # What was built from source and is not fit for a phone is out; the search starts again.
        impure.update(found)
    return tuple(
        replace(
            resolution,
            downgrades=find_downgrades(
                answer, needs, pool, _positions(resolution.targets, request.targets)
            ),
        )
        for resolution in assemble(answer, needs, pool)
    )


def _impure_sources(answer: Answer, pool: CandidatePool) -> dict[str, Rejection]:
    """Chosen sources whose built wheel holds the build machine's code, by URL."""
    found = {}
    for candidate in answer.values():
        selection = pool.select(candidate)
        if not isinstance(selection, Selection):
            continue
        for artifact in selection.artifacts.values():
            if isinstance(artifact, Sdist | SourceTree) and artifact.url not in found:
                rejection = pool.source.impure_source(artifact)
                if rejection is not None:
                    found[artifact.url] = rejection
    return found


def _positions(some: Sequence[Target], targets: Sequence[Target]) -> int:
    return sum(1 << targets.index(target) for target in some)
