"""Laws of the resolver, on small random worlds, against a second set of rules and brute force."""

from collections.abc import Iterable
from itertools import islice, pairwise
from random import Random

from hypothesis import HealthCheck, assume, event, given, note, settings
from hypothesis import strategies as st
from packaging.requirements import Requirement
from packaging.utils import NormalizedName, canonicalize_name
from packaging.version import Version

from fakes.oracle import Oracle
from fakes.universe import Offer, Universe
from fakes.worlds import (
    NAMES,
    UNKNOWN,
    World,
    newest_everywhere,
    peaceful_worlds,
    releases_of_many_builds,
    worlds,
)
from flet_lock.model.answer.blocker import (
    Conflict,
    NoMatchingVersion,
    NoUsableRelease,
    PackageNotFound,
)
from flet_lock.model.answer.resolution import Resolution
from flet_lock.model.errors.resolution import CannotLock
from flet_lock.model.event import ignore_event
from flet_lock.resolution.problem.request import ResolutionRequest
from flet_lock.resolution.resolve import resolve

law = settings(
    max_examples=50,
    deadline=None,  # brute force takes its time on the largest worlds
    suppress_health_check=[HealthCheck.too_slow],
)
ENOUGH = 3000
"""Solutions of a world that are looked at; larger worlds are judged by these."""


def answer(request: ResolutionRequest, universe: Universe) -> tuple[Resolution, ...]:
    return resolve(request, universe, listener=ignore_event)


def versions(resolutions: tuple[Resolution, ...]) -> dict[NormalizedName, Version]:
    return {pin.package: pin.version for resolution in resolutions for pin in resolution.pins}


def outcome(world: World) -> tuple[Resolution, ...] | CannotLock:
    note(str(world))
    try:
        return answer(world.request(), world.universe())
    except CannotLock as failure:
        return failure


def answer_or_skip(world: World) -> tuple[Resolution, ...]:
    found = outcome(world)
    assume(not isinstance(found, CannotLock))
    assert not isinstance(found, CannotLock)
    return found


@law
@given(worlds())
def test_an_answer_satisfies_every_requirement_and_holds_nothing_else(world: World) -> None:
    oracle = Oracle(world.request(), world.universe())
    for resolution in answer_or_skip(world):
        assert oracle.violations(resolution) == []


@law
@given(releases_of_many_builds())
def test_files_are_of_one_origin_where_one_covers_all_targets_and_the_best_of_it(
    world: World,
) -> None:
    oracle = Oracle(world.request(), world.universe())
    for resolution in answer_or_skip(world):
        assert oracle.violations(resolution) == []
        assert oracle.badly_chosen(resolution.pins[0], resolution.targets) == []


@law
@given(releases_of_many_builds())
def test_a_release_is_taken_where_every_target_has_a_usable_file_of_it(world: World) -> None:
    oracle = Oracle(world.request(), world.universe())
    ant = canonicalize_name("ant")
    files = world.universe().peek_listing(ant).artifacts(Version("1"))
    lacking = {t for t in world.targets if not any(oracle.usable(file, t) for file in files)}
    found = outcome(world)
    if isinstance(found, CannotLock):
        # Where file names alone rule a target out, METADATA of the other targets stays unread.
        told_of = {target for blocker in found.blockers for target in blocker.targets}
        assert told_of
        assert told_of <= lacking
    else:
        assert lacking == set()


@law
@given(worlds())
def test_there_is_an_answer_exactly_where_brute_force_finds_one(world: World) -> None:
    solvable = next(Oracle(world.request(), world.universe()).solutions(), None) is not None
    event("solvable" if solvable else "not solvable")
    assert isinstance(outcome(world), CannotLock) is not solvable


@law
@given(worlds(versions=2, harsh=True))
def test_where_there_is_no_answer_blockers_name_packages_and_targets(world: World) -> None:
    found = outcome(world)
    assume(isinstance(found, CannotLock))
    assert isinstance(found, CannotLock)
    assert found.blockers
    places = {requirement.place for requirement in world.request().requirements}
    for blocker in found.blockers:
        assert blocker.package in {*world.packages, UNKNOWN}
        assert blocker.targets
        assert {target.platform for target in blocker.targets} == {blocker.platform}
        assert set(blocker.targets) <= set(world.targets)
        assert blocker.places
        assert set(blocker.places) <= places


