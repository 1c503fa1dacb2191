"""An index, or a file that a requirement names, cannot be used."""

from typing import TYPE_CHECKING

from packaging.utils import NormalizedName

from flet_lock.model.app.requirement import Place
from flet_lock.model.errors.base import FletLockError
from flet_lock.model.redaction import PublicUrl

if TYPE_CHECKING:  # whoever catches these needs none of it
    from flet_lock.model.answer.rejection import Rejection


class IndexFailure(FletLockError):
    """Base: an index could not be asked. Never the same as "no such package"."""

    index: str | None
    """Name of the index; None for a direct URL."""
    url: PublicUrl


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
    url: PublicUrl
    place: Place | None
    rejection: "Rejection | None"
    detail: str
    unreachable: bool = False
    """Whether nobody answered, rather than that there is no such thing."""
