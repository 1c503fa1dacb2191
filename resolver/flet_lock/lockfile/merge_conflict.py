"""The versions in a lock that a merge left with conflict markers: those of both sides."""

import re

from packaging.utils import NormalizedName
from packaging.version import Version

from flet_lock.boundary.refusal import RefusedTextError
from flet_lock.boundary.requirement_text import parse_version
from flet_lock.model.lazy_regex import lazy_regex

_CONFLICT = lazy_regex(
    r"^<{7}[^\n]*\n(?P<ours>.*?)(?:^\|{7}[^\n]*\n.*?)?^={7}\n(?P<theirs>.*?)^>{7}[^\n]*\n",
    re.MULTILINE | re.DOTALL,
)
"""As Git writes one; what both come from stands between, where `merge.conflictStyle` is diff3."""
_PACKAGE = lazy_regex(r'^name = "([a-z0-9-]+)"\nversion = "([^"\n]+)"\n', re.MULTILINE)


def versions_of_both_sides(text: str) -> dict[NormalizedName, Version]:
    """Package to its version, the newer one where the sides differ; empty without a conflict."""
    if _CONFLICT.search(text) is None:
        return {}
    found: dict[NormalizedName, Version] = {}
    for side in ("ours", "theirs"):
        for name, version in _PACKAGE.findall(_CONFLICT.sub(rf"\g<{side}>", text)):
            package = NormalizedName(name)
            try:
                read = parse_version(version)
            except RefusedTextError:
                continue  # a stranger's; the resolution finds a version without it
            found[package] = max(found.get(package, read), read)
    return found
