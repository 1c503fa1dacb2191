"""File names to artifacts: a cheap look at every name of a page, a full one at the few that count.

Binary distribution format, "File name convention"; source distribution format, "Source
distribution file name"; and what came before them.
"""

import re
from functools import lru_cache

from packaging.tags import InvalidTag, Tag, parse_tag
from packaging.utils import BuildTag, NormalizedName, canonicalize_name
from packaging.version import InvalidVersion, Version

from flet_lock.model.lazy_regex import lazy_regex

SDIST_SUFFIXES = (".tar.gz", ".zip", ".tgz", ".tar.bz2", ".tbz", ".tar.xz", ".txz", ".tar")
"""PEP 625 allows the first; pip, which builds from them, takes the older ones too."""

_OTHER_SUFFIXES = (".egg", ".exe", ".msi", ".rpm", ".deb", ".dmg")
FILE_SUFFIXES = (".whl", *SDIST_SUFFIXES, *_OTHER_SUFFIXES)
"""A link that ends otherwise is not a file of a release (a parent folder, a home page)."""

_FOR_PHONES = ("any", "android", "ios")
_WHEEL_NAME = lazy_regex(r"[\w.]+", re.UNICODE)
_BUILD = lazy_regex(r"(\d+)(.*)", re.ASCII)


_MAX_NAME = 255
"""What file systems take; PyPI's longest have some 150 characters."""


class BadFilename(ValueError):  # noqa: N818 - a verdict on a name, caught by the only callers
    """Not the name of a wheel or sdist of this package; the message says why."""


def version_text(filename: str, package: NormalizedName) -> str:
    """The version part of a file name, checked to be a version, by string operations alone.

    Whatever passes here, `parse_wheel_parts` takes too.

    Raises:
        BadFilename: it is not the name of a wheel or sdist of `package`.
    """
    if len(filename) > _MAX_NAME:
        raise BadFilename(f"a name of {len(filename)} characters")
    if not filename.isprintable() or "/" in filename or "\\" in filename:
        raise BadFilename("a character in a file name that cannot be in one")
    if filename.endswith(".whl"):
        parts = filename[:-4].split("-")
        count = len(parts)
        if count not in {5, 6}:
            raise BadFilename(f"{count} parts instead of 5 or 6")
        name = parts[0]
        if "__" in name or _WHEEL_NAME.fullmatch(name) is None:
            raise BadFilename(f"not an escaped project name: {name!r}")
        if canonicalize_name(name) != package:
            raise BadFilename(f"a file of {canonicalize_name(name)!r}")
        if count == 6 and _BUILD.match(parts[2]) is None:  # noqa: PLR2004 - with a build tag
            raise BadFilename(f"a build tag starts with a digit: {parts[2]!r}")
        try:
            _tags("-".join(parts[-3:]))
        except InvalidTag as error:
            raise BadFilename(str(error)) from error
        text = parts[1]
    else:
        text = _sdist_version_text(filename, package)
    if _version(text) is None:
        raise BadFilename(f"not a version (PEP 440): {text!r}")
    return text


def _sdist_version_text(filename: str, package: NormalizedName) -> str:
    """What follows the package's name: the shortest prefix that is the name, as pip splits.

    Old sdists did not escape `-` in names, so `a-b-1.0.tar.gz` may be `a` or `a-b`; the page it
    stands on tells.
    """
    suffix = next((suffix for suffix in SDIST_SUFFIXES if filename.endswith(suffix)), None)
    if suffix is None:
        raise BadFilename("neither a wheel nor an sdist")
    stem = filename[: -len(suffix)]
    dash = stem.find("-")
    while dash != -1:
        if canonicalize_name(stem[:dash]) == package:
            return stem[dash + 1 :]
        dash = stem.find("-", dash + 1)
    raise BadFilename(f"not a file of {str(package)!r}")


def parse_wheel_parts(filename: str) -> tuple[BuildTag, frozenset[Tag]]:
    """Build tag and tags of a wheel whose name `version_text` has accepted."""
    parts = filename[:-4].split("-")
    build: BuildTag = ()
    if len(parts) == 6:  # noqa: PLR2004 - with a build tag
        match = _BUILD.match(parts[2])
        if match is not None:
            build = (int(match[1]), match[2])
    return build, _tags("-".join(parts[-3:]))


def is_elsewhere(filename: str) -> bool:
    """Whether a file is a wheel whose tags name neither a phone's system nor `any`."""
    return filename.endswith(".whl") and _is_elsewhere(filename[filename.rfind("-") + 1 : -4])


@lru_cache(maxsize=4096)
def _is_elsewhere(platforms: str) -> bool:
    return not any(part.startswith(_FOR_PHONES) for part in platforms.lower().split("."))


@lru_cache(maxsize=4096)
def are_tags(text: str) -> bool:
    """Whether a text is the tags of a wheel's name, `py3-none-any`."""
    try:
        _tags(text)
    except InvalidTag:
        return False
    return True


@lru_cache(maxsize=4096)
def _tags(text: str) -> frozenset[Tag]:
    return parse_tag(text)


@lru_cache(maxsize=16384)
def _version(text: str) -> Version | None:
    try:
        return Version(text)
    except InvalidVersion:
        return None


def parse_version(text: str) -> Version:
    """The version that `version_text` found; each distinct text is parsed once.

    Raises:
        InvalidVersion: it is none.
    """
    version = _version(text)
    if version is None:
        raise InvalidVersion(f"Invalid version: {text!r}")
    return version
