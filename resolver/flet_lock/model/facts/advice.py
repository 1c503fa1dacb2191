"""What is known of packages by their names: why they fail on phones, and what to take instead."""

from enum import StrEnum

from msgspec import Struct
from packaging.utils import NormalizedName

from flet_lock.model.target import Platform


class AdviceKind(StrEnum):
    """Why the name itself explains a blocker."""

    STANDARD_LIBRARY = "standard-library"
    """A module of Python's own: nothing to install."""
    OTHER_NAME = "other-name"
    """A module; the package that brings it has another name."""
    CLOSE_NAME = "close-name"
    """No such package, but others with nearly that name."""
    DROPPED_MODULE = "dropped-module"
    """A module that Python had; `instead` brings it back."""
    OBSOLETE = "obsolete"
    """Given up: another package took its place, or Python itself."""
    INTERPRETER = "interpreter"
    """Python itself, which is no package: a setting chooses it."""
    SYSTEM_LIBRARY = "system-library"
    """A C library, or a part of another tool's build: nothing that an index has."""
    PART_OF_FLET = "part-of-flet"
    """A former name of Flet, or a part of it that phones do not use."""
    TWIN = "twin"
    """The same code as another package, which has wheels for phones."""
    DESKTOP_ONLY = "desktop-only"
    """Made for desktop systems: there will be no wheel for phones."""
    DEVELOPMENT_TOOL = "development-tool"
    """Something to work with, which no app imports."""
    DESKTOP_EXTRA = "desktop-extra"
    """An extra that brings what runs on a desktop only, `flet[all]`."""
    OTHER_PLATFORM = "other-platform"
    """Made for the other phone."""


class DesktopReason(StrEnum):
    """Why a package is made for desktops; words of `package-advice.toml`."""

    TOOLKIT = "toolkit"
    """It draws windows of its own; a Flet app is drawn by Flet."""
    DESKTOP = "desktop"
    """It works on a desktop's screen, keyboard, mouse or browser."""
    SYSTEM = "system"
    """It speaks to one desktop system."""
    SERVER = "server"
    """It makes servers faster, which do without it as well."""
    HARDWARE = "hardware"
    """It needs hardware that phones do not have."""


class NameFact(Struct, frozen=True, kw_only=True):
    """What is known of one name."""

    kind: AdviceKind
    instead: tuple[str, ...] = ()
    """Packages to ask for instead; the likeliest first."""
    systems: tuple[str, ...] = ()
    """Values of `platform_system` where it belongs; empty where that does not matter."""
    reason: DesktopReason = DesktopReason.DESKTOP
    """For `DESKTOP_ONLY`."""
    needs: str = ""
    """For `HARDWARE`: what it needs."""
    source: str = ""
    """Where it can be read up: a URL."""

    @property
    def only(self) -> Platform | None:
        """The phone platform that it is made for; None for any other kind."""
        if self.kind is not AdviceKind.OTHER_PLATFORM:
            return None
        return next(each for each in Platform if each.label in self.systems)


class Advice(Struct, frozen=True, kw_only=True):
    """One thing that is known of a package by its name."""

    kind: AdviceKind
    package: NormalizedName
    """The blocker's package, or one on the way to it."""
    instead: tuple[str, ...] = ()
    """Packages to ask for instead, as their authors write them; the likeliest first."""
    systems: tuple[str, ...] = ()
    """Values of `platform_system` where it belongs; empty where that does not matter."""
    extra: str | None = None
    """For `DESKTOP_EXTRA`: its name."""
    reason: DesktopReason | None = None
    """For `DESKTOP_ONLY`."""


class FrozenList(Struct, frozen=True, kw_only=True):
    """The app's requirements look like the output of `pip freeze` on a desktop."""

    file: str
    """Where they stand, relative to the app's folder."""
    pins: int
    """How many are `==` pins."""
    below: int
    """How many of these are of packages that other pinned ones ask for."""
    requirements: int
    """Of how many."""
