"""The versions of a lock, which is all that the next resolution wants of it."""

import re
from collections.abc import Mapping
from pathlib import Path

from packaging.utils import NormalizedName
from packaging.version import Version

from flet_lock.lockfile.read_lock import read_head_of, read_text
from flet_lock.model.lazy_regex import lazy_regex

LockedVersions = Mapping[NormalizedName, Version]
"""Package to its one version."""

_PACKAGE = lazy_regex(
    r'^\[\[packages\]\]\nname = "([^"]+)"\n(?:version = "([^"]+)"\n)?', re.MULTILINE
)
"""As `write.py` begins a package. A source tree has no version there."""


def read_locked_versions(path: Path) -> LockedVersions:
    """The versions of a lock.

    A file that is byte for byte as it was written needs no parser to be read, and no validation:
    its digest says that it is what was valid then. Any other is read as `read_lock` reads it.

    Raises:
        LockMissing: there is no such file.
        LockUnreadable: as for `read_lock`.
    """
    text = read_text(path)
    _, intact = read_head_of(text, path)
    found = _PACKAGE.findall(text) if intact else []
    if found and all(version for _, version in found):
        return {NormalizedName(name): Version(version) for name, version in found}
    from flet_lock.lockfile.contents import locked_versions  # noqa: PLC0415 - see above
    from flet_lock.lockfile.format.parse_lock import parse_lock  # noqa: PLC0415

    return locked_versions(parse_lock(text, path=str(path)))
