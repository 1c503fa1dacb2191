"""A resolvelib reporter that counts rejections per pair and aborts hopeless attempts."""

from collections import Counter
from collections.abc import Iterator
from math import inf
from time import monotonic

from msgspec import Struct, field
from packaging.utils import NormalizedName
from resolvelib import BaseReporter
from resolvelib.resolvers import Criterion
from resolvelib.structs import RequirementInformation

from flet_lock.model.event import BacktrackingStarted, Listener, PackagePinned
from flet_lock.resolution.problem.candidate import Candidate
from flet_lock.resolution.problem.pool import CandidatePool
from flet_lock.resolution.problem.target_requirement import Key, TargetRequirement
from flet_lock.resolution.search.dead_ends import DeadEnds
from flet_lock.resolution.search.staleness import Limits

MOST_REPEATS = 20
"""Candidates rejected again because of the same package, before an attempt is aborted to eliminate
releases: it refutes pair by pair what elimination sees at once."""

_CLOCK_EVERY = 100
"""Rejections, of which one round may have thousands, between two looks at the clock."""

Parents = dict[
    NormalizedName, dict[NormalizedName | None, tuple[Candidate | None, TargetRequirement]]
]
"""Package to its parents (None: the app), each with the first requirement seen of it."""
Pair = tuple[NormalizedName, NormalizedName]
"""A rejected package and the package that blocked it."""


EFFORT_PER_SECOND = 1500
"""Rounds and rejected candidates that a second of a budget pays for: about a fifth of what a fast
machine does in it. So a search that has no end stops after seconds, and on any machine at the same
place, however long the user would wait for indexes."""


class Budget(Struct):
    """Time and effort that one search may take over all attempts, and counts over all of them."""

    seconds: float
    whole_effort: float = inf
    """Rounds and rejected candidates."""
    started: float = field(default_factory=monotonic)
    rounds: int = 0
    rejections: int = 0
    rejected: Counter[NormalizedName] = field(default_factory=Counter)
    parents: Parents = field(default_factory=dict)
    effort: float = inf
    """Of what is asked now, counted from the beginning."""

    def __post_init__(self) -> None:
        self.effort = self.whole_effort

    @property
    def spent(self) -> bool:
        """Whether the time or the effort is used up."""
        return self.rounds + self.rejections > self.effort or self.elapsed > self.seconds

    @property
    def elapsed(self) -> float:
        """Seconds since it began."""
        return monotonic() - self.started

    def extend(self, seconds: float) -> None:
        """Allows so much time, and the effort that fits in it, from now on."""
        self.seconds = max(self.seconds, self.elapsed + seconds)
        self.effort = self.rounds + self.rejections + 4 * EFFORT_PER_SECOND * seconds

    def grant(self, *, share: int) -> None:
        """Leaves to what comes next a share of the whole effort, whatever was spent before."""
        self.effort = self.rounds + self.rejections + self.whole_effort / share


class OutOfBudget(Exception):  # noqa: N818 - leaves resolvelib's loop, nothing else
    """The budget of the search is used up."""


class AttemptAborted(Exception):  # noqa: N818 - leaves resolvelib's loop, nothing else
    """This attempt makes no progress, and another ordering or elimination has not been tried."""


class AbortWhen(Struct, frozen=True, kw_only=True):
    """Limits at which an attempt is aborted. None: no such limit."""

    clashes: int | None = None
    """Rejected candidates in all."""
    patience: int | None = None
    """Rejected candidates of one package because of one other package."""
    repeats: bool = False
    """Whether `MOST_REPEATS` applies."""
    limits: Limits | None = None
    """Distances beyond which the answer cannot be fresher than a known one."""


