"""Why there is no answer: every blocker that can be told in one run.

The last clash of a search says little: it is where the search ended, not what is wrong. So the
app's requirements are asked one by one first. Those that fail alone are searched again with
stand-ins for packages that have no usable release; the stand-ins that cannot be done without are
the blockers. Those that hold alone but not together are thinned out to a smallest set that clashes.
"""

from collections.abc import Iterable, Sequence

from msgspec.structs import replace
from packaging.utils import NormalizedName

from flet_lock.model.answer.blocker import Blocker
from flet_lock.model.answer.refusal import Refusal
from flet_lock.model.app.requirement import Place
from flet_lock.model.errors.resolution import BudgetExceeded
from flet_lock.model.target import Platform
from flet_lock.resolution.answer.assembly import requirement_graph_of
from flet_lock.resolution.diagnosis.conflicts import conflicts_of
from flet_lock.resolution.diagnosis.missing_packages import missing_blockers
from flet_lock.resolution.problem.pool import CandidatePool
from flet_lock.resolution.problem.target_requirement import TargetRequirement
from flet_lock.resolution.search.attempts import NoSolution, Search
from flet_lock.resolution.search.orderings import Answer

Group = tuple[TargetRequirement, ...]
"""The needs that come from one requirement of the app: its package, and each extra."""
GRACE_SECONDS = 0.5
"""Time beyond the end for a requirement of the app about which nothing is known by then."""


def diagnose(
    needs: Sequence[TargetRequirement],
    pool: CandidatePool,
    search: Search,
    no_answer: NoSolution | None,
) -> Refusal:
    """All blockers of needs to which no answer was found.

    Args:
        needs: the requirements of the app.
        pool: the releases.
        search: answers the questions; its budget is shared by them.
        no_answer: how the whole was refuted; None where its search was given up.

    Raises:
        BudgetExceeded: the questions could not be answered, and no blocker was found on the way.
    """
    diagnosis = _Diagnosis(needs, pool, search, no_answer)
    blockers = diagnosis.run()
    order = list(Platform)
    return Refusal(
        partial=diagnosis.is_partial,
        blockers=tuple(
            sorted(blockers, key=lambda b: (order.index(b.platform), b.package, type(b).__name__))
        ),
    )


class _Diagnosis:
    """The questions of one diagnosis. One that cannot be answered does not end the others."""

    def __init__(
        self,
        needs: Sequence[TargetRequirement],
        pool: CandidatePool,
        search: Search,
        no_answer: NoSolution | None,
    ) -> None:
        self._groups = _groups(needs)
        self._pool = pool
        self._search = search
        self._no_answer = no_answer
        self._blockers: dict[tuple[object, ...], Blocker] = {}
        self._failed = 0
        self._given_up: BudgetExceeded | None = None

    @property
    def is_partial(self) -> bool:
        """Whether a question had to be left open that might have shown another blocker."""
        return self._given_up is not None

    def run(self) -> Iterable[Blocker]:
        """The blockers, at least one."""
        sound = [group for group in self._groups if self._is_sound(group)]
        try:
            self._find_clashes(sound)
        except BudgetExceeded as error:
            self._given_up = self._given_up or error
        if self._given_up is not None and not self._blockers:
            if self._no_answer is None:
                raise self._given_up
            for blocker in conflicts_of(self._no_answer, _flat(self._groups), self._pool):
                _add(blocker, self._blockers)
        return self._blockers.values()

    def _is_sound(self, group: Group) -> bool:
        """Whether a requirement of the app has an answer alone; notes what is missing if not."""
        self._search.budget.grant(share=2 + self._failed)
        try:
            no_answer = _no_answer(group, self._search)
            if no_answer is None:
                return True
        except BudgetExceeded as error:
            no_answer = None
            self._give_up(group, error)
            # What its newest releases lack is soon told, late as it is.
            self._search.budget.extend(GRACE_SECONDS)
        self._failed += 1
        try:
            for blocker in _blockers_of(group, no_answer, self._pool, self._search):
                _add(blocker, self._blockers)
        except BudgetExceeded as error:
            self._give_up(group, error)
        return False

    def _give_up(self, group: Group, error: BudgetExceeded) -> None:
        if self._given_up is None:
            if group[0].origin is not None and error.rounds:
                error.adding = group[0].origin.requirement
            self._given_up = error

    def _find_clashes(self, sound: list[Group]) -> None:
        """Adds what cannot hold together, of requirements that hold alone."""
        search = self._search
        clash = len(sound) == len(self._groups)
        search.budget.grant(share=2)
        if clash and self._no_answer is None:
            sound = self._up_to_a_clash(sound)
        # Where each holds alone, it is known already that all of them together do not.
        while clash or not _holds(_flat(sound), search):
            clash = False
            clashing = _smallest_clash(sound, search)
            for blocker in _clash(clashing, self._pool, search):
                _add(blocker, self._blockers)
            # One of them is left out, so that another clash among the rest can show.
            sound = [group for group in sound if group is not clashing[-1]]

    def _up_to_a_clash(self, sound: list[Group]) -> list[Group]:
        """The first requirements of the app that are known to have no answer together.

        Raises:
            BudgetExceeded: with some requirement of the app it is no longer known.
        """
        for count, group in enumerate(sound, 1):
            try:
                if not _holds(_flat(sound[:count]), self._search):
                    return sound[:count]
            except BudgetExceeded as error:
                self._give_up(group, error)
                raise
        raise self._search.given_up()


