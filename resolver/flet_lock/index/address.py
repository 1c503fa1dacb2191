"""Where an index is: a URL or a directory, with or without `/simple`, credentials taken off."""

from pathlib import Path
from urllib.parse import urlunsplit

from msgspec import Struct

from flet_lock.boundary.refusal import RefusedTextError
from flet_lock.boundary.urls import local_path, split_credentials, split_url
from flet_lock.boundary.web_address import WEB
from flet_lock.model.app.settings import Index
from flet_lock.model.errors.usage import UsageError
from flet_lock.model.lazy_regex import lazy_regex
from flet_lock.model.redaction import public_url

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


def parse_address(index: Index, root: Path) -> Address:
    """Reads an index's location.

    Args:
        index: What the user set.
        root: The project's folder, where relative directories start.

    Raises:
        UsageError: it is neither a URL that can be asked nor a directory.
    """
    location = index.location.strip()
    if not location:
        raise _unusable(index, "empty")
    try:
        return _parse(index.name, location, root)
    except RefusedTextError as error:  # `http://[`
        raise _unusable(index, str(error)) from error


def _parse(name: str, location: str, root: Path) -> Address:
    is_file = "://" not in location or location.lower().startswith("file:")
    if is_file or _WINDOWS_DRIVE.match(location):
        # Given the way a URL would be: `index/simple` means the tree that has it.
        return DirectoryAddress(name=name, path=(root / local_path(location)).absolute())
    url, username, password = split_credentials(location)
    parts = split_url(url)
    if parts.scheme not in WEB:
        raise RefusedTextError(f"unknown scheme {parts.scheme!r}")
    path = parts.path if parts.path.endswith("/") else f"{parts.path}/"
    base = urlunsplit((parts.scheme, parts.netloc, path, "", ""))
    return HttpAddress(name=name, base=base, username=username, password=password)


def _unusable(index: Index, detail: str) -> UsageError:
    return UsageError(
        option="index", value=f"{index.name}={public_url(index.location)}", detail=detail
    )
