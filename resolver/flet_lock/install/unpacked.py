"""What an installation wrote: values that reports draw, and that cost nothing to import."""

from dataclasses import dataclass

from packaging.utils import NormalizedName


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedPath:
    """A path that several packages own with the same bytes (namespace packages do that)."""

    slice_name: str
    path: str
    packages: tuple[NormalizedName, ...]
    """Sorted. The first one's file is written."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UnpackedSlice:
    """What was written for a slice."""

    slice_name: str
    packages: int
    files: int
    bytes: int
    shared: tuple[SharedPath, ...]
