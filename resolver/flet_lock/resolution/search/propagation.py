"""Arc consistency: what must hold in every answer, for a search that keeps running into conflicts.

A search refutes one combination at a time. Two packages of hundreds of releases each, with
different bounds on a third, are then refuted pair by pair. Seen from the app it is simpler. Each
package that every answer contains has some releases left. The union of their requirements on
another package holds in every answer. A release with a requirement that no remaining release
satisfies is eliminated. Repeated until nothing changes, this eliminates the releases that no
answer can contain, or shows that there is no answer. Example: every aiobotocore below 2.14 needs a
botocore below 1.35, so no boto3 that needs botocore 1.43 is in any answer.

Only packages needed on every target are examined: which file of a release a target gets, and so
what it requires, may depend on the set of targets.
"""

from collections.abc import Collection, Container, Iterable, Iterator, Sequence

from msgspec import Struct, field
from packaging.utils import NormalizedName
from packaging.version import Version
from resolvelib.structs import RequirementInformation

from flet_lock.resolution.problem.candidate import Candidate
from flet_lock.resolution.problem.pool import CandidatePool, ReleaseRequirements
from flet_lock.resolution.problem.target_requirement import UNUSABLE, TargetRequirement

Causes = list[RequirementInformation[TargetRequirement, Candidate]]


class _Needed(Struct):
    """A package that every answer contains."""

    targets: int
    """On these at least."""
    extras: set[str]
    left: int
    """Releases that may still be in an answer, as bits over the listing's versions."""
    asked: Causes = field(default_factory=list)
    """Requirements on it, for the explanation: of each parent, those of its newest release."""
    examined: bool = False


class Contradiction(Exception):  # noqa: N818 - an outcome, caught where it is made
    """No answer can exist.

    `causes` are the requirements that show it.
    """

    def __init__(self, causes: Causes) -> None:
        super().__init__(causes)
        self.causes = causes


