"""Requirements as text: PEP 508, and what pip takes besides (bare URLs, paths).

Everything becomes a PEP 508 `Requirement`; a local path becomes `name @ file:///…`.
"""

import re
from pathlib import Path
from urllib.parse import unquote

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import (
    InvalidSdistFilename,
    InvalidWheelFilename,
    parse_sdist_filename,
    parse_wheel_filename,
)

from flet_lock.boundary.refusal import RefusedTextError
from flet_lock.boundary.requirement_text import parse_pep508
from flet_lock.boundary.urls import file_url_to_path, filename_of, local_path, split_url
from flet_lock.model.app.fault import FaultKind
from flet_lock.model.lazy_regex import lazy_regex
from flet_lock.project.diagnostics import ProjectDiagnostics
from flet_lock.project.document import read_document

# A drive letter ("C:\x") is not a scheme.
_SCHEME = lazy_regex(r"[A-Za-z][A-Za-z0-9+.-]+:")
_EXTRAS = lazy_regex(r"(?P<path>.+?)(?P<extras>\[[^\[\]]*\])\Z")
_EGG = lazy_regex(r"(?:^|&)egg=(?P<egg>[^&]*)")
_SCP_LIKE = lazy_regex(r"(?P<user>[\w.-]+)@(?P<host>[\w.-]+):(?P<path>(?!\d+/).+)\Z")
_ARCHIVE_SUFFIXES = (".whl", ".tar.gz", ".zip", ".tar.bz2", ".tgz", ".tar")
_FILE_SCHEME = "file"
"""Ends of schemes whose URLs have a host; `git+https:` is one."""
_MAY_BE_A_NEAR_MISS = frozenset(
    {
        FaultKind.BAD_REQUIREMENT,
        FaultKind.BAD_SPECIFIER,
        FaultKind.BAD_VALUE,
        FaultKind.MISSING_FILE,
        FaultKind.UNKNOWN_OPTION,
    }
)


class BadReferenceError(Exception):
    """A text that is no requirement; carries what a `Fault` needs besides the place."""

    def __init__(self, kind: FaultKind, detail: str) -> None:
        super().__init__(kind, detail)
        self.kind = kind
        self.detail = detail


def parse_requirement(text: str, root: Path) -> Requirement:
    """A PEP 508 requirement, a bare URL, or a path to a wheel, an sdist or a project folder.

    `root` is what relative paths are relative to: the app's folder, where people run pip.

    Raises:
        BadReferenceError: it is none of them, has no name, or names a file that is not there.
    """
    text = text.strip()
    try:
        requirement = parse_pep508(text)
    except InvalidRequirement as error:
        if _is_location(text):
            return _unnamed(text, root)
        raise BadReferenceError(*_classified(text, str(error))) from error
    except RefusedTextError as error:
        raise BadReferenceError(FaultKind.BAD_REQUIREMENT, str(error)) from error
    if requirement.url is not None:
        requirement.url = absolute_url(requirement.url, root)
    return requirement


def instead_of(text: str, kind: FaultKind) -> tuple[str, ...] | None:
    """What to write instead of a text that is no requirement; None where that cannot be told."""
    if kind not in _MAY_BE_A_NEAR_MISS:
        return None
    # Few lists have a fault, and what others write takes Poetry's words to read.
    from flet_lock.project.near_miss import mended_lines  # noqa: PLC0415 - see above

    return mended_lines(text)


def absolute_url(url: str, root: Path) -> str:
    """A URL or path as an absolute URL; paths are relative to `root` and have to exist.

    Raises:
        BadReferenceError: nothing is there, or the path cannot be one.
    """
    if (scp := _SCP_LIKE.match(url.removeprefix("git+"))) is not None:
        return f"git+ssh://{scp['user']}@{scp['host']}/{scp['path']}"
    scheme = _SCHEME.match(url)
    if scheme is not None and scheme[0].lower() != f"{_FILE_SCHEME}:":
        try:
            split_url(url)
        except RefusedTextError as error:
            raise BadReferenceError(FaultKind.BAD_REQUIREMENT, f"its URL: {error}") from error
        return url
    address, fragment_mark, fragment = url.partition("#")
    return existing_path(address, root).as_uri() + fragment_mark + fragment


def existing_path(text: str, root: Path) -> Path:
    """The absolute path of something that is there, of a path or a `file:` URL.

    Raises:
        BadReferenceError: nothing is there, or the text cannot be a path.
    """
    try:
        path = (root / local_path(text)).resolve()
        if path.exists():
            return path
    except (OSError, ValueError, RuntimeError) as error:
        raise BadReferenceError(FaultKind.MISSING_FILE, "cannot be a path") from error
    raise BadReferenceError(FaultKind.MISSING_FILE, "nothing is there")


