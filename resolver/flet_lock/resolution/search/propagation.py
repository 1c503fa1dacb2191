"""What must hold in every answer: worked out when a search begins to clash again and again.

A search refutes one combination at a time. Two packages of hundreds of releases each, over a third
that they bound differently, are then refuted pair by pair. Seen from the app they are simpler: each
package that the app needs in any case has some releases left; what all of them ask of another
package holds in any case too, and a release that asks for something none of the other's remaining
releases satisfies is out. Repeated until nothing changes (arc consistency), that strikes out the
releases that no answer can contain, or shows that there is no answer.

Only packages that are needed on every target are looked into: which file of a release a target gets
may depend on the set of targets, and so may what it requires.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence

from msgspec import Struct, field
from packaging.utils import NormalizedName
from packaging.version import Version
from resolvelib.structs import RequirementInformation

from flet_lock.resolution.problem.candidate import Candidate
from flet_lock.resolution.problem.pool import Asked, CandidatePool
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
    """Who asks for it, for the explanation: the newest release of each asker stands for all."""
    looked_into: bool = False


class Contradiction(Exception):  # noqa: N818 - an outcome, caught where it is made
    """No answer can exist; carries the requirements that show it."""

    def __init__(self, causes: Causes) -> None:
        super().__init__(causes)
        self.causes = causes


class Propagation:
    """Strikes out releases that no answer to some requirements can contain."""

    def __init__(self, pool: CandidatePool, needs: Sequence[TargetRequirement]) -> None:
        """Notes what the app itself needs.

        Raises:
            Contradiction: there is no answer.
        """
        self._pool = pool
        self._needed: dict[NormalizedName, _Needed] = {}
        self._needs = pool.asked_everywhere
        for need in needs:
            if need.url is None:
                self._need(
                    need.package,
                    need.extra,
                    need.targets,
                    pool.releases(need.package).admitted(need.specifier),
                    [RequirementInformation(need, None)],
                )

    def strike_out(
        self, packages: Collection[NormalizedName]
    ) -> dict[NormalizedName, frozenset[Version]]:
        """Releases that no answer can contain, found by looking into some packages.

        Args:
            packages: those whose releases' metadata may be read, all of them.

        Raises:
            Contradiction: there is no answer.
        """
        changed = True
        while changed:
            changed = False
            for package in sorted(packages):
                if package in self._needed:
                    changed |= self._look_into(package)
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
        """Notes that every answer has a package in one of some versions; whether that was news."""
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

    def _look_into(self, package: NormalizedName) -> bool:
        """Reads what the remaining releases of a package ask for; whether anything changed."""
        needed = self._needed[package]
        versions = list(self._versions(package, needed.left))
        if needed.targets != self._pool.everywhere or self._has_yanked(package, versions):
            return False
        if not needed.looked_into:
            needed.looked_into = True
            self._read_ahead(package, versions, needed.targets)
        asked = {version: self._asked(package, version, needed) for version in versions}
        kept = [v for v in versions if all(self._can_be_met(need) for _, need in asked[v])]
        if not kept:
            raise Contradiction([*needed.asked, *self._clash_of(asked[versions[0]])])
        changed = len(kept) < len(versions)
        if changed:
            positions = {v: p for p, v in enumerate(self._pool.releases(package).listing.versions)}
            needed.left = sum(1 << positions[version] for version in kept)
        for other in sorted({need.package for _, need in asked[kept[0]]}):
            changed |= self._need_what_all_ask(other, [asked[version] for version in kept])
        return changed

    def _has_yanked(self, package: NormalizedName, versions: Iterable[Version]) -> bool:
        # Whether a yanked file counts depends on who else asks for the very version.
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

    def _asked(self, package: NormalizedName, version: Version, needed: _Needed) -> Asked:
        """What a release asks for in every answer that contains it."""
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
        if need.extra == UNUSABLE:
            return False
        releases = self._pool.releases(need.package)
        admitted = releases.admitted(need.specifier)
        known = self._needed.get(need.package)
        if known is not None:
            admitted &= known.left
        return bool(admitted & releases.usable_anywhere(need.targets))

    def _clash_of(self, asked: Asked) -> Causes:
        for candidate, need in asked:
            if not self._can_be_met(need):
                known = self._needed.get(need.package)
                others = known.asked if known is not None else []
                return [*others, RequirementInformation(need, candidate)]
        return []

    def _need_what_all_ask(self, package: NormalizedName, asked: Sequence[Asked]) -> bool:
        """What every remaining release asks of a package, every answer holds."""
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
