"""The search for one version of everything: resolvelib, started again with what it has learned.

resolvelib never changes its mind about the order in which packages are decided. Decided in the
wrong order, two packages that move in step (boto3 and aiobotocore over botocore) drive the later
one back through years of releases to one that asks for nothing. So an attempt keeps count of who is
turned away because of whom; where a package was turned away often, another attempt lets the one
in its way wait for it, and the fresher of the answers is taken. All of it depends on the
index's content alone, never on time or on the order in which answers arrive.
"""

from collections import Counter
from collections.abc import Container, Mapping
from datetime import timedelta
from time import monotonic

from msgspec import Struct, field
from packaging.utils import NormalizedName
from packaging.version import Version
from resolvelib import BaseReporter, ResolutionImpossible, ResolutionTooDeep
from resolvelib.resolvers import Criterion
from resolvelib.structs import RequirementInformation

from flet_lock.model.errors import BudgetExceeded
from flet_lock.model.event import BacktrackingStarted, Listener, PackagePinned
from flet_lock.resolution.candidate import Candidate
from flet_lock.resolution.decisions import Decisions
from flet_lock.resolution.pool import CandidatePool
from flet_lock.resolution.propagation import Contradiction, Propagation
from flet_lock.resolution.provider import Provider
from flet_lock.resolution.wish import Key, Wish

PATIENCE = 6
"""Candidates of one package turned away because of one other, before another order is tried too."""
IMPATIENCE = 40
"""The same, before an attempt is dropped halfway for another order."""
ORDERS_FIRST = 1
"""Attempts that may be dropped before all releases of what clashes are read and held against each
other: often another order is all it takes."""
ATTEMPTS = 12
"""Orders tried for one answer."""
CLASHES = (100, 1000, 10_000)
"""Candidates turned away after which a search without preferences stops to strike out releases."""
ROUNDS = 200_000
"""Rounds of one attempt; resolvelib spends a tenth of them on optimistic backjumps."""

Answer = dict[Key, Candidate]
Pair = tuple[NormalizedName, NormalizedName]
"""A package that was turned away, and the one in its way."""


StruckOut = Mapping[NormalizedName, frozenset[Version]]
"""Releases that no answer can contain."""


Askers = dict[NormalizedName, dict[NormalizedName | None, tuple[Candidate | None, Wish]]]
"""Package to those that were seen to ask for it (None: the app), each with its first wish."""


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


class Budget(Struct):
    """Time that one search may take, over all attempts, and what was seen in them."""

    seconds: float
    started: float = field(default_factory=monotonic)
    rounds: int = 0
    turned_away: Counter[NormalizedName] = field(default_factory=Counter)
    askers: Askers = field(default_factory=dict)

    @property
    def spent(self) -> bool:
        """Whether time is up."""
        return monotonic() - self.started > self.seconds


class _OutOfBudget(Exception):  # noqa: N818 - leaves resolvelib's loop, nothing else
    """Time is up."""


class _Dropped(Exception):  # noqa: N818 - leaves resolvelib's loop, nothing else
    """This attempt leads nowhere quickly; something else has not been tried."""


