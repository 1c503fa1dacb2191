"""Scenarios: one TOML file tells a whole problem. `tests/scenarios/README.md` has the format.

Reading is strict: a key that does not exist, a name that is none, an expectation about a package
that the scenario does not have, is an error in the scenario.
"""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import msgspec
from packaging.requirements import Requirement
from packaging.utils import NormalizedName, canonicalize_name
from packaging.version import Version

from fakes.scenario_tables import (
    ExpectedTable,
    ReleaseTable,
    RequireTable,
    ScenarioTable,
    SdistTable,
    WheelTable,
)
from fakes.targets import expand, make_targets, of_platform, platform_tag
from fakes.universe import Offer, Universe, sha256_of
from flet_lock.model.app.requirement import Place, ProjectRequirement
from flet_lock.model.target import Platform, Target
from flet_lock.resolution.problem.request import ResolutionRequest

_FACTS_OF = {
    "newest": {"NoMatchingVersion", "NoUsableRelease"},
    "requirements": {"NoMatchingVersion", "NoUsableRelease"},
    "matching": {"NoUsableRelease"},
    "rejected": {"NoUsableRelease"},
    "usable": {"NoUsableRelease"},
    "sides": {"Conflict"},
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """A scenario, read."""

    name: str
    table: ScenarioTable
    targets: tuple[Target, ...]
    offers: Mapping[str, tuple[Offer, ...]]
    direct: Mapping[str, Offer]

    @property
    def expected(self) -> ExpectedTable:
        """The answer."""
        return self.table.expected

    def universe(self) -> Universe:
        """The world of the scenario; new, so that nothing was asked yet."""
        return Universe(
            self.offers,
            indexes=self.table.indexes,
            direct=self.direct,
            unreachable=self.table.unreachable,
        )

    def requests(self, *, backwards: bool = False) -> Iterator[ResolutionRequest]:
        """One per platform; a single one where the platforms have to agree.

        `backwards` turns the order of the app's requirements round.
        """
        if self.table.settings.same_versions:
            yield self._request(self.targets, backwards=backwards)
            return
        for platform in Platform:
            targets = of_platform(self.targets, platform)
            if targets:
                yield self._request(targets, backwards=backwards)

    def _request(self, targets: tuple[Target, ...], *, backwards: bool) -> ResolutionRequest:
        settings = self.table.settings
        requirements = self._requirements()
        return ResolutionRequest(
            targets=targets,
            requirements=tuple(reversed(requirements)) if backwards else requirements,
            constraints=tuple(Requirement(text) for text in settings.constraints),
            overrides=tuple(Requirement(text) for text in settings.overrides),
            preferences={
                canonicalize_name(name): Version(version)
                for name, version in settings.preferences.items()
            },
            source_packages={
                platform: tuple(canonicalize_name(name) for name in names)
                for platform, names in settings.source_packages.items()
            },
            prereleases=(
                settings.prereleases
                if isinstance(settings.prereleases, bool)
                else tuple(canonicalize_name(name) for name in settings.prereleases)
            ),
            exclude_newer=settings.exclude_newer,
            index_order=self.table.indexes,
            budget_seconds=settings.budget_seconds,
        )

    def _requirements(self) -> tuple[ProjectRequirement, ...]:
        requirements = []
        for position, entry in enumerate(self.table.project.requires):
            table = RequireTable(requirement=entry) if isinstance(entry, str) else entry
            requirements.append(
                ProjectRequirement(
                    requirement=Requirement(table.requirement),
                    place=place_of(position),
                    platform=table.platform,
                    hashes=tuple(self._hash(value) for value in table.hashes),
                )
            )
        return tuple(requirements)

    def _hash(self, value: str) -> str:
        """`sha256:…` as it stands, or that of the file that is named."""
        if value.startswith("sha256:"):
            return value
        every = [*(o for offers in self.offers.values() for o in offers), *self.direct.values()]
        [offer] = [offer for offer in every if offer.filename == value]
        return f"sha256:{sha256_of(offer)}"


def place_of(position: int) -> Place:
    """Where the app's requirement at a position stands."""
    return Place(file="pyproject.toml", path=("project", "dependencies", position))


def read_scenario(path: Path) -> Scenario:
    """Read one file.

    Raises:
        msgspec.ValidationError: a key or a value that the format does not have, with its place.
        ValueError: a name that is none.
    """
    return parse_scenario(path.read_text(encoding="utf-8"), name=path.stem)


def parse_scenario(text: str, *, name: str) -> Scenario:
    """The scenario in a TOML text; raises as `read_scenario` does."""
    return make_scenario(tomllib.loads(text), name=name)


def make_scenario(document: Mapping[str, object], *, name: str) -> Scenario:
    """The scenario in the tables of a file; raises as `read_scenario` does."""
    table = msgspec.convert(document, ScenarioTable)
    major, minor = (int(part) for part in table.ios.split("."))
    offers = {
        package: tuple(
            offer
            for version, release in releases.items()
            for offer in _offers(package, version, release, table)
        )
        for package, releases in table.packages.items()
    }
    direct = {
        url: _wheel_offer(file, filename=url.rsplit("/", maxsplit=1)[-1], release=ReleaseTable())
        for url, file in table.direct.items()
    }
    scenario = Scenario(
        name=name,
        table=table,
        targets=make_targets(
            table.targets, python=table.python, android_api=table.android_api, ios=(major, minor)
        ),
        offers=offers,
        direct=direct,
    )
    _check_names(scenario)
    return scenario


def _offers(
    package: str, version: str, release: ReleaseTable, scenario: ScenarioTable
) -> Iterator[Offer]:
    stem = f"{package.replace('-', '_')}-{version}"
    for entry in release.wheels:
        table = WheelTable(wheel=entry) if isinstance(entry, str) else entry
        index = table.index or release.index or scenario.indexes[0]
        if index not in scenario.indexes:
            raise ValueError(f"{stem}: no such index: {index!r}")
        for tags in _tags(table.wheel, python=scenario.python):
            build = f"-{table.build}" if table.build else ""
            filename = tags if tags.endswith(".whl") else f"{stem}{build}-{tags}.whl"
            yield _wheel_offer(table, filename=filename, release=release, index=index)
    if release.sdist is not False:
        sdist = SdistTable() if release.sdist is True else release.sdist
        yield Offer(
            filename=f"{stem}.tar.gz",
            index=release.index or scenario.indexes[0],
            requires=release.requires if sdist.requires is None else sdist.requires,
            requires_python=release.requires_python,
            page_requires_python=_page_requires_python(release),
            yanked=_yanked(release.yanked),
            uploaded=release.uploaded,
            native_sources=sdist.native_sources,
            build_failure=sdist.build_failure,
        )


def _wheel_offer(
    table: WheelTable, *, filename: str, release: ReleaseTable, index: str = "pypi"
) -> Offer:
    page = _page_requires_python(release)
    if table.page_requires_python is not None:
        page = table.page_requires_python or None
    elif table.requires_python is not None:
        page = table.requires_python
    return Offer(
        filename=filename,
        index=index,
        requires=release.requires if table.requires is None else table.requires,
        requires_python=(
            release.requires_python if table.requires_python is None else table.requires_python
        ),
        page_requires_python=page,
        provides_extra=release.extras,
        yanked=_yanked(release.yanked if table.yanked is None else table.yanked),
        uploaded=table.uploaded or release.uploaded,
        hashed=table.hashed,
        metadata_version=table.metadata_version,
        metadata_missing=table.metadata_missing,
    )


def _page_requires_python(release: ReleaseTable) -> str | None:
    if release.page_requires_python is not None:
        return release.page_requires_python or None
    return release.requires_python


def _yanked(value: str | bool) -> str | None:
    if isinstance(value, str):
        return value
    return "" if value else None


def _tags(notation: str, *, python: str) -> tuple[str, ...]:
    """The tag triples, or the file name, that a short notation stands for."""
    if notation.endswith(".whl"):
        return (notation,)
    if notation == "pure":
        return ("py3-none-any",)
    interpreter = f"cp{python.replace('.', '')}"
    if notation == "desktop":
        return tuple(
            f"{interpreter}-{interpreter}-{platform}"
            for platform in ("manylinux_2_28_x86_64", "macosx_11_0_arm64", "win_amd64")
        )
    library, names = notation.startswith("library:"), notation.removeprefix("library:")
    try:
        targets = expand([names])
    except ValueError:
        if notation.count("-") != 2:
            raise
        return (notation,)
    prefix = "py3-none" if library else f"{interpreter}-{interpreter}"
    return tuple(f"{prefix}-{platform_tag(target)}" for target in targets)


def _check_names(scenario: Scenario) -> None:
    """Expectations must be about what is there; an unread expectation would hold for ever."""
    expected = scenario.expected
    pinned = set(expected.pins or ())
    for own in (expected.android, expected.ios):
        pinned |= set(own.pins if own else ())
    if not (pinned or expected.blockers or expected.error or expected.pins is not None):
        raise ValueError("a scenario without an expectation")
    known = {canonicalize_name(name) for name in scenario.offers}
    known |= {canonicalize_name(o.filename.split("-")[0]) for o in scenario.direct.values()}
    _refuse("packages that are not there", pinned - known)
    for part in (expected.wheels, expected.extras, expected.targets, expected.availability):
        _refuse("expectations of what is no pin", set(part) - pinned)
    _refuse(
        "packages that are not there", {*expected.never_listed, *expected.mixed_origins} - known
    )
    every = [*(o for offers in scenario.offers.values() for o in offers), *scenario.direct.values()]
    filenames = {offer.filename for offer in every}
    for files in expected.wheels.values():
        wanted = set(files.values() if isinstance(files, dict) else files)
        _refuse("files that are not there", wanted - filenames)
    for blocker in expected.blockers:
        told = {name for name in _FACTS_OF if getattr(blocker, name) is not None}
        _refuse(
            f"facts that no {blocker.type} has",
            {name for name in told if blocker.type not in _FACTS_OF[name]},
        )


def _refuse(what: str, strange: set[str] | set[NormalizedName]) -> None:
    if strange:
        raise ValueError(f"{what}: {sorted(strange)}")
