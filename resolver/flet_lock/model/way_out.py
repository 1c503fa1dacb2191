"""What could be changed so that an app locks: edits of its files, and which of them were tried."""

from dataclasses import dataclass

from packaging.requirements import Requirement
from packaging.utils import NormalizedName
from packaging.version import Version

from flet_lock.model.requirement import Place
from flet_lock.model.target import Platform


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """Base: one change of the user's files."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RewriteRequirement(Edit):
    """A requirement of the app says something else."""

    place: Place
    before: Requirement
    after: str
    """PEP 508 text."""
    left_out_on: tuple[Platform, ...] = ()
    """The platforms on which a new marker leaves it out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoveRequirement(Edit):
    """A requirement of the app goes away."""

    place: Place
    before: Requirement


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildFromSource(Edit):
    """`source_packages`: the build makes the wheels of these packages itself."""

    packages: tuple[NormalizedName, ...]
    platforms: tuple[Platform, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LetVersionsDiffer(Edit):
    """`[tool.flet-lock].same-versions` no longer holds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AllowPrereleases(Edit):
    """`[tool.flet-lock].prereleases` has one more name."""

    package: NormalizedName


@dataclass(frozen=True, slots=True, kw_only=True)
class RaiseMinimumOs(Edit):
    """The app asks for newer phones."""

    platform: Platform
    minimum_os: tuple[int, int]
    """Android: (API level, 0). iOS: (major, minor)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChooseSlices(Edit):
    """`target_arch` of a platform: the app is built for these only."""

    platform: Platform
    slices: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ChoosePython(Edit):
    """`requires-python` leads to another minor; where it is set, `python-version`, which wins."""

    minor: str
    """`3.13`."""
    specifier: str
    """What to write."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AddOverride(Edit):
    """`[tool.flet-lock].overrides` settles a package, whoever asks for what."""

    requirement: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EditedLine:
    """What an edit comes to in a file."""

    file: str
    """Relative to the app's folder, `/` between parts."""
    table: str
    """`[tool.flet]`; `""` in a file without tables."""
    line: int | None
    """1-based, in a file of lines; None in TOML."""
    before: str
    """What stands there now; `""` where nothing does."""
    after: str
    """What shall stand there, ready to be pasted; `""` where it goes away."""
    edit: int = 0
    """Position of the edit that it comes from; a list that each platform has is two lines."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WayOut:
    """Edits with which what stood in the way does so no more: tried by resolving again."""

    packages: tuple[NormalizedName, ...]
    """Of the blockers that it mends."""
    edits: tuple[Edit, ...]
    lines: tuple[EditedLine, ...]
    """What the edits come to, in their order."""
    whole: bool
    """The app locks with it; False: blockers of other packages are left."""
    taken: tuple[tuple[NormalizedName, tuple[Version, ...]], ...]
    """The versions that `packages`, and what the edits name, are then locked in, newest first; a
    package that is then not needed at all is left out."""
    unbuilt: bool = False
    """Sources of a package were looked into, but not built: that would have run its code."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WaysOut:
    """What came of trying."""

    ways: tuple[WayOut, ...] = ()
    """Those that work, by blocker, what changes the app least first. The position, from 1, is
    what `--fix` takes."""
    together: tuple[int, ...] = ()
    """Numbers of ways, one for each blocker, with which the app locks; empty where one alone does
    that, or where no such set was found."""
    untried: int = 0
    """Candidates that the budget left no time for."""
    seconds: float = 0.0
    """The budget; 0 where nothing was to be tried."""

    @property
    def complete(self) -> bool:
        """Whether all was tried that there was to try."""
        return self.seconds > 0 and not self.untried
