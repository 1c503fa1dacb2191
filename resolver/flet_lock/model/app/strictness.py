"""What `--strict` fails on: how far behind a desktop a package may be."""

from datetime import timedelta
from enum import StrEnum

from msgspec import Struct
from packaging.utils import NormalizedName


class Step(StrEnum):
    """A distance between two versions."""

    MAJOR = "major"
    """The first number differs (or the epoch)."""
    MINOR = "minor"
    """The first or the second number differs."""
    ANY = "any"


class Strictness(Struct, frozen=True, kw_only=True):
    """`[tool.flet-lock].strict` as a table; without a word in it, any warning is too much."""

    step: Step | None = None
    """`level`: being behind by at least this is too much; None: not looked at, unless `older_than`
    is None, too."""
    older_than: timedelta | None = None
    """Being behind by at least this much time between uploads is too much."""
    packages: tuple[tuple[NormalizedName, Step], ...] = ()
    """For these packages, this instead of `step` and `older_than`; sorted."""
    allow: tuple[NormalizedName, ...] = ()
    """Of these, anything is accepted; sorted."""
