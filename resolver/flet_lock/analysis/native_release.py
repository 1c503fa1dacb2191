"""For a hollow wheel: the release, or the newer system, that has what it lacks."""

from collections.abc import Sequence

from msgspec.structs import replace
from packaging.requirements import Requirement
from packaging.utils import NormalizedName
from packaging.version import Version

from flet_lock.analysis.availability import Offer, ReleaseOffers, survey
from flet_lock.model.answer.rejection import MinimumOsTooNew
from flet_lock.model.answer.resolution import Availability, NativeSystem, Resolution
from flet_lock.model.facts.slices import SLICES_BY_NAME
from flet_lock.resolution.problem.candidate_source import CandidateSource
from flet_lock.resolution.problem.request import ResolutionRequest

_WITHOUT_CODE = frozenset({Availability.HOLLOW, Availability.MISSING, Availability.SOURCE_ONLY})


def with_native_files(
    resolution: Resolution, request: ResolutionRequest, source: CandidateSource
) -> Resolution:
    """The answer, with what is told of packages that have a hollow wheel.

    A `none-any` wheel of a newer release hides an older one that was built for phones: pip and we
    take the newest version. And native wheels of the same release may ask for a newer system.

    Args:
        resolution: the answer.
        request: what it answers.
        source: gives listings and metadata.

    Raises:
        IndexFailure: an index could not be reached; its pages were asked for already, so it can.
    """
    releases: list[tuple[NormalizedName, Version]] = []
    systems: list[NativeSystem] = []
    for pin in resolution.pins:
        if Availability.HOLLOW not in pin.availability.values():
            continue
        own = replace(request, targets=pin.targets)
        offers = survey(Requirement(pin.package), own, source, everything=False).releases
        found = next((each for each in offers if _is_native(each)), None)
        if found is not None:
            releases.append((pin.package, found.version))
        taken = next((each for each in offers if each.version == pin.version), None)
        system = None if taken is None else native_system(pin.package, taken.offers)
        systems += [] if system is None else [system]
    return replace(resolution, native_releases=tuple(releases), native_systems=tuple(systems))


def _is_native(release: ReleaseOffers) -> bool:
    return release.yanked is None and all(
        offer.availability is Availability.BINARY for offer in release.offers
    )


def native_system(package: NormalizedName, offers: Sequence[Offer]) -> NativeSystem | None:
    """The oldest system for which a release has native wheels that these targets may not take.

    Args:
        package: the release's package.
        offers: what the release offers the targets of one platform.

    Returns:
        None where a newer system changes nothing, or does not serve today's phones.
    """
    needed = {
        offer.target.slice_name: min(wanted)
        for offer in offers
        if offer.availability in _WITHOUT_CODE
        and (wanted := [r.needs for r in offer.rejections if isinstance(r, MinimumOsTooNew)])
    }
    slices = tuple(
        name
        for offer in offers
        if (name := offer.target.slice_name) in needed or offer.availability not in _WITHOUT_CODE
    )
    if not needed or not any(SLICES_BY_NAME[name].is_essential for name in slices):
        return None
    return NativeSystem(package=package, minimum_os=max(needed.values()), slices=slices)
