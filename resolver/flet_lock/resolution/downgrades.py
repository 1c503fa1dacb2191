"""What was taken older than the same requirements would give a desktop, and because of what.

A desktop takes the newest release that everybody who asks for the package admits; it has a wheel
for everything, or builds one. Where the answer is older than that, the newest admitted release is
held against the answer: either it has no usable file itself, or something that it asks for is
missing or was decided otherwise.
"""

from collections.abc import Sequence

from msgspec import Struct
from packaging.utils import NormalizedName
from packaging.version import Version

from flet_lock.model.artifact import Artifact
from flet_lock.model.downgrade import Downgrade
from flet_lock.model.rejection import Rejection
from flet_lock.model.target import Target
from flet_lock.resolution.assembly import Needs, needs_of
from flet_lock.resolution.candidate import Candidate
from flet_lock.resolution.contest import Answer
from flet_lock.resolution.pool import CandidatePool
from flet_lock.resolution.provider import combined_range, specifiers_of
from flet_lock.resolution.releases import Releases
from flet_lock.resolution.target_set import bits
from flet_lock.resolution.wish import Wish
from flet_lock.targets.compatibility import python_admitted


def find_downgrades(
    answer: Answer, wishes: Sequence[Wish], pool: CandidatePool, targets: int
) -> tuple[Downgrade, ...]:
    """All downgrades of an answer on some targets, sorted by package."""
    needs = needs_of(answer, wishes, pool)
    found = []
    for (package, extra), needed in sorted(needs.targets.items()):
        candidate = answer[package, extra]
        if extra or not needed & targets or any(candidate.urls):
            continue
        newest = _desktop_version(candidate, needs, pool)
        if newest is not None and newest > candidate.version:
            downgrade = _explain(candidate, newest, needed & targets, answer, pool)
            if downgrade is not None:
                found.append(downgrade)
    return tuple(found)


def _desktop_version(candidate: Candidate, needs: Needs, pool: CandidatePool) -> Version | None:
    """The newest release that everybody admits, whatever files it has."""
    asked = [wish for _, wish in needs.parents[candidate.key] if wish.exactly is None]
    releases = pool.releases(candidate.package)
    constraints = pool.constraints_on(candidate.package, candidate.targets)
    yanked_allowed = any(wish.names_one_version for wish in asked)
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
    for wish in pool.dependencies(wanted):
        chosen = answer.get(wish.key)
        if chosen is not None and wish.accepts(chosen.version):
            continue
        if wish.package == candidate.package:
            # Its own files turned out unusable when their metadata was read.
            return _downgrade(candidate, newest, itself(), pool)
        missing = _why_missing(wish, pool)
        if missing is None and chosen is None:
            continue  # It could have been taken: something else stands in the way.
        requirement = f"{wish.package}{wish.specifier}"
        if missing is not None:
            cause = _cause_of(pool.releases(wish.package), missing, wish.targets, requirement)
        else:
            cause = _Cause(
                package=wish.package,
                version=chosen.version if chosen else newest,
                requirement=requirement,
            )
        return _downgrade(candidate, newest, cause, pool)
    return None


def _why_missing(wish: Wish, pool: CandidatePool) -> Version | None:
    """The newest release that a wish admits, where none of them is usable; else None."""
    releases = pool.releases(wish.package)
    range_ = combined_range([wish], pool.constraints_on(wish.package, wish.targets))
    matching = releases.matching(range_, yanked_allowed=wish.names_one_version)
    if not matching:
        return None
    if any(_is_usable(releases, version, wish.targets) for version in matching):
        return None
    return matching[0]


def _is_usable(releases: Releases, version: Version, targets: int) -> bool:
    """Whether a release has a usable file for all of some targets."""
    for position in bits(targets):
        fit = releases.fit(version, position, yanked_allowed=False, hashes=frozenset())
        if len(releases.found_out(fit, position)) == len(fit.usable):
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
        known = releases.found_out(fit, position)
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


def _uploaded(artifacts: Sequence[Artifact]) -> str | None:
    times = [artifact.upload_time for artifact in artifacts if artifact.upload_time is not None]
    return min(times).date().isoformat() if times else None
