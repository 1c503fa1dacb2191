"""What exactly is missing: the less is asked for, the sooner it is built."""

from packaging.version import Version

from flet_lock.analysis.availability import Newest, PackageOffers
from flet_lock.model.target import Target
from flet_lock.package_requests.facts import UNUSABLE, RequestFacts


def builds_in_question(facts: RequestFacts) -> tuple[Newest, ...]:
    """The builds that a package can be wanted for: a platform's own door has no other."""
    only = facts.advice.only if facts.advice is not None else None
    return tuple(build for build in facts.wanted.newest if only in (None, build.platform))


def is_served(build: Newest, offers: PackageOffers) -> bool:
    """Whether a build can take a release, and one that has its native library."""
    if build.version is None:
        return False
    release = next((each for each in offers.releases if each.version == build.version), None)
    # A release beyond those that were looked at closely: its wheels fit, which is all we know.
    return release is None or not any(
        offer.availability in UNUSABLE for offer in release.offers if offer.target in build.targets
    )


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
    ]
    # min takes the first of equals, and releases are sorted newest first.
    return min(found, key=len, default=list(build.targets))
