"""The search for one version of everything: resolvelib, started again with what it has learned.

resolvelib never changes its mind about the order in which packages are decided. Decided in the
wrong order, two packages that move in step (boto3 and aiobotocore over botocore) drive the later
one back through years of releases to one that asks for nothing. So an attempt keeps count of who is
turned away because of whom; where a package was turned away often, another attempt lets the one
in its way wait for it, and the fresher of the answers is taken. All of it depends on the
index's content alone, never on time or on the order in which answers arrive.
"""

from collections.abc import Container, Mapping

from packaging.utils import NormalizedName
from packaging.version import Version
from resolvelib import ResolutionImpossible, ResolutionTooDeep
from resolvelib.structs import RequirementInformation

from flet_lock.model.errors import BudgetExceeded
from flet_lock.model.event import Listener
from flet_lock.resolution.problem.candidate import Candidate
from flet_lock.resolution.problem.pool import CandidatePool
from flet_lock.resolution.problem.target_requirement import TargetRequirement
from flet_lock.resolution.search.caching_resolution import CachingResolution
from flet_lock.resolution.search.conflict_reporter import (
    AbortWhen,
    AttemptAborted,
    Budget,
    ConflictReporter,
    OutOfBudget,
    Parents,
)
from flet_lock.resolution.search.dead_ends import DeadEnds
from flet_lock.resolution.search.orderings import PATIENCE, Answer, OrderingSearch
from flet_lock.resolution.search.propagation import Contradiction, Propagation
from flet_lock.resolution.search.provider import Provider
from flet_lock.resolution.search.staleness import Freshness

ATTEMPTS = 12
"""Orders tried for one answer."""
CLASHES = (100, 1000, 10_000)
"""Candidates turned away after which a search without preferences stops to strike out releases."""
ROUNDS = 200_000
"""Rounds of one attempt; resolvelib spends a tenth of them on optimistic backjumps."""

StruckOut = Mapping[NormalizedName, frozenset[Version]]
"""Releases that no answer can contain."""


class _Everyone:
    """Contains every package."""

    def __contains__(self, package: object) -> bool:
        return True


NONE: Container[NormalizedName] = frozenset()
EVERYONE: Container[NormalizedName] = _Everyone()


class NoSolution(Exception):  # noqa: N818 - an outcome of a search, caught where it is made
    """No combination satisfies the requirements."""

    def __init__(
        self, causes: list[RequirementInformation[TargetRequirement, Candidate]], askers: Parents
    ) -> None:
        super().__init__(causes)
        self.causes = causes
        """The last clash."""
        self.askers = askers
        """Who asked for what during the search."""


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
        self._asked: list[list[TargetRequirement]] = []

    def best(self, needs: list[TargetRequirement]) -> Answer:
        """The freshest answer that a few orders of deciding give.

        Raises:
            NoAnswer: there is none.
            BudgetExceeded: it could not be found out in time.
        """
        dead_ends = DeadEnds(self._pool, needs)
        contest = OrderingSearch(Freshness(self._pool))
        out: StruckOut | None = None
        for attempt in range(ATTEMPTS):
            order = contest.next_order()
            if order is None:
                break
            drop = AbortWhen(
                patience=order.patience if attempt < ATTEMPTS - 2 else None,
                repeats=out is None and contest.best is None,
                limits=contest.limits,
            )
            watch = self._watch(drop, dead_ends)
            try:
                found = self._attempt(
                    needs, order.precedence, watch, out=out or {}, dead_ends=dead_ends
                )
            except NoSolution:
                if contest.best is None:
                    raise
                continue
            if found is None and out is None and contest.needs_more_than_orders(watch):
                out = self._strike_out(needs, watch)
            contest.note(order, watch, found)
        return contest.best if contest.best is not None else self.any(needs)

    def any(self, needs: list[TargetRequirement]) -> Answer:
        """Some answer; for questions of the kind "is there one".

        Raises:
            NoAnswer: there is none.
            BudgetExceeded: it could not be found out in time.
        """
        out: StruckOut = {}
        for limit in CLASHES:
            watch = self._watch(AbortWhen(clashes=limit))
            answer = self._attempt(needs, {}, watch, out=out)
            if answer is not None:
                return answer
            out = self._strike_out(needs, watch)
        return self._whole_attempt(needs, stand_ins=NONE, out=out)

    def with_stand_ins(
        self, needs: list[TargetRequirement], stand_ins: Container[NormalizedName] = EVERYONE
    ) -> Answer:
        """An answer in which packages without a usable release may be stand-ins.

        Args:
            needs: what is asked.
            stand_ins: the packages that may.

        Raises:
            NoAnswer: requirements clash even so.
            BudgetExceeded: it could not be found out in time.
        """
        return self._whole_attempt(needs, stand_ins=stand_ins, out={})

    def _watch(self, drop: AbortWhen, dead_ends: DeadEnds | None = None) -> ConflictReporter:
        return ConflictReporter(
            self._pool, self.budget, self._listener, drop=drop, dead_ends=dead_ends
        )

    def _strike_out(self, needs: list[TargetRequirement], watch: ConflictReporter) -> StruckOut:
        """Releases that no answer contains, as far as the packages that clashed show it."""
        clashing = {
            package
            for pair, count in watch.blocked_by.items()
            if count >= PATIENCE
            for package in pair
        }
        try:
            propagation = self._propagations.get(id(needs))
            if propagation is None:
                propagation = Propagation(self._pool, needs)
                self._propagations[id(needs)] = propagation
                self._asked.append(needs)  # so that the id stays its own
            return propagation.strike_out(clashing)
        except Contradiction as contradiction:
            raise NoSolution(contradiction.causes, self.budget.askers) from None

    def _whole_attempt(
        self,
        needs: list[TargetRequirement],
        *,
        stand_ins: Container[NormalizedName],
        out: StruckOut,
    ) -> Answer:
        answer = self._attempt(needs, {}, self._watch(AbortWhen()), stand_ins=stand_ins, out=out)
        assert answer is not None, "only a watch with a limit drops an attempt"  # noqa: S101
        return answer

    def _attempt(
        self,
        needs: list[TargetRequirement],
        precedence: Mapping[NormalizedName, int],
        watch: ConflictReporter,
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
        decisions = CachingResolution(provider, watch)
        self._pool.source.prefetch_listings({w.package for w in needs if w.url is None})
        try:
            state = decisions.resolve(needs, max_rounds=ROUNDS)
        except ResolutionImpossible as impossible:
            raise NoSolution(list(impossible.causes), self.budget.askers) from impossible
        except AttemptAborted:
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
