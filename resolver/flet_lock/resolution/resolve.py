"""One joint resolution, from request to answer."""

from collections.abc import Sequence
from dataclasses import replace

from flet_lock.model.event import Listener, ResolvingStarted
from flet_lock.model.resolution import Resolution
from flet_lock.model.target import Target
from flet_lock.resolution.assembly import assemble
from flet_lock.resolution.diagnosis import diagnose
from flet_lock.resolution.downgrades import find_downgrades
from flet_lock.resolution.pool import CandidatePool
from flet_lock.resolution.request import ResolutionRequest
from flet_lock.resolution.search import NoAnswer, Search
from flet_lock.resolution.source import CandidateSource
from flet_lock.resolution.speculation import read_ahead


def resolve(
    request: ResolutionRequest, source: CandidateSource, *, listener: Listener
) -> tuple[Resolution, ...]:
    """One version of each package for all targets of a request, and each target's own files.

    Returns:
        One resolution per platform that has targets in the request, Android first.

    Raises:
        CannotLock: there is no answer; carries all blockers.
        BudgetExceeded: it could not be found out within `request.budget_seconds`.
        IndexFailure: an index could not be asked.
        DirectReferenceFailure: a file that a requirement names cannot be had.
    """
    pool = CandidatePool(request, source)
    wishes = pool.root_wishes()
    listener(
        ResolvingStarted(
            platforms=tuple(dict.fromkeys(target.platform for target in request.targets)),
            targets=len(request.targets),
        )
    )
    read_ahead(wishes, pool)
    search = Search(pool, listener)
    try:
        answer = search.best(wishes)
    except NoAnswer:
        raise diagnose(wishes, pool, Search(pool, listener)) from None
    return tuple(
        replace(
            resolution,
            downgrades=find_downgrades(
                answer, wishes, pool, _positions(resolution.targets, request.targets)
            ),
        )
        for resolution in assemble(answer, wishes, pool)
    )


def _positions(some: Sequence[Target], targets: Sequence[Target]) -> int:
    return sum(1 << targets.index(target) for target in some)
