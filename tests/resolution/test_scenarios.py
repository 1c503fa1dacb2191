"""Every file of `tests/scenarios/`, told to the resolver and held against what it expects."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from packaging.version import Version

from fakes.oracle import Oracle
from fakes.scenario import Scenario, parse_scenario, place_of, read_scenario
from fakes.scenario_tables import BlockerTable, RejectionTable
from fakes.targets import expand, short_name
from fakes.universe import Questions
from flet_lock.model.answer.blocker import Blocker, Conflict, NoMatchingVersion, NoUsableRelease
from flet_lock.model.answer.rejection import Rejection
from flet_lock.model.answer.resolution import Pin, Resolution
from flet_lock.model.errors.base import FletLockError
from flet_lock.model.errors.resolution import CannotLock
from flet_lock.model.event import ignore_event
from flet_lock.model.target import Platform, Target
from flet_lock.resolution.problem.request import ResolutionRequest
from flet_lock.resolution.resolve import resolve

TESTS = Path(__file__).parents[1]
FOLDER = TESTS / "scenarios"
PATHS = sorted(FOLDER.rglob("*.toml"))
# Troubles are scenarios that say besides what the command says about them: `test_troubles.py`.
EVERY = [*PATHS, *sorted((TESTS / "troubles").rglob("*.toml"))]
each_scenario = pytest.mark.parametrize(
    "path",
    EVERY,
    ids=[
        path.relative_to(FOLDER if path in PATHS else TESTS).with_suffix("").as_posix()
        for path in EVERY
    ],
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came of a scenario, all its platforms together."""

    resolutions: tuple[tuple[ResolutionRequest, Resolution], ...]
    blockers: tuple[Blocker, ...]
    error: FletLockError | None
    asked: Questions

    @property
    def pins(self) -> tuple[Pin, ...]:
        """The pins of all platforms, platform by platform."""
        return tuple(pin for _, resolution in self.resolutions for pin in resolution.pins)

    def of(self, package: str) -> tuple[Pin, ...]:
        """A package's pins: one per platform that needs it."""
        return tuple(pin for pin in self.pins if pin.package == package)

    def files(self, package: str) -> dict[str, str]:
        """A package's file for each target."""
        return {
            short_name(target): artifact.filename
            for pin in self.of(package)
            for target, artifact in pin.artifacts.items()
        }


def answer(scenario: Scenario, *, backwards: bool = False) -> Answer:
    """Resolve a scenario; `backwards` tells the same problem in another order."""
    universe = scenario.universe()
    if backwards:
        universe = universe.shuffled()
    resolutions: list[tuple[ResolutionRequest, Resolution]] = []
    blockers: list[Blocker] = []
    error: FletLockError | None = None
    for request in scenario.requests(backwards=backwards):
        try:
            found = resolve(request, universe, listener=ignore_event)
        except CannotLock as failure:
            blockers += failure.blockers
        except FletLockError as failure:
            error = failure
            break
        else:
            resolutions += [(request, resolution) for resolution in found]
    return Answer(
        resolutions=tuple(resolutions), blockers=tuple(blockers), error=error, asked=universe.asked
    )


@cache
def answered(path: Path) -> tuple[Scenario, Answer]:
    """A scenario and its answer, worked out once for all tests."""
    scenario = read_scenario(path)
    return scenario, answer(scenario)


@each_scenario
def test_the_answer_is_the_expected_one(path: Path) -> None:
    scenario, found = answered(path)
    expected = scenario.expected

    if expected.error is None and found.error is not None:
        raise found.error
    assert type(found.error).__name__ == (expected.error.type if expected.error else "NoneType")
    if expected.error is not None:
        assert _facts(found.error, expected.error.facts) == expected.error.facts

    wanted_blockers = [b for table in expected.blockers for b in _split(table)]
    assert sorted(_name(b) for b in found.blockers) == sorted(_wanted(b) for b in wanted_blockers)
    for table in wanted_blockers:
        [blocker] = [b for b in found.blockers if _name(b) == _wanted(table)]
        _check_blocker(blocker, table, scenario)

    assert _pins(found) == _wanted_pins(scenario)
    _check_files(scenario, found)
    _check_graph(scenario, found)

    if expected.metadata_reads_at_most is not None:
        read = {*found.asked.metadata, *found.asked.expected_metadata}
        assert len(read) <= expected.metadata_reads_at_most, sorted(read)
    listed = {*found.asked.listings, *found.asked.expected_listings}
    assert not listed & set(expected.never_listed)


@each_scenario
def test_the_answer_breaks_no_rule(path: Path) -> None:
    scenario, found = answered(path)
    for request, resolution in found.resolutions:
        assert Oracle(request, scenario.universe()).violations(resolution) == []


