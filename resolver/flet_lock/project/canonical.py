"""A requirement as one line of text that is the same for all spellings of it.

Digests and comparisons of locks stand on it, so nothing of the machine may be in it: files inside
the project are relative to it, and credentials are gone.
"""

import os
import re
from pathlib import Path
from urllib.parse import quote

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from flet_lock.boundary.urls import file_url_to_path
from flet_lock.model.app.requirement import ProjectRequirement
from flet_lock.model.lazy_regex import lazy_regex
from flet_lock.model.redaction import public_url

_FILE_URL = lazy_regex(r"(?P<vcs>[a-z]+\+)?(?P<url>file:/[^#]*)(?P<fragment>#.*)?\Z", re.IGNORECASE)


def canonical_requirement(requirement: ProjectRequirement, root: Path) -> str:
    """The requirement, normalized, with its hashes as ` --hash=sha256:…`.

    `root` is the app's folder: file URLs become `file:./…` (`file:../…` outside of it).
    """
    text = canonical_text(requirement.requirement, root=root)
    return "".join([text, *(f" --hash={each}" for each in sorted(set(requirement.hashes)))])


def canonical_text(requirement: Requirement, root: Path) -> str:
    """A PEP 508 requirement with normalized names, sorted parts and relative file URLs."""
    extras = sorted({canonicalize_name(extra) for extra in requirement.extras})
    text: str = canonicalize_name(requirement.name)
    if extras:
        text += f"[{','.join(extras)}]"
    if requirement.url is not None:
        text += f" @ {canonical_url(requirement.url, root=root)}"
    elif requirement.specifier:
        text += ",".join(sorted(str(each) for each in requirement.specifier))
    if requirement.marker is not None:
        # PEP 508: after a URL a blank has to stand before the semicolon.
        text += f"{' ' if requirement.url is not None else ''}; {requirement.marker}"
    return text


def canonical_url(url: str, root: Path) -> str:
    """A URL without credentials; a file URL relative to `root`."""
    match = _FILE_URL.match(url)
    if match is None:
        return public_url(url)
    path = file_url_to_path(match["url"])
    try:
        relative = quote(Path(os.path.relpath(path, root)).as_posix(), safe="/@")
    except ValueError:  # another drive on Windows: there is no relative way
        return public_url(url)
    if not relative.startswith("../") and relative not in {".", ".."}:
        relative = f"./{relative}"
    return f"{match['vcs'] or ''}file:{relative}{match['fragment'] or ''}"
