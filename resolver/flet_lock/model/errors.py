"""What can go wrong, as facts; `reports/wording.py` has the sentences.

FletLockError
├── UsageError                      exit 2: an option or its value makes no sense
├── ProjectError                    exit 2: faults in the project's files, all, with places
├── ProjectNotWritten               exit 2: --fix: disk full, read-only folder
├── CatalogueError                  exit 2: the table of Python releases cannot be read
├── UnsupportedPython               exit 2: no bundled Python fits
├── UnsupportedFlet                 exit 2: it builds in a way that nothing here knows
├── IndexFailure                    an index could not be asked: never "no such package"
│   ├── IndexUnreachable            exit 2: no answer: network, TLS, time-out, 5xx after retries
│   ├── IndexRefused                exit 2: 401, 403: credentials are wrong or missing
│   ├── IndexGarbage                exit 2: an answer that is not an index page
│   ├── IntegrityError              exit 2: bytes do not have the promised hash or size
│   └── OfflineMiss                 exit 2: --offline, and the cache does not have it
├── DirectReferenceFailure          exit 1: a named file, folder or repository cannot be used
├── ResolutionError
│   ├── CannotLock                  exit 1: blockers, all of them
│   └── BudgetExceeded              exit 2: it could not be found out within the budget
├── LockError
│   ├── LockMissing                 exit 1 (check): there is no lock
│   ├── LockUnreadable              exit 2: the lock file is damaged, with the place
│   └── LockNotWritten              exit 2: disk full, read-only folder
├── InstallError                    a lock could not be installed; the old tree is as it was
│   ├── SlicesNotLocked             exit 1: the lock was not made for them
│   ├── LockOutOfStep               exit 1: the project has changed since
│   ├── PythonNotLocked             exit 1: the build bundles another Python
│   ├── GenerationNotLocked         exit 1: another generation of Flet builds
│   ├── BuildRefused                exit 1: this Flet cannot build the app right
│   ├── FileAltered                 exit 1: bytes are not those that were locked
│   ├── FileGone                    exit 2: nothing is where the lock says
│   ├── FilesNotCached              exit 2: --offline, and the cache does not have them
│   ├── WheelRefused                exit 1: faults of one wheel, all of them
│   ├── PathsClash                  exit 1: packages that own one path
│   ├── SourceNotBuilt              exit 1: no wheel, or not a pure one, came out of a source
│   ├── NotExportable               exit 1: what the other format cannot say
│   ├── TargetOccupied              exit 2: other things than slices are in the folder
│   ├── CommandNotStarted           exit 2: no such program, or not one that can be run
│   ├── LauncherMissing             exit 2: flet-lock-pip is not where it can be used
│   ├── FletCliMissing              exit 2: flet would install its own command line first
│   └── InstallNotWritten           exit 2: disk full, read-only folder
└── Interrupted                     exit 130: Ctrl-C
"""

from enum import StrEnum
from typing import ClassVar, dataclass_transform

from msgspec import Struct
from packaging.requirements import Requirement
from packaging.utils import NormalizedName
from packaging.version import Version

from flet_lock.model.answer.answer_dependencies import AnswerDependencies
from flet_lock.model.answer.drift import Drift
from flet_lock.model.answer.rejection import Rejection
from flet_lock.model.app.fix import EditedLine, Suggestion
from flet_lock.model.app.flet_choice import FletChoice, FletFound
from flet_lock.model.app.project import ProjectNote
from flet_lock.model.app.requirement import Place
from flet_lock.model.facts.advice import Advice, FrozenList
from flet_lock.model.index.artifact import Artifact
from flet_lock.model.index.listing import IndexReply
from flet_lock.model.index.source import SourceFinding, SourceNotSeen
from flet_lock.model.target import Platform, Target


@dataclass_transform(eq_default=False, kw_only_default=True)
class FletLockError(Exception):
    """Base of everything this package raises on purpose; its facts are the annotated names.

    Like a dataclass without its cost: making 40 classes that way takes 12 ms, which every run of
    the command would pay. A value in the class is a default.
    """

    fact_names: ClassVar[tuple[str, ...]] = ()
    """In the order they are declared, the bases' first."""
    _required: ClassVar[frozenset[str]] = frozenset()

    def __init_subclass__(cls) -> None:
        own = [name for name in cls.__annotations__ if name not in cls.fact_names]
        cls.fact_names = (*cls.fact_names, *own)
        cls._required = frozenset(name for name in cls.fact_names if not hasattr(cls, name))

    def __init__(self, **facts: object) -> None:
        super().__init__()
        if not self._required <= facts.keys() <= {*self.fact_names}:
            wrong = sorted((self._required - facts.keys()) | (facts.keys() - {*self.fact_names}))
            raise TypeError(f"{type(self).__name__}: missing or unknown: {', '.join(wrong)}")
        self.__dict__.update(facts)

    def __repr__(self) -> str:
        facts = ", ".join(f"{name}={getattr(self, name)!r}" for name in self.fact_names)
        return f"{type(self).__name__}({facts})"