@each_scenario
def test_the_order_of_files_and_requirements_does_not_matter(path: Path) -> None:
    scenario, found = answered(path)
    other = answer(scenario, backwards=True)
    assert [r for _, r in other.resolutions] == [r for _, r in found.resolutions]
    assert [_name(b) for b in other.blockers] == [_name(b) for b in found.blockers]
    assert type(other.error) is type(found.error)


def _pins(found: Answer) -> dict[str, dict[str, Version]]:
    return {
        resolution.platform: {pin.package: pin.version for pin in resolution.pins}
        for _, resolution in found.resolutions
    }


def _wanted_pins(scenario: Scenario) -> dict[str, dict[str, Version]]:
    expected = scenario.expected
    if expected.error is not None:
        return {}
    wanted: dict[str, dict[str, Version]] = {}
    for platform in dict.fromkeys(target.platform for target in scenario.targets):
        own = expected.android if platform is Platform.ANDROID else expected.ios
        pins = own.pins if own is not None else expected.pins
        if pins is not None:
            wanted[platform] = {name: Version(version) for name, version in pins.items()}
    return wanted


def _check_files(scenario: Scenario, found: Answer) -> None:
    expected = scenario.expected
    for package, files in expected.wheels.items():
        if isinstance(files, dict):
            assert found.files(package) == _by_target(files, found.of(package))
        else:
            assert set(found.files(package).values()) == set(files)
    for package, classes in expected.availability.items():
        told = {
            short_name(t): str(p.availability[t.slice_name])
            for p in found.of(package)
            for t in p.targets
        }
        if isinstance(classes, str):
            assert set(told.values()) == {classes}
        else:
            assert told == _by_target(classes, found.of(package))
    mixed = {pin.package for pin in found.pins if pin.mixed_origins}
    assert mixed == set(expected.mixed_origins)


def _by_target(values: dict[str, str], pins: Iterable[Pin]) -> dict[str, str]:
    """`{android = …}` spelled out, for the targets that the pins have."""
    has = {short_name(target) for pin in pins for target in pin.targets}
    spelled = {name: value for key, value in values.items() for name in expand([key])}
    return {name: value for name, value in spelled.items() if name in has or name in values}


def _check_graph(scenario: Scenario, found: Answer) -> None:
    expected = scenario.expected
    for package, extras in expected.extras.items():
        for pin in found.of(package):
            assert pin.extras == set(extras)
    for platform in {resolution.platform for _, resolution in found.resolutions}:
        every = [t for t in scenario.targets if t.platform is platform]
        for pin in (p for p in found.pins if p.targets and p.targets[0].platform is platform):
            wanted = expand(expected.targets.get(pin.package, (platform,)))
            assert _names(pin.targets) == [short_name(t) for t in every if short_name(t) in wanted]
    for wanted_edge in expected.edges:
        edges = [
            (edge, target)
            for by, edge in _edges(found)
            if by == wanted_edge.by and edge.package == wanted_edge.on
            for target in scenario.targets
            if target.slice_name in edge.slices
        ]
        assert edges, f"{wanted_edge.by} does not require {wanted_edge.on}"
        if wanted_edge.targets is not None:
            assert {short_name(t) for _, t in edges} == set(expand(wanted_edge.targets))
        assert set().union(*(edge.extras for edge, _ in edges)) == set(wanted_edge.extras)
        if wanted_edge.specifier is not None:
            assert {edge.specifier for edge, _ in edges} == {wanted_edge.specifier}
        if wanted_edge.uncertain is not None:
            assert {edge.uncertain for edge, _ in edges} == {wanted_edge.uncertain}


def _edges(found: Answer) -> Iterable[tuple[str, Any]]:
    for _, resolution in found.resolutions:
        yield from (("app", edge) for edge in resolution.requires)
        for pin in resolution.pins:
            yield from ((pin.package, edge) for edge in pin.requires)


def _names(targets: Iterable[Target]) -> list[str]:
    return [short_name(target) for target in targets]


def _facts(value: object, wanted: dict[str, Any]) -> dict[str, Any]:
    return {name: _plain(getattr(value, name)) for name in wanted}


def _plain(value: object) -> Any:  # noqa: ANN401 - as TOML has it
    match value:
        case tuple():
            return [_plain(one) for one in value]
        case int() | float() | str():
            return value
        case _:
            return str(value)


# --- blockers -------------------------------------------------------------------------------


def _split(table: BlockerTable) -> list[tuple[BlockerTable, Platform, list[str]]]:
    """One per platform of its targets."""
    names = expand(table.targets)
    parts = [(p, [n for n in names if n.startswith(f"{p}-")]) for p in Platform]
    return [(table, platform, targets) for platform, targets in parts if targets]


def _wanted(part: tuple[BlockerTable, Platform, list[str]]) -> tuple[str, str, str, list[str]]:
    table, platform, targets = part
    return (platform, table.package, table.type, targets)