def has_scheme(text: str) -> bool:
    """Whether a text is a URL rather than a path."""
    return _SCHEME.match(text) is not None


def _is_location(text: str) -> bool:
    """Whether pip would take a text for a URL or a path rather than for a name."""
    candidate = text.partition(";")[0].strip()
    if any(blank in candidate for blank in (" ", "\t")) and "/" not in candidate:
        return False
    if "@" in candidate.partition("/")[0] and "://" not in candidate.partition("@")[0]:
        # `bad name @ https://…` is a requirement gone wrong; `git@host:path` is a location.
        return _SCP_LIKE.match(candidate) is not None
    return (
        candidate.startswith((".", "/", "~"))
        or "://" in candidate
        or candidate.lower().startswith("file:")
        or "\\" in candidate
        or ("/" in candidate and not re.search(r"[<>=!]", candidate))
        or candidate.lower().partition("[")[0].endswith(_ARCHIVE_SUFFIXES)
    )


def _unnamed(text: str, root: Path) -> Requirement:
    location, marker = _split_marker(text)
    extras = ""
    if not has_scheme(location):
        match = _EXTRAS.match(location)
        if match is not None:
            location, extras = match["path"], match["extras"]
    url = absolute_url(location, root)
    url, egg = _without_egg(url)
    name = egg or _name_behind(url)
    try:
        return parse_pep508(f"{name}{extras} @ {url}{f' ; {marker}' if marker else ''}")
    except RefusedTextError as error:
        raise BadReferenceError(FaultKind.BAD_REQUIREMENT, str(error)) from error
    except InvalidRequirement as error:
        kind, detail = _classified(text, str(error))
        raise BadReferenceError(kind, detail) from error


def _split_marker(text: str) -> tuple[str, str]:
    # PEP 508: a marker after a URL needs a blank before its ";", for ";" may be part of the URL.
    separator = " ;" if has_scheme(text) and " ;" in text else "; " if has_scheme(text) else ";"
    location, _, marker = text.partition(separator)
    return location.strip(), marker.strip()


def _without_egg(url: str) -> tuple[str, str]:
    """Takes `egg=name[extras]` out of a URL's fragment."""
    address, _, fragment = url.partition("#")
    match = _EGG.search(fragment)
    if match is None:
        return url, ""
    rest = "&".join(part for part in fragment.split("&") if not part.startswith("egg="))
    return (f"{address}#{rest}" if rest else address), unquote(match["egg"])


def _name_behind(url: str) -> str:
    """The package name that a URL's file name, or a local folder's pyproject.toml, gives."""
    parts = split_url(url)
    filename = filename_of(url.partition("#")[0].rstrip("/"))
    try:
        if filename.endswith(".whl"):
            return parse_wheel_filename(filename)[0]
        if filename.endswith((".tar.gz", ".zip")) and "+" not in parts.scheme:
            return parse_sdist_filename(filename)[0]
    except (InvalidWheelFilename, InvalidSdistFilename) as error:
        raise BadReferenceError(FaultKind.BAD_REQUIREMENT, str(error)) from error
    if parts.scheme == _FILE_SCHEME:
        name = _folder_name(file_url_to_path(url))
        if name is not None:
            return name
    raise BadReferenceError(
        FaultKind.BAD_REQUIREMENT, "the package's name cannot be told: write `name @ location`"
    )


def _folder_name(folder: Path) -> str | None:
    """The static name of a project folder; None where it does not say one."""
    document = read_document(folder, ProjectDiagnostics())
    names = (document.get(*path) for path in (("project", "name"), ("tool", "poetry", "name")))
    return next((name for name in names if isinstance(name, str)), None)


def _classified(text: str, message: str) -> tuple[FaultKind, str]:
    """Which part of a requirement a parser stumbled over, and its first line of explanation.

    packaging's message goes on with the text itself, which the fault has already.
    """
    detail = message.partition("\n")[0]
    before_marker = text.partition(";")[0]
    if ";" in text and _parses(before_marker):
        return FaultKind.BAD_MARKER, detail
    name_only = re.split(r"[<>=!~(\[;@]", text, maxsplit=1)[0]
    if "@" not in text and name_only.strip() != before_marker.strip() and _parses(name_only):
        return FaultKind.BAD_SPECIFIER, detail
    return FaultKind.BAD_REQUIREMENT, detail


def _parses(text: str) -> bool:
    try:
        parse_pep508(text)
    except (InvalidRequirement, RefusedTextError):
        return False
    return True
