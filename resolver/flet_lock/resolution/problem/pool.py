"""Everything a search knows: releases, their requirements, the demands of app and settings.

Worked out once and shared by every attempt of a search, by the diagnosis after it, and by searches
for the same app with other requirements (`PoolCache`).
"""

from collections.abc import Iterable, Iterator, Mapping
from copy import copy
from types import MappingProxyType

from msgspec.structs import replace
from packaging.markers import Marker
from packaging.requirements import Requirement
from packaging.utils import NormalizedName, canonicalize_name
from packaging.version import Version

from flet_lock.model.answer.rejection import Rejection
from flet_lock.model.app.requirement import ProjectRequirement
from flet_lock.model.index.artifact import Artifact
from flet_lock.model.index.metadata import CoreMetadata
from flet_lock.resolution.problem.candidate import Candidate
from flet_lock.resolution.problem.candidate_source import CandidateSource
from flet_lock.resolution.problem.fit import Selection
from flet_lock.resolution.problem.lazy_list import LazyList
from flet_lock.resolution.problem.releases import Releases
from flet_lock.resolution.problem.request import ResolutionRequest
from flet_lock.resolution.problem.target_requirement import (
    UNUSABLE,
    TargetRequirement,
    range_of,
    target_requirements_for,
)
from flet_lock.resolution.problem.target_set import bits
from flet_lock.targets.markers import Truth, evaluate_marker

ReleaseRequirements = tuple[tuple[Candidate, TargetRequirement], ...]
"""Wishes, each with whoever has it."""