def _name(blocker: Blocker) -> tuple[str, str, str, list[str]]:
    return (blocker.platform, blocker.package, type(blocker).__name__, _names(blocker.targets))


def _check_blocker(
    blocker: Blocker, part: tuple[BlockerTable, Platform, list[str]], scenario: Scenario
) -> None:
    table, _, _ = part
    if table.chain is not None:
        assert [link.package for link in blocker.chain] == list(table.chain)
    if table.places is not None:
        wanted = [place_of(position) for position in table.places]
        if not isinstance(blocker, Conflict):  # of one, no place is the first
            assert blocker.places[:1] == tuple(wanted[:1])
        assert set(blocker.places) == set(wanted)
    match blocker:
        case Conflict():
            _check_sides(blocker, table)
        case NoMatchingVersion() | NoUsableRelease():
            _check_versions(blocker, table)
    if isinstance(blocker, NoUsableRelease):
        _check_rejected(blocker, table.rejected or {})
        _check_usable(blocker, table.usable or {}, _names(scenario.targets))


def _check_sides(blocker: Conflict, table: BlockerTable) -> None:
    told = {
        (str(side.requirement), side.required_by.package if side.required_by else "app"): [
            link.package for link in side.chain
        ]
        for side in blocker.requirements
    }
    if table.sides is not None:
        assert sorted(told) == sorted((side.requirement, side.by) for side in table.sides)
    for side in table.sides or ():
        if side.chain is not None:
            assert told[side.requirement, side.by] == list(side.chain)


def _check_versions(blocker: NoMatchingVersion | NoUsableRelease, table: BlockerTable) -> None:
    if table.newest is not None:
        assert blocker.newest == (Version(table.newest) if table.newest else None)
    if table.requirements is not None:
        assert sorted(map(str, blocker.requirements)) == sorted(table.requirements)
    if table.matching is not None:
        assert isinstance(blocker, NoUsableRelease)
        assert [str(version) for version in blocker.matching] == list(table.matching)


def _check_usable(
    blocker: NoUsableRelease, wanted: dict[str, tuple[str, ...]], asked: list[str]
) -> None:
    told = {str(version): _names(targets) for version, targets in blocker.usable}
    for version, names in wanted.items():
        own = [n for n in expand(names) if n.startswith(f"{blocker.platform}-") and n in asked]
        assert told.get(version, []) == own


def _check_rejected(
    blocker: NoUsableRelease, wanted: dict[str, dict[str, tuple[str | RejectionTable, ...]]]
) -> None:
    told = {
        str(release.version): {short_name(t): reasons for t, reasons in release.rejections}
        for release in blocker.rejected
    }
    for version, by_target in wanted.items():
        for key, tables in by_target.items():
            for name in expand([key]):
                if name.startswith(f"{blocker.platform}-"):
                    _check_reasons(told[version][name], tables)


def _check_reasons(told: tuple[Rejection, ...], wanted: tuple[str | RejectionTable, ...]) -> None:
    tables = [RejectionTable(type=one) if isinstance(one, str) else one for one in wanted]
    assert sorted(type(reason).__name__ for reason in told) == sorted(t.type for t in tables)
    for table in tables:
        same = [reason for reason in told if type(reason).__name__ == table.type]
        assert table.facts in [_facts(reason, table.facts) for reason in same]


# --- the format itself ----------------------------------------------------------------------

SOUND = """
    description = "x"
    project.requires = ["charts"]
    packages.charts."1.0" = {}
    expected.pins.charts = "1.0"
"""


def test_there_are_scenarios_for_every_part_of_the_contract() -> None:
    assert len(PATHS) >= 75
    assert len({path.stem for path in PATHS}) == len(PATHS)


@pytest.mark.parametrize(
    "fault",
    [
        'surprise = "1"',
        'expected.pinz.charts = "1.0"',
        'expected.wheels.nobody = ["nobody-1.0-py3-none-any.whl"]',
        'expected.pins.nobody = "1.0"',
        'targets = ["android-mips"]',
        'packages.charts."2.0" = { wheel = ["pure"] }',
        'packages.charts."2.0" = { wheels = ["mips"] }',
        'packages.charts."2.0" = { index = "nowhere" }',
        'expected.never_listed = ["nobody"]',
        'expected.blockers = [{ type = "Conflict", package = "x", targets = [], newest = "1" }]',
    ],
)
def test_a_scenario_with_a_slip_is_refused(fault: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        parse_scenario(f"{fault}\n{SOUND}", name="slip")


def test_the_same_scenario_without_the_slip_is_read() -> None:
    [offer] = parse_scenario(SOUND, name="sound").offers["charts"]
    assert offer.filename == "charts-1.0-py3-none-any.whl"
