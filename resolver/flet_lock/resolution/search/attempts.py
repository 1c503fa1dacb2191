"""The search for one version of everything: resolvelib, started again with what it has learned.

resolvelib never reconsiders the order in which packages are decided. In the wrong order, two
packages that move in step (boto3 and aiobotocore over botocore) drive the later one back through
years of releases to one without requirements. So each attempt counts rejections per pair; after
many, another attempt decides the blocking package later, and the fresher answer wins. All of it
depends on the content of the index only, never on time or on the order of arrival. ARCHITECTURE.md,
"The search, by an example", has the numbers.
"""

from collections.abc import Container, Mapping

from packaging.utils import NormalizedName
from packaging.version import Version
from resolvelib import ResolutionImpossible, ResolutionTooDeep
from resolvelib.structs import RequirementInformation

from flet_lock.model.errors.resolution import BudgetExceeded
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

ATTEMPTS = 16
"""Orderings tried for one answer."""
LAST_RESORT = 8
"""Attempts without an answer after which contested packages are decided first."""
CLASHES = (100, 1000, 10_000)
"""Rejected candidates after which a search without preferences stops to eliminate releases."""
DOUBTS = 1000
"""Rejected candidates after which an attempt with stand-ins for whatever is missing is given up."""
ROUNDS = 200_000
"""Rounds of one attempt; resolvelib spends a tenth of them on optimistic backjumps."""

Eliminated = Mapping[NormalizedName, frozenset[Version]]
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
        self, causes: list[RequirementInformation[TargetRequirement, Candidate]], parents: Parents
    ) -> None:
        super().__init__(causes)
        self.causes = causes
        """The requirements of the last conflict."""
        self.parents = parents
        """The parents of each package during the search."""


