"""Which targets lack a wheel: the fewer a request names, the sooner it is served."""

from datetime import timedelta
from typing import Final

from packaging.version import Version

from flet_lock.analysis.availability import Newest, PackageOffers, ReleaseOffers
from flet_lock.model.target import Target
from flet_lock.package_requests.facts import UNUSABLE, RequestFacts

_OUTDATED: Final = timedelta(days=730)
"""A release that was so old when the newest came out is not what anybody asks for: names were often
taken by an empty pure release long before there was native code."""


def builds_in_question(facts: RequestFacts) -> tuple[Newest, ...]:
    """The builds that a package can be wanted for: a platform's own door has no other."""
    only = facts.advice.only if facts.advice is not None else None
    return tuple(build for build in facts.wanted.newest if only in (None, build.platform))


def is_served(build: Newest, offers: PackageOffers) -> bool:
    """Whether a build can take a release, one with its native library and not years old."""
    if build.version is None:
        return False
    release = next((each for each in offers.releases if each.version == build.version), None)
    # One beyond those that were looked at closely is among the oldest of many.
    if release is None or is_outdated(release, offers):
        return False
    return not any(
        offer.availability in UNUSABLE for offer in release.offers if offer.target in build.targets
    )


def is_outdated(release: ReleaseOffers, offers: PackageOffers) -> bool:
    """Whether a release is years older than the newest; not where no index says when it came."""
    newest = offers.releases[0].uploaded
    if newest is None or release.uploaded is None:
        return False
    return newest - release.uploaded > _OUTDATED


def missing_targets(facts: RequestFacts) -> tuple[Target, ...]:
    """What is missing until every build has a release.

    Of a build that has none, those targets that are missing in the release with wheels for most
    of them, the newest of these. Where every build has one (a draft by `--force`): all targets.
    """
    builds = builds_in_question(facts)
    missing: list[Target] = []
    for build in builds:
        if not is_served(build, facts.wanted):
            missing += _least_missing(build, facts.wanted)
    return tuple(missing) or tuple(target for build in builds for target in build.targets)


def newest_for(target: Target, facts: RequestFacts) -> Version | None:
    """The newest release that a target could take, whatever its neighbours can."""
    return next(
        (
            release.version
            for release in facts.everywhere.releases
            for offer in release.offers
            if offer.target == target and offer.availability not in UNUSABLE
        ),
        None,
    )


def _least_missing(build: Newest, offers: PackageOffers) -> list[Target]:
    found = [
        [
            offer.target
            for offer in release.offers
            if offer.target in build.targets and offer.availability in UNUSABLE
        ]
        for release in offers.releases
        if not is_outdated(release, offers)
    ]
    # min takes the first of equals, and releases are sorted newest first.
    return min(found, key=len, default=list(build.targets))
