"""What a user asked for that cannot be: an option, a Python, a table of Pythons."""

from flet_lock.model.app.flet_choice import FletFound
from flet_lock.model.app.requirement import Place
from flet_lock.model.errors.base import FletLockError


class UsageError(FletLockError):
    """An option or its value makes no sense."""

    option: str
    value: str
    detail: str
    choices: tuple[str, ...] = ()
    command: str = ""
    """The command whose help tells what there is; empty where it is the default one's, or named
    by `option`."""


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


class ExtraMissing(FletLockError):
    """A library that only one command needs, and that is an extra, is not installed."""

    extra: str
    """`report`: what is to be installed is `flet-lock[report]`."""
    library: str
    """Its name, as people know it."""