class UsageError(FletLockError):
    """An option or its value makes no sense."""

    option: str
    value: str
    detail: str
    choices: tuple[str, ...] = ()


class FaultKind(StrEnum):
    """What is wrong at a place of the user's files."""

    UNREADABLE = "unreadable"
    """The file cannot be opened or decoded."""
    BAD_TOML = "bad-toml"
    WRONG_TYPE = "wrong-type"
    BAD_REQUIREMENT = "bad-requirement"
    """Not a PEP 508 requirement."""
    BAD_SPECIFIER = "bad-specifier"
    BAD_MARKER = "bad-marker"
    UNKNOWN_OPTION = "unknown-option"
    """An option of requirements.txt that is not known here."""
    UNKNOWN_KEY = "unknown-key"
    """A key of [tool.flet-lock] that does not exist."""
    BAD_VALUE = "bad-value"
    MISSING_FILE = "missing-file"
    """A file or folder that the project names is not there."""
    CYCLE = "cycle"
    """Files or groups that include each other."""
    UNKNOWN_ARCH = "unknown-arch"
    UNKNOWN_GROUP = "unknown-group"
    UNKNOWN_EXTRA = "unknown-extra"
    UNSUPPORTED = "unsupported"
    """Valid for pip or Poetry, but not something that a phone build can use."""


class Fault(Struct, frozen=True, kw_only=True):
    """One thing that is wrong in the user's files."""

    place: Place
    kind: FaultKind
    value: str
    """The offending text, credentials removed."""
    detail: str = ""
    """What a parser said about it."""
    choices: tuple[str, ...] = ()
    """What would be accepted, where that is a short list."""


class ProjectError(FletLockError):
    """The project's files have faults: all of them, in file order."""

    faults: tuple[Fault, ...]


class ProjectNotWritten(FletLockError):
    """A file of the app could not be changed; it is as it was."""

    path: str
    """Relative to the app's folder."""
    detail: str


class CatalogueError(FletLockError):
    """The table of Python releases (`manifest.json`) cannot be read."""

    path: str
    detail: str


class UnsupportedPython(FletLockError):
    """No Python that Flet bundles fits."""

    wanted: str
    """`3.9`, or the `requires-python` specifier."""
    place: Place | None
    """None for the option."""
    supported: tuple[str, ...]


class UnsupportedFlet(FletLockError):
    """Flet before 0.25 builds with another packaging tool (serious_python 0.7, Kivy's recipes)."""

    found: FletFound
    oldest: str
    """The oldest version that is supported."""


class IndexFailure(FletLockError):
    """Base: an index could not be asked. Never the same as "no such package"."""

    index: str | None
    """Name of the index; None for a direct URL."""
    url: str
    """Without credentials."""


class IndexUnreachable(IndexFailure):
    """No usable answer after all retries."""

    detail: str
    attempts: int
    status: int | None = None
    """HTTP status of the last answer; None where there was none."""


class IndexRefused(IndexFailure):
    """401 or 403 (407 for a proxy)."""

    status: int
    had_credentials: bool


class IndexGarbage(IndexFailure):
    """The answer is not an index page, or not the file that was promised."""

    detail: str
    content_type: str | None


class IntegrityError(IndexFailure):
    """The bytes are not those that the index promised."""

    filename: str
    algorithm: str
    """`sha256`, …, or `size`."""
    expected: str
    found: str


class OfflineMiss(IndexFailure):
    """`--offline`, and the cache does not have it."""


class DirectReferenceFailure(FletLockError):
    """A file, folder or repository that a requirement names cannot be used."""

    package: NormalizedName
    url: str
    """Without credentials."""
    place: Place | None
    rejection: Rejection | None
    detail: str


class ChainLink(Struct, frozen=True, kw_only=True):
    """One step from the app's requirement down to a package."""

    package: NormalizedName
    version: Version | None
    """The release that asks for the next link; None for the app itself or an unpinned package."""
    requirement: str
    """What the step before it asks for: `numpy>=2`."""


class RejectedRelease(Struct, frozen=True, kw_only=True):
    """A version of a package that could not be used, and why, file by file."""

    version: Version
    artifacts: tuple[Artifact, ...]
    rejections: tuple[tuple[Target, tuple[Rejection, ...]], ...]
    """For each target that has no usable file: why not, one per file."""


