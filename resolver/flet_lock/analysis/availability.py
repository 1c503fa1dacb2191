"""What every release of a package offers every target, independent of any app.

No resolution: each release is checked against each target on its own. Metadata is read only of the
releases that are named as the newest that can be used.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Final

from msgspec import Struct
from packaging.requirements import Requirement
from packaging.utils import NormalizedName, canonicalize_name
from packaging.version import Version

from flet_lock.model.answer.rejection import NotBuiltFromSource, Rejection
from flet_lock.model.answer.resolution import Availability
from flet_lock.model.facts.advice import Advice
from flet_lock.model.index.artifact import Artifact, Sdist
from flet_lock.model.index.listing import IndexReply
from flet_lock.model.index.source import SourceFinding, SourceNotSeen
from flet_lock.model.target import Platform, Target
from flet_lock.resolution.problem.candidate_source import CandidateSource
from flet_lock.resolution.problem.fit import Selection
from flet_lock.resolution.problem.releases import Releases
from flet_lock.resolution.problem.request import ResolutionRequest
from flet_lock.resolution.problem.target_requirement import (
    canonical_specifier,
    names_one_version,
    range_of,
)
from flet_lock.resolution.problem.target_set import bits
from flet_lock.targets.availability import classify_availability

EXAMINED: Final = 60
"""Releases that are looked at for a list of the newest; hundreds of them say the same."""


class Offer(Struct, frozen=True, kw_only=True):
    """What a release offers a target."""

    target: Target
    """The target."""
    availability: Availability
    """The class of what it gets."""
    artifact: Artifact | None
    """The file the target would get; None where it gets none."""
    rejections: tuple[Rejection, ...]
    """Why not the others, one per file."""


class ReleaseOffers(Struct, frozen=True, kw_only=True):
    """What a release offers."""

    version: Version
    """The release's version."""
    offers: tuple[Offer, ...]
    """One per target, in target order."""
    indexes: tuple[str, ...]
    """Names of those that have files of it, in index order."""
    uploaded: datetime | None
    """When its first file was; None where no index says."""
    yanked: str | None
    """PEP 592, for a release whose every file is: the reason, `""` without one."""
    sdist: Sdist | None
    """Its source distribution, of the first index that has one."""


class Obstacle(Struct, frozen=True, kw_only=True):
    """A package that a release needs, directly or further down, and that cannot be had."""

    package: NormalizedName
    """Its name."""
    asked: str
    """What is asked of it: `polars-runtime-32==2.1.0`."""


class Verdict(Struct, frozen=True, kw_only=True):
    """Which release locks with all that it needs."""

    locks: Version | None
    """The newest that does; None: none does."""
    obstacles: tuple[Obstacle, ...] = ()
    """What keeps the newest release from it; empty for that one, and for conflicts of versions."""


class Newest(Struct, frozen=True, kw_only=True):
    """The newest release that a build for a Python and a platform can use, by its own files."""

    python_version: tuple[int, int]
    """Minor release, (3, 14)."""
    platform: Platform
    """The platform."""
    targets: tuple[Target, ...]
    """All of them take it: a platform has one version of a package."""
    version: Version | None
    """None: there is none."""
    verdict: Verdict | None = None
    """None where nobody resolved it, or that took too long."""

    @property
    def locks(self) -> Version | None:
        """The newest release that locks with all that it needs, as far as that is known."""
        return self.version if self.verdict is None else self.verdict.locks

    def is_kept_from(self, version: Version) -> bool:
        """Whether a release does not lock though its own files would do."""
        if self.verdict is None:
            return False
        return self.verdict.locks is None or version > self.verdict.locks


class PackageOffers(Struct, frozen=True, kw_only=True):
    """All that is known of a package."""

    package: NormalizedName
    """The package."""
    requirement: Requirement
    """As given."""
    targets: tuple[Target, ...]
    """Of every Python in question; Pythons in order."""
    releases: tuple[ReleaseOffers, ...]
    """Those that satisfy the requirement and were looked at, newest first."""
    left_out: int
    """Older ones that satisfy it and were not looked at."""
    newest: tuple[Newest, ...]
    """Per Python and platform."""
    newest_of_all: Version | None
    """The newest that any index has, satisfying the requirement or not; None for a package without
    files."""
    replies: tuple[IndexReply, ...]
    """The answers of the indexes."""
    found: bool
    """Whether any index knows the package."""
    source: SourceFinding | SourceNotSeen | None = None
    """What the newest release's sdist holds, where there is nothing but sdists."""
    advice: Advice | None = None
    """What its name tells; None for most, and where nobody looked."""
    seen_to_fail: tuple[Version, ...] = ()
    """Releases with a wheel that an earlier audit found to fail."""


