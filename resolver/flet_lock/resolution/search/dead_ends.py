"""Releases that no answer can contain, because one of their requirements cannot be met.

No answer contains a pydantic that requires a pydantic-core without a wheel for phones, nor a
fastapi that accepts only such releases of pydantic. resolvelib would reject them again for each
release of each parent; this set remembers them from the first time on.

Two ways lead into the set. `learn` judges a rejected candidate by what is known already: project
pages, its own metadata, the set. `find_unmet` works from the app down and reads the metadata of one
release after the other until one has requirements that can be met. So it finds in one walk that all
releases of uvicorn need, for an extra, an httptools that no index has for phones.
"""

from collections.abc import Container, Iterable, Iterator, Sequence

from packaging.utils import NormalizedName
from packaging.version import Version
from resolvelib.resolvers import Criterion
from resolvelib.structs import RequirementInformation

from flet_lock.resolution.problem.candidate import Candidate
from flet_lock.resolution.problem.pool import CandidatePool
from flet_lock.resolution.problem.target_requirement import UNUSABLE, Key, TargetRequirement
from flet_lock.resolution.problem.target_set import bits
from flet_lock.resolution.search.look_ahead import looking_ahead

DEPTH = 40
"""Links from the app to which `find_unmet` follows requirements; below, they count as met."""
READINGS = 1000
"""Releases that one walk examines."""

Causes = list[RequirementInformation[TargetRequirement, Candidate]]
Release = tuple[NormalizedName, str, Version]
"""A package, an extra of it or "", a version."""


