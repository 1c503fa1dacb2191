"""Why there is no answer: every blocker that can be told in one run.

The last clash of a search says little: it is where the search ended, not what is wrong. So the
app's requirements are asked one by one first. Those that fail alone are searched again with
stand-ins for packages that have no usable release; the stand-ins that cannot be done without are
the blockers. Those that hold alone but not together are thinned out to a smallest set that clashes.
"""

from collections.abc import Iterable, Sequence

from msgspec.structs import replace
from packaging.utils import NormalizedName

from flet_lock.model.answer.blocker import (
    Blocker,
)
from flet_lock.model.answer.refusal import Refusal
from flet_lock.model.app.requirement import Place
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


def diagnose(needs: Sequence[TargetRequirement], pool: CandidatePool, search: Search) -> Refusal:
    """All blockers of needs for which there is no answer.

    Raises:
        BudgetExceeded: the search time is used up.
    """
    blockers: dict[tuple[object, ...], Blocker] = {}
    sound: list[Group] = []
    groups = _groups(needs)
    for group in groups:
        if _holds(group, search):
            sound.append(group)
        else:
            for blocker in _blockers_of(group, pool, search):
                _add(blocker, blockers)
    # Where each holds alone, it is known already that all of them together do not.
    clash = len(sound) == len(groups)
    while clash or not _holds(_flat(sound), search):
        clash = False
        clashing = _smallest_clash(sound, search)
        for blocker in _clash(clashing, pool, search):
            _add(blocker, blockers)
        # One of them is left out, so that another clash among the rest can show.
        sound = [group for group in sound if group is not clashing[-1]]
    order = list(Platform)
    return Refusal(
        blockers=tuple(
            sorted(
                blockers.values(),
                key=lambda b: (order.index(b.platform), b.package, type(b).__name__),
            )
        )
    )


def _add(blocker: Blocker, blockers: dict[tuple[object, ...], Blocker]) -> None:
    key = (blocker.platform, blocker.package, type(blocker))
    known = blockers.get(key)
    if known is None or _directness(blocker) < _directness(known):
        places = blocker.places if known is None else (*known.places, *blocker.places)
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


def _holds(needs: Iterable[TargetRequirement], search: Search) -> bool:
    try:
        search.any(list(needs))
    except NoSolution:
        return False
    return True


def _smallest_clash(groups: Sequence[Group], search: Search) -> list[Group]:
    """A subset that clashes, of which no member can be left out."""
    needed = list(groups)
    for group in groups:
        rest = [other for other in needed if other is not group]
        if not _holds(_flat(rest), search):
            needed = rest
    return needed


def _blockers_of(group: Group, pool: CandidatePool, search: Search) -> list[Blocker]:
    """What is missing for one requirement of the app."""
    needs = list(group)
    try:
        answer = search.with_stand_ins(needs)
    except NoSolution as no_answer:
        return conflicts_of(no_answer, group, pool)
    missing = _missing(answer, needs, pool)
    if len(missing) > 1:
        missing = _unavoidable(missing, needs, pool, search)
        answer = search.with_stand_ins(needs, frozenset(missing))
        missing = _missing(answer, needs, pool) or missing
    graph = requirement_graph_of(answer, needs, pool)
    blockers = [
        blocker
        for package in sorted(missing)
        for blocker in missing_blockers(package, answer, graph, pool)
    ]
    return blockers or _clash([group], pool, search)


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
    for package in sorted(missing):
        if len(needed) == 1:
            break
        try:
            answer = search.with_stand_ins(needs, frozenset(needed - {package}))
        except NoSolution:
            continue
        if _missing(answer, needs, pool) <= needed:
            needed.discard(package)
    return needed


def _clash(groups: Sequence[Group], pool: CandidatePool, search: Search) -> list[Blocker]:
    try:
        search.any(_flat(groups))
    except NoSolution as no_answer:
        return conflicts_of(no_answer, _flat(groups), pool)
    return []
