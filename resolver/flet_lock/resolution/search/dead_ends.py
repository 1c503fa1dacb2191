"""Releases that no answer can contain, because one of their requirements cannot be met.

No answer contains a pydantic that requires a pydantic-core without a wheel for phones, nor a
fastapi that accepts only such releases of pydantic. resolvelib would reject them again for each
release of each parent; this set remembers them from the first time on.
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
    """The dead ends found so far, for the requirements of one app.

    Holds only releases that are weighed for every target: which file a target gets, and so what it
    requires, may depend on the set of targets. Releases with yanked files or required hashes are
    left out: whether such a file counts depends on other requirements.
    """

    def __init__(self, pool: CandidatePool, needs: Sequence[TargetRequirement]) -> None:
        """Starts empty.

        Args:
            pool: the releases.
            needs: the requirements of the app, which hold in every answer.
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
        """Adds a rejected candidate, if no answer can contain it.

        Args:
            criterion: the criterion of the conflict.
            candidate: the rejected candidate.
        """
        *_, need = (info.requirement for info in criterion.information if info.parent is candidate)
        if self.can_be_met(need):
            return False
        if self._may_be_judged(candidate):
            self._found.add((candidate.package, candidate.extra, candidate.version))
        return True

    def can_be_met(self, need: TargetRequirement) -> bool:
        """Whether some release that is no dead end satisfies a requirement and the app's own."""
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
