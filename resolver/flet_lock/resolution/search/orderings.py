"""Which order of deciding is tried next, and which of the answers so far is the freshest."""

from collections import deque
from collections.abc import Mapping

from msgspec import Struct
from msgspec.structs import replace
from packaging.utils import NormalizedName

from flet_lock.resolution.problem.candidate import Candidate
from flet_lock.resolution.problem.target_requirement import Key
from flet_lock.resolution.search.conflict_reporter import ConflictReporter, Pair
from flet_lock.resolution.search.staleness import Freshness, Limits

PATIENCE = 6
"""Candidates of one package turned away because of one other, before another order is tried too."""
IMPATIENCE = 20
"""The same, before an attempt is dropped halfway for another order."""
MORE_PATIENCE = 4
"""Times as much of it each time that an order is tried again."""

Answer = dict[Key, Candidate]


class Ordering(Struct, frozen=True, kw_only=True):
    """An order in which packages are decided, to be tried."""

    precedence: Mapping[NormalizedName, int]
    """Package to a rank: the lower ones wait for all higher ones, 0 is everybody else's."""
    patience: int
    last_rejected: Candidate | None = None
    """What was turned away last when it was tried before."""

    def later(self, last_rejected: Candidate | None) -> "Ordering":
        """The same, for when others were not better."""
        return replace(self, patience=self.patience * MORE_PATIENCE, last_rejected=last_rejected)

    def turned_round(self, pair: Pair) -> "Ordering":
        """The one in the way waits for the one turned away, which may yet have to be met at all."""
        turned_away, blocking = pair
        known = self.precedence
        behind = min(known.get(turned_away, 0), known.get(blocking, 0)) - 1
        return Ordering(precedence={**known, blocking: behind}, patience=IMPATIENCE)


class OrderingSearch:
    """The orders tried for one answer."""

    def __init__(self, freshness: Freshness) -> None:
        self._freshness = freshness
        self._orders = deque([Ordering(precedence={}, patience=IMPATIENCE)])
        self._turned_round: set[frozenset[NormalizedName]] = set()
        self._hoped_for: set[NormalizedName] = set()
        self._limits: Limits | None = None
        self.best: Answer | None = None
        """The freshest answer so far."""

    @property
    def limits(self) -> Limits | None:
        """What a fresher answer has to keep; None as long as there is none to beat."""
        if self._limits is None and self.best is not None:
            self._limits = self._freshness.limits(self.best, self._hoped_for)
        return self._limits

    def next_order(self) -> Ordering | None:
        """The next one that may lead to an answer, or to a fresher one; None where none may."""
        while self._orders:
            order = self._orders.popleft()
            limits = self.limits
            if (
                limits is None
                or order.last_rejected is None
                or not limits.exceeded_by(order.last_rejected)
            ):
                return order
        return None

    def needs_more_than_orders(self, watch: ConflictReporter) -> bool:
        """Whether a dropped attempt shows that orders alone will not lead to an answer soon."""
        if self.best is not None:
            return False
        pair = watch.dropped_for
        return watch.went_in_circles or (pair is not None and frozenset(pair) in self._turned_round)

    def note(self, order: Ordering, watch: ConflictReporter, found: Answer | None) -> None:
        """What came of an order; None: its attempt was dropped."""
        if found is None:
            if self.best is not None:
                return  # It could not have been fresher.
            self._orders.append(order.later(watch.last_rejected))
        elif not self._is_fresher(found):
            return
        else:
            self.best, self._limits = found, None
            self._hoped_for = _hoped_for(watch, found)
        pair = self._worst(watch, found)
        if pair is not None:
            self._turned_round.add(frozenset(pair))
            self._orders.appendleft(order.turned_round(pair))

    def _is_fresher(self, found: Answer) -> bool:
        if self.best is None:
            return True
        return self._freshness.staleness(found) < self._freshness.staleness(self.best)

    def _worst(self, watch: ConflictReporter, found: Answer | None) -> Pair | None:
        """The pair that clashed most often, whose order has not been turned round yet."""
        pairs = [
            (-count, pair)
            for pair, count in watch.blocked_by.items()
            if count >= PATIENCE
            and frozenset(pair) not in self._turned_round
            and (found is None or all((package, "") in found for package in pair))
        ]
        return min(pairs)[1] if pairs else None


def _hoped_for(watch: ConflictReporter, answer: Answer) -> set[NormalizedName]:
    """Packages that another order could make fresher: what was turned away, and from what."""
    return {
        package
        for pair, count in watch.blocked_by.items()
        if count >= PATIENCE and all((each, "") in answer for each in pair)
        for package in (pair[0], *watch.contested_packages[pair])
    }
