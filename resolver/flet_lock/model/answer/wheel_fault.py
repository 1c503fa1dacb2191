"""What is wrong with wheels whose bytes are those that were locked."""

from enum import StrEnum

from msgspec import Struct
from packaging.utils import NormalizedName


class WheelFaultKind(StrEnum):
    """What is wrong with a wheel that has the right bytes."""

    UNREADABLE = "unreadable"
    """Not a zip file, damaged, encrypted, or not a wheel of version 1."""
    OUTSIDE = "outside"
    """A path that leaves the folder: absolute, with a drive, with `..`."""
    BAD_NAME = "bad-name"
    """A path that no system, or not this one, can have: empty parts, control characters, …"""
    NOT_A_FILE = "not-a-file"
    """A link, a device, a socket."""
    TWICE = "twice"
    """One path, two members."""
    BOMB = "bomb"
    """It would unpack to more than the declared limits."""
    RECORD = "record"
    """RECORD is missing, or says something else than the wheel holds."""
    OTHER_PACKAGE = "other-package"
    """METADATA is that of another package or version."""


class WheelFault(Struct, frozen=True, kw_only=True):
    """One thing that is wrong with a wheel."""

    kind: WheelFaultKind
    path: str
    """The member; `""` where it is the wheel as a whole."""
    detail: str = ""


class ClashKind(StrEnum):
    """How two packages get in each other's way."""

    CONTENT = "content"
    """One path, different bytes."""
    FOLDER = "folder"
    """One's file is the other's folder."""
    CASE = "case"
    """Paths that this file system takes for one."""


class PathClash(Struct, frozen=True, kw_only=True):
    """Two packages that own one path of a slice."""

    kind: ClashKind
    slice_name: str
    path: str
    package: NormalizedName
    other_path: str
    """Equals `path` for `CONTENT`."""
    other_package: NormalizedName
