"""Why a release is not the newest, and how far behind an answer may be."""

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from packaging.utils import canonicalize_name

from fakes.targets import make_targets
from fakes.universe import Offer
from fakes.worlds import World
from flet_lock.model.event import ignore_event
from flet_lock.resolution.resolve import resolve
from flet_lock.resolution.search.staleness import Limits


def pure(package: str, version: str, *requires: str) -> Offer:
    return Offer(filename=f"{package}-{version}-py3-none-any.whl", requires=requires)


def test_what_could_have_been_had_is_not_the_cause() -> None:
    # `shop` 2 needs `bell` and `till`, which are there, and a newer `coin` than the app lets in.
    world = World(
        packages={
            "shop": (pure("shop", "1"), pure("shop", "2", "bell", "till", "coin>=2")),
            "bell": (pure("bell", "1"),),
            "till": (pure("till", "1"),),
            "coin": (pure("coin", "1"), pure("coin", "2")),
        },
        requirements=("shop", "coin<2"),
        targets=make_targets(["android"]),
    )
    [resolution] = resolve(world.request(), world.universe(), listener=ignore_event)
    assert [
        (each.package, str(each.taken), str(each.newest), each.cause, each.cause_requirement)
        for each in resolution.downgrades
    ] == [("shop", "1", "2", "coin", "coin>=2")]


@pytest.mark.parametrize(
    ("package", "days", "exceeded"),
    [
        ("new", 10, False),  # as far behind as the worst one of the other answer
        ("new", 11, True),
        ("known", 5, False),  # it was 3 days behind, and 2 can be won elsewhere
        ("known", 6, True),
    ],
)
def test_an_answer_is_no_fresher_with_what_is_further_behind(
    package: str, days: int, *, exceeded: bool
) -> None:
    def behind(candidate: Any) -> timedelta:  # noqa: ANN401 - a candidate of the test's own
        return timedelta(days=candidate.days)

    freshness: Any = SimpleNamespace(behind=behind)
    known = {canonicalize_name("known"): timedelta(days=3)}
    limits = Limits(freshness, known, timedelta(days=2), timedelta(days=10))
    candidate: Any = SimpleNamespace(package=canonicalize_name(package), days=days)
    assert limits.exceeded_by(candidate) is exceeded
