"""What could be changed so that an app locks: edits of its files, and which of them were tried."""

from msgspec import Struct
from packaging.requirements import Requirement
from packaging.utils import NormalizedName
from packaging.version import Version

from flet_lock.model.app.requirement import Place
from flet_lock.model.target import Platform


class Edit(Struct, frozen=True, kw_only=True):
    """Base: one change of the user's files."""


class RewriteRequirement(Edit, frozen=True, kw_only=True):
    """A requirement of the app says something else."""

    place: Place
    before: Requirement
    after: str
    """PEP 508 text."""
    left_out_on: tuple[Platform, ...] = ()
    """The platforms on which a new marker leaves it out."""


class RemoveRequirement(Edit, frozen=True, kw_only=True):
    """A requirement of the app goes away."""

    place: Place
    before: Requirement


class BuildFromSource(Edit, frozen=True, kw_only=True):
    """`source_packages`: the build makes the wheels of these packages itself."""

    packages: tuple[NormalizedName, ...]
    platforms: tuple[Platform, ...]


class LetVersionsDiffer(Edit, frozen=True, kw_only=True):
    """`[tool.flet-lock].same-versions` no longer holds."""


class AllowPrereleases(Edit, frozen=True, kw_only=True):
    """`[tool.flet-lock].prereleases` has one more name."""

    package: NormalizedName


class RaiseMinimumOs(Edit, frozen=True, kw_only=True):
    """The app asks for newer phones."""

    platform: Platform
    minimum_os: tuple[int, int]
    """Android: (API level, 0). iOS: (major, minor)."""


class ChooseSlices(Edit, frozen=True, kw_only=True):
    """`target_arch` of a platform: the app is built for these only."""

    platform: Platform
    slices: tuple[str, ...]


class ChoosePython(Edit, frozen=True, kw_only=True):
    """`requires-python` leads to another minor; where it is set, `python-version`, which wins."""

    minor: str
    """`3.13`."""
    specifier: str
    """What to write."""


class AddOverride(Edit, frozen=True, kw_only=True):
    """`[tool.flet-lock].overrides` settles a package, whoever asks for what."""

    requirement: str


class EditedLine(Struct, frozen=True, kw_only=True):
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


class Fix(Struct, frozen=True, kw_only=True):
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


class Fixes(Struct, frozen=True, kw_only=True):
    """What came of trying."""

    ways: tuple[Fix, ...] = ()
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