class ConflictReporter(BaseReporter[TargetRequirement, Candidate, Key]):
    """Counts rejections per pair for one attempt, reports progress, enforces limits and budget."""

    def __init__(
        self,
        pool: CandidatePool,
        budget: Budget,
        listener: Listener,
        *,
        abort_when: AbortWhen,
        dead_ends: DeadEnds | None = None,
    ) -> None:
        """Prepares for one attempt.

        Args:
            pool: the releases.
            budget: the budget of the whole search.
            listener: receives progress events.
            abort_when: the limits of the attempt.
            dead_ends: collects releases that no answer can contain; None: collects nothing.
        """
        self._pool = pool
        self._budget = budget
        self._listener = listener
        self._abort_when = abort_when
        self._clashes = 0
        self._dead_ends = dead_ends
        self._pinned: dict[Key, Candidate] = {}
        self._known: set[Key] = set()
        self._rejected: set[tuple[int, NormalizedName]] = set()
        """Pairs of candidate (by id: the pool keeps it alive) and blocking package."""
        self._repeats = 0
        self.aborted_for: Pair | None = None
        """The pair whose rejections ended the attempt."""
        self.last_rejected: Candidate | None = None
        """The candidate that was rejected last."""
        self.blocked_by: Counter[Pair] = Counter()
        """Pair to its rejections in this attempt."""
        self.contested_packages: dict[Pair, set[NormalizedName]] = {}
        """Pair to the packages on which the two have conflicting requirements."""

    @property
    def repeats_itself(self) -> bool:
        """Whether the attempt refuted the same candidates `MOST_REPEATS` times."""
        return self._repeats >= MOST_REPEATS

    def starting_round(self, index: int) -> None:  # noqa: ARG002 - resolvelib's signature
        """Counts the round.

        Raises:
            OutOfBudget: the time or the effort is used up.
        """
        self._budget.rounds += 1
        if self._budget.spent:
            raise OutOfBudget

    def adding_requirement(self, requirement: TargetRequirement, parent: Candidate | None) -> None:
        """Records the parent of a requirement."""
        self._known.add(requirement.key)
        asker = None if parent is None else parent.package
        if asker != requirement.package:
            self._budget.parents.setdefault(requirement.package, {}).setdefault(
                asker, (parent, requirement)
            )

    def pinning(self, candidate: Candidate) -> None:
        """Reports a pin.

        Raises:
            AttemptAborted: the pin exceeds the limits.
        """
        self._check_limits(candidate)
        self._pinned[candidate.key] = candidate
        if not candidate.extra:
            self._listener(
                PackagePinned(
                    package=candidate.package,
                    version=candidate.version,
                    pinned=len(self._pinned),
                    known=len(self._known),
                )
            )

    def resolving_conflicts(
        self,
        causes: "list[RequirementInformation[TargetRequirement, Candidate]]",  # type: ignore[override]
    ) -> None:
        """Reports that resolvelib backtracks."""
        packages = sorted({cause.requirement.package for cause in causes})
        if packages:
            self._listener(BacktrackingStarted(package=packages[0], rounds=self._budget.rounds))

    def rejecting_candidate(
        self, criterion: Criterion[TargetRequirement, Candidate], candidate: Candidate
    ) -> None:
        """Counts the rejection.

        Raises:
            AttemptAborted: a limit of the attempt is reached.
            OutOfBudget: the time or the effort is used up.
        """
        self._budget.rejections += 1
        self._budget.rejected[candidate.package] += 1
        if self._budget.rejections % _CLOCK_EVERY == 0 and self._budget.spent:
            raise OutOfBudget
        self.last_rejected = candidate
        self._clashes += 1
        if self._abort_when.clashes is not None and self._clashes > self._abort_when.clashes:
            raise AttemptAborted
        self._check_limits(candidate)
        if self._dead_ends is not None and self._dead_ends.learn(criterion, candidate):
            return
        # Sorted: counting may abort the attempt, and the order of a set differs between runs.
        for blocking in sorted(set(self._blocking(criterion, candidate))):
            self._count(criterion, candidate, blocking)

    def _check_limits(self, candidate: Candidate) -> None:
        limits = self._abort_when.limits
        if limits is not None and not candidate.extra and limits.exceeded_by(candidate):
            raise AttemptAborted

    def _blocking(
        self, criterion: Criterion[TargetRequirement, Candidate], candidate: Candidate
    ) -> Iterator[NormalizedName]:
        """The packages that blocked a candidate.

        Example: aiobotocore 2.13 needs botocore 1.34, boto3 1.43 needs botocore 1.43. No botocore
        satisfies both, so aiobotocore blocks boto3. If some botocore did, but another one was
        decided early, botocore itself would be to blame.
        """
        own = [i.requirement for i in criterion.information if i.parent is candidate]
        others = [
            (info.parent.package, info.requirement)
            for info in criterion.information
            if info.parent is not None and info.parent.package != candidate.package
        ]
        clashing = own[-1].package
        # No version satisfies both, so the earlier decision is not to blame.
        outright = [
            package
            for package, need in others
            if package != clashing and not self._agree(own[-1], need)
        ]
        if outright:
            yield from outright
        elif any(package == clashing for package, _ in others):
            yield clashing  # All its requirements could be met; only its early pin conflicts.
        else:
            yield from (package for package, _ in others)
            if clashing != candidate.package:
                yield clashing

    def _agree(self, first: TargetRequirement, second: TargetRequirement) -> bool:
        """Whether some version satisfies both requirements on a package."""
        if first.url is not None or second.url is not None:
            return True
        if first.exactly is not None or second.exactly is not None:
            exact, other = (first, second) if first.exactly is not None else (second, first)
            return exact.exactly is not None and other.accepts(exact.exactly)
        releases = self._pool.releases(first.package)
        return bool(releases.admitted(first.specifier) & releases.admitted(second.specifier))

    def _count(
        self,
        criterion: Criterion[TargetRequirement, Candidate],
        candidate: Candidate,
        blocking: NormalizedName,
    ) -> None:
        pair = (candidate.package, blocking)
        self.blocked_by[pair] += 1
        clashing = next(criterion.iter_requirement()).package
        self.contested_packages.setdefault(pair, set()).add(clashing)
        known = (id(candidate), blocking)
        if known in self._rejected:
            self._repeats += 1
        self._rejected.add(known)
        if (self._abort_when.repeats and self.repeats_itself) or (
            self._abort_when.patience is not None
            and self.blocked_by[pair] >= self._abort_when.patience
            and (blocking, "") in self._pinned
        ):
            self.aborted_for = pair
            raise AttemptAborted
