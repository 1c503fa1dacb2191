"""What a phone gets older than a desktop would, and because of what."""

from datetime import datetime

from msgspec import Struct
from packaging.utils import NormalizedName
from packaging.version import Version

from flet_lock.model.answer.rejection import Rejection
from flet_lock.model.target import Target


class Downgrade(Struct, frozen=True, kw_only=True):
    """A package taken older than the newest that the same requirements would give a desktop."""

    package: NormalizedName
    taken: Version
    newest: Version
    taken_uploaded: datetime | None
    """UTC, of its first file; None where the index does not say."""
    newest_uploaded: datetime | None
    cause: NormalizedName
    """The package because of which: itself where its newer releases have no usable files."""
    cause_version: Version
    """The release of `cause` that cannot be used; for a clash, the one that is locked."""
    cause_requirement: str
    """What links the two: `pydantic-core==2.50.0`; `""` where `cause` is the package itself."""
    targets: tuple[Target, ...]
    """Where `cause_version` has no usable file; empty for a clash of versions."""
    rejections: tuple[Rejection, ...]
    """Why, for the first of `targets`; one per file."""