class Search:
    """Searches over one pool; every attempt shares what was read."""

    def __init__(
        self, pool: CandidatePool, listener: Listener, budget: Budget | None = None
    ) -> None:
        """Prepares a search.

        Args:
            pool: the releases; shared by all attempts.
            listener: receives progress events.
            budget: shared with another search; None: the request's own.
        """
        self._pool = pool
        self._listener = listener
        self.budget = budget or Budget(pool.request.budget_seconds)
        self._propagations: dict[tuple[int, int], Propagation] = {}
        self._kept: list[object] = []

    def best(self, needs: list[TargetRequirement]) -> Answer:
        """The freshest answer of a few orderings.

        Args:
            needs: the requirements of the app.


        Raises:
            NoSolution: there is none.
            BudgetExceeded: the budget ended first.
        """
        best = self._freshest(needs)
        return best if best is not None else self.any(needs)

    def _freshest(
        self, needs: list[TargetRequirement], stand_ins: Container[NormalizedName] = NONE
    ) -> Answer | None:
        """The freshest answer of a few orderings, or the first with stand-ins; None: none found."""
        dead_ends = DeadEnds(self._pool, needs, stand_ins)
        orderings = OrderingSearch(Freshness(self._pool))
        out: Eliminated | None = None
        for attempt in range(ATTEMPTS):
            order = orderings.next_ordering(last_resort=attempt >= LAST_RESORT)
            if order is None:
                break
            abort_when = AbortWhen(
                patience=order.patience if attempt < ATTEMPTS - 2 else None,
                repeats=out is None and orderings.best is None,
                limits=orderings.limits,
            )
            reporter = self._reporter(abort_when, dead_ends)
            try:
                found = self._attempt(
                    needs,
                    order.precedence,
                    reporter,
                    out=out or {},
                    stand_ins=stand_ins,
                    dead_ends=dead_ends,
                )
            except NoSolution:
                if orderings.best is None:
                    raise
                continue
            if found is not None and stand_ins is not NONE:
                return found
            if found is None and orderings.best is None:
                self._refuse_if_unmet(dead_ends)
            if found is None and out is None and orderings.needs_elimination(reporter):
                out = self._eliminate(needs, reporter, stand_ins)
            orderings.note(order, reporter, found)
        return orderings.best

    def any(self, needs: list[TargetRequirement]) -> Answer:
        """Any answer, for the question whether there is one.

        Args:
            needs: the requirements of the app.

        Raises:
            NoSolution: there is none.
            BudgetExceeded: it could not be found out.
        """
        out: Eliminated = {}
        dead_ends: DeadEnds | None = None  # at first none: a conflict told as it is met reads best
        for limit in CLASHES:
            reporter = self._reporter(AbortWhen(clashes=limit), dead_ends)
            answer = self._attempt(needs, {}, reporter, out=out, dead_ends=dead_ends)
            if answer is not None:
                return answer
            dead_ends = dead_ends or DeadEnds(self._pool, needs)
            self._refuse_if_unmet(dead_ends)
            out = self._eliminate(needs, reporter)
        raise self.given_up()

    def with_stand_ins(
        self, needs: list[TargetRequirement], stand_ins: Container[NormalizedName] = EVERYONE
    ) -> Answer | None:
        """An answer in which packages without a usable release may be stand-ins.

        Args:
            needs: the requirements.
            stand_ins: the packages that may be stand-ins.

        Returns: the answer; None where a few attempts did not show whether there is one.

        Raises:
            NoSolution: requirements conflict even so.
            BudgetExceeded: the budget ended first.
        """
        if stand_ins is EVERYONE:
            reporter = self._reporter(AbortWhen(clashes=DOUBTS))
            return self._attempt(needs, {}, reporter, out={}, stand_ins=stand_ins)
        return self._freshest(needs, stand_ins)

    def _reporter(
        self, abort_when: AbortWhen, dead_ends: DeadEnds | None = None
    ) -> ConflictReporter:
        return ConflictReporter(
            self._pool, self.budget, self._listener, abort_when=abort_when, dead_ends=dead_ends
        )

    def _refuse_if_unmet(self, dead_ends: DeadEnds) -> None:
        """Ends a search for an app with a requirement that no release can meet.

        Raises:
            NoSolution: there is such a requirement.
        """
        try:
            causes = dead_ends.find_unmet()
        except TimeoutError as error:
            raise self.given_up() from error
        if causes:
            raise NoSolution(causes, self.budget.parents)

    def _eliminate(
        self,
        needs: list[TargetRequirement],
        reporter: ConflictReporter,
        stand_ins: Container[NormalizedName] = NONE,
    ) -> Eliminated:
        """Releases that no answer contains, judged from the packages in conflict."""
        clashing = {
            package
            for pair, count in reporter.blocked_by.items()
            if count >= PATIENCE
            for package in pair
        }
        try:
            key = (id(needs), id(stand_ins))
            propagation = self._propagations.get(key)
            if propagation is None:
                propagation = Propagation(self._pool, needs, stand_ins)
                self._propagations[key] = propagation
                self._kept.append((needs, stand_ins))  # so that the ids stay their own
            return propagation.eliminate(clashing)
        except Contradiction as contradiction:
            raise NoSolution(contradiction.causes, self.budget.parents) from None
        except TimeoutError as error:
            raise self.given_up() from error

    def _attempt(
        self,
        needs: list[TargetRequirement],
        precedence: Mapping[NormalizedName, int],
        reporter: ConflictReporter,
        *,
        out: Eliminated,
        stand_ins: Container[NormalizedName] = NONE,
        dead_ends: DeadEnds | None = None,
    ) -> Answer | None:
        """One run of resolvelib; None if its reporter aborted it."""
        provider = Provider(
            self._pool,
            precedence=precedence,
            stand_ins=stand_ins,
            eliminated=out,
            dead_ends=dead_ends,
        )
        if self.budget.spent:
            raise self.given_up()
        # Not `Resolver`, which also builds a graph of the answer: that recurses without end where
        # packages that were taken back require each other, and assembly.py builds ours.
        decisions = CachingResolution(provider, reporter)
        self._pool.source.prefetch_listings({w.package for w in needs if w.url is None})
        try:
            state = decisions.resolve(needs, max_rounds=ROUNDS)
        except ResolutionImpossible as impossible:
            raise NoSolution(list(impossible.causes), self.budget.parents) from impossible
        except AttemptAborted:
            return None
        except (OutOfBudget, ResolutionTooDeep, TimeoutError) as error:
            raise self.given_up() from error
        return dict(state.mapping)

    def given_up(self) -> BudgetExceeded:
        """The error that says how far the search came."""
        rejected = sorted(self.budget.rejected.items(), key=lambda item: (-item[1], item[0]))
        return BudgetExceeded(
            platform=self._pool.request.targets[0].platform,
            rounds=self.budget.rounds,
            seconds=self.budget.elapsed,
            allowed=self._pool.request.budget_seconds,
            stuck_on=tuple(package for package, _ in rejected[:5]),
        )
