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


class LockNotWritten(LockError):
    """The lock file could not be written; the old one is as it was."""

    detail: str
