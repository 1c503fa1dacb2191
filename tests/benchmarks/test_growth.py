"""The measure of growth, on universes of a few packages. No time is asserted."""

import pytest

from comparison.generated_universe import GeneratedUniverse, targets
from flet_lock.model.event import ignore_event
from flet_lock.model.target import Platform
from flet_lock.resolution.resolve import resolve
from growth import FAMILIES, Size, exponent, measure


def test_the_exponent_is_the_slope() -> None:
    sizes = [10, 20, 40]
    assert exponent(sizes, [0.1, 0.2, 0.4]) == pytest.approx(1)
    assert exponent(sizes, [0.1, 0.4, 1.6]) == pytest.approx(2)
    assert exponent(sizes, [0.3, 0.3, 0.3]) == pytest.approx(0)


def test_a_generated_universe_is_needed_whole_and_resolves_to_the_newest() -> None:
    universe = GeneratedUniverse(packages=12, versions=4)
    resolutions = resolve(universe.request(6), universe, listener=ignore_event)
    assert [each.platform for each in resolutions] == list(Platform)
    for resolution in resolutions:
        assert len(resolution.pins) == 12
        assert {str(pin.version) for pin in resolution.pins} == {"1.3"}
        natives = [pin for pin in resolution.pins if len(set(pin.artifacts.values())) == 3]
        assert [pin.package for pin in natives] == ["p4", "p9"]


def test_targets_are_the_first_of_six() -> None:
    assert [target.slice_name for target in targets(4)][-1] == "iphoneos.arm64"
    assert len(targets(6)) == 6


def test_every_family_grows_in_its_own_number_only() -> None:
    assert [family.name for family in FAMILIES] == ["packages", "versions", "targets"]
    for family in FAMILIES:
        numbers = [getattr(size, family.name) for size in family.sizes]
        assert numbers == sorted(set(numbers))
    assert measure(Size(packages=3, versions=2, targets=1), rounds=1) > 0
