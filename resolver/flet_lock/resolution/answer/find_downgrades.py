"""What was taken older than the same requirements would give a desktop, and because of what.

A desktop takes the newest release that everybody who asks for the package admits; it has a wheel
for everything, or builds one. Where the answer is older than that, the newest admitted release is
held against the answer: either it has no usable file itself, or something that it asks for is
missing or was decided otherwise.
"""

from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct
from packaging.utils import NormalizedName
from packaging.version import Version

from flet_lock.model.answer.downgrade import Downgrade
from flet_lock.model.answer.rejection import Rejection
from flet_lock.model.index.artifact import Artifact
from flet_lock.model.target import Target
from flet_lock.resolution.answer.assembly import RequirementGraph, requirement_graph_of
from flet_lock.resolution.problem.candidate import Candidate
from flet_lock.resolution.problem.pool import CandidatePool
from flet_lock.resolution.problem.ranges import combined_range, specifiers_of
from flet_lock.resolution.problem.releases import Releases
from flet_lock.resolution.problem.target_requirement import TargetRequirement
from flet_lock.resolution.problem.target_set import bits
from flet_lock.resolution.search.orderings import Answer
from flet_lock.targets.compatibility import python_admitted


def find_downgrades(
    answer: Answer, needs: Sequence[TargetRequirement], pool: CandidatePool, targets: int
) -> tuple[Downgrade, ...]:
    """All downgrades of an answer on some targets, sorted by package."""
    graph = requirement_graph_of(answer, needs, pool)
    found = []
    for (package, extra), needed in sorted(graph.targets.items()):
        candidate = answer[package, extra]
        if extra or not needed & targets or any(candidate.urls):
            continue
        newest = _desktop_version(candidate, graph, pool)
        if newest is not None and newest > candidate.version:
            downgrade = _explain(candidate, newest, needed & targets, answer, pool)
            if downgrade is not None:
                found.append(downgrade)
    return tuple(found)


def _desktop_version(
    candidate: Candidate, graph: RequirementGraph, pool: CandidatePool
) -> Version | None:
    """The newest release that everybody admits, whatever files it has."""
    asked = [need for _, need in graph.parents[candidate.key] if need.exactly is None]
    releases = pool.releases(candidate.package)
    constraints = pool.constraints_on(candidate.package, candidate.targets)
    yanked_allowed = any(need.names_one_version for need in asked)
    target = pool.request.targets[next(bits(candidate.targets))]
    for version in releases.matching_lazily(
        combined_range(asked, constraints),
        yanked_allowed=yanked_allowed,
        admitted=releases.admitted_by(specifiers_of(asked, constraints)),
    ):
        # Most have a file for phones, or an sdist, that tells; the others need not be looked at.
        if any(
            python_admitted(artifact.requires_python, target)
            for artifact in releases.listing.each_artifact(version)
        ):
            return version
    return None


def _explain(
    candidate: Candidate, newest: Version, targets: int, answer: Answer, pool: CandidatePool
) -> Downgrade | None:
    releases = pool.releases(candidate.package)

    def itself() -> _Cause:
        return _cause_of(releases, newest, targets, "")

    cause = itself()
    if cause.targets:
        return _downgrade(candidate, newest, cause, pool)
    wanted = pool.candidate(
        candidate.package,
        "",
        newest,
        targets,
        urls=(),
        hashes=candidate.hashes,
        yanked_allowed=candidate.yanked_allowed,
    )
    for need in pool.dependencies(wanted):
        chosen = answer.get(need.key)
        if chosen is not None and need.accepts(chosen.version):
            continue
        if need.package == candidate.package:
            # Its own files turned out unusable when their metadata was read.
            return _downgrade(candidate, newest, itself(), pool)
        missing = _why_missing(need, pool)
        if missing is None and chosen is None:
            continue  # It could have been taken: something else stands in the way.
        requirement = f"{need.package}{need.specifier}"
        if missing is not None:
            cause = _cause_of(pool.releases(need.package), missing, need.targets, requirement)
        else:
            cause = _Cause(
                package=need.package,
                version=chosen.version if chosen else newest,
                requirement=requirement,
            )
        return _downgrade(candidate, newest, cause, pool)
    return None


def _why_missing(need: TargetRequirement, pool: CandidatePool) -> Version | None:
    """The newest release that a need admits, where none of them is usable; else None."""
    releases = pool.releases(need.package)
    range_ = combined_range([need], pool.constraints_on(need.package, need.targets))
    matching = releases.matching(range_, yanked_allowed=need.names_one_version)
    if not matching:
        return None
    if any(_is_usable(releases, version, need.targets) for version in matching):
        return None
    return matching[0]


def _is_usable(releases: Releases, version: Version, targets: int) -> bool:
    """Whether a release has a usable file for all of some targets."""
    for position in bits(targets):
        fit = releases.fit(version, position, yanked_allowed=False, hashes=frozenset())
        if len(releases.rejected_by_metadata(fit, position)) == len(fit.usable):
            return False
    return True


class _Cause(Struct, frozen=True, kw_only=True):
    """The release that stands in the way of the newest one."""

    package: NormalizedName
    version: Version
    requirement: str
    targets: tuple[Target, ...] = ()
    """Those on which it has no usable file."""
    rejections: tuple[Rejection, ...] = ()
    """Why not, file by file, on the first of them."""


def _cause_of(releases: Releases, version: Version, targets: int, requirement: str) -> _Cause:
    """A release with the targets on which it has no usable file."""
    failing: list[int] = []
    rejections: tuple[Rejection, ...] = ()
    for position in bits(targets):
        fit = releases.fit(version, position, yanked_allowed=False, hashes=frozenset())
        known = releases.rejected_by_metadata(fit, position)
        if len(known) < len(fit.usable):
            continue
        if not failing:
            rejections = (*fit.rejections, *known)
        failing.append(position)
    return _Cause(
        package=releases.package,
        version=version,
        requirement=requirement,
        targets=tuple(releases.targets[position] for position in failing),
        rejections=rejections,
    )


def _downgrade(
    candidate: Candidate, newest: Version, cause: _Cause, pool: CandidatePool
) -> Downgrade:
    artifacts = pool.releases(candidate.package).listing.artifacts
    return Downgrade(
        package=candidate.package,
        taken=candidate.version,
        newest=newest,
        taken_uploaded=_uploaded(artifacts(candidate.version)),
        newest_uploaded=_uploaded(artifacts(newest)),
        cause=cause.package,
        cause_version=cause.version,
        cause_requirement=cause.requirement,
        targets=cause.targets,
        rejections=cause.rejections,
    )


def _uploaded(artifacts: Sequence[Artifact]) -> datetime | None:
    return min(filter(None, (artifact.upload_time for artifact in artifacts)), default=None)
