"""What a tree has, or lacks, that its lock does not say."""

from enum import StrEnum

from msgspec import Struct
from packaging.utils import NormalizedName


class DifferenceKind(StrEnum):
    """How a tree differs from its lock."""

    SLICE_MISSING = "slice-missing"
    """There is no folder for a slice that gets packages."""
    PACKAGE_MISSING = "package-missing"
    """Nothing says that the package is installed: no `.dist-info`."""
    PACKAGE_EXTRA = "package-extra"
    """A `.dist-info` of a package that the slice does not get."""
    VERSION = "version"
    """A `.dist-info` of a locked package in another version."""
    MISSING = "missing"
    """A file of a locked wheel is not there, and nothing accounts for it."""
    CHANGED = "changed"
    """A file of a locked wheel has other bytes."""
    BYTECODE = "bytecode"
    """A `.pyc` is not what the locked source compiles to."""
    STRAY = "stray"
    """A file that no locked wheel brings."""
    NOT_A_FILE = "not-a-file"
    """A link, a device, or a folder where a file belongs."""
    UNREADABLE = "unreadable"
    """The system does not let it be read."""


class Difference(Struct, frozen=True, kw_only=True):
    """One thing that is not as the lock says."""

    kind: DifferenceKind
    """What is different."""
    slice_name: str
    """Name of the slice; `""` beside the slices."""
    path: str
    """In the slice's folder, `/` between parts; `""` where it is about the slice itself."""
    package: NormalizedName | None
    """Whose it is; None where nobody can tell."""
    expected: str = ""
    """A version, a digest, a size; `""` where there is nothing to expect."""
    found: str = ""
    """What is there instead; `""` if nothing is."""
