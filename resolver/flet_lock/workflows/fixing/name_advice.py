"""Adds what names tell to blockers."""

from collections.abc import Sequence

from msgspec.structs import replace
from packaging.utils import NormalizedName

from flet_lock.analysis.advice import advise, frozen_list
from flet_lock.index.repository import Repository
from flet_lock.model.answer.refusal import Refusal
from flet_lock.model.app.requirement import ProjectRequirement
from flet_lock.model.errors.index import IndexFailure


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
        frozen=frozen_list(requirements),
    )
