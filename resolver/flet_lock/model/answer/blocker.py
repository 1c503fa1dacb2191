"""Why an app cannot be locked."""

from msgspec import Struct
from packaging.requirements import Requirement
from packaging.utils import NormalizedName
from packaging.version import Version

from flet_lock.model.answer.rejection import Rejection
from flet_lock.model.app.requirement import Place
from flet_lock.model.facts.advice import Advice
from flet_lock.model.index.artifact import Artifact
from flet_lock.model.index.listing import IndexReply
from flet_lock.model.index.source import SourceFinding, SourceNotSeen
from flet_lock.model.target import Platform, Target


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


class _Blocker(Struct, frozen=True, kw_only=True):
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


class PackageNotFound(_Blocker, frozen=True, kw_only=True):
    """No index knows the name."""

    replies: tuple[IndexReply, ...]


class NoMatchingVersion(_Blocker, frozen=True, kw_only=True):
    """The package exists, but no version satisfies what is asked for."""

    requirements: tuple[Requirement, ...]
    newest: Version | None
    """The newest version any index has; None for a package without files."""
    replies: tuple[IndexReply, ...]


class NoUsableRelease(_Blocker, frozen=True, kw_only=True):
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


class Conflict(_Blocker, frozen=True, kw_only=True):
    """Requirements that cannot hold together."""

    requirements: tuple[ConflictingRequirement, ...]
    own: tuple[Requirement, ...] = ()
    """The app's requirements that cannot hold together, none of which could be left out."""


Blocker = PackageNotFound | NoMatchingVersion | NoUsableRelease | Conflict
"""Every kind of blocker: whoever handles blockers handles all of these (`assert_never`)."""
