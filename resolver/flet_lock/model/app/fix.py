"""What could be changed so that an app locks: edits of its files, and what came of trying them."""

from enum import IntEnum, StrEnum

from msgspec import Struct
from packaging.requirements import Requirement
from packaging.utils import NormalizedName
from packaging.version import Version

from flet_lock.model.app.edited_line import EditedLine
from flet_lock.model.app.requirement import Place, ProjectRequirement
from flet_lock.model.target import Platform


class _Edit(Struct, frozen=True, kw_only=True, tag_field="type", tag=True):
    """Base: one change of the user's files. `type` tells edits apart where they are stored."""


class RewriteRequirement(_Edit, frozen=True, kw_only=True):
    """A requirement of the app says something else."""

    place: Place
    before: Requirement
    after: str
    """PEP 508 text."""
    left_out_on: tuple[Platform, ...] = ()
    """The platforms on which a new marker leaves it out."""


class RemoveRequirement(_Edit, frozen=True, kw_only=True):
    """A requirement of the app goes away."""

    place: Place
    before: Requirement


class MoveToDevelopment(_Edit, frozen=True, kw_only=True):
    """A requirement of the app goes to `[dependency-groups].dev` (PEP 735)."""

    place: Place
    before: Requirement


class BuildFromSource(_Edit, frozen=True, kw_only=True):
    """`source_packages`: the build makes the wheels of these packages itself."""

    packages: tuple[NormalizedName, ...]
    platforms: tuple[Platform, ...]


class LetVersionsDiffer(_Edit, frozen=True, kw_only=True):
    """`[tool.flet-lock].same-versions` no longer holds."""


class AllowPrereleases(_Edit, frozen=True, kw_only=True):
    """`[tool.flet-lock].prereleases` has one more name."""

    package: NormalizedName


class RaiseMinimumOs(_Edit, frozen=True, kw_only=True):
    """The app asks for newer phones."""

    platform: Platform
    minimum_os: tuple[int, int]
    """Android: (API level, 0). iOS: (major, minor)."""


class ChooseSlices(_Edit, frozen=True, kw_only=True):
    """`target_arch` of a platform: the app is built for these only."""

    platform: Platform
    slices: tuple[str, ...]
    left_out: tuple[str, ...]
    """Those that the app is built for so far and no longer."""


class ChoosePython(_Edit, frozen=True, kw_only=True):
    """`requires-python` leads to another minor.

    Where `[tool.flet-lock].python-version` is set, or there is no `[project]` table, that setting
    names the minor; `flet build` needs `--python-version` then.
    """

    minor: str
    """`3.13`."""
    specifier: str
    """What to write."""


class AddOverride(_Edit, frozen=True, kw_only=True):
    """`[tool.flet-lock].overrides` settles a package, whoever asks for what."""

    requirement: str


Edit = (
    RewriteRequirement
    | RemoveRequirement
    | MoveToDevelopment
    | BuildFromSource
    | LetVersionsDiffer
    | AllowPrereleases
    | RaiseMinimumOs
    | ChooseSlices
    | ChoosePython
    | AddOverride
)
"""Every kind of edit: whoever handles edits handles all of these (`assert_never`)."""


class Cost(IntEnum):
    """How much of the app a change touches; smaller is tried and listed first."""

    NAME = 1
    """Another name for what was meant, or a name that asks for nothing."""
    BOUND = 2
    """A newer release of something that the app asks for."""
    SOURCES = 3
    """The same release, built by the app's own build."""
    OLDER = 4
    """An older release of something that the app asks for."""
    DIFFERENT = 5
    """Android and iOS may take different versions, against the app's settings."""
    PRERELEASE = 6
    MINIMUM_OS = 7
    """Older phones are left behind."""
    SLICES = 8
    """An architecture is left behind."""
    PYTHON = 9
    """Everything is built for another Python."""
    PAIR = 10
    """Two changes at once, where none of them alone may do."""
    OVERRIDE = 11
    """A package gets a release that it says it does not work with."""
    WITHOUT = 12
    """The app has to do without a package on a platform."""


class Move(StrEnum):
    """Where the bounds of a requirement move."""

    UP = "up"
    """To newer releases: the oldest of them that works."""
    DOWN = "down"
    """To older releases: the newest of them that works."""
    ANY = "any"
    """Several requirements at once, wherever they agree."""


class SuggestionState(StrEnum):
    """What is known of a suggestion."""

    UNTRIED = "untried"
    """There was no time for it, or it can only be tried by running a package's build."""
    WORKS = "works"
    FAILED = "failed"


class VersionShift(Struct, frozen=True, kw_only=True):
    """How far a suggestion takes a package from what the app has required so far."""

    package: NormalizedName
    before: Version
    """The newest release that the app's requirement allowed."""
    after: Version
    days: int | None
    """Between their uploads; negative for an older release. None where an index gives no time."""


class Suggestion(Struct, frozen=True, kw_only=True):
    """One change of the app's files that may help, and what came of trying it.

    The list of suggestions follows from the blockers, the project and the catalogue alone, so a
    number means the same however much time there was to try.
    """

    number: int = 0
    """Position in the list from 1: what `--fix` takes."""
    packages: tuple[NormalizedName, ...]
    """Of the blockers that it is for; once it works, of those that it removes."""
    platforms: tuple[Platform, ...]
    """Where it may help."""
    cost: Cost
    edits: tuple[Edit, ...] = ()
    """Empty while `loosened` was not tried, unless the blockers tell where the bounds go."""
    loosened: tuple[ProjectRequirement, ...] = ()
    """Requirements whose bounds move first; how far is known once it was tried."""
    move: Move = Move.ANY
    """For `loosened`."""
    besides: tuple[Edit, ...] = ()
    """Edits that are made together with the moved bounds of `loosened`."""
    promised: tuple[NormalizedName, ...] = ()
    """Those of `packages` whose blockers' own facts say that it may do; for the others only a
    trial can tell."""
    lines: tuple[EditedLine, ...] = ()
    """What `edits` come to in the files, in their order: what is printed is what is written."""
    state: SuggestionState = SuggestionState.UNTRIED
    whole: bool = False
    """The app locks with it; False: blockers of other packages are left, or it was not tried."""
    locks: tuple[tuple[NormalizedName, tuple[Version, ...]], ...] = ()
    """The versions that `packages`, and what the edits name, are then locked in, newest first; a
    package that is then not needed at all is left out."""
    shifts: tuple[VersionShift, ...] = ()
    """What the moved bounds cost, for packages whose release is another one then."""
    unbuilt: bool = False
    """Sources of a package were looked into, but not built: that would have run its code."""