def survey(
    requirement: Requirement,
    request: ResolutionRequest,
    source: CandidateSource,
    *,
    everything: bool,
) -> PackageOffers:
    """Evaluates the releases of a package for the targets of a request.

    Args:
        requirement: the package and which of its versions.
        request: its targets, indexes, cutoff and pre-releases count; its requirements do not.
        source: gives listings and metadata.
        everything: all versions, those withdrawn by their authors included; else the newest.

    Raises:
        IndexFailure: an index could not be reached.
    """
    package = canonicalize_name(requirement.name)
    releases = Releases(package, request, source, {})
    specifier = canonical_specifier(requirement.specifier)
    exact = names_one_version(specifier)
    matching = releases.matching(range_of(specifier), yanked_allowed=exact or everything)
    newest = tuple(
        _newest(releases, matching, group, yanked_allowed=exact)
        for group in _builds(request.targets)
    )
    examined = matching if everything else matching[:EXAMINED]
    versions = releases.listing.versions
    return PackageOffers(
        package=package,
        requirement=requirement,
        targets=request.targets,
        releases=tuple(
            _offers(releases, version, request, yanked_allowed=exact) for version in examined
        ),
        left_out=len(matching) - len(examined),
        newest=newest,
        newest_of_all=next(
            (one for one in versions if not one.is_prerelease), next(iter(versions), None)
        ),
        replies=releases.listing.replies,
        found=releases.listing.found,
    )


def _builds(targets: tuple[Target, ...]) -> Iterator[int]:
    """The targets that one build serves together, as bit sets: a Python and a platform each."""
    builds: dict[tuple[tuple[int, int], Platform], int] = {}
    for position, target in enumerate(targets):
        key = (target.python_version, target.platform)
        builds[key] = builds.get(key, 0) | 1 << position
    yield from builds.values()


def _newest(
    releases: Releases, matching: Iterable[Version], build: int, *, yanked_allowed: bool
) -> Newest:
    targets = tuple(releases.targets[position] for position in bits(build))
    found = None
    for version in matching:
        if not releases.usable(version, build, yanked_allowed=yanked_allowed, hashes=frozenset()):
            continue
        selection = releases.select(
            version, build, yanked_allowed=yanked_allowed, hashes=frozenset()
        )
        if isinstance(selection, Selection):
            found = version
            break
    return Newest(
        python_version=targets[0].python_version,
        platform=targets[0].platform,
        targets=targets,
        version=found,
    )


def _offers(
    releases: Releases, version: Version, request: ResolutionRequest, *, yanked_allowed: bool
) -> ReleaseOffers:
    artifacts = releases.listing.artifacts(version)
    order = {name: position for position, name in enumerate(request.index_order)}
    indexes = {artifact.index for artifact in artifacts if artifact.index is not None}
    times = [each.upload_time for each in artifacts if each.upload_time is not None]
    yanked = [each.yanked for each in artifacts if each.yanked is not None]
    return ReleaseOffers(
        version=version,
        offers=tuple(
            _offer(releases, version, position, yanked_allowed=yanked_allowed)
            for position in range(len(request.targets))
        ),
        indexes=tuple(sorted(indexes, key=lambda name: (order.get(name, len(order)), name))),
        uploaded=min(times, default=None),
        yanked=yanked[0] if artifacts and len(yanked) == len(artifacts) else None,
        sdist=next((each for each in artifacts if isinstance(each, Sdist)), None),
    )


def _offer(releases: Releases, version: Version, target: int, *, yanked_allowed: bool) -> Offer:
    artifacts = releases.listing.artifacts(version)
    fit = releases.fit(version, target, yanked_allowed=yanked_allowed, hashes=frozenset())
    rejected_by_metadata = releases.rejected_by_metadata(fit, target)
    unusable = {rejection.filename for rejection in rejected_by_metadata}
    usable = [one.artifact for one in fit.usable if one.artifact.filename not in unusable]
    if usable:
        availability = classify_availability(usable[0], artifacts, releases.targets[target])
    elif any(isinstance(each, Sdist) for each in artifacts):
        availability = Availability.SOURCE_ONLY
    else:
        availability = Availability.MISSING
    return Offer(
        target=releases.targets[target],
        availability=availability,
        artifact=usable[0] if usable else None,
        rejections=(*fit.rejections, *rejected_by_metadata),
    )


def is_bare_source(release: ReleaseOffers) -> bool:
    """Whether a release is an sdist and nothing else; wheels of any kind prove more than it."""
    return all(
        offer.artifact is None
        and all(isinstance(each, NotBuiltFromSource) for each in offer.rejections)
        for offer in release.offers
    )
