"""Requirements that no version of a package satisfies together."""

from collections.abc import Callable, Iterable, Sequence

from packaging.utils import NormalizedName
from resolvelib.structs import RequirementInformation

from flet_lock.model.answer.blocker import (
    Blocker,
    ChainLink,
    Conflict,
    ConflictingRequirement,
)
from flet_lock.model.target import Platform
from flet_lock.resolution.diagnosis.chains import asked_text, chain_of_parents
from flet_lock.resolution.problem.candidate import Candidate
from flet_lock.resolution.problem.pool import CandidatePool
from flet_lock.resolution.problem.ranges import combined_range
from flet_lock.resolution.problem.target_requirement import UNUSABLE, TargetRequirement
from flet_lock.resolution.problem.target_set import members
from flet_lock.resolution.search.attempts import NoSolution


def conflicts_of(
    no_answer: NoSolution, needs: Sequence[TargetRequirement], pool: CandidatePool
) -> list[Blocker]:
    """The last clash, seen from the package on which the needs cannot meet; per platform."""
    by_package: dict[
        NormalizedName, list[RequirementInformation[TargetRequirement, Candidate]]
    ] = {}
    asked = [
        cause
        for cause in no_answer.causes
        # Not a decision that stands: nobody asked for that.
        if cause.requirement.exactly is None and cause.requirement.extra != UNUSABLE
    ]
    for cause in asked or no_answer.causes:
        by_package.setdefault(cause.requirement.package, []).append(cause)
    package, told = min(
        by_package.items(),
        key=lambda item: (
            not cannot_meet(item[0], [c.requirement for c in item[1]], pool),
            item[0],
        ),
    )
    return conflicts_on(
        package,
        [(cause.parent, cause.requirement) for cause in told],
        needs,
        lambda parent: chain_of_parents(parent, no_answer.parents),
        pool,
    )


def conflicts_on(
    package: NormalizedName,
    asked: Iterable[tuple[Candidate | None, TargetRequirement]],
    needs: Sequence[TargetRequirement],
    chain_of: Callable[[Candidate], tuple[ChainLink, ...]],
    pool: CandidatePool,
) -> list[Blocker]:
    """A clash on a package: who asks for what, and how each came into the app."""
    unique = {
        (parent.package if parent else "", asked_text(need)): (parent, need)
        for parent, need in asked
    }
    sides = []
    for _, (parent, need) in sorted(unique.items(), key=lambda item: item[0]):
        chain = () if parent is None else chain_of(parent)
        sides.append(
            ConflictingRequirement(
                requirement=need.requirement,
                required_by=chain[-1] if chain else None,
                chain=chain,
            )
        )
    targets = 0
    for need in needs:
        targets |= need.targets
    concerned = members(targets, pool.request.targets)
    return [
        Conflict(
            package=package,
            platform=platform,
            targets=tuple(target for target in concerned if target.platform is platform),
            chain=(),
            places=tuple(
                dict.fromkeys(need.origin.place for need in needs if need.origin is not None)
            ),
            requirements=tuple(sides),
            own=tuple(
                dict.fromkeys(need.origin.requirement for need in needs if need.origin is not None)
            ),
        )
        for platform in Platform
        if any(target.platform is platform for target in concerned)
    ]


def cannot_meet(
    package: NormalizedName, needs: Sequence[TargetRequirement], pool: CandidatePool
) -> bool:
    """Whether no listed version satisfies requirements and the constraints on a package."""
    range_ = combined_range(needs, pool.constraints_on(package, pool.everywhere))
    return not pool.releases(package).matching(range_, yanked_allowed=True)
