"""Whether a release locks with all that it needs: what `lock`, `wheels` and `request` agree on.

A pure wheel says nothing of the native half that it pins (polars and polars-runtime-32, pydantic
and pydantic-core). So a package is resolved as for an app that asks for nothing else.
"""

from collections.abc import Sequence

from msgspec.structs import replace
from packaging.requirements import Requirement

from flet_lock.analysis.availability import Newest, Obstacle, PackageOffers, Verdict
from flet_lock.model.answer.blocker import Blocker
from flet_lock.model.answer.resolution import Resolution
from flet_lock.model.app.requirement import Place, ProjectRequirement
from flet_lock.model.errors.index import DirectReferenceFailure
from flet_lock.model.errors.resolution import BudgetExceeded, CannotLock
from flet_lock.resolution.problem.candidate_source import CandidateSource
from flet_lock.resolution.problem.pool import PoolCache
from flet_lock.resolution.problem.request import ResolutionRequest
from flet_lock.resolution.resolve import resolve

_SECONDS = 3.0
"""For one Python and platform; where that is not enough, nothing is claimed."""


def with_verdicts(
    offers: PackageOffers, request: ResolutionRequest, source: CandidateSource
) -> PackageOffers:
    """The offers, with the verdict on each build's newest release.

    Args:
        offers: what the files of the package alone say.
        request: what they were surveyed for.
        source: gives listings and metadata.

    Raises:
        IndexFailure: an index could not be reached.
    """
    knowledge = PoolCache()

    def judged(newest: Newest) -> Newest:
        if newest.version is None:
            return newest
        own = replace(request, targets=newest.targets, budget_seconds=_SECONDS)
        try:
            verdict = _judge(offers, newest, own, source, knowledge)
        except (BudgetExceeded, DirectReferenceFailure):
            return newest
        return replace(newest, verdict=verdict)

    return replace(offers, newest=tuple(map(judged, offers.newest)))


def _judge(
    offers: PackageOffers,
    newest: Newest,
    request: ResolutionRequest,
    source: CandidateSource,
    knowledge: PoolCache,
) -> Verdict:
    found, _ = _resolved(offers.requirement, request, source, knowledge, diagnosed=False)
    pins = [pin for each in found for pin in each.pins if pin.package == offers.package]
    version = pins[0].version if pins else None
    if version == newest.version:
        return Verdict(locks=version)
    extras = f"[{','.join(offers.requirement.extras)}]" if offers.requirement.extras else ""
    exact = Requirement(f"{offers.package}{extras}=={newest.version}")
    _, blockers = _resolved(exact, request, source, knowledge, diagnosed=True)
    below = (each for each in blockers if each.package != offers.package)
    obstacles = (
        Obstacle(package=each.package, asked=each.chain[-1].requirement if each.chain else "")
        for each in below
    )
    return Verdict(locks=version, obstacles=tuple(dict.fromkeys(obstacles)))


def _resolved(
    requirement: Requirement,
    request: ResolutionRequest,
    source: CandidateSource,
    knowledge: PoolCache,
    *,
    diagnosed: bool,
) -> tuple[Sequence[Resolution], Sequence[Blocker]]:
    """The answer, or why there is none."""
    wanted = ProjectRequirement(requirement=requirement, place=Place(file=""))
    try:
        asked = replace(request, requirements=(wanted,))
        found = resolve(
            asked, source, listener=lambda _: None, diagnosed=diagnosed, knowledge=knowledge
        )
    except CannotLock as error:
        return (), error.blockers
    return found, ()