@law
@given(worlds(versions=2, harsh=True))
def test_what_a_blocker_tells_is_true(world: World) -> None:
    found = outcome(world)
    assume(isinstance(found, CannotLock))
    assert isinstance(found, CannotLock)
    oracle = Oracle(world.request(), world.universe())
    for blocker in found.blockers:
        offered = world.universe().peek_listing(blocker.package).versions
        if isinstance(blocker, PackageNotFound):
            assert blocker.package == UNKNOWN
        if isinstance(blocker, NoMatchingVersion):
            assert blocker.newest == max(offered, default=None)
            assert not [v for v in offered if satisfies(v, blocker.requirements)]
        if isinstance(blocker, NoUsableRelease):
            assert blocker.newest == max(offered)
            matching = [v for v in offered if satisfies(v, blocker.requirements)]
            assert list(blocker.matching) == sorted(matching, reverse=True)
            for version, targets in blocker.usable:
                assert targets
                assert all(oracle.best_wheel(blocker.package, version, t) for t in targets)
            for release in blocker.rejected:
                assert release.rejections
                for target, reasons in release.rejections:
                    assert oracle.best_wheel(blocker.package, release.version, target) is None
                    assert len(reasons) == len(release.artifacts)


def satisfies(version: Version, requirements: Iterable[Requirement]) -> bool:
    return all(one.specifier.contains(version, prereleases=True) for one in requirements)


@law
@given(worlds(versions=2, harsh=True))
def test_a_chain_leads_from_the_app_to_the_package_step_by_step(world: World) -> None:
    found = outcome(world)
    assume(isinstance(found, CannotLock))
    assert isinstance(found, CannotLock)
    own = {requirement.package for requirement in world.request().requirements}
    for blocker in found.blockers:
        if isinstance(blocker, Conflict):
            continue
        names = [link.package for link in blocker.chain]
        assert names[0] in own
        assert names[-1] == blocker.package
        assert len(set(names)) == len(names)
        for link, following in pairwise(blocker.chain):
            files = world.packages[link.package]
            needs = {
                canonicalize_name(Requirement(line).name)
                for file in files
                if file.filename.startswith(f"{link.package}-{link.version}-")
                for line in file.requires
            }
            assert following.package in needs


@law
@given(worlds())
def test_no_other_answer_is_as_new_everywhere_and_newer_somewhere(world: World) -> None:
    taken = versions(answer_or_skip(world))
    solutions = Oracle(world.request(), world.universe()).solutions()
    for other in islice(solutions, ENOUGH):
        common = taken.keys() & other.keys()
        assert other == taken or any(other[package] < taken[package] for package in common)


@law
@given(peaceful_worlds())
def test_without_bounds_every_package_is_as_new_as_its_wheels_allow(world: World) -> None:
    note(str(world))
    taken = versions(answer(world.request(), world.universe()))
    assert taken == {package: newest_everywhere(world, package) for package in taken}
    assert set(world.requirements) <= set(taken)


@law
@given(worlds(), st.randoms(use_true_random=False))
def test_order_never_changes_the_answer(world: World, random: Random) -> None:
    packages = list(world.packages.items())
    random.shuffle(packages)
    requirements = list(world.requirements)
    random.shuffle(requirements)
    other = World(
        packages={name: tuple(random.sample(files, len(files))) for name, files in packages},
        requirements=tuple(requirements),
        targets=world.targets,
        constraints=world.constraints,
    )
    assert told(outcome(other)) == told(outcome(world))


def told(found: tuple[Resolution, ...] | CannotLock) -> object:
    """An outcome as a value: places are left out, they say where a requirement stood."""
    if not isinstance(found, CannotLock):
        return found
    return [(b.platform, b.package, type(b), b.targets, b.chain) for b in found.blockers]


@law
@given(worlds())
def test_a_package_that_nobody_needs_changes_nothing(world: World) -> None:
    first = answer_or_skip(world)
    stranger = Offer(filename="zebra-9-py3-none-any.whl", requires=("ant==1", "bee<1"))
    richer = Universe({**world.packages, "zebra": (stranger,)})
    assert answer(world.request(), richer) == first
    assert "zebra" not in {*richer.asked.listings, *richer.asked.expected_listings}


@law
@given(worlds())
def test_the_pins_of_a_lock_are_kept_as_they_are(world: World) -> None:
    first = answer_or_skip(world)
    again = answer(world.request(prefer=versions(first)), world.universe())
    assert versions(again) == versions(first)
    assert [r.pins for r in again] == [r.pins for r in first]


@law
@given(worlds(), st.dictionaries(st.sampled_from(NAMES), st.integers(1, 4).map(str)))
def test_an_old_lock_neither_breaks_an_answer_nor_makes_one(
    world: World, lock: dict[str, str]
) -> None:
    prefer = {canonicalize_name(name): Version(version) for name, version in lock.items()}
    without = outcome(world)
    try:
        found = answer(world.request(prefer=prefer), world.universe())
    except CannotLock:
        assert isinstance(without, CannotLock)
    else:
        assert not isinstance(without, CannotLock)
        for resolution in found:
            assert Oracle(world.request(), world.universe()).violations(resolution) == []


@law
@given(worlds())
def test_a_second_run_gives_an_equal_answer(world: World) -> None:
    first = answer_or_skip(world)
    universe = world.universe()
    assert answer(world.request(), universe) == first
    assert answer(world.request(), universe) == first
