"""Releases that no answer can contain, because of something they ask for that cannot be had.

A pydantic that requires a pydantic-core without a wheel for phones is of no use in any answer, and
neither is a fastapi that wants one of those. resolvelib would turn them away again for each release
of whoever asks for them; noted here the first time, they are not looked at again.
"""

from collections.abc import Sequence

from packaging.utils import NormalizedName
from packaging.version import Version
from resolvelib.resolvers import Criterion

from flet_lock.resolution.problem.candidate import Candidate
from flet_lock.resolution.problem.pool import CandidatePool
from flet_lock.resolution.problem.target_requirement import UNUSABLE, TargetRequirement
from flet_lock.resolution.problem.target_set import bits


class DeadEnds:
    """What was found out so far, for the requirements of one app.

    Only of releases that are weighed for every target: which file a target gets, and so what it
    requires, may depend on the set of targets. Nor of what has yanked files or must have certain
    hashes: whether a file counts then depends on who else asks.
    """

    def __init__(self, pool: CandidatePool, needs: Sequence[TargetRequirement]) -> None:
        """Knows nothing yet.

        Args:
            pool: the releases.
            needs: what the app asks for; holds in every answer.
        """
        self._pool = pool
        self._own: dict[NormalizedName, list[TargetRequirement]] = {}
        for need in needs:
            self._own.setdefault(need.package, []).append(need)
        self._found: set[tuple[NormalizedName, str, Version]] = set()

    def __contains__(self, candidate: object) -> bool:
        return (
            bool(self._found)
            and isinstance(candidate, Candidate)
            and (candidate.package, candidate.extra, candidate.version) in self._found
            and self._may_be_judged(candidate)
        )

    def learn(
        self, criterion: Criterion[TargetRequirement, Candidate], candidate: Candidate
    ) -> bool:
        """Notes a candidate that was turned away, if no answer can contain it.

        Args:
            criterion: on which it clashed.
            candidate: what was turned away.
        """
        *_, need = (info.requirement for info in criterion.information if info.parent is candidate)
        if self.can_be_met(need):
            return False
        if self._may_be_judged(candidate):
            self._found.add((candidate.package, candidate.extra, candidate.version))
        return True

    def can_be_met(self, need: TargetRequirement) -> bool:
        """Whether some release satisfies a requirement that is no dead end, and the app with it."""
        if need.extra == UNUSABLE:
            return False
        own = self._own.get(need.package, ())
        if need.url is not None or any(each.url is not None for each in own):
            return True
        releases = self._pool.releases(need.package)
        admitted = releases.admitted(need.specifier)
        for each in own:
            admitted &= releases.admitted(each.specifier)
        judged = need.targets == self._pool.everywhere and bool(self._found)
        versions = releases.listing.versions
        for position in bits(admitted):
            version = versions[position]
            if need.exactly is not None and version != need.exactly:
                continue
            if judged and (need.package, need.extra, version) in self._found:
                continue
            if releases.usable(version, need.targets, yanked_allowed=True, hashes=frozenset()):
                return True
        return False

    def _may_be_judged(self, candidate: Candidate) -> bool:
        if candidate.targets != self._pool.everywhere or candidate.stand_in:
            return False
        if candidate.urls or candidate.hashes:
            return False
        if any(need.hashes for need in self._own.get(candidate.package, ())):
            return False
        artifacts = self._pool.releases(candidate.package).listing.artifacts(candidate.version)
        return all(artifact.yanked is None for artifact in artifacts)
