"""Which Flet builds an app, and what said so."""

from enum import StrEnum

from msgspec import Struct
from packaging.version import Version

from flet_lock.model.app.requirement import Place
from flet_lock.model.facts.generation import Generation


class FletOrigin(StrEnum):
    """What names a version of Flet, the most decisive first."""

    CALLED = "called"
    """The program that a build calls: it is the one that builds."""
    SETTING = "setting"
    """`--flet`, `FLET_LOCK_FLET`, or `[tool.flet-lock].flet`."""
    PIN = "pin"
    """An exact requirement on flet or flet-cli in the app's files, or another tool's lock."""
    ENVIRONMENT = "environment"
    """The flet of the app's virtual environment."""
    LOCKED = "locked"
    """The flet that is locked, or that was resolved just now."""


class FletFound(Struct, frozen=True, kw_only=True):
    """A version of Flet that something names."""

    origin: FletOrigin
    version: Version
    place: Place | None = None
    """Where; None for a program and for a resolution."""
    python_build: str = ""
    """Date of the python-build release that its flet-cli pins, where it was looked up."""


class FletChoice(Struct, frozen=True, kw_only=True):
    """The Flet that an app is locked for."""

    generation: Generation
    found: FletFound | None
    """What decided; None where nothing names a version: the newest generation, or that of the
    lock that is there."""
    contradictions: tuple[FletFound, ...] = ()
    """What else was found, and builds as another generation; one for each of those."""
    is_newer_than_known: bool = False
    """Whether the table's facts end before this version: it is taken to build as the last row."""

    @property
    def version(self) -> Version | None:
        """The version, where one is known."""
        return None if self.found is None else self.found.version


class FletHints(Struct, frozen=True, kw_only=True):
    """What is known of the Flet that builds besides an app's files and settings."""

    called: FletFound | None = None
    """The program that is about to build."""
    locked: Version | None = None
    """The flet that is locked, or was resolved just now."""
    recorded: str = ""
    """The generation that the app's lock was made for; `""` where there is no lock."""