class Blocker(Struct, frozen=True, kw_only=True):
    """Base: one reason why the app cannot be locked."""

    package: NormalizedName
    platform: Platform
    targets: tuple[Target, ...]
    """The targets it fails for."""
    chain: tuple[ChainLink, ...]
    """Shortest, from the app's own requirement (first) to `package` (last)."""
    places: tuple[Place, ...]
    """The app's own requirements that lead here."""
    advice: Advice | None = None
    """What is known of the names in it; None for most, and where nobody looked."""


class PackageNotFound(Blocker, frozen=True, kw_only=True):
    """No index knows the name."""

    replies: tuple[IndexReply, ...]


class NoMatchingVersion(Blocker, frozen=True, kw_only=True):
    """The package exists, but no version satisfies what is asked for."""

    requirements: tuple[Requirement, ...]
    newest: Version | None
    """The newest version any index has; None for a package without files."""
    replies: tuple[IndexReply, ...]


class NoUsableRelease(Blocker, frozen=True, kw_only=True):
    """Versions match, but none has a usable file for every target that needs it."""

    requirements: tuple[Requirement, ...]
    """All that is asked of the package."""
    matching: tuple[Version, ...]
    """Versions that satisfy the requirements, newest first."""
    rejected: tuple[RejectedRelease, ...]
    """The newest matching ones, newest first; all of them where they are few."""
    newest: Version
    """The newest version any index has."""
    usable: tuple[tuple[Version, tuple[Target, ...]], ...]
    """Versions outside the requirements, or for fewer targets, that do have usable files."""
    replies: tuple[IndexReply, ...]
    source: SourceFinding | SourceNotSeen | None = None
    """What the sdist of the newest matching release holds, where that matters."""


class ConflictingRequirement(Struct, frozen=True, kw_only=True):
    """One side of a conflict."""

    requirement: Requirement
    required_by: ChainLink | None
    """None: the app itself."""
    chain: tuple[ChainLink, ...]


class Conflict(Blocker, frozen=True, kw_only=True):
    """Requirements that cannot hold together."""

    requirements: tuple[ConflictingRequirement, ...]
    own: tuple[Requirement, ...] = ()
    """The app's requirements that cannot hold together, none of which could be left out."""


class Refusal(Struct, frozen=True, kw_only=True):
    """Why an app cannot be locked, and what to do about it.

    Diagnosis makes one of blockers alone; each later step (what sdists hold, what names tell, what
    could be changed, what came of trying it) returns a new one.
    """

    blockers: tuple[Blocker, ...]
    """Every blocker that one run finds, sorted by platform and package."""
    frozen: FrozenList | None = None
    """The app's list looks like `pip freeze`'s; None where it does not, or nobody looked."""
    suggestions: tuple[Suggestion, ...] = ()
    """What could be changed, by blocker, what changes the app least first."""
    together: tuple[int, ...] = ()
    """Numbers of suggestions, at least two, with which the app locks where no single one does."""
    seconds: float = 0.0
    """The budget for trying suggestions; 0: nothing was tried."""
    untried: int = 0
    """How many suggestions there was no time for, of those that would have been tried."""
    applied: tuple[EditedLine, ...] = ()
    """What `--fix` has changed before this run, which was not enough."""


class ResolutionError(FletLockError):
    """Base: no answer."""


class CannotLock(ResolutionError):
    """There is no solution."""

    refusal: Refusal
    dependencies: AnswerDependencies | None = None
    """What the refusal was worked out from; None where it has to be worked out anew each time."""

    @property
    def blockers(self) -> tuple[Blocker, ...]:
        """Of the refusal."""
        return self.refusal.blockers


class BudgetExceeded(ResolutionError):
    """The search was given up; says what it was stuck on."""

    platform: Platform
    rounds: int
    seconds: float
    stuck_on: tuple[NormalizedName, ...]
    """Packages that were taken back most often, worst first."""


class LockError(FletLockError):
    """Base: a lock file."""

    path: str


class LockMissing(LockError):
    """There is no lock file."""


class LockUnreadable(LockError):
    """The lock file is damaged or of a later version."""

    detail: str
    place: str | None = None
    """`packages[3].wheels[0].hashes`."""


class LockNotWritten(LockError):
    """The lock file could not be written; the old one is as it was."""

    detail: str


class InstallError(FletLockError):
    """Base: a lock could not be installed. What was installed before is as it was."""


class SlicesNotLocked(InstallError):
    """Slices were asked for that the lock was not made for."""

    platform: Platform
    slices: tuple[str, ...]
    locked: tuple[str, ...]
    """What it was made for."""


class LockOutOfStep(InstallError):
    """The project asks for something else than its lock was made for."""

    project_name: str
    drifts: tuple[Drift, ...]
    """Never empty; of one platform."""


