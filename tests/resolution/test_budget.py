"""No input makes the resolver run away: past its budget it says what it is stuck on."""

from time import monotonic

import pytest
from msgspec.structs import replace

from fakes.targets import make_targets
from fakes.universe import Offer
from fakes.worlds import World
from flet_lock.model.errors.resolution import BudgetExceeded, CannotLock
from flet_lock.model.event import ignore_event
from flet_lock.model.target import Platform
from flet_lock.resolution.resolve import resolve


def pigeons(count: int, *, holes: int) -> World:
    """Each pigeon wants a hole for itself: no resolver tells quickly that one hole is missing."""
    packages = {
        f"pigeon-{pigeon}": tuple(
            Offer(
                filename=f"pigeon_{pigeon}-{hole}-py3-none-any.whl",
                requires=(f"hole-{hole}=={pigeon + 1}",),
            )
            for hole in range(1, holes + 1)
        )
        for pigeon in range(count)
    }
    packages |= {
        f"hole-{hole}": tuple(
            Offer(filename=f"hole_{hole}-{pigeon + 1}-py3-none-any.whl") for pigeon in range(count)
        )
        for hole in range(1, holes + 1)
    }
    return World(
        packages=packages,
        requirements=tuple(f"pigeon-{pigeon}" for pigeon in range(count)),
        targets=make_targets(["android"]),
    )


def test_a_search_past_its_budget_says_what_it_is_stuck_on() -> None:
    world = pigeons(9, holes=8)
    started = monotonic()
    with pytest.raises(BudgetExceeded) as failure:
        resolve(
            replace(world.request(), budget_seconds=0.3), world.universe(), listener=ignore_event
        )
    assert monotonic() - started < 2
    assert failure.value.platform is Platform.ANDROID
    assert failure.value.rounds > 0
    assert failure.value.stuck_on
    assert set(failure.value.stuck_on) <= set(world.packages)


def test_where_each_pigeon_has_a_hole_the_answer_comes_quickly() -> None:
    world = pigeons(12, holes=12)
    started = monotonic()
    [resolution] = resolve(world.request(), world.universe(), listener=ignore_event)
    assert len(resolution.pins) == 24
    assert monotonic() - started < 2


def test_a_small_search_without_an_answer_ends_by_itself() -> None:
    world = pigeons(4, holes=3)
    with pytest.raises(CannotLock) as failure:
        resolve(world.request(), world.universe(), listener=ignore_event)
    places = {place for blocker in failure.value.blockers for place in blocker.places}
    assert places == {requirement.place for requirement in world.request().requirements}
