"""The project's files cannot be read, or not be written."""

from flet_lock.model.app.fault import Fault
from flet_lock.model.errors.base import FletLockError


class ProjectError(FletLockError):
    """The project's files have faults: all of them, in file order."""

    faults: tuple[Fault, ...]


class ProjectNotWritten(FletLockError):
    """A file of the app could not be changed; it is as it was."""

    path: str
    """Relative to the app's folder."""
    detail: str
