"""The search for one version of everything: resolvelib, started again with what it has learned.

resolvelib never changes its mind about the order in which packages are decided. Decided in the
wrong order, two packages that move in step (boto3 and aiobotocore over botocore) drive the later
one back through years of releases to one that asks for nothing. So an attempt keeps count of who is
turned away because of whom; where a package was turned away often, another attempt lets the one
in its way wait for it, and the fresher of the answers is taken. All of it depends on the
index's content alone, never on time or on the order in which answers arrive.
"""

from collections import Counter, deque
from collections.abc import Container, Mapping

from msgspec import Struct
from msgspec.structs import replace
from packaging.utils import NormalizedName
from packaging.version import Version
from resolvelib import ResolutionImpossible, ResolutionTooDeep
from resolvelib.structs import RequirementInformation

from flet_lock.model.errors import BudgetExceeded
from flet_lock.model.event import Listener
from flet_lock.resolution.candidate import Candidate
from flet_lock.resolution.dead_ends import DeadEnds
from flet_lock.resolution.decisions import Decisions
from flet_lock.resolution.freshness import Freshness, Limits, Staleness
from flet_lock.resolution.pool import CandidatePool
from flet_lock.resolution.propagation import Contradiction, Propagation
from flet_lock.resolution.provider import Provider
from flet_lock.resolution.watch import Askers, Budget, Dropped, DropWhen, OutOfBudget, Pair, Watch
from flet_lock.resolution.wish import Key, Wish

PATIENCE = 6
"""Candidates of one package turned away because of one other, before another order is tried too."""
IMPATIENCE = 20
"""The same, before an attempt is dropped halfway for another order."""
MORE_PATIENCE = 4
"""Times as much of it each time that an order is tried again."""
ATTEMPTS = 12
"""Orders tried for one answer."""
CLASHES = (100, 1000, 10_000)
"""Candidates turned away after which a search without preferences stops to strike out releases."""
ROUNDS = 200_000
"""Rounds of one attempt; resolvelib spends a tenth of them on optimistic backjumps."""

Answer = dict[Key, Candidate]

StruckOut = Mapping[NormalizedName, frozenset[Version]]
"""Releases that no answer can contain."""


class _Everyone:
    """Contains every package."""

    def __contains__(self, package: object) -> bool:
        return True


NONE: Container[NormalizedName] = frozenset()
EVERYONE: Container[NormalizedName] = _Everyone()


class NoAnswer(Exception):  # noqa: N818 - an outcome of a search, caught where it is made
    """No combination satisfies the wishes."""

    def __init__(
        self, causes: list[RequirementInformation[Wish, Candidate]], askers: Askers
    ) -> None:
        super().__init__(causes)
        self.causes = causes
        """The last clash."""
        self.askers = askers
        """Who asked for what during the search."""


class _Order(Struct, frozen=True, kw_only=True):
    """An order in which packages are decided, to be tried."""

    precedence: Mapping[NormalizedName, int]
    patience: int
    came_to: Candidate | None = None
    """What was turned away last when it was tried."""

    def is_no_fresher(self, limits: Limits) -> bool:
        """Whether it was on a way that leads to nothing fresher than what is known by now."""
        return self.came_to is not None and limits.exceeded_by(self.came_to)

    def later(self, came_to: Candidate | None) -> "_Order":
        """The same, for when others were not better."""
        return replace(self, patience=self.patience * MORE_PATIENCE, came_to=came_to)

    def turned_round(self, pair: Pair) -> "_Order":
        """The one in the way waits for the one turned away, which may yet have to be met at all."""
        turned_away, blocking = pair
        known = self.precedence
        behind = min(known.get(turned_away, 0), known.get(blocking, 0)) - 1
        return _Order(precedence={**known, blocking: behind}, patience=IMPATIENCE)


class _Best(Struct, frozen=True, kw_only=True):
    """The freshest answer so far, and what a fresher one has to keep."""

    answer: Answer
    staleness: Staleness
    limits: Limits


