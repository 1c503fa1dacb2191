"""What a wheel would put where: values that a plan is laid out and written from."""

from collections.abc import Mapping
from typing import Final

from msgspec import Struct
from packaging.utils import NormalizedName
from packaging.version import Version

from flet_lock.install.wheel.packed_member import PackedMember

INSTALLER: Final = b"flet-lock\n"
"""Content of `.dist-info/INSTALLER` ("Recording installed projects")."""


class WheelMember(Struct, frozen=True, kw_only=True):
    """A file of a wheel that is to be unpacked."""

    path: str
    """In the slice's folder, `/` between parts."""
    name: str
    """In the archive."""
    size: int
    """Bytes, unpacked."""
    sha256: bytes
    """As RECORD says; the content has not been looked at, unless RECORD has another hash."""
    executable: bool
    """Whether the archive marks it so, for anybody."""
    packed: PackedMember
    """Where it is in the archive."""


class WheelContents(Struct, frozen=True, kw_only=True):
    """Everything that one wheel puts into a slice's folder."""

    package: NormalizedName
    """The locked name."""
    version: Version
    """The locked version."""
    filename: str
    """The locked file name, or that of a wheel built here."""
    members: tuple[WheelMember, ...]
    """In the order of the archive; no path twice."""
    made: Mapping[str, bytes]
    """Path to content of the files that an installer makes: RECORD and INSTALLER."""
