"""Reads ahead of the resolver: what the newest releases need is asked for level by level.

resolvelib decides one package at a time and waits for each answer. Nearly always it ends up with
the newest usable release of nearly everything, so those releases' metadata, and the pages of what
they need, are asked for beforehand, a whole level of the graph at once. Wrong guesses cost a
request and decide nothing.
"""

from collections.abc import Sequence
from contextlib import suppress

from flet_lock.model.errors import FletLockError
from flet_lock.resolution.problem.candidate import Candidate
from flet_lock.resolution.problem.pool import CandidatePool
from flet_lock.resolution.problem.target_requirement import Key, TargetRequirement
from flet_lock.resolution.search.provider import Provider

LEVELS = 40
"""Depth at which reading ahead stops; the resolver goes on by itself."""


def read_ahead(needs: Sequence[TargetRequirement], pool: CandidatePool) -> None:
    """Asks for all that the most likely answer needs.

    What fails here is not reported: if the resolver needs it too, it fails there again.
    """
    with suppress(FletLockError):
        _read_ahead(needs, pool)


def _read_ahead(needs: Sequence[TargetRequirement], pool: CandidatePool) -> None:
    provider = Provider(pool, precedence={}, stand_ins=frozenset(), struck_out={})
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