class Search:
    """Searches over one pool; every attempt shares what was read."""

    def __init__(
        self, pool: CandidatePool, listener: Listener, budget: Budget | None = None
    ) -> None:
        """Prepares a search.

        Args:
            pool: what is known; shared by all its attempts.
            listener: is told what happens.
            budget: what is left of another search's; None: the request's own.
        """
        self._pool = pool
        self._listener = listener
        self.budget = budget or Budget(pool.request.budget_seconds)
        self._propagations: dict[int, Propagation] = {}
        self._asked: list[list[Wish]] = []

    def best(self, wishes: list[Wish]) -> Answer:
        """The freshest answer that a few orders of deciding give.

        Raises:
            NoAnswer: there is none.
            BudgetExceeded: it could not be found out in time.
        """
        dead_ends = DeadEnds(self._pool, wishes)
        freshness = Freshness(self._pool)
        out: StruckOut | None = None
        turned_round: set[frozenset[NormalizedName]] = set()
        best: _Best | None = None
        orders = deque([_Order(precedence={}, patience=IMPATIENCE)])
        for attempt in range(ATTEMPTS):
            limits = None if best is None else best.limits
            order = _next(orders, limits)
            if order is None:
                break
            drop = DropWhen(
                patience=order.patience if attempt < ATTEMPTS - 2 else None,
                repeats=out is None and best is None,
                limits=limits,
            )
            watch = self._watch(drop, dead_ends)
            try:
                found = self._attempt(
                    wishes, order.precedence, watch, out=out or {}, dead_ends=dead_ends
                )
            except NoAnswer:
                if best is None:
                    raise
                continue
            if found is None:
                if best is not None:
                    continue
                if out is None and _tried_both_ways(watch, turned_round):
                    out = self._strike_out(wishes, watch)
                orders.append(order.later(watch.came_to))
            else:
                staleness = freshness.staleness(found)
                if best is not None and staleness >= best.staleness:
                    continue
                limits = freshness.limits(found, _hoped_for(watch, found))
                best = _Best(answer=found, staleness=staleness, limits=limits)
            pair = _worst(watch.in_the_way, turned_round, found)
            if pair is not None:
                turned_round.add(frozenset(pair))
                orders.appendleft(order.turned_round(pair))
        return best.answer if best is not None else self.any(wishes)

    def any(self, wishes: list[Wish]) -> Answer:
        """Some answer; for questions of the kind "is there one".

        Raises:
            NoAnswer: there is none.
            BudgetExceeded: it could not be found out in time.
        """
        out: StruckOut = {}
        for limit in CLASHES:
            watch = self._watch(DropWhen(clashes=limit))
            answer = self._attempt(wishes, {}, watch, out=out)
            if answer is not None:
                return answer
            out = self._strike_out(wishes, watch)
        return self._whole_attempt(wishes, stand_ins=NONE, out=out)

    def with_stand_ins(
        self, wishes: list[Wish], stand_ins: Container[NormalizedName] = EVERYONE
    ) -> Answer:
        """An answer in which packages without a usable release may be stand-ins.

        Args:
            wishes: what is asked.
            stand_ins: the packages that may.

        Raises:
            NoAnswer: requirements clash even so.
            BudgetExceeded: it could not be found out in time.
        """
        return self._whole_attempt(wishes, stand_ins=stand_ins, out={})

    def _watch(self, drop: DropWhen, dead_ends: DeadEnds | None = None) -> Watch:
        return Watch(self._pool, self.budget, self._listener, drop=drop, dead_ends=dead_ends)

    def _strike_out(self, wishes: list[Wish], watch: Watch) -> StruckOut:
        """Releases that no answer contains, as far as the packages that clashed show it."""
        clashing = {
            package
            for pair, count in watch.in_the_way.items()
            if count >= PATIENCE
            for package in pair
        }
        try:
            propagation = self._propagations.get(id(wishes))
            if propagation is None:
                propagation = Propagation(self._pool, wishes)
                self._propagations[id(wishes)] = propagation
                self._asked.append(wishes)  # so that the id stays its own
            return propagation.strike_out(clashing)
        except Contradiction as contradiction:
            raise NoAnswer(contradiction.causes, self.budget.askers) from None

    def _whole_attempt(
        self, wishes: list[Wish], *, stand_ins: Container[NormalizedName], out: StruckOut
    ) -> Answer:
        answer = self._attempt(wishes, {}, self._watch(DropWhen()), stand_ins=stand_ins, out=out)
        assert answer is not None, "only a watch with a limit drops an attempt"  # noqa: S101
        return answer

    def _attempt(
        self,
        wishes: list[Wish],
        precedence: Mapping[NormalizedName, int],
        watch: Watch,
        *,
        out: StruckOut,
        stand_ins: Container[NormalizedName] = NONE,
        dead_ends: DeadEnds | None = None,
    ) -> Answer | None:
        """One run of resolvelib; None where its watch dropped it."""
        provider = Provider(
            self._pool,
            precedence=precedence,
            stand_ins=stand_ins,
            struck_out=out,
            dead_ends=dead_ends,
        )
        # Not `Resolver`, which also builds a graph of the answer: it recurses without end where
        # taken back packages require each other, and the graph is ours to build (assembly.py).
        decisions = Decisions(provider, watch)
        self._pool.source.expect_listings({w.package for w in wishes if w.url is None})
        try:
            state = decisions.resolve(wishes, max_rounds=ROUNDS)
        except ResolutionImpossible as impossible:
            raise NoAnswer(list(impossible.causes), self.budget.askers) from impossible
        except Dropped:
            return None
        except (OutOfBudget, ResolutionTooDeep) as error:
            raise BudgetExceeded(
                platform=self._pool.request.targets[0].platform,
                rounds=self.budget.rounds,
                seconds=self.budget.seconds,
                stuck_on=tuple(
                    package
                    for package, _ in sorted(
                        self.budget.turned_away.items(), key=lambda item: (-item[1], item[0])
                    )[:5]
                ),
            ) from error
        return dict(state.mapping)


def _next(orders: deque[_Order], limits: Limits | None) -> _Order | None:
    """The next order that may still lead to something fresher."""
    while orders:
        order = orders.popleft()
        if limits is None or not order.is_no_fresher(limits):
            return order
    return None


def _tried_both_ways(watch: Watch, turned_round: set[frozenset[NormalizedName]]) -> bool:
    """Whether another order did not help the pair for which an attempt was dropped."""
    pair = watch.dropped_for
    return watch.went_in_circles or (pair is not None and frozenset(pair) in turned_round)


def _worst(
    in_the_way: Counter[Pair], turned_round: set[frozenset[NormalizedName]], answer: Answer | None
) -> Pair | None:
    """The pair that clashed most often, whose order has not been turned round yet."""
    pairs = [
        (-count, pair)
        for pair, count in in_the_way.items()
        if count >= PATIENCE
        and frozenset(pair) not in turned_round
        and (answer is None or all((package, "") in answer for package in pair))
    ]
    return min(pairs)[1] if pairs else None


def _hoped_for(watch: Watch, answer: Answer) -> set[NormalizedName]:
    """Packages that another order could make fresher: what was turned away, and from what."""
    return {
        package
        for pair, count in watch.in_the_way.items()
        if count >= PATIENCE and all((each, "") in answer for each in pair)
        for package in (pair[0], *watch.bones_of_contention[pair])
    }
