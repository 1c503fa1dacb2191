"""Packages without a usable release: what exists of them instead, and what requires them."""

from collections.abc import Sequence

from msgspec import Struct
from msgspec.structs import replace
from packaging.requirements import Requirement
from packaging.utils import NormalizedName
from packaging.version import Version

from flet_lock.model.answer.blocker import (
    Blocker,
    ChainLink,
    NoMatchingVersion,
    NoUsableRelease,
    PackageNotFound,
    RejectedRelease,
)
from flet_lock.model.answer.rejection import Rejection
from flet_lock.model.app.requirement import Place
from flet_lock.model.target import Platform, Target
from flet_lock.resolution.answer.assembly import RequirementGraph
from flet_lock.resolution.diagnosis.chains import chain_to, places_of
from flet_lock.resolution.diagnosis.conflicts import cannot_meet, conflicts_on
from flet_lock.resolution.problem.candidate import Candidate
from flet_lock.resolution.problem.fit import Selection
from flet_lock.resolution.problem.pool import CandidatePool
from flet_lock.resolution.problem.ranges import combined_range
from flet_lock.resolution.problem.releases import Releases
from flet_lock.resolution.problem.target_requirement import UNUSABLE, TargetRequirement
from flet_lock.resolution.problem.target_set import bits, members
from flet_lock.resolution.search.orderings import Answer

REJECTED_RELEASES = 50
"""At most this many releases are told file by file, newest first."""


class _MissingPackage(Struct, frozen=True, kw_only=True):
    """A package without a usable release, and all that asks for it."""

    package: NormalizedName
    asked: tuple[tuple[Candidate | None, TargetRequirement], ...]
    """Who asks, and for what; None is the app."""
    chain: tuple[ChainLink, ...]
    places: tuple[Place, ...]
    pool: CandidatePool
    answer: Answer
    graph: RequirementGraph

    @property
    def needs(self) -> tuple[TargetRequirement, ...]:
        """What is asked of it."""
        return tuple(need for _, need in self.asked)

    @property
    def clashes(self) -> bool:
        """Whether each need alone could be met: then it is their clash that is to be told."""
        needs = self.needs
        return len({need.specifier for need in needs}) > 1 and not any(
            cannot_meet(self.package, [need], self.pool) for need in needs
        )

    def conflict(self, platform: Platform) -> Blocker:
        """The clash of the needs, on a platform."""
        found = conflicts_on(
            self.package,
            self.asked,
            self.needs,
            lambda parent: chain_to(parent.package, self.answer, self.graph),
            self.pool,
        )
        return replace(next(one for one in found if one.platform is platform), places=self.places)

    def requirements(self, targets: int) -> tuple[Requirement, ...]:
        """What is asked of it, constraints included."""
        constraints = self.pool.constraints_on(self.package, targets)
        return tuple(dict.fromkeys([*(need.requirement for need in self.needs), *constraints]))


def missing_blockers(
    package: NormalizedName, answer: Answer, graph: RequirementGraph, pool: CandidatePool
) -> list[Blocker]:
    """A missing package, once for each platform it is missing on."""
    asked = [
        (parent, need)
        for (name, extra), parents in graph.parents.items()
        if name == package and extra != UNUSABLE
        for parent, need in parents
        if need.exactly is None
    ]
    missing = _MissingPackage(
        package=package,
        asked=tuple(asked),
        chain=chain_to(package, answer, graph),
        places=places_of(package, graph),
        pool=pool,
        answer=answer,
        graph=graph,
    )
    targets = 0
    for (name, _), mask in graph.targets.items():
        if name == package:
            targets |= mask
    all_targets = pool.request.targets
    blockers: list[Blocker] = []
    for platform in Platform:
        mask = sum(1 << t for t in bits(targets) if all_targets[t].platform is platform)
        if mask:
            blockers.append(_missing_blocker(missing, platform, mask))
    # Where both platforms have to agree, one of them may have all it needs. And a release that is
    # usable everywhere is not missing: what it asks for clashes with what brought it in.
    return [blocker for blocker in blockers if _fails(blocker)]


def _fails(blocker: Blocker) -> bool:
    return not isinstance(blocker, NoUsableRelease) or any(
        release.rejections for release in blocker.rejected
    )