class Propagation:
    """Eliminates releases that no answer to some requirements can contain."""

    def __init__(
        self,
        pool: CandidatePool,
        needs: Sequence[TargetRequirement],
        stand_ins: Container[NormalizedName] = frozenset(),
    ) -> None:
        """Starts from the requirements of the app.

        Args:
            pool: the releases.
            needs: the requirements of the app.
            stand_ins: packages whose requirements always count as met.

        Raises:
            Contradiction: there is no answer.
        """
        self._pool = pool
        self._stand_ins = stand_ins
        self._needed: dict[NormalizedName, _Needed] = {}
        self._needs = pool.requirements_everywhere
        for need in needs:
            if need.url is None:
                self._need(
                    need.package,
                    need.extra,
                    need.targets,
                    pool.releases(need.package).admitted(need.specifier),
                    [RequirementInformation(need, None)],
                )

    def eliminate(
        self, packages: Collection[NormalizedName]
    ) -> dict[NormalizedName, frozenset[Version]]:
        """Releases that no answer can contain, found by examining some packages.

        Args:
            packages: the packages whose metadata may be read, of all their releases.

        Raises:
            Contradiction: there is no answer.
        """
        changed = True
        while changed:
            changed = False
            for package in sorted(packages):
                if package in self._needed:
                    changed |= self._examine(package)
        return {
            package: frozenset(self._versions(package, ~needed.left))
            for package, needed in self._needed.items()
        }

    def _versions(self, package: NormalizedName, chosen: int) -> Iterator[Version]:
        for position, version in enumerate(self._pool.releases(package).listing.versions):
            if chosen >> position & 1:
                yield version

    def _need(
        self,
        package: NormalizedName,
        extra: str,
        targets: int,
        admitted: int,
        causes: Causes,
    ) -> bool:
        """Records that every answer has a package in one of some versions.

        Returns: whether that was new.
        """
        if package in self._stand_ins:
            return False
        releases = self._pool.releases(package)
        needed = self._needed.get(package)
        if needed is None:
            everything = (1 << len(releases.listing.versions)) - 1
            needed = _Needed(targets=0, extras={""}, left=everything)
            self._needed[package] = needed
        left = needed.left & admitted & releases.usable_anywhere(targets)
        news = left != needed.left or bool(targets & ~needed.targets) or extra not in needed.extras
        known = {id(cause.requirement) for cause in needed.asked}
        needed.asked += [cause for cause in causes if id(cause.requirement) not in known]
        needed.left = left
        needed.targets |= targets
        needed.extras.add(extra)
        if not left:
            raise Contradiction(needed.asked)
        return news

    def _examine(self, package: NormalizedName) -> bool:
        """Reads the requirements of the remaining releases of a package.

        Returns: whether anything changed.
        """
        needed = self._needed[package]
        versions = list(self._versions(package, needed.left))
        if needed.targets != self._pool.everywhere or self._has_yanked(package, versions):
            return False
        if not needed.examined:
            needed.examined = True
            self._read_ahead(package, versions, needed.targets)
        asked = {version: self._requirements_of(package, version, needed) for version in versions}
        kept = [v for v in versions if all(self._can_be_met(need) for _, need in asked[v])]
        if not kept:
            raise Contradiction([*needed.asked, *self._conflict_of(asked[versions[0]])])
        changed = len(kept) < len(versions)
        if changed:
            positions = {v: p for p, v in enumerate(self._pool.releases(package).listing.versions)}
            needed.left = sum(1 << positions[version] for version in kept)
        for other in sorted({need.package for _, need in asked[kept[0]]}):
            changed |= self._require_of_all(other, [asked[version] for version in kept])
        return changed

    def _has_yanked(self, package: NormalizedName, versions: Iterable[Version]) -> bool:
        # Whether a yanked file counts depends on other requirements on that very version.
        artifacts = self._pool.releases(package).listing.artifacts
        return any(a.yanked is not None for version in versions for a in artifacts(version))

    def _read_ahead(
        self, package: NormalizedName, versions: Iterable[Version], targets: int
    ) -> None:
        releases = self._pool.releases(package)
        self._pool.source.expect_metadata(
            file
            for version in versions
            for file in releases.expected_files(
                version, targets, yanked_allowed=False, hashes=frozenset()
            )
        )

    def _requirements_of(
        self, package: NormalizedName, version: Version, needed: _Needed
    ) -> ReleaseRequirements:
        """The requirements of a release in every answer that contains it."""
        key = (package, version, frozenset(needed.extras))
        found = self._needs.get(key)
        if found is None:
            found = self._needs[key] = tuple(self._read(package, version, needed))
        return found

    def _read(
        self, package: NormalizedName, version: Version, needed: _Needed
    ) -> Iterator[tuple[Candidate, TargetRequirement]]:
        for extra in sorted(needed.extras):
            candidate = self._pool.candidate(
                package,
                extra,
                version,
                needed.targets,
                urls=(),
                hashes=frozenset(),
                yanked_allowed=False,
            )
            for need in self._pool.dependencies(candidate):
                if need.exactly is None and need.url is None:
                    yield candidate, need

    def _can_be_met(self, need: TargetRequirement) -> bool:
        """Whether a release that may still be in an answer satisfies a requirement."""
        if need.package in self._stand_ins:
            return True
        if need.extra == UNUSABLE:
            return False
        releases = self._pool.releases(need.package)
        admitted = releases.admitted(need.specifier)
        known = self._needed.get(need.package)
        if known is not None:
            admitted &= known.left
        return bool(admitted & releases.usable_anywhere(need.targets))

    def _conflict_of(self, asked: ReleaseRequirements) -> Causes:
        for candidate, need in asked:
            if not self._can_be_met(need):
                known = self._needed.get(need.package)
                others = known.asked if known is not None else []
                return [*others, RequirementInformation(need, candidate)]
        return []

    def _require_of_all(
        self, package: NormalizedName, asked: Sequence[ReleaseRequirements]
    ) -> bool:
        """Records the requirements on a package that all remaining releases share.

        Example: two releases remain, one needs `botocore>=1.34,<1.35`, the other
        `botocore>=1.36,<1.37`. Every answer has botocore in one of the two ranges.
        """
        releases = self._pool.releases(package)
        targets = self._pool.everywhere
        admitted = 0
        for needs in asked:
            own = [need for _, need in needs if need.package == package]
            if not own:
                return False
            wanted = 0
            versions = -1
            for need in own:
                wanted |= need.targets
                versions &= releases.admitted(need.specifier)
            targets &= wanted
            admitted |= versions
        if not targets:
            return False
        causes = [
            RequirementInformation(need, candidate)
            for candidate, need in asked[0]
            if need.package == package
        ]
        return self._need(package, "", targets, admitted, causes)
