"""What an installation wrote: values that reports draw, and that cost nothing to import."""

from msgspec import Struct
from packaging.utils import NormalizedName


class SharedPath(Struct, frozen=True, kw_only=True):
    """A path that several packages own with the same bytes (namespace packages do that)."""

    slice_name: str
    """Name of the slice."""
    path: str
    """In the slice's folder, `/` between parts."""
    packages: tuple[NormalizedName, ...]
    """Sorted. The first one's file is written."""


class UnpackedSlice(Struct, frozen=True, kw_only=True):
    """What was written for a slice."""

    slice_name: str
    """Name of the slice."""
    packages: int
    """Number of packages."""
    files: int
    """Number of files."""
    bytes: int
    """Their size together."""
    shared: tuple[SharedPath, ...]
    """Paths that several packages own; sorted."""
