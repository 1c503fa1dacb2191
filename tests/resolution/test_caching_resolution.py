"""What is kept between resolvelib's rounds is what it would be told anew."""

from hypothesis import HealthCheck, given, settings
from resolvelib import BaseReporter, ResolutionImpossible
from resolvelib.resolvers import Criterion, Resolution

from fakes.universe import Universe
from fakes.worlds import World, worlds
from flet_lock.model.answer.resolution import Resolution as Answer
from flet_lock.model.errors.resolution import CannotLock
from flet_lock.model.event import ignore_event
from flet_lock.resolution.problem.candidate import Candidate
from flet_lock.resolution.problem.pool import CandidatePool, PoolCache
from flet_lock.resolution.problem.target_requirement import Key, TargetRequirement
from flet_lock.resolution.resolve import resolve
from flet_lock.resolution.search.caching_resolution import CachingResolution
from flet_lock.resolution.search.provider import Preference, Provider

law = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


class Checked(CachingResolution):
    """Asks resolvelib's own way too, each time."""

    def _is_current_pin_satisfying(
        self, name: Key, criterion: Criterion[TargetRequirement, Candidate]
    ) -> bool:
        kept = super()._is_current_pin_satisfying(name, criterion)
        assert kept == Resolution._is_current_pin_satisfying(self, name, criterion)
        return kept

    def _get_preference(self, name: Key) -> Preference:
        kept = super()._get_preference(name)
        assert kept == Resolution._get_preference(self, name)
        return kept


@law
@given(worlds(packages=5))
def test_what_is_kept_is_what_would_be_told_anew(world: World) -> None:
    pool = CandidatePool(world.request(), world.universe())
    provider = Provider(pool, precedence={}, stand_ins=frozenset(), eliminated={})
    reporter: BaseReporter[TargetRequirement, Candidate, Key] = BaseReporter()
    try:
        Checked(provider, reporter).resolve(pool.root_needs(), max_rounds=10_000)
    except ResolutionImpossible:
        return


@law
@given(worlds())
def test_what_another_request_found_out_changes_no_answer(world: World) -> None:
    universe = world.universe()
    knowledge = PoolCache()
    for wanted in (world.requirements[:1], world.requirements[::-1], world.requirements):
        other = World(
            packages=world.packages,
            requirements=wanted,
            targets=world.targets,
            constraints=world.constraints if wanted != world.requirements[:1] else (),
        )
        assert outcome(other, universe, knowledge) == outcome(other, other.universe(), None)


def outcome(
    world: World, universe: Universe, knowledge: PoolCache | None
) -> tuple[Answer, ...] | None:
    try:
        return resolve(
            world.request(),
            universe,
            listener=ignore_event,
            knowledge=knowledge,
        )
    except CannotLock:
        return None
