"""The values of a lock, looked at one by one: a lock may come with a stranger's pull request.

What they become is printed, put on command lines, joined to folders and asked of servers.
"""

from functools import cache
from pathlib import PurePosixPath
from typing import Final

from packaging.pylock import PackageVcs
from packaging.utils import NormalizedName

from flet_lock.boundary.bounds import NAME_LENGTH, URL_LENGTH
from flet_lock.boundary.digest import parse_commit
from flet_lock.boundary.plain_text import plain_text
from flet_lock.boundary.refusal import RefusedTextError
from flet_lock.boundary.requirement_text import parse_marker, parse_name
from flet_lock.boundary.web_address import split_url
from flet_lock.lockfile.format.tables import TableError
from flet_lock.model.lazy_regex import lazy_regex

_FILE_URL: Final = "file:"
_REPOSITORY_SCHEMES: Final = ("https", "http", "ssh", "git")
_CLAUSE: Final = r"(?:~=|===?|!=|<=?|>=?)\s*[A-Za-z0-9._*+!-]+"
_SPECIFIER: Final = lazy_regex(rf"(?:{_CLAUSE}(?:\s*,\s*{_CLAUSE})*|@ \S.*)?\Z")
# PEP 427: name, version, a build tag that begins with a digit, three tags.
_WHEEL: Final = lazy_regex(r"[\w.]+-[\w.!+]+(?:-[0-9]{1,20}[\w.]*)?-[\w.]+-[\w.]+-[\w.]+\.whl\Z")


@cache
def name_of(text: str, place: str) -> NormalizedName:
    """A package's or an extra's name.

    Raises:
        TableError: it is none.
    """
    try:
        return parse_name(text)
    except RefusedTextError as error:
        raise TableError(place, f"not a name: {error}") from error


def specifier_of(text: str, place: str) -> str:
    """Specifiers, or `@ ` and a location.

    Raises:
        TableError: it is neither.
    """
    if len(text) > URL_LENGTH or _SPECIFIER.match(text) is None:
        raise TableError(place, "not a specifier")
    return text


@cache
def marker_of(text: str | None, place: str) -> str | None:
    """A marker, as it is written.

    Raises:
        TableError: it is none.
    """
    try:
        if text is not None:
            parse_marker(text)
    except RefusedTextError as error:
        raise TableError(place, str(error)) from error
    return text


def check_index(location: str, place: str) -> None:
    """Sees that an index is a web address without credentials.

    Raises:
        TableError: it is not.
    """
    _check_url(location, ("https", "http"), place)


def check_place(url: str | None, path: str | None, place: str) -> None:
    """Sees that a file's or folder's place is a web address, a `file:` URL or a path.

    Raises:
        TableError: it is not.
    """
    if url is not None and not url.startswith(_FILE_URL):
        _check_url(url, ("https", "http"), place)
    for text in (path, url):
        if text is not None:
            _plain(text, place)


def check_filename(name: str, place: str) -> None:
    """Sees that a name is that of one file in a folder.

    Raises:
        TableError: it is not.
    """
    is_name = name.isprintable() and name not in {"", ".", ".."} and not set(name) & {"/", "\\"}
    if not is_name or name.startswith("-") or len(name) > NAME_LENGTH:
        raise TableError(place, f"not the name of a file: {name[:NAME_LENGTH]!r}")


def check_wheel_name(name: str, place: str) -> None:
    """Sees that a file is named as a wheel.

    Raises:
        TableError: it is not.
    """
    if _WHEEL.match(name) is None:
        raise TableError(place, f"not the name of a wheel: {name!r}")


def check_subdirectory(path: str | None, place: str) -> None:
    """Sees that a folder within a source is one.

    Raises:
        TableError: it is absolute or climbs out.
    """
    if path is None:
        return
    _plain(path, place)
    parts = PurePosixPath(path.replace("\\", "/"))
    if parts.is_absolute() or ".." in parts.parts:
        raise TableError(place, "a subdirectory outside the source")


def check_repository(vcs: PackageVcs, place: str) -> None:
    """Sees that nothing of a repository can be taken for an option of a command.

    Raises:
        TableError: it can, or it is no repository with a commit.
    """
    url = vcs.url
    if url is not None and not url.startswith(_FILE_URL) and "://" not in url:
        raise TableError(place, "not a URL")
    if url is not None and not url.startswith(_FILE_URL):
        _check_url(url, _REPOSITORY_SCHEMES, place)
    for text in filter(None, (vcs.type, vcs.path, vcs.requested_revision, vcs.commit_id)):
        _plain(text, place)
        if text.startswith("-"):
            raise TableError(place, "begins with a dash")
    if vcs.type == "git":
        try:
            parse_commit(vcs.commit_id)
        except RefusedTextError as error:
            raise TableError(place, str(error)) from error


def _check_url(url: str, schemes: tuple[str, ...], place: str) -> None:
    try:
        parts = split_url(url, schemes=schemes)
    except RefusedTextError as error:
        raise TableError(place, str(error)) from error
    # The user of an ssh URL is part of the address (`git@`).
    if parts.password is not None or (parts.username is not None and parts.scheme != "ssh"):
        raise TableError(place, "a URL with credentials, which a lock never holds")


def _plain(text: str, place: str) -> None:
    try:
        plain_text(text, longest=URL_LENGTH)
    except RefusedTextError as error:
        raise TableError(place, str(error)) from error
