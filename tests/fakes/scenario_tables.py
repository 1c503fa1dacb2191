"""The tables of a scenario file, key by key. `tests/scenarios/README.md` explains them.

Strict: a key that is not here is an error.
"""

from datetime import datetime
from typing import Any, Literal

import msgspec

from flet_lock.model.target import Platform


class Table(msgspec.Struct, forbid_unknown_fields=True, kw_only=True, frozen=True):
    """A table of a scenario file."""


class RequireTable(Table, frozen=True, kw_only=True):
    """A requirement of the app that says more than its text."""

    requirement: str
    platform: Platform | None = None
    hashes: tuple[str, ...] = ()


class ProjectTable(Table, frozen=True, kw_only=True):
    """What the app asks for."""

    requires: tuple[str | RequireTable, ...]
    file: Literal["pyproject.toml", "requirements.txt"] = "pyproject.toml"
    """Where the list stands; matters to troubles only."""


class WheelTable(Table, frozen=True, kw_only=True):
    """A wheel that differs from the release it belongs to."""

    wheel: str
    """Tags, a target name, a short word or a file name."""
    build: str = ""
    index: str | None = None
    requires: tuple[str, ...] | None = None
    requires_python: str | None = None
    page_requires_python: str | None = None
    yanked: str | bool | None = None
    uploaded: datetime | None = None
    hashed: bool = True
    metadata_missing: bool = False
    metadata_version: str | None = None


class SdistTable(Table, frozen=True, kw_only=True):
    """An sdist that is more than there."""

    requires: tuple[str, ...] | None = None
    native_sources: str | None = None
    build_failure: str | None = None


class ReleaseTable(Table, frozen=True, kw_only=True):
    """One version of a package; `{}` is a pure wheel on the first index that asks for nothing."""

    wheels: tuple[str | WheelTable, ...] = ("pure",)
    sdist: bool | SdistTable = False
    requires: tuple[str, ...] = ()
    requires_python: str | None = None
    """Of METADATA and of the page."""
    page_requires_python: str | None = None
    """Of the page, where it differs; `""` for a page that does not say."""
    extras: tuple[str, ...] = ()
    """Provided without requiring anything."""
    yanked: str | bool = False
    uploaded: datetime | None = None
    index: str | None = None


class SettingsTable(Table, frozen=True, kw_only=True):
    """What steers the resolution."""

    prereleases: bool | tuple[str, ...] = ()
    exclude_newer: datetime | None = None
    constraints: tuple[str, ...] = ()
    overrides: tuple[str, ...] = ()
    preferences: dict[str, str] = {}
    source_packages: dict[Platform, tuple[str, ...]] = {}
    same_versions: bool = False
    budget_seconds: float = 60.0


class EdgeTable(Table, frozen=True, kw_only=True):
    """One requirement of the answer."""

    by: str
    """A package, or `app`."""
    on: str
    extras: tuple[str, ...] = ()
    specifier: str | None = None
    targets: tuple[str, ...] | None = None
    uncertain: bool | None = None


class RejectionTable(Table, frozen=True, kw_only=True):
    """A rejection, with some of its facts."""

    type: str
    facts: dict[str, Any] = {}


class SideTable(Table, frozen=True, kw_only=True):
    """One side of a conflict."""

    requirement: str
    by: str
    chain: tuple[str, ...] | None = None
    """Names, from the app's own requirement down to `by`."""


class BlockerTable(Table, frozen=True, kw_only=True):
    """A reason why the app cannot be locked; targets of two platforms are two blockers."""

    type: Literal["PackageNotFound", "NoMatchingVersion", "NoUsableRelease", "Conflict"]
    package: str
    targets: tuple[str, ...]
    chain: tuple[str, ...] | None = None
    """Names, from the app's own requirement down."""
    places: tuple[int, ...] | None = None
    """Positions in `project.requires`."""
    newest: str | None = None
    requirements: tuple[str, ...] | None = None
    """All that is asked of the package, constraints included."""
    matching: tuple[str, ...] | None = None
    rejected: dict[str, dict[str, tuple[str | RejectionTable, ...]]] | None = None
    """Version, then target (or platform), then one per file."""
    usable: dict[str, tuple[str, ...]] | None = None
    """These at least: version to targets."""
    sides: tuple[SideTable, ...] | None = None


class ErrorTable(Table, frozen=True, kw_only=True):
    """The run ends with an error that is no blocker."""

    type: str
    facts: dict[str, Any] = {}


class PlatformTable(Table, frozen=True, kw_only=True):
    """What is expected of one platform only."""

    pins: dict[str, str]


class TextTable(Table, frozen=True, kw_only=True):
    """Facts that the printed answer must, or must not, hold: text, or `re:` and a pattern.

    Blanks and line ends count as one blank, so that it does not matter where a line was broken.
    """

    holds: tuple[str, ...] = ()
    lacks: tuple[str, ...] = ()


class ExpectedTable(Table, frozen=True, kw_only=True):
    """The answer."""

    pins: dict[str, str] | None = None
    """All pins of every platform that has no table of its own: nothing else may be there."""
    android: PlatformTable | None = None
    ios: PlatformTable | None = None
    wheels: dict[str, tuple[str, ...] | dict[str, str]] = {}
    extras: dict[str, tuple[str, ...]] = {}
    targets: dict[str, tuple[str, ...]] = {}
    """Packages that not every target needs must be named here."""
    edges: tuple[EdgeTable, ...] = ()
    mixed_origins: tuple[str, ...] = ()
    """All of them: a package that is not named must come from one origin."""
    availability: dict[str, str | dict[str, str]] = {}
    blockers: tuple[BlockerTable, ...] = ()
    """All of them."""
    error: ErrorTable | None = None
    metadata_reads_at_most: int | None = None
    """Over the whole run, different files, hints included: how much a search may look at."""
    never_listed: tuple[str, ...] = ()
    """Packages that nobody may ask the indexes for."""
    fixes: tuple[tuple[str, ...], ...] = ()
    """Suggestions that work, from the one that is shown first: the lines that each writes."""
    text: TextTable = TextTable()
    """Troubles only: what the command prints."""
    json: dict[str, Any] = {}
    """Troubles only: path in the JSON report, `error.facts.blockers.0.package`, to its value."""


class ScenarioTable(Table, frozen=True, kw_only=True):
    """A scenario file."""

    description: str
    source: str | None = None
    """Where the problem was met: a link."""
    project: ProjectTable
    targets: tuple[str, ...] = ("all",)
    python: Literal["3.12", "3.13", "3.14"] = "3.13"
    android_api: int = 24
    ios: str = "13.0"
    indexes: tuple[str, ...] = ("pypi", "flet")
    packages: dict[str, dict[str, ReleaseTable]] = {}
    direct: dict[str, WheelTable] = {}
    """URL to the file behind it."""
    unreachable: tuple[str, ...] = ()
    settings: SettingsTable = SettingsTable()
    expected: ExpectedTable
