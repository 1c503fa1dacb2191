"""What `flet build` would read of an app, as values."""

from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import Final

from msgspec import Struct, field
from packaging.utils import NormalizedName

from flet_lock.model.app.flet_choice import FletChoice
from flet_lock.model.app.requirement import Place, ProjectRequirement
from flet_lock.model.target import Platform


class NoteKind(StrEnum):
    """Something about the project's files that a user may not expect."""

    FLET_FALLBACK = "flet-fallback"
    """No dependencies are declared anywhere: `flet` itself is taken, as `flet build` does."""
    REQUIREMENTS_TXT_IGNORED = "requirements-txt-ignored"
    """pyproject.toml declares dependencies, so `flet build` never reads requirements.txt."""
    PROJECT_TABLE_IGNORED = "project-table-ignored"
    """`[tool.poetry.dependencies]` is there: `flet build` skips `[project].dependencies`."""
    POETRY_LOOSER_IN_BUILD = "poetry-looser-in-build"
    """`^`/`~` means more here, as Poetry says, than to `flet build`."""
    POETRY_BROKEN_IN_BUILD = "poetry-broken-in-build"
    """`flet build` makes a requirement of the constraint that pip refuses."""
    OPTIONAL_LEFT_OUT = "optional-left-out"
    """A Poetry dependency marked `optional` is not installed by default."""
    OPTION_IGNORED = "option-ignored"
    """A known option of requirements.txt that does not matter here."""
    REQUIRES_PYTHON_UNREADABLE = "requires-python-unreadable"
    """Not a specifier; `flet build` takes its default Python then."""
    MINIMUM_OS_RAISED = "minimum-os-raised"
    """The app names an older OS than Flet's Python runs on."""
    STANDARD_MODULE = "standard-module"
    """The app asks for a package that is called as a module of Python's own."""
    FLET_BUILDS = "flet-builds"
    """Another generation of Flet than the newest builds the app; `flet` says which, and why."""
    FLET_CONTRADICTION = "flet-contradiction"
    """Something else names a Flet of another generation; `flet` has both."""
    FLET_TOO_NEW = "flet-too-new"
    """Nobody has looked yet how this Flet builds: it is taken to build as the newest known."""
    PYTHON_IS_FIXED = "python-is-fixed"
    """`requires-python` excludes the one Python that this Flet builds with, and is not read."""
    NOT_READ = "not-read"
    """A setting that a later Flet reads, and the one that builds does not."""
    FIRST_ARCH_ONLY = "first-arch-only"
    """This Flet installs the packages of the first of several architectures only."""
    CRASHES_BUILD = "crashes-build"
    """flet-cli ends with an exception on it."""
    COMMA_BREAKS_BUILD = "comma-breaks-build"
    """`flet build` cuts the requirement at its commas."""
    MANIFEST_NOT_FOUND = "manifest-not-found"
    """The table of Pythons that the build reads is not here: the shipped one was taken."""
    NOTHING_INSTALLED = "nothing-installed"
    """No dependencies are declared, and this Flet installs nothing then."""
    NO_FLET = "no-flet"
    """The lock has no `flet`: the app cannot start. `value`: the platforms."""
    SOURCE_PASSED_OVER = "source-passed-over"
    """Another tool's table says where a package comes from; the build takes an index's."""
    INDEX_PASSED_OVER = "index-passed-over"
    """An index that another tool's table names is not asked."""
    BOUNDS_PASSED_OVER = "bounds-passed-over"
    """Constraints or overrides of another tool do not hold here."""
    TOOL_LOCK_PASSED_OVER = "tool-lock-passed-over"
    """Another tool's lock is there; its versions are not looked at."""
    NOT_TAKEN = "not-taken"
    """Versions of another tool's lock that could not be kept."""
    EXTENSION_NOT_LISTED = "extension-not-listed"
    """A Flutter package of an extension is named, and its Python package is not."""
    WAS_WITHDRAWN = "was-withdrawn"
    """A locked release was left because its author withdrew it."""
    NOT_NEEDED = "not-needed"
    """`-P` names a package that the app does not need."""
    AUDIT_AVOIDED = "audit-avoided"
    """`--audit` passed over a release that fails; `value`: which."""
    AUDIT_FAILS = "audit-fails"
    """`--audit` found nothing to take instead of a release that fails; `value`: which."""
    SEEN_TO_FAIL = "seen-to-fail"
    """An earlier audit found that a locked release fails; `value`: which."""
    OLD_LOCK_MENDED = "old-lock-mended"
    """A merge left conflict markers in the lock: the versions of both sides were kept."""
    OLD_LOCK_UNREADABLE = "old-lock-unreadable"
    """The lock that was there is damaged (a merge conflict, say): its pins were not kept."""


