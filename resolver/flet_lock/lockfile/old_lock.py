"""A lock as an earlier run left it: its text is read once, and parsed whole only where needed.

A resolution needs its versions alone; which files got other bytes needs the whole of it.
"""

import re
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from packaging.utils import NormalizedName
from packaging.version import Version

from flet_lock.boundary.refusal import RefusedTextError
from flet_lock.boundary.requirement_text import parse_version
from flet_lock.lockfile.read_lock import read_head_of, read_text
from flet_lock.model.lazy_regex import lazy_regex

if TYPE_CHECKING:
    from flet_lock.lockfile.contents import Lock

LockedVersions = Mapping[NormalizedName, Version]
"""Package to its one version."""

_PACKAGE = lazy_regex(
    r'^\[\[packages\]\]\nname = "([^"]+)"\n(?:version = "([^"]+)"\n)?', re.MULTILINE
)
"""As `write_lock` begins a package. A source tree has no version there."""


class OldLock:
    """The lock file of a platform, before this run writes it."""

    def __init__(self, path: Path) -> None:
        """Reads the file.

        Raises:
            LockMissing: there is no such file.
            LockUnreadable: as for `read_lock`.
        """
        self._path = path
        self.text = read_text(path)
        """With LF for line ends."""
        self.versions = self._versions()

    @cached_property
    def whole(self) -> "Lock":
        """All of the lock.

        Raises:
            LockUnreadable: as for `read_lock`.
        """
        from flet_lock.lockfile.format.parse_lock import parse_lock  # noqa: PLC0415 - most locks stay

        return parse_lock(self.text, path=str(self._path))

    def _versions(self) -> LockedVersions:
        """The versions alone.

        A file that is byte for byte as it was written needs no parser to be read, and no
        validation: its digest proves that it is what was valid then. Any other is parsed whole.
        """
        _, intact = read_head_of(self.text, self._path)
        found = _PACKAGE.findall(self.text) if intact else []
        if found and all(version for _, version in found):
            try:
                return {NormalizedName(name): parse_version(version) for name, version in found}
            except RefusedTextError:
                pass  # its digest is right, but flet-lock did not write that
        return self.whole.versions