class CandidatePool:
    """Releases and requirements of all packages of one request."""

    def __init__(
        self,
        request: ResolutionRequest,
        source: CandidateSource,
        impure: Mapping[str, Rejection] = MappingProxyType({}),
    ) -> None:
        """Prepares a pool.

        Args:
            request: what is to be resolved.
            source: the world.
            impure: URLs of sources that were built and found unfit for a phone, and why.
        """
        self._impure = impure
        self.request = request
        self.source = source
        self.everywhere = (1 << len(request.targets)) - 1
        """All targets of the request, as a bit set."""
        self._releases: dict[NormalizedName, Releases] = {}
        self._candidates: dict[tuple[object, ...], Candidate] = {}
        self._dependencies: dict[int, tuple[TargetRequirement, ...]] = {}
        self._itself: dict[int, TargetRequirement] = {}
        self._needs: dict[
            tuple[int, int, str], tuple[Requirement, tuple[TargetRequirement, ...]]
        ] = {}
        self.requirements_everywhere: dict[
            tuple[NormalizedName, Version, frozenset[str]], ReleaseRequirements
        ] = {}
        """What releases and some of their extras ask for on all targets: propagation's."""
        self._overrides = _by_package(request.overrides)
        self._constraints = _by_package(request.constraints)
        self.lists: dict[tuple[object, ...], LazyList[Candidate]] = {}
        """Candidates by what is asked: the provider's, kept here for all attempts."""

    def serves(self, request: ResolutionRequest) -> bool:
        """Whether all that was worked out here holds for another request too.

        What the app asks for, its constraints and its locks may differ: they are not in here.
        """
        return _facts(request) == _facts(self.request)

    def for_request(self, request: ResolutionRequest) -> "CandidatePool":
        """What is known here, for another request that it serves."""
        pool = copy(self)
        pool._ask(request)  # noqa: SLF001 - its own kind
        return pool

    def _ask(self, request: ResolutionRequest) -> None:
        self.request = request
        self._constraints = _by_package(request.constraints)
        self.lists = {}

    def releases(self, package: NormalizedName) -> Releases:
        """A package's releases."""
        found = self._releases.get(package)
        if found is None:
            found = self._releases[package] = Releases(
                package, self.request, self.source, self._impure
            )
        return found

    # -------------------------------------------------------------------- requirements

    def root_needs(self) -> list[TargetRequirement]:
        """What the app asks for, sorted so that the order of its files plays no part."""
        needs = [
            need
            for requirement in self.request.requirements
            for need in self._needs_of_app(requirement)
        ]
        return sorted(needs, key=_need_order)

    def _needs_of_app(self, wanted: ProjectRequirement) -> Iterator[TargetRequirement]:
        concerned = sum(
            1 << position
            for position, target in enumerate(self.request.targets)
            if wanted.platform in (None, target.platform)
        )
        hashes = frozenset(wanted.hashes)
        for requirement in self._overridden(wanted.requirement):
            targets, uncertain = self._needed(requirement.marker, concerned, "")
            if targets:
                yield from target_requirements_for(
                    requirement, targets=targets, uncertain=uncertain, hashes=hashes, origin=wanted
                )

    def constraints_on(self, package: NormalizedName, targets: int) -> list[Requirement]:
        """The constraints that hold for a package on any of the targets."""
        return [
            constraint
            for constraint in self._constraints.get(package, ())
            if self._needed(constraint.marker, targets, "")[0]
        ]

    def dependencies(self, candidate: Candidate) -> Iterable[TargetRequirement]:
        """What a candidate asks for, on the targets it is weighed for.

        An extra asks for its own package first, in the same version: where that clashes, its
        metadata is never read.
        """
        if candidate.stand_in:
            return ()
        known = self._dependencies.get(id(candidate))
        if known is not None:
            return known
        if candidate.extra:
            return self._dependencies_of_extra(candidate)
        found = self._dependencies[id(candidate)] = self._read_dependencies(candidate)
        return found

    def _dependencies_of_extra(self, candidate: Candidate) -> Iterator[TargetRequirement]:
        own = self.own_package(candidate)
        yield own
        rest = self._read_dependencies(candidate)
        self._dependencies[id(candidate)] = (own, *rest)
        yield from rest

    def own_package(self, candidate: Candidate) -> TargetRequirement:
        """The requirement of an extra for the very release of its own package."""
        return self._same_release(candidate, "")

    def itself(self, candidate: Candidate) -> TargetRequirement:
        """A candidate's requirement for itself: once decided it stands, until it is taken back.

        Without it, resolvelib would let a later requirement replace a decision without weighing
        whether the one who requires it could give way instead.
        """
        known = self._itself.get(id(candidate))
        if known is None:
            known = self._itself[id(candidate)] = self._same_release(candidate, candidate.extra)
        return known

    def _same_release(self, candidate: Candidate, extra: str) -> TargetRequirement:
        requirement = Requirement(f"{candidate.package}=={candidate.version}")
        return TargetRequirement(
            package=candidate.package,
            extra=extra,
            targets=candidate.targets,
            range=range_of(""),
            specifier="",
            requirement=requirement,
            hashes=candidate.hashes,
            exactly=candidate.version,
        )

    def _read_dependencies(self, candidate: Candidate) -> tuple[TargetRequirement, ...]:
        selection = self.select(candidate)
        if not isinstance(selection, Selection):
            failing = sum(1 << target for target, _ in selection)
            return (self._unusable(candidate, failing),)
        needs: dict[tuple[int, str], TargetRequirement] = {}
        for metadata, targets in _grouped(selection.metadata):
            for requirement in metadata.requires_dist:
                for need in self._needs_of(requirement, targets, candidate.extra):
                    key = (id(need.requirement), need.extra)
                    needs[key] = _united(needs[key], need) if key in needs else need
        return tuple(sorted(needs.values(), key=_need_order))

    def select(
        self, candidate: Candidate
    ) -> Selection | tuple[tuple[int, tuple[Rejection, ...]], ...]:
        """Each target's own file of a candidate, or why there is none."""
        return self.releases(candidate.package).select(
            candidate.version,
            candidate.targets,
            yanked_allowed=candidate.yanked_allowed,
            hashes=candidate.hashes,
            urls=candidate.urls,
        )

    def expected_files(self, candidate: Candidate) -> list[Artifact]:
        """The files whose metadata `dependencies` would read first."""
        indexed = candidate.targets & ~sum(
            1 << target
            for target in bits(candidate.targets)
            if candidate.urls and candidate.urls[target] is not None
        )
        return self.releases(candidate.package).expected_files(
            candidate.version,
            indexed,
            yanked_allowed=candidate.yanked_allowed,
            hashes=candidate.hashes,
        )

    def _unusable(self, candidate: Candidate, failing: int) -> TargetRequirement:
        return TargetRequirement(
            package=candidate.package,
            extra=UNUSABLE,
            targets=failing,
            range=range_of(""),
            specifier="",
            requirement=Requirement(str(candidate.package)),
        )

    def _needs_of(
        self, requirement: Requirement, targets: int, extra: str
    ) -> tuple[TargetRequirement, ...]:
        key = (id(requirement), targets, extra)
        known = self._needs.get(key)
        if known is None:
            needs: list[TargetRequirement] = []
            for wanted in self._overridden(requirement):
                needed, uncertain = self._needed(wanted.marker, targets, extra)
                if extra:
                    # What holds without the extra is already asked for by the package itself.
                    needed &= ~self._needed(wanted.marker, targets, "")[0]
                if needed:
                    needs += target_requirements_for(
                        wanted, targets=needed, uncertain=uncertain & needed
                    )
            # The requirement is kept with its requirements, so that its id stays its own.
            known = self._needs[key] = (requirement, tuple(needs))
        return known[1]

    def _overridden(self, requirement: Requirement) -> list[Requirement]:
        overrides = self._overrides.get(canonicalize_name(requirement.name))
        if not overrides:
            return [requirement]
        replaced = []
        for override in overrides:
            marker = _both(requirement.marker, override.marker)
            wanted = Requirement(str(override))
            wanted.extras = set(override.extras) | set(requirement.extras)
            wanted.marker = marker
            replaced.append(wanted)
        return replaced

    def _needed(self, marker: Marker | None, targets: int, extra: str) -> tuple[int, int]:
        """Of some targets: those where a marker holds or may hold, and those where it may."""
        if marker is None:
            return targets, 0
        extras = frozenset({extra}) if extra else frozenset()
        needed = uncertain = 0
        for target in bits(targets):
            truth = evaluate_marker(marker, self.request.targets[target], extras)
            if truth is not Truth.FALSE:
                needed |= 1 << target
            if truth is Truth.UNCERTAIN:
                uncertain |= 1 << target
        return needed, uncertain

    # ---------------------------------------------------------------- candidates

    def candidate(
        self,
        package: NormalizedName,
        extra: str,
        version: Version,
        targets: int,
        *,
        urls: tuple[str | None, ...],
        hashes: frozenset[str],
        yanked_allowed: bool,
    ) -> Candidate:
        """The candidate of these facts; the same object each time."""
        key = (package, extra, version, targets, urls, hashes, yanked_allowed)
        found = self._candidates.get(key)
        if found is None:
            found = self._candidates[key] = Candidate(
                package=package,
                extra=extra,
                version=version,
                targets=targets,
                urls=urls,
                hashes=hashes,
                yanked_allowed=yanked_allowed,
            )
        return found

    def stand_in(self, package: NormalizedName, extra: str, targets: int) -> Candidate:
        """The candidate that stands for a package without a usable release."""
        key = (package, extra, "stand-in", targets)
        found = self._candidates.get(key)
        if found is None:
            found = self._candidates[key] = Candidate(
                package=package, extra=extra, version=Version("0"), targets=targets, stand_in=True
            )
        return found


