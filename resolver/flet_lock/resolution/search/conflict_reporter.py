"""Watches an attempt: who is turned away because of whom, and whether it should be dropped."""

from collections import Counter
from collections.abc import Iterator
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
"""Candidates turned away for the second time because of the same package, before an attempt is
dropped to strike out releases: it refutes pair by pair what can be seen at once."""

Parents = dict[
    NormalizedName, dict[NormalizedName | None, tuple[Candidate | None, TargetRequirement]]
]
"""Package to its parents (None: the app), each with the first requirement seen of it."""
Pair = tuple[NormalizedName, NormalizedName]
"""A package that was turned away, and the one in its way."""


class Budget(Struct):
    """Time that one search may take, over all attempts, and what was seen in them."""

    seconds: float
    started: float = field(default_factory=monotonic)
    rounds: int = 0
    turned_away: Counter[NormalizedName] = field(default_factory=Counter)
    askers: Parents = field(default_factory=dict)

    @property
    def spent(self) -> bool:
        """Whether time is up."""
        return monotonic() - self.started > self.seconds


class OutOfBudget(Exception):  # noqa: N818 - leaves resolvelib's loop, nothing else
    """Time is up."""


class AttemptAborted(Exception):  # noqa: N818 - leaves resolvelib's loop, nothing else
    """This attempt leads nowhere quickly; something else has not been tried."""


class AbortWhen(Struct, frozen=True, kw_only=True):
    """When an attempt is dropped before it has an answer. None: never for that reason."""

    clashes: int | None = None
    """After so many candidates were turned away."""
    patience: int | None = None
    """After so many candidates of one package were turned away because of one other."""
    repeats: bool = False
    """When it refutes the same candidates again and again; see `MOST_REPEATS`."""
    limits: Limits | None = None
    """When it comes to candidates that make its answer no fresher than one that is known."""


class ConflictReporter(BaseReporter[TargetRequirement, Candidate, Key]):
    """Counts who is turned away because of whom, tells the listener, and minds the budget."""

    def __init__(
        self,
        pool: CandidatePool,
        budget: Budget,
        listener: Listener,
        *,
        drop: AbortWhen,
        dead_ends: DeadEnds | None = None,
    ) -> None:
        """Prepares to watch one attempt.

        Args:
            pool: the releases.
            budget: of the whole search.
            listener: is told what happens.
            drop: when the attempt is dropped.
            dead_ends: learns what no answer can contain; None: nothing is to be learned.
        """
        self._pool = pool
        self._budget = budget
        self._listener = listener
        self._drop = drop
        self._clashes = 0
        self._dead_ends = dead_ends
        self._pinned: dict[Key, Candidate] = {}
        self._known: set[Key] = set()
        self._turned_away: set[tuple[int, NormalizedName]] = set()
        """Candidates (their ids: the pool keeps them) and what was in their way."""
        self._repeats = 0
        self.dropped_for: Pair | None = None
        """Whose clashes ended the attempt."""
        self.last_rejected: Candidate | None = None
        """What was turned away last."""
        self.blocked_by: Counter[Pair] = Counter()
        """(turned away, in its way): how often in this attempt."""
        self.contested_packages: dict[Pair, set[NormalizedName]] = {}
        """The packages on which a pair did not agree."""

    @property
    def went_in_circles(self) -> bool:
        """Whether the same candidates were refuted again and again."""
        return self._repeats >= MOST_REPEATS

    def starting_round(self, index: int) -> None:  # noqa: ARG002 - resolvelib's signature
        """Ends the attempt where time is up."""
        self._budget.rounds += 1
        if self._budget.spent:
            raise OutOfBudget

    def adding_requirement(self, requirement: TargetRequirement, parent: Candidate | None) -> None:
        """Notes who asks for what."""
        self._known.add(requirement.key)
        asker = None if parent is None else parent.package
        if asker != requirement.package:
            self._budget.askers.setdefault(requirement.package, {}).setdefault(
                asker, (parent, requirement)
            )

    def pinning(self, candidate: Candidate) -> None:
        """Tells the listener."""
        self._mind_limits(candidate)
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
        """Tells the listener."""
        packages = sorted({cause.requirement.package for cause in causes})
        if packages:
            self._listener(BacktrackingStarted(package=packages[0], rounds=self._budget.rounds))

    def rejecting_candidate(
        self, criterion: Criterion[TargetRequirement, Candidate], candidate: Candidate
    ) -> None:
        """Counts, and ends the attempt where that says so."""
        self._budget.turned_away[candidate.package] += 1
        self.last_rejected = candidate
        self._clashes += 1
        if self._drop.clashes is not None and self._clashes > self._drop.clashes:
            raise AttemptAborted
        self._mind_limits(candidate)
        if self._dead_ends is not None and self._dead_ends.learn(criterion, candidate):
            return
        # Sorted: counting may end the attempt, and a set's order differs from run to run.
        for blocking in sorted(set(self._blocking(criterion, candidate))):
            self._count(criterion, candidate, blocking)

    def _mind_limits(self, candidate: Candidate) -> None:
        limits = self._drop.limits
        if limits is not None and not candidate.extra and limits.exceeded_by(candidate):
            raise AttemptAborted

    def _blocking(
        self, criterion: Criterion[TargetRequirement, Candidate], candidate: Candidate
    ) -> Iterator[NormalizedName]:
        """The packages because of which a candidate was turned away."""
        own = [i.requirement for i in criterion.information if i.parent is candidate]
        others = [
            (info.parent.package, info.requirement)
            for info in criterion.information
            if info.parent is not None and info.parent.package != candidate.package
        ]
        clashing = own[-1].package
        # Their requirements leave no version, so the earlier decision is not to blame.
        outright = [
            package
            for package, need in others
            if package != clashing and not self._agree(own[-1], need)
        ]
        if outright:
            yield from outright
        elif any(package == clashing for package, _ in others):
            yield clashing  # It was decided too early: all who ask for it could have been met.
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
        if known in self._turned_away:
            self._repeats += 1
        self._turned_away.add(known)
        if (self._drop.repeats and self.went_in_circles) or (
            self._drop.patience is not None
            and self.blocked_by[pair] >= self._drop.patience
            and (blocking, "") in self._pinned
        ):
            self.dropped_for = pair
            raise AttemptAborted
