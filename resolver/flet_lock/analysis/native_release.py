"""For a hollow wheel: the release that has what it lacks."""

from msgspec.structs import replace
from packaging.requirements import Requirement
from packaging.utils import NormalizedName
from packaging.version import Version

from flet_lock.analysis.availability import survey
from flet_lock.model.answer.resolution import Availability, Pin, Resolution
from flet_lock.resolution.problem.candidate_source import CandidateSource
from flet_lock.resolution.problem.request import ResolutionRequest


def native_releases(
    resolution: Resolution, request: ResolutionRequest, source: CandidateSource
) -> tuple[tuple[NormalizedName, Version], ...]:
    """Packages of an answer that have a hollow wheel, and their newest release with a native one.

    A `none-any` wheel of a newer release hides an older one that was built for phones: pip and we
    take the newest version. Packages without such a release are left out.

    Args:
        resolution: the answer.
        request: what it answers.
        source: gives listings and metadata.

    Raises:
        IndexFailure: an index could not be reached; its pages were asked for already, so it can.
    """
    found = []
    for pin in resolution.pins:
        if Availability.HOLLOW in pin.availability.values():
            version = _native_release(pin, request, source)
            if version is not None:
                found.append((pin.package, version))
    return tuple(found)


def _native_release(
    pin: Pin, request: ResolutionRequest, source: CandidateSource
) -> Version | None:
    offers = survey(
        Requirement(pin.package),
        replace(request, targets=pin.targets),
        source,
        everything=False,
    )
    return next(
        (
            release.version
            for release in offers.releases
            if release.yanked is None
            and all(offer.availability is Availability.BINARY for offer in release.offers)
        ),
        None,
    )
