"""Reads ahead of the resolver: what the newest releases need is asked for level by level.

resolvelib decides one package at a time and waits for each answer. Nearly always it ends up with
the newest usable release of nearly everything, so those releases' metadata, and the pages of what
they need, are asked for beforehand, a whole level of the graph at once. Wrong guesses cost a
request and decide nothing.
"""

from collections.abc import Sequence
from contextlib import suppress

from flet_lock.model.errors import FletLockError
from flet_lock.resolution.candidate import Candidate
from flet_lock.resolution.pool import CandidatePool
from flet_lock.resolution.provider import Provider
from flet_lock.resolution.wish import Key, Wish

LEVELS = 40
"""Depth at which reading ahead stops; the resolver goes on by itself."""


def read_ahead(wishes: Sequence[Wish], pool: CandidatePool) -> None:
    """Asks for all that the most likely answer needs.

    What fails here is not reported: if the resolver needs it too, it fails there again.
    """
    with suppress(FletLockError):
        _read_ahead(wishes, pool)


def _read_ahead(wishes: Sequence[Wish], pool: CandidatePool) -> None:
    provider = Provider(pool, precedence={}, stand_ins=frozenset(), struck_out={})
    wanted: dict[Key, list[Wish]] = {}
    known: set[int] = set()
    """Ids of the wishes in `wanted`."""
    looked_at: dict[Key, Candidate] = {}
    level = list(wishes)
    for _ in range(LEVELS):
        if not level:
            return
        keys = dict.fromkeys(wish.key for wish in level)
        for wish in level:
            wanted.setdefault(wish.key, []).append(wish)
            known.add(id(wish))
        pool.source.expect_listings({wish.package for wish in level if wish.url is None})
        likely: list[Candidate] = []
        for key in keys:
            candidate = next(iter(provider.likely_candidates(key, wanted[key])), None)
            if candidate is not None and looked_at.get(key) is not candidate:
                looked_at[key] = candidate
                likely.append(candidate)
        pool.source.expect_metadata(
            artifact for candidate in likely for artifact in pool.likely_files(candidate)
        )
        level = [
            wish
            for candidate in likely
            for wish in pool.dependencies(candidate)
            if (wish.package, wish.extra) != (candidate.package, "") and id(wish) not in known
        ]
