"""Which ordering of decisions is tried next, and which answer so far is the freshest."""

from collections import Counter, deque
from collections.abc import Mapping

from msgspec import Struct
from msgspec.structs import replace
from packaging.utils import NormalizedName

from flet_lock.resolution.problem.candidate import Candidate
from flet_lock.resolution.problem.target_requirement import Key
from flet_lock.resolution.search.conflict_reporter import ConflictReporter, Pair
from flet_lock.resolution.search.staleness import Freshness, Limits

PATIENCE = 6
"""Rejections of a pair after which a successful attempt is repeated in the reverse ordering."""
IMPATIENCE = 20
"""Rejections of a pair after which an attempt is aborted for the reverse ordering."""
MORE_PATIENCE = 4
"""Factor on the patience each time that an ordering is tried again."""

Answer = dict[Key, Candidate]


class Ordering(Struct, frozen=True, kw_only=True):
    """An ordering of decisions."""

    precedence: Mapping[NormalizedName, int]
    """Package to a rank; lower ranks are decided after higher ones. Packages not named have 0."""
    patience: int
    """Rejections of one pair at which an attempt in this ordering is aborted."""
    last_rejected: Candidate | None = None
    """The candidate rejected last when it was tried before; None: not tried yet."""
    last_resort: bool = False
    """Whether it is only tried while there is no answer: it may hold packages back for nothing."""

    def later(self, last_rejected: Candidate | None) -> "Ordering":
        """The same ordering with more patience, for when others are no better."""
        return replace(self, patience=self.patience * MORE_PATIENCE, last_rejected=last_rejected)

    def reversed_for(self, pair: Pair) -> "Ordering":
        """The ordering in which the blocking package of a pair is decided after the rejected one.

        The blocking package is moved back rather than the rejected one forward, because the
        rejected package may become known only later.
        """
        rejected, blocking = pair
        known = self.precedence
        behind = min(known.get(rejected, 0), known.get(blocking, 0)) - 1
        patience = self.patience * MORE_PATIENCE if self.last_resort else IMPATIENCE
        return replace(
            self,
            precedence={**known, blocking: behind},
            patience=patience,
            last_rejected=None,
        )


def contested_first(package: NormalizedName) -> Ordering:
    """The ordering in which the most contested package is decided as soon as it is known.

    Where many packages have bounds on the same one (all of Google's libraries on protobuf), no
    order of the many helps. Decided early, the contested package takes a version that suits those
    with the least choice, and each of the others finds its release by going back once.
    """
    return Ordering(precedence={package: 1}, patience=IMPATIENCE * MORE_PATIENCE, last_resort=True)


class OrderingSearch:
    """The orderings tried for one answer."""

    def __init__(self, freshness: Freshness) -> None:
        self._freshness = freshness
        self._orderings = deque([Ordering(precedence={}, patience=IMPATIENCE)])
        self._reversed: set[frozenset[NormalizedName]] = set()
        self._contested: Counter[NormalizedName] = Counter()
        """Package to the rejections because of conflicting requirements on it."""
        self._resorted = False
        self._improvable: set[NormalizedName] = set()
        self._limits: Limits | None = None
        self.best: Answer | None = None
        """The freshest answer so far."""

    @property
    def limits(self) -> Limits | None:
        """Limits of a fresher answer; None while there is no answer."""
        if self._limits is None and self.best is not None:
            self._limits = self._freshness.limits(self.best, self._improvable)
        return self._limits

    def next_ordering(self, *, last_resort: bool) -> Ordering | None:
        """The next ordering that may give an answer, or a fresher one; None if there is none.

        Args:
            last_resort: whether the most contested package goes first, if there is one.
        """
        if last_resort and self.best is None and self._contested and not self._resorted:
            self._resorted = True
            self._orderings.appendleft(
                contested_first(min(self._contested, key=lambda one: (-self._contested[one], one)))
            )
        while self._orderings:
            order = self._orderings.popleft()
            limits = self.limits
            if (
                limits is None
                or order.last_rejected is None
                or not limits.exceeded_by(order.last_rejected)
            ):
                return order
        return None

    def needs_elimination(self, reporter: ConflictReporter) -> bool:
        """Whether an aborted attempt shows that orderings alone give no answer soon.

        Args:
            reporter: the reporter of the aborted attempt.
        """
        if self.best is not None:
            return False
        pair = reporter.aborted_for
        return reporter.repeats_itself or (pair is not None and frozenset(pair) in self._reversed)

    def note(self, order: Ordering, reporter: ConflictReporter, found: Answer | None) -> None:
        """Records the result of an ordering and queues the orderings that it suggests.

        Args:
            order: the ordering that was tried.
            reporter: the reporter of the attempt.
            found: the answer; None: the attempt was aborted.
        """
        if found is None:
            if self.best is not None:
                return  # The limits aborted it: its answer would not have been fresher.
            self._orderings.append(order.later(reporter.last_rejected))
            for each, contested in reporter.contested_packages.items():
                self._contested += Counter(dict.fromkeys(contested, reporter.blocked_by[each]))
        elif not self._is_fresher(found):
            return
        else:
            self.best, self._limits = found, None
            self._improvable = _improvable(reporter, found)
        pair = self._worst_pair(reporter, found)
        if pair is not None:
            self._reversed.add(frozenset(pair))
            self._orderings.appendleft(order.reversed_for(pair))

    def _is_fresher(self, found: Answer) -> bool:
        if self.best is None:
            return True
        return self._freshness.staleness(found) < self._freshness.staleness(self.best)

    def _worst_pair(self, reporter: ConflictReporter, found: Answer | None) -> Pair | None:
        """The pair with most rejections whose reverse ordering was not queued yet."""
        pairs = [
            (-count, pair)
            for pair, count in reporter.blocked_by.items()
            if count >= PATIENCE
            and frozenset(pair) not in self._reversed
            and (found is None or all((package, "") in found for package in pair))
        ]
        return min(pairs)[1] if pairs else None


def _improvable(reporter: ConflictReporter, answer: Answer) -> set[NormalizedName]:
    """Packages that another ordering could make fresher: the rejected one and those contested."""
    return {
        package
        for pair, count in reporter.blocked_by.items()
        if count >= PATIENCE and all((each, "") in answer for each in pair)
        for package in (pair[0], *reporter.contested_packages[pair])
    }
