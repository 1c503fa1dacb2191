"""What a search reads and turns away: no more than it takes to know the answer."""

from datetime import UTC, datetime, timedelta

import pytest
from packaging.utils import canonicalize_name
from packaging.version import Version

from fakes.targets import make_targets
from fakes.universe import Offer, Universe
from fakes.worlds import World
from flet_lock.model.errors.resolution import CannotLock
from flet_lock.model.event import ignore_event
from flet_lock.resolution.problem.pool import CandidatePool
from flet_lock.resolution.resolve import resolve
from flet_lock.resolution.search.attempts import NoSolution, Search
from flet_lock.resolution.search.conflict_reporter import Budget

RELEASES = 200
START = datetime(2026, 1, 1, tzinfo=UTC)


def pure(package: str, version: int, *requires: str) -> Offer:
    """A release for every target, one a day."""
    return Offer(
        filename=f"{package}-{version}-py3-none-any.whl",
        requires=requires,
        uploaded=START + timedelta(days=version),
    )


def in_step(*, behind: int) -> World:
    """`boat` and `oars` pin the very release of `wood`; `oars` lags behind, as `boat` may not.

    Old `oars` take any `wood`, as old releases of nearly everything do.
    """
    newest = RELEASES - behind
    return World(
        packages={
            "boat": tuple(pure("boat", n, f"wood=={n}") for n in range(1, RELEASES + 1)),
            "oars": tuple(
                pure("oars", n, f"wood=={n}" if n > 20 else "wood") for n in range(1, newest + 1)
            ),
            "wood": tuple(pure("wood", n) for n in range(1, RELEASES + 1)),
        },
        requirements=("boat", "oars"),
        targets=make_targets(["android"]),
    )


def taken(world: World, universe: Universe) -> dict[str, int]:
    [resolution] = resolve(world.request(), universe, listener=ignore_event)
    return {pin.package: int(str(pin.version)) for pin in resolution.pins}


def read(universe: Universe) -> set[str]:
    return {*universe.asked.metadata, *universe.asked.expected_metadata}


def test_of_packages_in_step_few_releases_are_read() -> None:
    world = in_step(behind=8)
    universe = world.universe()
    assert taken(world, universe) == {"boat": 192, "oars": 192, "wood": 192}
    assert len(read(universe)) < 80


def test_the_fresher_of_two_orders_is_found_however_far_back_it_is() -> None:
    world = in_step(behind=80)
    universe = world.universe()
    assert taken(world, universe) == {"boat": 120, "oars": 120, "wood": 120}


def test_a_release_that_nobody_can_have_is_turned_away_once() -> None:
    world = World(
        packages={
            "web": tuple(
                pure("web", n, "model>=50" if n > 5 else "model") for n in range(1, RELEASES)
            ),
            "model": tuple(
                pure("model", n, *([f"engine=={n}"] if n >= 50 else [])) for n in range(1, 100)
            ),
            "engine": tuple(
                Offer(filename=f"engine-{n}-cp314-cp314-win_amd64.whl") for n in range(50, 100)
            ),
        },
        requirements=("web", "model"),
        targets=make_targets(["android"]),
    )
    pool = CandidatePool(world.request(), world.universe())
    budget = Budget(60.0)
    answer = Search(pool, ignore_event, budget).best(pool.root_needs())
    versions = {str(package): candidate.version for (package, _), candidate in answer.items()}
    assert versions == {"web": Version("5"), "model": Version("49")}
    assert budget.rejected[canonicalize_name("model")] <= 50
    assert budget.rejected[canonicalize_name("web")] <= 2 * RELEASES


def test_an_extra_that_no_release_can_do_without_is_found_in_one_walk() -> None:
    # As flet-web, uvicorn[standard] and httptools: releases in the middle, times those above them.
    world = World(
        packages={
            "web": tuple(pure("web", n, "server[standard]>=20", "tools") for n in range(1, 100)),
            "server": tuple(
                pure("server", n, "tools", "parser; extra == 'standard'")
                for n in range(1, RELEASES)
            ),
            "tools": tuple(pure("tools", n) for n in range(1, 30)),
            "parser": (Offer(filename="parser-1-cp314-cp314-win_amd64.whl"),),
        },
        requirements=("web>=5", "tools"),
        targets=make_targets(["android"]),
    )
    universe = world.universe()
    with pytest.raises(CannotLock) as caught:
        resolve(world.request(), universe, listener=ignore_event)
    assert [blocker.package for blocker in caught.value.blockers] == ["parser"]
    pool = CandidatePool(world.request(), world.universe())
    budget = Budget(60.0)
    with pytest.raises(NoSolution):
        Search(pool, ignore_event, budget).best(pool.root_needs())
    assert budget.rounds < 200


def test_packages_with_bounds_on_one_that_all_need_are_brought_together() -> None:
    # As Google's libraries over protobuf: an exact pin bounds it, the newest of the others cannot.
    def bounded(name: str, *more: str) -> tuple[Offer, ...]:
        return tuple(
            pure(name, n, "buffer>=6,<8" if n > 20 else "buffer>=3,<7", *more) for n in range(1, 60)
        )

    world = World(
        packages={
            "ai": tuple(pure("ai", n, f"language=={n}", "core", "plus") for n in range(1, 9)),
            "language": tuple(
                pure("language", n, "core[rpc]>=1", "plus", "buffer>=3,<6") for n in range(1, 9)
            ),
            "core": bounded("core", "protos>=1", "status>=1; extra == 'rpc'"),
            "protos": bounded("protos"),
            "status": bounded("status", "protos>=1"),
            "plus": bounded("plus"),
            "buffer": tuple(pure("buffer", n) for n in range(1, 9)),
        },
        requirements=("ai",),
        targets=make_targets(["android"]),
    )
    budget = Budget(60.0)
    pool = CandidatePool(world.request(), world.universe())
    answer = Search(pool, ignore_event, budget).best(pool.root_needs())
    versions = {package: int(str(one.version)) for (package, extra), one in answer.items()}
    assert versions == {
        "ai": 8, "language": 8, "core": 20, "protos": 20, "status": 20, "plus": 20, "buffer": 5
    }  # fmt: skip
    assert budget.rounds < 2_000