class PythonNotLocked(InstallError):
    """A build bundles another Python than the lock was made for."""

    platform: Platform
    python: str
    """The minor that the build bundles, `3.13`."""
    choosable: bool = True
    """Whether another could be chosen for the build."""
    locked: str


class GenerationNotLocked(InstallError):
    """A Flet builds that does it otherwise than the one the lock was made for."""

    platform: Platform
    flet: FletChoice
    """The Flet that builds."""
    locked: str
    """The generation that the lock was made for."""


class BuildRefused(InstallError):
    """What the app or the command says, the Flet that builds cannot do."""

    notes: tuple[ProjectNote, ...]
    """Never empty."""


class FileAltered(InstallError):
    """A file is not the one that was locked."""

    package: NormalizedName
    filename: str
    origin: str
    """URL without credentials, or path."""
    algorithm: str
    """`sha256`, …, or `size`."""
    expected: str
    found: str


class FileGone(InstallError):
    """Nothing is at the URL or path that the lock names."""

    package: NormalizedName
    filename: str
    origin: str
    """URL without credentials, or path."""


class FilesNotCached(InstallError):
    """`--offline`, and the cache does not have all files."""

    filenames: tuple[str, ...]


class WheelFaultKind(StrEnum):
    """What is wrong with a wheel that has the right bytes."""

    UNREADABLE = "unreadable"
    """Not a zip file, damaged, encrypted, or not a wheel of version 1."""
    OUTSIDE = "outside"
    """A path that leaves the folder: absolute, with a drive, with `..`."""
    BAD_NAME = "bad-name"
    """A path that no system, or not this one, can have: empty parts, control characters, …"""
    NOT_A_FILE = "not-a-file"
    """A link, a device, a socket."""
    TWICE = "twice"
    """One path, two members."""
    BOMB = "bomb"
    """It would unpack to more than the declared limits."""
    RECORD = "record"
    """RECORD is missing, or says something else than the wheel holds."""
    OTHER_PACKAGE = "other-package"
    """METADATA is that of another package or version."""


class WheelFault(Struct, frozen=True, kw_only=True):
    """One thing that is wrong with a wheel."""

    kind: WheelFaultKind
    path: str
    """The member; `""` where it is the wheel as a whole."""
    detail: str = ""


class WheelRefused(InstallError):
    """A wheel holds what must not be unpacked."""

    package: NormalizedName
    filename: str
    faults: tuple[WheelFault, ...]
    """All that were found, in the order of the wheel's members."""


class ClashKind(StrEnum):
    """How two packages get in each other's way."""

    CONTENT = "content"
    """One path, different bytes."""
    FOLDER = "folder"
    """One's file is the other's folder."""
    CASE = "case"
    """Paths that this file system takes for one."""


class PathClash(Struct, frozen=True, kw_only=True):
    """Two packages that own one path of a slice."""

    kind: ClashKind
    slice_name: str
    path: str
    package: NormalizedName
    other_path: str
    """Equals `path` for `CONTENT`."""
    other_package: NormalizedName


class PathsClash(InstallError):
    """Packages own one path: every clash, sorted by slice and path."""

    clashes: tuple[PathClash, ...]


class SourceNotBuilt(InstallError):
    """A source gave no wheel that runs on a phone."""

    package: NormalizedName
    origin: str
    """URL without credentials, or path."""
    native: tuple[str, ...]
    """What in the wheel is for this machine; empty where none was built."""
    detail: str
    """The end of what the build said."""


class NotExportable(InstallError):
    """Packages of a lock that the other format cannot name with a hash."""

    packages: tuple[NormalizedName, ...]
    reason: str
    """`source-tree` or `hash`: what it is that cannot be said."""


class TargetOccupied(InstallError):
    """The folder to replace holds other things than slices, or is no folder."""

    path: str
    entries: tuple[str, ...]
    """The first few names; empty where it is no folder."""


class CommandNotStarted(InstallError):
    """The command that was to be run does not exist, or cannot be run."""

    command: str
    """Its first word."""
    detail: str
    """What the system says; `""` where there is no such program."""


class LauncherMissing(InstallError):
    """`flet-lock-pip`, which pip is to call, is not there or could not start in a build."""

    path: str
    """Where it should be."""
    in_user_site: bool
    """It is there, but in a user's site-packages, which the build's pip shuts out."""


class FletCliMissing(InstallError):
    """`flet` would pip-install its own command line in the environment that is set for the lock."""

    program: str
    version: str
    """Of `flet`; its command line has to be the same."""


class InstallNotWritten(InstallError):
    """The disk did not take it."""

    path: str
    detail: str


class Interrupted(FletLockError):
    """Ctrl-C, or a termination signal."""

    paths_kept: tuple[str, ...] = ()