def _add(blocker: Blocker, blockers: dict[tuple[object, ...], Blocker]) -> None:
    key = (blocker.platform, blocker.package, type(blocker))
    known = blockers.get(key)
    if known is None or _directness(blocker) < _directness(known):
        places = blocker.places if known is None else (*blocker.places, *known.places)
        blockers[key] = _with_places(blocker, places)
    else:
        blockers[key] = _with_places(known, (*known.places, *blocker.places))


def _directness(blocker: Blocker) -> tuple[int, tuple[str, ...]]:
    """Smaller is told: the shorter chain; of two equally long ones, not the one that came first."""
    return len(blocker.chain), tuple(link.requirement for link in blocker.chain)


def _with_places(blocker: Blocker, places: Iterable[Place]) -> Blocker:
    return replace(blocker, places=tuple(dict.fromkeys(places)))


def _groups(needs: Sequence[TargetRequirement]) -> list[Group]:
    groups: dict[int, list[TargetRequirement]] = {}
    for need in needs:
        groups.setdefault(id(need.origin), []).append(need)
    return [tuple(group) for group in groups.values()]


def _flat(groups: Iterable[Group]) -> list[TargetRequirement]:
    return [need for group in groups for need in group]


def _no_answer(needs: Iterable[TargetRequirement], search: Search) -> NoSolution | None:
    """Why there is no answer to some needs; None where there is one."""
    try:
        search.any(list(needs))
    except NoSolution as no_answer:
        return no_answer
    return None


def _holds(needs: Iterable[TargetRequirement], search: Search) -> bool:
    return _no_answer(needs, search) is None


def _smallest_clash(groups: Sequence[Group], search: Search) -> list[Group]:
    """A subset that clashes, of which no member can be left out."""
    needed = list(groups)
    for group in groups:
        rest = [other for other in needed if other is not group]
        if not _holds(_flat(rest), search):
            needed = rest
    return needed


def _blockers_of(
    group: Group, no_answer: NoSolution | None, pool: CandidatePool, search: Search
) -> list[Blocker]:
    """What is missing for one requirement of the app, to which no answer was found alone."""
    needs = list(group)
    try:
        answer: Answer | None = search.with_stand_ins(needs)
    except NoSolution as clash:
        return conflicts_of(clash, group, pool)
    if answer is None:
        return [] if no_answer is None else conflicts_of(no_answer, group, pool)
    missing = _missing(answer, needs, pool)
    if len(missing) > 1:
        missing = _unavoidable(missing, needs, pool, search)
        fewer = _answer_with(missing, needs, search)
        if fewer is not None:
            answer = fewer
            missing = _missing(answer, needs, pool) or missing
    graph = requirement_graph_of(answer, needs, pool)
    blockers = [
        blocker
        for package in sorted(missing)
        for blocker in missing_blockers(package, answer, graph, pool)
    ]
    return blockers or ([] if no_answer is None else conflicts_of(no_answer, group, pool))


def _missing(
    answer: Answer, needs: Sequence[TargetRequirement], pool: CandidatePool
) -> set[NormalizedName]:
    graph = requirement_graph_of(answer, needs, pool)
    return {package for package, extra in graph.targets if answer[package, extra].stand_in}


def _unavoidable(
    missing: set[NormalizedName],
    needs: list[TargetRequirement],
    pool: CandidatePool,
    search: Search,
) -> set[NormalizedName]:
    """Those that an older release of their parents would not make unnecessary."""
    needed = set(missing)

    def is_likely(package: NormalizedName) -> bool:
        return not pool.releases(package).usable_anywhere(pool.everywhere)

    # What has usable releases at all is most likely avoidable, and soon found to be.
    for package in sorted(missing, key=lambda each: (is_likely(each), each)):
        if len(needed) == 1:
            break
        answer = _answer_with(needed - {package}, needs, search)
        if answer is not None and _missing(answer, needs, pool) <= needed:
            needed.discard(package)
    return needed


def _answer_with(
    missing: set[NormalizedName], needs: list[TargetRequirement], search: Search
) -> Answer | None:
    """An answer with stand-ins for some packages; None where there is none, or none was found."""
    try:
        return search.with_stand_ins(needs, frozenset(missing))
    except (NoSolution, BudgetExceeded):
        return None


def _clash(groups: Sequence[Group], pool: CandidatePool, search: Search) -> list[Blocker]:
    no_answer = _no_answer(_flat(groups), search)
    return [] if no_answer is None else conflicts_of(no_answer, _flat(groups), pool)