WARNINGS: Final = frozenset(
    {
        NoteKind.AUDIT_FAILS,
        NoteKind.NO_FLET,
        NoteKind.SOURCE_PASSED_OVER,
        NoteKind.INDEX_PASSED_OVER,
        NoteKind.BOUNDS_PASSED_OVER,
    }
)


class ProjectNote(Struct, frozen=True, kw_only=True):
    """A remark for the user; stops a run only with `--strict`, and only where it is a warning."""

    kind: NoteKind
    place: Place
    value: str = ""
    flet: FletChoice | None = None
    """Where the remark is about how a Flet builds."""
    line: str = ""
    """What to write; `""` where that is not one line."""
    table: str = ""
    """Where to write it."""

    @property
    def is_warning(self) -> bool:
        """Whether what is locked is likely not what the app needs: `--strict` fails on it."""
        return self.kind in WARNINGS


class RequirementsIndexes(Struct, frozen=True, kw_only=True):
    """Index options of requirements.txt (`-i`, `--extra-index-url`, `-f`, `--no-index`)."""

    default_index: str | None = None
    extra_indexes: tuple[str, ...] = ()
    find_links: tuple[str, ...] = ()
    no_index: bool = False


class Project(Struct, frozen=True, kw_only=True):
    """An app, read."""

    root: Path
    """The app's folder, absolute."""
    name: str | None
    requirements: tuple[ProjectRequirement, ...]
    """All that the app asks for, both platforms, groups and extras included; file order."""
    constraints: tuple[ProjectRequirement, ...] = ()
    """`-c` files and `[tool.flet-lock].constraints`."""
    overrides: tuple[ProjectRequirement, ...] = ()
    """`[tool.flet-lock].overrides`."""
    flet: FletChoice | None = None
    """The Flet that builds it; None where nobody looked."""
    requires_python: str | None = None
    """`[project].requires-python` (Poetry's `python` does not count: `flet build` ignores it)."""
    target_archs: Mapping[Platform, tuple[str, ...]] = field(default_factory=dict)
    """`target_arch`; a platform that is not a key is built for all its slices."""
    minimum_os: Mapping[Platform, tuple[int, int]] = field(default_factory=dict)
    """The oldest OS by settings, else by the project: Android (API level, 0), iOS (major, minor).
    A platform that is not a key has that of Flet's Python, and none is below it."""
    source_packages: Mapping[Platform, tuple[NormalizedName, ...]] = field(default_factory=dict)
    indexes: RequirementsIndexes = field(default_factory=RequirementsIndexes)
    settings: Mapping[str, object] = field(default_factory=dict)
    """`[tool.flet-lock]` as parsed TOML, types checked."""
    notes: tuple[ProjectNote, ...] = ()
    files: tuple[Path, ...] = ()
    """Files that were read, or would have been had they been there; absolute."""

    @property
    def title(self) -> str:
        """What to call the app in messages: its name, else that of its folder."""
        return self.name or self.root.name

    @property
    def names_local_paths(self) -> bool:
        """Whether a requirement names a path, so that reading it depends on more than `files`."""
        wanted = (*self.requirements, *self.constraints, *self.overrides)
        return any((each.requirement.url or "").startswith("file:") for each in wanted)
