"""Adds what names tell to blockers."""

from collections.abc import Iterable, Sequence

from msgspec.structs import replace
from packaging.requirements import Requirement
from packaging.utils import NormalizedName, canonicalize_name

from flet_lock.analysis.advice import advise, frozen_list
from flet_lock.index.repository import Repository
from flet_lock.model.answer.refusal import Refusal
from flet_lock.model.app.requirement import ProjectRequirement
from flet_lock.model.errors.index import IndexFailure
from flet_lock.model.index.artifact import Wheel
from flet_lock.model.index.metadata import CoreMetadata


def with_advice(
    refusal: Refusal, requirements: Sequence[ProjectRequirement], repository: Repository
) -> Refusal:
    """The same blockers, with what is known of the names in them.

    Args:
        refusal: What failed.
        requirements: All that the app asks for.
        repository: Is asked whether packages exist before they are suggested.
    """

    def exists(package: NormalizedName) -> bool:
        try:
            return repository.listing(package).found
        except IndexFailure:  # a suggestion is not worth failing for
            return False

    return replace(
        refusal,
        blockers=tuple(
            replace(blocker, advice=advise(blocker, exists)) for blocker in refusal.blockers
        ),
        frozen=frozen_list(requirements, lambda pins: _asked_by(pins, repository)),
    )


def _asked_by(pins: Iterable[Requirement], repository: Repository) -> set[NormalizedName]:
    """What the pinned releases require, whatever their markers say: read from one wheel of each."""
    wheels: list[Wheel] = []
    for pin in pins:
        try:
            listing = repository.listing(canonicalize_name(pin.name))
        except IndexFailure:
            continue
        version = next(pin.specifier.filter(listing.versions, prereleases=True), None)
        files = () if version is None else listing.each_artifact(version)
        wheels += [each for each in files if isinstance(each, Wheel)][:1]
    repository.expect_metadata(wheels)
    asked: set[NormalizedName] = set()
    for wheel in wheels:
        try:
            metadata = repository.metadata(wheel)
        except IndexFailure:
            continue
        if isinstance(metadata, CoreMetadata):
            asked |= {canonicalize_name(each.name) for each in metadata.requires_dist}
    return asked