class PoolCache:
    """Pools of one source, for many requests that differ little: trials of ways out."""

    def __init__(self) -> None:
        self._pools: list[CandidatePool] = []

    def pool(self, request: ResolutionRequest, source: CandidateSource) -> CandidatePool:
        """A pool for a request, with all that is known from others."""
        for known in self._pools:
            if known.source is source and known.serves(request):
                return known.for_request(request)
        pool = CandidatePool(request, source)
        self._pools.append(pool)
        return pool


def _facts(request: ResolutionRequest) -> ResolutionRequest:
    """A request less what may differ between those that share a pool."""
    return replace(request, requirements=(), constraints=(), preferences={}, budget_seconds=0.0)


def _by_package(requirements: Iterable[Requirement]) -> Mapping[NormalizedName, list[Requirement]]:
    found: dict[NormalizedName, list[Requirement]] = {}
    for requirement in requirements:
        found.setdefault(canonicalize_name(requirement.name), []).append(requirement)
    return found


def _both(first: Marker | None, second: Marker | None) -> Marker | None:
    if first is None or second is None:
        return first or second
    return first & second


def _grouped(metadata: Mapping[int, CoreMetadata]) -> list[tuple[CoreMetadata, int]]:
    """Equal requirements are read once, for all targets that share them."""
    # A source that parses each distinct line once gives equal lines as one object, so comparing
    # identities finds nearly all equal metadata, and costs nothing.
    groups: dict[tuple[int, ...], tuple[CoreMetadata, int]] = {}
    for target, found in metadata.items():
        lines = tuple(map(id, found.requires_dist))
        known = groups.get(lines)
        groups[lines] = (
            known[0] if known else found,
            (known[1] if known else 0) | 1 << target,
        )
    return list(groups.values())


def _united(first: TargetRequirement, second: TargetRequirement) -> TargetRequirement:
    return TargetRequirement(
        package=first.package,
        extra=first.extra,
        targets=first.targets | second.targets,
        range=first.range,
        specifier=first.specifier,
        requirement=first.requirement,
        url=first.url,
        hashes=first.hashes,
        uncertain=first.uncertain | second.uncertain,
        origin=first.origin,
    )


def _need_order(need: TargetRequirement) -> tuple[str, str, str, str, int]:
    return (need.package, need.extra, need.specifier, need.url or "", need.targets)