def _missing_blocker(missing: _MissingPackage, platform: Platform, targets: int) -> Blocker:
    package, needs, pool = missing.package, missing.needs, missing.pool
    releases = pool.releases(package)
    direct = sorted({need.url for need in needs if need.url is not None})
    constraints = pool.constraints_on(package, targets)
    if direct:
        return _unusable_reference(missing, direct, platform, targets)
    listing = releases.listing
    members_ = members(targets, pool.request.targets)
    if not listing.found:
        return PackageNotFound(
            package=package,
            platform=platform,
            targets=members_,
            chain=missing.chain,
            places=missing.places,
            replies=listing.replies,
        )
    range_ = combined_range(needs, constraints)
    yanked_allowed = any(need.names_one_version for need in needs)
    matching = releases.matching(range_, yanked_allowed=yanked_allowed) or tuple(
        range_.filter(listing.versions, prereleases=True)
    )
    newest = next(
        (v for v in listing.versions if not v.is_prerelease), next(iter(listing.versions), None)
    )
    if not matching and missing.clashes:
        return missing.conflict(platform)
    if not matching or newest is None:
        return NoMatchingVersion(
            package=package,
            platform=platform,
            targets=members_,
            chain=missing.chain,
            places=missing.places,
            requirements=missing.requirements(targets),
            newest=newest,
            replies=listing.replies,
        )
    hashes = frozenset(h for need in needs for h in need.hashes)
    # A release whose files would do is not rejected: what it asks for rules it out.
    rejected = tuple(
        release
        for version in matching[:REJECTED_RELEASES]
        if (
            release := _rejected(
                releases, version, targets, hashes, pool, yanked_allowed=yanked_allowed
            )
        ).rejections
    )
    told = rejected[0].rejections if rejected else ()
    failing = {target for target, _ in told}
    return NoUsableRelease(
        package=package,
        platform=platform,
        targets=tuple(target for target in members_ if target in failing) or members_,
        chain=missing.chain,
        places=missing.places,
        requirements=missing.requirements(targets),
        matching=matching,
        rejected=rejected,
        newest=newest,
        usable=_usable_elsewhere(releases, matching, targets, pool.request.targets),
        replies=listing.replies,
    )


def _unusable_reference(
    missing: _MissingPackage, urls: Sequence[str], platform: Platform, targets: int
) -> Blocker:
    """A direct reference whose file cannot be used."""
    pool = missing.pool
    releases = pool.releases(missing.package)
    artifacts = tuple(releases.direct(url) for url in urls)
    members_ = members(targets, pool.request.targets)
    per_target = []
    for target in bits(targets):
        rejections: list[Rejection] = []
        for url in urls:
            reference = tuple([url] * len(pool.request.targets))
            answer = releases.select(
                releases.direct(url).version,
                1 << target,
                yanked_allowed=True,
                hashes=frozenset(),
                urls=reference,
            )
            if not isinstance(answer, Selection):
                rejections += [rejection for _, found in answer for rejection in found]
        if rejections:
            per_target.append((pool.request.targets[target], tuple(rejections)))
    return NoUsableRelease(
        package=releases.package,
        platform=platform,
        targets=tuple(target for target, _ in per_target) or members_,
        chain=missing.chain,
        places=missing.places,
        requirements=missing.requirements(targets),
        matching=tuple(artifact.version for artifact in artifacts),
        rejected=tuple(
            RejectedRelease(
                version=artifact.version, artifacts=(artifact,), rejections=tuple(per_target)
            )
            for artifact in artifacts[:1]
        ),
        newest=max(artifact.version for artifact in artifacts),
        usable=(),
        replies=(),
    )


def _rejected(
    releases: Releases,
    version: Version,
    targets: int,
    hashes: frozenset[str],
    pool: CandidatePool,
    *,
    yanked_allowed: bool,
) -> RejectedRelease:
    """A release, and for each target without a usable file why each of its files is none."""
    found: list[tuple[Target, tuple[Rejection, ...]]] = []
    for target in bits(targets):
        fit = releases.fit(version, target, yanked_allowed=yanked_allowed, hashes=hashes)
        rejections = fit.rejections
        if fit.usable:
            # Usable by name: only its metadata, if it was read, can have ruled it out.
            known = releases.rejected_by_metadata(fit, target)
            if len(known) < len(fit.usable):
                continue
            rejections = (*rejections, *known)
        found.append((pool.request.targets[target], rejections))
    return RejectedRelease(
        version=version,
        artifacts=releases.listing.artifacts(version),
        rejections=tuple(found),
    )


def _usable_elsewhere(
    releases: Releases,
    matching: Sequence[Version],
    targets: int,
    all_targets: Sequence[Target],
) -> tuple[tuple[Version, tuple[Target, ...]], ...]:
    """The newest release usable on all targets, and before it those usable on ever more.

    Besides these the nearest releases that are usable on all targets: the oldest above those that
    match, and the newest below them.
    """
    found: dict[Version, int] = {}
    best = 0
    offered = [*releases.offered]
    for version in offered:
        usable = _usable_on(releases, version, targets)
        if usable & ~best or usable == targets:
            found[version] = usable
            best |= usable
        if usable == targets:
            break
    if matching:
        above = [each for each in reversed(offered) if each > matching[0]]
        below = [each for each in offered if each < matching[-1]]
        for versions in (above, below):
            nearest = next(
                (
                    each
                    for each in versions
                    if not each.is_prerelease and _usable_on(releases, each, targets) == targets
                ),
                None,
            )
            if nearest is not None:
                found[nearest] = targets
    return tuple(
        (version, members(found[version], all_targets)) for version in sorted(found, reverse=True)
    )


def _usable_on(releases: Releases, version: Version, targets: int) -> int:
    """Those of some targets that a version has a file for."""
    return sum(1 << target for target in bits(targets) if _seems_usable(releases, version, target))


def _seems_usable(releases: Releases, version: Version, target: int) -> bool:
    """Whether a file fits by its name, and its metadata was not found to say otherwise."""
    fit = releases.fit(version, target, yanked_allowed=False, hashes=frozenset())
    return len(releases.rejected_by_metadata(fit, target)) < len(fit.usable)
