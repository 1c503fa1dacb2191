"""Where an index is: a URL or a directory, with or without `/simple`, credentials taken off."""

from pathlib import Path
from urllib.parse import SplitResult, unquote, urlsplit, urlunsplit

from msgspec import Struct

from flet_lock.model.app.settings import Index
from flet_lock.model.errors.usage import UsageError
from flet_lock.model.host_system import path_of_url
from flet_lock.model.lazy_regex import lazy_regex
from flet_lock.model.redaction import redacted

_WINDOWS_DRIVE = lazy_regex(r"[A-Za-z]:[\\/]")


class Credentials(Struct, frozen=True):
    """A user name and a password. Its repr shows neither."""

    username: str
    password: str

    def __repr__(self) -> str:
        return "Credentials(...)"


class HttpAddress(Struct, frozen=True, kw_only=True):
    """An index behind a web server."""

    name: str
    base: str
    """As given, without credentials, query and fragment; ends with `/`."""
    username: str | None = None
    """From the URL, percent-decoded."""
    password: str | None = None

    def __repr__(self) -> str:
        return f"HttpAddress(name={self.name!r}, base={self.base!r})"

    @property
    def ends_with_simple(self) -> bool:
        """Whether the address says itself where the project pages are."""
        return self.base.endswith(("/simple/", "/+simple/"))

    @property
    def simple(self) -> str:
        """The root of the project pages, were it below `simple/`."""
        return f"{self.base}simple/"


class DirectoryAddress(Struct, frozen=True, kw_only=True):
    """An index in the file system: a tree of pages, or a folder of files."""

    name: str
    path: Path


Address = HttpAddress | DirectoryAddress
Origin = tuple[str, str, int | None]
"""RFC 6454: scheme, host, port."""


def parse_address(index: Index, root: Path) -> Address:
    """Reads an index's location.

    Args:
        index: What the user set.
        root: The project's folder, where relative directories start.

    Raises:
        UsageError: it is neither a URL that can be asked nor a directory.
    """
    location = index.location.strip()
    try:
        scheme = "" if _WINDOWS_DRIVE.match(location) else urlsplit(location).scheme.lower()
    except ValueError as error:  # `http://[`
        raise _unusable(index, str(error)) from error
    if not location:
        raise _unusable(index, "empty")
    if "://" in location and scheme not in {"http", "https", "file"}:
        raise _unusable(index, f"unknown scheme {scheme!r}")
    if scheme in {"http", "https"}:
        url, username, password = split_credentials(location)
        parts = urlsplit(url)
        path = parts.path if parts.path.endswith("/") else f"{parts.path}/"
        base = urlunsplit((parts.scheme, parts.netloc, path, "", ""))
        return HttpAddress(name=index.name, base=base, username=username, password=password)
    path_text = file_url_to_path(location) if scheme == "file" else Path(location).expanduser()
    path_given = root / path_text
    # Given the way a URL would be: `index/simple` means the tree that has it.
    return DirectoryAddress(name=index.name, path=Path(path_given.absolute()))


def _unusable(index: Index, detail: str) -> UsageError:
    return UsageError(
        option="index", value=f"{index.name}={redacted(index.location)}", detail=detail
    )


def split_credentials(url: str) -> tuple[str, str | None, str | None]:
    """A URL without its user information, the user name, the password (percent-decoded)."""
    parts = urlsplit(url)
    userinfo, at, host = parts.netloc.rpartition("@")
    if not at:
        return url, None, None
    username, colon, password = userinfo.partition(":")
    bare = urlunsplit(parts._replace(netloc=host))
    return bare, unquote(username), unquote(password) if colon else None


def without_credentials(url: str) -> str:
    """A URL that can be recorded: no user information, still fetchable.

    The user of an `ssh` URL stays: it is part of the address (`git+ssh://git@…`).
    """
    if "@" not in url:
        return url
    parts = urlsplit(url)
    if parts.scheme.endswith("ssh"):
        userinfo, at, host = parts.netloc.rpartition("@")
        user = userinfo.partition(":")[0]
        return urlunsplit(parts._replace(netloc=f"{user}@{host}")) if at else url
    return split_credentials(url)[0]


def file_url_to_path(url: str) -> Path:
    """RFC 8089: the path of a `file:` URL. A host other than localhost is a Windows share.

    `file:relative/path`, which people write, is taken as relative.
    """
    parts = urlsplit(url)
    path = path_of_url(parts.path)
    if parts.netloc not in {"", "localhost"}:
        path = f"//{parts.netloc}{path}"
    return Path(path)


def origin_of(url: str) -> Origin:
    """RFC 6454: scheme, host, port. Credentials never go to another one."""
    parts: SplitResult = urlsplit(url)
    default = {"http": 80, "https": 443}.get(parts.scheme)
    return parts.scheme, (parts.hostname or "").lower(), parts.port or default
