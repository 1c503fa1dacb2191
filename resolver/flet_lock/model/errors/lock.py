"""A lock file cannot be read or written."""

from flet_lock.model.errors.base import FletLockError


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
    of_other_tool: bool = False
    """Whether nothing in it says that flet-lock wrote it."""


class LockEdited(LockError):
    """The lock's body digest is not its own: somebody or something changed the file."""


class UnknownSources(LockError):
    """The lock takes files from places that neither the app nor the user has named."""

    sources: tuple[str, ...]
    """URLs without credentials, or paths; sorted, never empty."""
    indexes: tuple[str, ...]
    """Those of `sources` that are indexes."""


class LockNotWritten(LockError):
    """The lock file could not be written; the old one is as it was."""

    detail: str
