"""A locked release that is so old that it hardly works."""

from datetime import datetime

from msgspec import Struct
from packaging.utils import NormalizedName
from packaging.version import Version

from flet_lock.model.app.fix import Suggestion

YEARS = 3
"""So far behind the newest release, a release is old."""
DAYS = 365
"""Of a year; so long there has been a newer major version when one release of an older one is old:
some projects number a major version every few months."""


class OldCode(Struct, frozen=True, kw_only=True):
    """What the code of a wheel tells of its age."""

    filename: str
    removed_modules: tuple[tuple[str, str], ...] = ()
    """Modules that it imports, and that the app's Python no longer has, each with the Python that
    removed it."""
    unreadable: str = ""
    """A module that is not Python 3; `""` where none was found."""
    newest_python: str = ""
    """The newest Python that its classifiers name, `3.6`; `""` where they name none."""


class OldRelease(Struct, frozen=True, kw_only=True):
    """A locked release that is years, or a major version of more than a year, behind the newest."""

    package: NormalizedName
    taken: Version
    newest: Version
    taken_uploaded: datetime | None
    newest_uploaded: datetime | None
    code: OldCode | None = None
    """What its wheel tells; None where it was not at hand."""
    ways_out: tuple[Suggestion, ...] = ()
    """Changes of the app with which a newer release is locked, tried."""

    @property
    def is_broken(self) -> bool:
        """Whether its code cannot be imported on the app's Python, as far as can be seen."""
        return self.code is not None and bool(self.code.removed_modules or self.code.unreadable)


class Age(Struct, frozen=True, kw_only=True):
    """A release, and when it was uploaded."""

    version: Version
    uploaded: datetime | None


def is_behind(taken: Age, newest: Age, successor: datetime | None = None) -> bool:
    """Whether a release is years, or a major version of more than a year, behind the newest one.

    A first number that is a year (`2024.8.30`) says nothing that the upload times do not.

    Args:
        taken: the release.
        newest: the newest one.
        successor: when the next major version began; None where that is not known.
    """
    if taken.uploaded is not None and newest.uploaded is not None:
        days = (newest.uploaded - taken.uploaded).days
        if days >= YEARS * DAYS:
            return True
        if successor is not None and (newest.uploaded - successor).days < DAYS:
            return False
    if newest.version.epoch != taken.version.epoch:
        return True
    calendar = newest.version.major >= 1900  # noqa: PLR2004 - a year
    return not calendar and newest.version.major > taken.version.major