class _Watch(BaseReporter[Wish, Candidate, Key]):
    """Counts who is turned away because of whom, tells the listener, and minds the budget."""

    def __init__(
        self,
        budget: Budget,
        listener: Listener,
        *,
        settled: set[Pair] | None = None,
        clashes: int | None = None,
    ) -> None:
        """Prepares to watch one attempt.

        Args:
            budget: of the whole search.
            listener: is told what happens.
            settled: drop the attempt when a pair clashes too often that is not one of these.
            clashes: drop the attempt after so many candidates were turned away.
        """
        self._budget = budget
        self._listener = listener
        self._settled = settled
        self._clashes_left = clashes
        self._pinned: dict[Key, Candidate] = {}
        self._known: set[Key] = set()
        self.in_the_way: Counter[Pair] = Counter()
        """(turned away, in its way): how often in this attempt."""

    def starting_round(self, index: int) -> None:  # noqa: ARG002 - resolvelib's signature
        self._budget.rounds += 1
        if self._budget.spent:
            raise _OutOfBudget

    def adding_requirement(self, requirement: Wish, parent: Candidate | None) -> None:
        self._known.add(requirement.key)
        asker = None if parent is None else parent.package
        if asker != requirement.package:
            self._budget.askers.setdefault(requirement.package, {}).setdefault(
                asker, (parent, requirement)
            )

    def pinning(self, candidate: Candidate) -> None:
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
        causes: "list[RequirementInformation[Wish, Candidate]]",  # type: ignore[override]
    ) -> None:
        packages = sorted({cause.requirement.package for cause in causes})
        if packages:
            self._listener(BacktrackingStarted(package=packages[0], rounds=self._budget.rounds))

    def rejecting_candidate(
        self, criterion: Criterion[Wish, Candidate], candidate: Candidate
    ) -> None:
        self._budget.turned_away[candidate.package] += 1
        if self._clashes_left is not None:
            self._clashes_left -= 1
            if self._clashes_left < 0:
                raise _Dropped
        parents = {
            parent.package
            for parent in criterion.iter_parent()
            if parent is not None and parent.package != candidate.package
        }
        # Sorted: counting may end the attempt, and a set's order differs from run to run.
        for parent in sorted(parents):
            self._count(candidate.package, parent)
        clashing = next(criterion.iter_requirement()).package
        if clashing != candidate.package:
            self._count(candidate.package, clashing)

    def _count(self, turned_away: NormalizedName, blocking: NormalizedName) -> None:
        pair = (turned_away, blocking)
        self.in_the_way[pair] += 1
        if (
            self._settled is not None
            and self.in_the_way[pair] >= IMPATIENCE
            and pair not in self._settled
            and (blocking, "") in self._pinned
        ):
            raise _Dropped


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
        settled: set[Pair] = set()
        out: StruckOut = {}
        best: Answer | None = None
        freshness = (timedelta.max, timedelta.max)
        dropped = 0
        orders: list[dict[NormalizedName, int]] = [{}]
        for attempt in range(ATTEMPTS):
            if not orders:
                break
            precedence = orders.pop()
            last = attempt >= ATTEMPTS - 2
            watch = _Watch(self.budget, self._listener, settled=None if last else settled)
            try:
                found = self._attempt(wishes, precedence, watch, stand_ins=NONE, out=out)
            except NoAnswer:
                if best is None:
                    raise
                continue
            if found is None:
                dropped += 1
                out = self._strike_out(wishes, watch) if dropped > ORDERS_FIRST else out
            else:
                staleness = self.staleness(found)
                if staleness < freshness:
                    best, freshness = found, staleness
                elif best is not None:
                    continue
            pair = _worst(watch.in_the_way, settled, found)
            if pair is not None:
                settled.add(pair)
                orders.append(_deciding_last(pair, precedence))
            elif found is None:
                orders.append(precedence)
        return best if best is not None else self.any(wishes)

    def any(self, wishes: list[Wish]) -> Answer:
        """Some answer; for questions of the kind "is there one".

        Raises:
            NoAnswer: there is none.
            BudgetExceeded: it could not be found out in time.
        """
        out: StruckOut = {}
        for limit in CLASHES:
            watch = _Watch(self.budget, self._listener, clashes=limit)
            answer = self._attempt(wishes, {}, watch, stand_ins=NONE, out=out)
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

    def _strike_out(self, wishes: list[Wish], watch: "_Watch") -> StruckOut:
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
        watch = _Watch(self.budget, self._listener)
        answer = self._attempt(wishes, {}, watch, stand_ins=stand_ins, out=out)
        assert answer is not None, "only a watch with a limit drops an attempt"  # noqa: S101
        return answer

    def _attempt(
        self,
        wishes: list[Wish],
        precedence: Mapping[NormalizedName, int],
        watch: _Watch,
        *,
        stand_ins: Container[NormalizedName],
        out: StruckOut,
    ) -> Answer | None:
        """One run of resolvelib; None where its watch dropped it."""
        provider = Provider(self._pool, precedence=precedence, stand_ins=stand_ins, struck_out=out)
        # Not `Resolver`, which also builds a graph of the answer: it recurses without end where
        # taken back packages require each other, and the graph is ours to build (assembly.py).
        decisions = Decisions(provider, watch)
        self._pool.source.expect_listings({w.package for w in wishes if w.url is None})
        try:
            state = decisions.resolve(wishes, max_rounds=ROUNDS)
        except ResolutionImpossible as impossible:
            raise NoAnswer(list(impossible.causes), self.budget.askers) from impossible
        except _Dropped:
            return None
        except (_OutOfBudget, ResolutionTooDeep) as error:
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

    # ------------------------------------------------------------------ freshness

    def staleness(self, answer: Answer) -> tuple[timedelta, timedelta]:
        """How far an answer is behind the newest usable releases: the worst package, and in all.

        Measured in time between uploads; where an index gives no upload times, a release counts
        as 30 days.
        """
        behind = [
            self._behind(candidate)
            for (_, extra), candidate in sorted(answer.items())
            if not extra and not candidate.stand_in and not candidate.urls
        ]
        return max(behind, default=timedelta()), sum(behind, timedelta())

    def _behind(self, candidate: Candidate) -> timedelta:
        releases = self._pool.releases(candidate.package)
        newer = [
            version
            for version in releases.offered
            if version > candidate.version
            and (not version.is_prerelease or candidate.version.is_prerelease)
            and releases.usable(
                version, candidate.targets, yanked_allowed=False, hashes=candidate.hashes
            )
        ]
        if not newer:
            return timedelta()
        taken, newest = (
            max(
                (a.upload_time for a in releases.listing.artifacts(version) if a.upload_time),
                default=None,
            )
            for version in (candidate.version, newer[0])
        )
        if taken is None or newest is None:
            return timedelta(days=30) * len(newer)
        return max(newest - taken, timedelta())


def _deciding_last(
    pair: Pair, precedence: Mapping[NormalizedName, int]
) -> dict[NormalizedName, int]:
    """The one in the way waits for the one turned away, which may yet have to be met at all."""
    turned_away, blocking = pair
    behind = min(precedence.get(turned_away, 0), precedence.get(blocking, 0)) - 1
    return {**precedence, blocking: behind}


def _worst(in_the_way: Counter[Pair], settled: set[Pair], answer: Answer | None) -> Pair | None:
    """The pair that clashed most often, whose order has not been turned round yet."""
    pairs = [
        (-count, pair)
        for pair, count in in_the_way.items()
        if count >= PATIENCE
        and pair not in settled
        and (answer is None or all((package, "") in answer for package in pair))
    ]
    return min(pairs)[1] if pairs else None
