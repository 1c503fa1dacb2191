"""Prefetching: requests what the newest releases need before the resolver does, level by level.

resolvelib decides one package at a time and waits for each response. It nearly always decides for
the newest usable release, so the metadata of those, and the pages of their requirements, are
requested beforehand, a whole level of the graph at once. A wrong guess costs a request and decides
nothing.
"""

from collections.abc import Sequence
from contextlib import suppress

from flet_lock.model.errors.base import FletLockError
from flet_lock.resolution.problem.candidate import Candidate
from flet_lock.resolution.problem.pool import CandidatePool
from flet_lock.resolution.problem.target_requirement import Key, TargetRequirement
from flet_lock.resolution.search.provider import Provider

LEVELS = 40
"""Depth at which prefetching stops; the resolver goes on by itself."""


def read_ahead(needs: Sequence[TargetRequirement], pool: CandidatePool) -> None:
    """Requests what the most likely answer needs.

    Failures are not reported: if the resolver needs the same, it fails there again.
    """
    with suppress(FletLockError):
        _read_ahead(needs, pool)


def _read_ahead(needs: Sequence[TargetRequirement], pool: CandidatePool) -> None:
    provider = Provider(pool, precedence={}, stand_ins=frozenset(), eliminated={})
    wanted: dict[Key, list[TargetRequirement]] = {}
    known: set[int] = set()
    """Ids of the requirements in `wanted`."""
    looked_at: dict[Key, Candidate] = {}
    level = list(needs)
    for _ in range(LEVELS):
        if not level:
            return
        keys = dict.fromkeys(need.key for need in level)
        for need in level:
            wanted.setdefault(need.key, []).append(need)
            known.add(id(need))
        pool.source.prefetch_listings({need.package for need in level if need.url is None})
        likely: list[Candidate] = []
        for key in keys:
            candidate = next(iter(provider.likely_candidates(key, wanted[key])), None)
            if candidate is not None and looked_at.get(key) is not candidate:
                looked_at[key] = candidate
                likely.append(candidate)
        pool.source.expect_metadata(
            artifact for candidate in likely for artifact in pool.expected_files(candidate)
        )
        level = [
            need
            for candidate in likely
            for need in pool.dependencies(candidate)
            if (need.package, need.extra) != (candidate.package, "") and id(need) not in known
        ]
