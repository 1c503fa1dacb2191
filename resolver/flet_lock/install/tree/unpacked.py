"""What an installation wrote: values that reports draw, and that cost nothing to import."""

from msgspec import Struct
from packaging.utils import NormalizedName


class SharedPath(Struct, frozen=True, kw_only=True):
    """A path that several packages own with the same bytes (namespace packages do that)."""

    slice_name: str
    path: str
    packages: tuple[NormalizedName, ...]
    """Sorted. The first one's file is written."""


class UnpackedSlice(Struct, frozen=True, kw_only=True):
    """What was written for a slice."""

    slice_name: str
    packages: int
    files: int
    bytes: int
    shared: tuple[SharedPath, ...]
