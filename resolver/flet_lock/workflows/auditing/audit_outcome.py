"""What an audit found, as values that `reports` can draw."""

from typing import ClassVar, Self

from msgspec import Struct
from msgspec.structs import replace
from packaging.utils import NormalizedName
from packaging.version import Version

from flet_lock.audit.finding import AnyFinding, Level
from flet_lock.model.app.edited_line import EditedLine
from flet_lock.model.app.fix import Edit
from flet_lock.model.target import Platform
from flet_lock.workflows.command_outcome import CommandOutcome


class AuditTerms(Struct, frozen=True, kw_only=True):
    """What is asked of an audit, besides what it is of."""

    fail_on: Level = Level.FAILS_IN_FLET
    """The mildest level that fails the run."""
    with_sizes: bool = False
    """Whether sizes are to be shown."""
    heads_only: bool = False
    """Whether only the first bytes of each binary are read; of packages on indexes."""


def terms_of(fail_on: str | None, *, with_sizes: bool, heads_only: bool) -> AuditTerms:
    """The terms of a command line; `fail_on` is the word of a level, None for the default."""
    level = Level.FAILS_IN_FLET if fail_on is None else Level(fail_on)
    return AuditTerms(fail_on=level, with_sizes=with_sizes, heads_only=heads_only)


class AuditedFinding(Struct, frozen=True, kw_only=True):
    """A finding, and the slices that it holds for."""

    slices: tuple[str, ...]
    pythons: tuple[str, ...]
    """The Pythons whose wheels have it, `3.14`."""
    finding: AnyFinding
    """As it is on the first of the slices; on others the name of the file has another ending."""


class WheelSize(Struct, frozen=True, kw_only=True):
    """What the wheel of a package takes on a slice."""

    slice_name: str
    filename: str
    installed_bytes: int
    compressed_bytes: int
    native_bytes: int
    """Of these installed, in binaries."""
    removable_bytes: int
    """Of these, debug information and symbols that nobody uses."""


class Remedy(Struct, frozen=True, kw_only=True):
    """The nearest other release without such findings, with which the app was seen to lock."""

    number: int = 0
    """What `--fix` takes."""
    package: NormalizedName
    version: Version
    edits: tuple[Edit, ...] = ()
    """Of the app's files; empty where its requirements let the release in."""
    lines: tuple[EditedLine, ...] = ()
    """What they come to."""


class AuditedPackage(Struct, frozen=True, kw_only=True):
    """A package with binaries on a platform."""

    platform: Platform
    package: NormalizedName
    version: Version
    findings: tuple[AuditedFinding, ...]
    """The worst first."""
    sizes: tuple[WheelSize, ...]
    """Per slice, in the order of slices."""
    remedy: Remedy | None = None
    """None: there is no need, or none was found."""
    tried: int = 0
    """Other releases that were tried for `remedy`."""

    @property
    def pythons(self) -> tuple[str, ...]:
        """All Pythons that any finding is about."""
        return tuple(dict.fromkeys(each for one in self.findings for each in one.pythons))

    @property
    def worst(self) -> Level | None:
        """The level of the worst finding."""
        return self.findings[0].finding.level if self.findings else None


class AuditOutcome(CommandOutcome, frozen=True, kw_only=True):
    """The result of `flet-lock audit`."""

    kind: ClassVar[str] = "audit"
    subject: str
    """The app's name; `""` where files or packages were named."""
    packages: tuple[AuditedPackage, ...]
    """Those with binaries; Android before iOS."""
    wheels: int
    """Files that were looked at, now or earlier."""
    read: int
    """Of these, those that were read now."""
    not_read: tuple[NormalizedName, ...]
    """Packages that are built from source: nobody knows their binaries yet."""
    heads_only: bool = False
    """Whether only the first bytes of binaries were read: no libraries, no functions of Android."""
    fail_on: Level
    """The mildest level that fails the run."""
    with_sizes: bool
    """Whether sizes are to be shown."""
    fixed: tuple[EditedLine, ...] = ()
    """What `--fix` changed in the app's files."""
    seconds: float
    """Duration."""

    def unchanged(self) -> Self:
        """The outcome of the next run: it reads nothing."""
        return replace(self, read=0)

    @property
    def failing(self) -> tuple[AuditedPackage, ...]:
        """Packages that fail the run."""
        return tuple(each for each in self.packages if fails(each, self.fail_on))

    @property
    def exit_code(self) -> int:
        """1 where something is found that is bad enough."""
        return int(bool(self.failing))


def fails(package: AuditedPackage, level: Level) -> bool:
    """Whether a package has a finding of a level, or a worse one."""
    return package.worst is not None and package.worst.is_at_least(level)
