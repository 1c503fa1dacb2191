"""How far an answer is behind the newest usable releases: what makes one better than another.

Measured in time between uploads; where an index gives no upload times, a release counts as 30 days.
"""

from collections.abc import Collection
from datetime import datetime, timedelta

from packaging.utils import NormalizedName
from packaging.version import Version

from flet_lock.resolution.problem.candidate import Candidate
from flet_lock.resolution.problem.pool import CandidatePool
from flet_lock.resolution.problem.releases import Releases
from flet_lock.resolution.problem.target_requirement import Key

_PER_RELEASE = timedelta(days=30)

Staleness = tuple[timedelta, timedelta]
"""Of the package that is furthest behind, and of all together: compared in this order."""


class Freshness:
    """Weighs answers of one pool."""

    def __init__(self, pool: CandidatePool) -> None:
        self._pool = pool
        self._behind: dict[int, tuple[Candidate, timedelta]] = {}
        """By the candidate's id; it is kept, so that the id stays its own."""

    def staleness(self, answer: dict[Key, Candidate]) -> Staleness:
        """How far an answer is behind the newest usable releases."""
        behind = [
            self.behind(candidate) for (_, extra), candidate in sorted(answer.items()) if not extra
        ]
        return max(behind, default=timedelta()), sum(behind, timedelta())

    def behind(self, candidate: Candidate) -> timedelta:
        """How far a candidate is behind the newest usable release of its package."""
        if candidate.stand_in or candidate.urls:
            return timedelta()
        known = self._behind.get(id(candidate))
        if known is None:
            known = self._behind[id(candidate)] = (candidate, self._measure(candidate))
        return known[1]

    def _measure(self, candidate: Candidate) -> timedelta:
        releases = self._pool.releases(candidate.package)
        newest = next((v for v in releases.offered if _is_newer(v, candidate, releases)), None)
        if newest is None:
            return timedelta()
        taken_at, newest_at = _uploaded(releases, candidate.version), _uploaded(releases, newest)
        if taken_at is None or newest_at is None:
            return _PER_RELEASE * sum(_is_newer(v, candidate, releases) for v in releases.offered)
        return max(newest_at - taken_at, timedelta())

    def limits(
        self, answer: dict[Key, Candidate], improvable: Collection[NormalizedName]
    ) -> "Limits":
        """How far behind the candidates of a fresher answer may be.

        Args:
            answer: what has to be beaten.
            improvable: packages that may be fresher in it.
        """
        worst, _ = self.staleness(answer)
        behind = {
            package: self.behind(candidate)
            for (package, extra), candidate in answer.items()
            if not extra
        }
        gain = sum((behind[package] for package in improvable if package in behind), timedelta())
        return Limits(self, behind, gain, worst)


class Limits:
    """How far behind candidates may be, for their answer to be fresher than another one."""

    def __init__(
        self,
        freshness: Freshness,
        behind: dict[NormalizedName, timedelta],
        gain: timedelta,
        worst: timedelta,
    ) -> None:
        self._freshness = freshness
        self._behind = behind
        self._gain = gain
        self._worst = worst

    def exceeded_by(self, candidate: Candidate) -> bool:
        """Whether an answer with a candidate is no fresher, whatever else is in it.

        No package may be further behind than the worst one of the other answer, and none may
        lose more than all others together can win.
        """
        behind = self._freshness.behind(candidate)
        if behind > self._worst:
            return True
        known = self._behind.get(candidate.package)
        return known is not None and behind > known + self._gain


def _is_newer(version: Version, candidate: Candidate, releases: Releases) -> bool:
    return (
        version > candidate.version
        and (not version.is_prerelease or candidate.version.is_prerelease)
        and releases.usable(
            version, candidate.targets, yanked_allowed=False, hashes=candidate.hashes
        )
    )


def _uploaded(releases: Releases, version: Version) -> datetime | None:
    times = [a.upload_time for a in releases.listing.artifacts(version) if a.upload_time]
    return max(times, default=None)