class DeadEnds:
    """The dead ends found so far, for the requirements of one app.

    Holds only releases that are weighed for every target: which file a target gets, and so what it
    requires, may depend on the set of targets. Releases with required hashes, and those of which
    some files are yanked and others not, are left out: which file counts depends on other
    requirements.
    """

    def __init__(
        self,
        pool: CandidatePool,
        needs: Sequence[TargetRequirement],
        stand_ins: Container[NormalizedName] = frozenset(),
    ) -> None:
        """Starts empty.

        Args:
            pool: the releases.
            needs: the requirements of the app, which hold in every answer.
            stand_ins: packages whose requirements always count as met.
        """
        self._pool = pool
        self._stand_ins = stand_ins
        self._roots = needs
        self._own: dict[NormalizedName, list[TargetRequirement]] = {}
        for need in needs:
            self._own.setdefault(need.package, []).append(need)
        self._dead: set[Release] = set()
        self._dead_positions: dict[Key, int] = {}
        """The same, as bits over the versions of a listing."""
        self._sound: set[Release] = set()
        """Not dead by any walk so far, or being examined by the current one."""
        self._readings = 0
        """Releases that the current walk may still examine."""

    def __contains__(self, candidate: object) -> bool:
        return (
            bool(self._dead)
            and isinstance(candidate, Candidate)
            and (candidate.package, candidate.extra, candidate.version) in self._dead
            and self._may_be_judged(candidate)
        )

    def learn(
        self, criterion: Criterion[TargetRequirement, Candidate], candidate: Candidate
    ) -> bool:
        """Adds a rejected candidate, if no answer can contain it.

        Args:
            criterion: the criterion of the conflict.
            candidate: the rejected candidate.

        Returns: whether the requirement in conflict can never be met.
        """
        *_, need = (info.requirement for info in criterion.information if info.parent is candidate)
        if self._can_be_met([need]):
            return False
        if self._may_be_judged(candidate):
            self._bury(candidate.key, candidate.version)
        return True

    def find_unmet(self) -> Causes:
        """Requirements that show that the app has no answer; empty if there may be one.

        Reads the metadata of releases, newest first, until each requirement on the way has one
        whose own requirements can be met. A cycle counts as met, so what is found dead is dead;
        so do releases beyond `READINGS`.
        """
        self._sound.clear()
        self._readings = READINGS
        for needs in _by_key(self._roots):
            if not self._can_be_met(needs, DEPTH):
                return self._explain(needs, None)
        return []

    def _explain(self, unmet: Sequence[TargetRequirement], parent: Candidate | None) -> Causes:
        """The requirements at the end of the chain that makes a requirement impossible.

        Follows the newest release of each package to its first requirement that cannot be met, and
        ends where no release is left to follow: with that requirement and the app's own.
        """
        for _ in range(DEPTH):
            version = next(self._usable_versions(unmet), None)
            if version is None or unmet[0].url is not None:
                break
            candidate = self._candidate(unmet, version)
            lower = next((n for n in self._needs_of(candidate) if not self._can_be_met(n)), None)
            if lower is None:
                break
            unmet, parent = lower, candidate
        causes = [RequirementInformation(need, parent) for need in unmet]
        roots = self._own.get(unmet[0].package, ()) if parent is not None else ()
        return [*causes, *(RequirementInformation(need, None) for need in roots)]

    def _needs_of(self, candidate: Candidate) -> list[list[TargetRequirement]]:
        return _by_key(self._pool.dependencies(candidate))

    def _can_be_met(self, needs: Sequence[TargetRequirement], depth: int = 0) -> bool:
        """Whether some release that is no dead end satisfies requirements on one key.

        Args:
            needs: requirements on one package, or on one extra of one.
            depth: links to follow by reading metadata; 0: what is known decides.
        """
        package, extra = needs[0].key
        if package in self._stand_ins:
            return True
        if extra == UNUSABLE:
            return False
        own = self._own.get(package, ())
        if any(need.url is not None for need in (*needs, *own)):
            return True
        if _targets(needs) != self._pool.everywhere:
            return any(True for _ in self._usable_versions(needs))
        untried = self._usable_versions(needs, buried=self._dead_positions.get((package, extra), 0))
        if depth == 0:
            return any(True for _ in untried)
        ahead = looking_ahead(
            untried,
            self._pool.releases(package),
            self._pool.source,
            targets=_targets(needs),
            hashes=frozenset(),
            yanked_allowed=True,
        )
        return any(not self._is_dead(needs, version, depth) for version in ahead)

    def _usable_versions(
        self, needs: Sequence[TargetRequirement], *, buried: int = 0
    ) -> Iterator[Version]:
        """The versions that satisfy requirements and the app's own, and have usable files.

        Args:
            needs: the requirements, on one key.
            buried: positions of versions to leave out.
        """
        package = needs[0].package
        if needs[0].extra == UNUSABLE:
            return
        releases = self._pool.releases(package)
        admitted = -1
        for each in (*needs, *self._own.get(package, ())):
            admitted &= releases.admitted(each.specifier)
        targets = _targets(needs)
        exact = {need.exactly for need in needs if need.exactly is not None}
        for position in bits(admitted & ~buried):
            version = releases.listing.versions[position]
            if (not exact or {version} == exact) and releases.usable(
                version, targets, yanked_allowed=True, hashes=frozenset()
            ):
                yield version

    def _is_dead(self, needs: Sequence[TargetRequirement], version: Version, depth: int) -> bool:
        """Whether a release has a requirement that cannot be met; reads its metadata."""
        release = (*needs[0].key, version)
        if release in self._dead:
            return True
        if release in self._sound or self._readings <= 0:
            return False
        self._readings -= 1
        candidate = self._candidate(needs, version)
        self._sound.add(release)  # as long as it is examined: a cycle counts as met
        if not self._may_be_judged(candidate):
            return False
        if all(self._can_be_met(each, depth - 1) for each in self._needs_of(candidate)):
            return False
        self._sound.discard(release)
        self._bury(needs[0].key, version)
        return True

    def _bury(self, key: Key, version: Version) -> None:
        release = (*key, version)
        if release not in self._dead:
            self._dead.add(release)
            position = self._pool.releases(key[0]).listing.versions.index(version)
            self._dead_positions[key] = self._dead_positions.get(key, 0) | 1 << position

    def _candidate(self, needs: Sequence[TargetRequirement], version: Version) -> Candidate:
        package, extra = needs[0].key
        artifacts = self._pool.releases(package).listing.artifacts(version)
        return self._pool.candidate(
            package,
            extra,
            version,
            _targets(needs),
            urls=(),
            hashes=frozenset(),
            yanked_allowed=all(artifact.yanked is not None for artifact in artifacts),
        )

    def _may_be_judged(self, candidate: Candidate) -> bool:
        if candidate.targets != self._pool.everywhere or candidate.stand_in:
            return False
        if candidate.urls or candidate.hashes:
            return False
        if any(need.hashes for need in self._own.get(candidate.package, ())):
            return False
        artifacts = self._pool.releases(candidate.package).listing.artifacts(candidate.version)
        return len({artifact.yanked is None for artifact in artifacts}) == 1


def _targets(needs: Iterable[TargetRequirement]) -> int:
    targets = 0
    for need in needs:
        targets |= need.targets
    return targets


def _by_key(needs: Iterable[TargetRequirement]) -> list[list[TargetRequirement]]:
    """Requirements by package and extra: wheels of several ABIs have each their own."""
    found: dict[Key, list[TargetRequirement]] = {}
    for need in needs:
        found.setdefault(need.key, []).append(need)
    return list(found.values())
