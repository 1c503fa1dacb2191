"""A lock could not be installed; what was installed before is as it was."""

from enum import StrEnum

from packaging.utils import NormalizedName

from flet_lock.model.answer.drift import Drift
from flet_lock.model.answer.wheel_fault import PathClash, WheelFault
from flet_lock.model.app.flet_choice import FletChoice
from flet_lock.model.app.project import ProjectNote
from flet_lock.model.errors.base import FletLockError
from flet_lock.model.target import Platform


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


class WheelRefused(InstallError):
    """A wheel holds what must not be unpacked."""

    package: NormalizedName
    filename: str
    faults: tuple[WheelFault, ...]
    """All that were found, in the order of the wheel's members."""


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


class Unexportable(StrEnum):
    """What it is that a requirements file cannot say."""

    SOURCE_TREE = "source-tree"
    """A folder or repository: it has no hash."""
    HASH = "hash"
    """A file for which the lock has no hash that pip knows."""


class NotExportable(InstallError):
    """Packages of a lock that the other format cannot name with a hash."""

    packages: tuple[NormalizedName, ...]
    reason: Unexportable


class TargetOccupied(InstallError):
    """The folder to replace holds other things than slices, or is no folder."""

    path: str
    entries: tuple[str, ...]
    """The first few names; empty where it is no folder."""


class InstallNotWritten(InstallError):
    """The disk did not take it."""

    path: str
    detail: str
