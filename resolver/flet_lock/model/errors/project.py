"""The project's files cannot be read, or not be written."""

from flet_lock.model.app.fault import Fault
from flet_lock.model.errors.base import FletLockError


class ProjectError(FletLockError):
    """The project's files have faults: all of them, in file order."""

    faults: tuple[Fault, ...]


class NoApp(FletLockError):
    """The folder declares no dependency, and nothing else in it says that it is an app."""

    folder: str
    """Its name."""
    apps: tuple[str, ...] = ()
    """Folders with an app nearby, relative to it."""
    other_list: str = ""
    """A list of dependencies in it that `flet build` does not read; `""` for none."""


class ProjectNotWritten(FletLockError):
    """A file of the app could not be changed; it is as it was."""

    path: str
    """Relative to the app's folder."""
    detail: str
