"""URLs: read, joined, stripped of credentials, turned into paths.

The only module that takes URLs apart: `urlsplit` finds a port of letters when somebody asks for it,
drops line breaks without a word, and quotes passwords in the ValueErrors that it raises.
"""

from pathlib import Path
from typing import Final
from urllib.parse import SplitResult, parse_qs, unquote, urljoin, urlsplit, urlunsplit

from flet_lock.boundary.bounds import URL_LENGTH
from flet_lock.boundary.plain_text import plain_text
from flet_lock.boundary.refusal import RefusedTextError
from flet_lock.boundary.web_address import WEB
from flet_lock.boundary.web_address import split_url as split_address
from flet_lock.model.host_system import path_of_url
from flet_lock.model.redaction import PublicUrl, public_url

Origin = tuple[str, str, int | None]
"""RFC 6454: scheme, host, port."""

_WITH_HOST: Final = ("http", "https", "ssh")
_DEFAULT_PORTS: Final = {"http": 80, "https": 443}


def split_url(url: str) -> SplitResult:
    """The parts of a URL, or of a path; the port can be read, a web address has a host.

    Raises:
        RefusedTextError: the text cannot be a URL.
    """
    if url.partition(":")[0].lower().endswith(_WITH_HOST):
        return split_address(url, schemes=None)
    plain_text(url, longest=URL_LENGTH)
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        raise RefusedTextError("a URL without a usable host") from None
    return parts


def join_url(base: str, link: str) -> str:
    """Where a link leads, without fragment and credentials; `split_url` tells if it is a URL.

    Raises:
        RefusedTextError: the link cannot be put together with its base.
    """
    if not link.startswith(("https://", "http://")):
        try:
            link = urljoin(base, link)
        except ValueError:
            raise RefusedTextError("a URL without a usable host") from None
    return without_credentials(link.partition("#")[0].replace(" ", "%20"))


def is_web(url: str) -> bool:
    """Whether a URL names something on a web server."""
    return url.partition(":")[0].lower() in WEB


def split_credentials(url: str) -> tuple[str, str | None, str | None]:
    """A URL without its user information, the user name, the password (percent-decoded).

    Raises:
        RefusedTextError: the text cannot be a URL.
    """
    parts = split_url(url)
    userinfo, at, host = parts.netloc.rpartition("@")
    if not at:
        return url, None, None
    username, colon, password = userinfo.partition(":")
    bare = urlunsplit(parts._replace(netloc=host))
    return bare, unquote(username), unquote(password) if colon else None


def without_credentials(url: str) -> str:
    """A URL that can be fetched, without user information.

    The user of an `ssh` URL stays: it is part of the address (`git+ssh://git@…`).

    Raises:
        RefusedTextError: the text cannot be a URL.
    """
    if "@" not in url:
        return url
    parts = split_url(url)
    userinfo, at, host = parts.netloc.rpartition("@")
    user = userinfo.partition(":")[0]
    if not at:
        return url
    kept = f"{user}@" if user and parts.scheme.endswith("ssh") else ""
    return urlunsplit(parts._replace(netloc=f"{kept}{host}"))


def recorded_url(url: str) -> PublicUrl:
    """A URL as a lock may have it: the place alone, without user information and fragment.

    Raises:
        RefusedTextError: the text cannot be a URL.
    """
    return public_url(without_credentials(url.partition("#")[0]))


def file_url_to_path(url: str) -> Path:
    """RFC 8089: the path of a `file:` URL. A host other than localhost is a Windows share.

    `file:relative/path`, which people write, is taken as relative.

    Raises:
        RefusedTextError: the URL cannot name a file.
    """
    parts = split_url(url)
    share = "" if parts.netloc.lower() in {"", "localhost"} else f"//{parts.netloc}"
    path = path_of_url(share + parts.path)
    if not path.isprintable() and any(ord(each) < ord(" ") for each in path):
        raise RefusedTextError("a control character in a path")
    return Path(path)


def local_path(location: str) -> Path:
    """The path that a `file:` URL or a path as people write it (`~/wheels`) names.

    Raises:
        RefusedTextError: the URL cannot name a file.
        RuntimeError: there is no home folder for `~`.
    """
    if location.lower().startswith("file:"):
        return file_url_to_path(location)
    return Path(location).expanduser()


def filename_of(url: str) -> str:
    """The last part of a URL's path, percent-decoded.

    Raises:
        RefusedTextError: the text cannot be a URL.
    """
    return unquote(split_url(url).path.rsplit("/", 1)[-1])


def fragment_of(url: str) -> dict[str, list[str]]:
    """The `name=value` pairs behind a URL's `#` (VCS URLs, PEP 610's terms; hashes)."""
    return parse_qs(url.partition("#")[2])


def origin_of(url: str) -> Origin:
    """RFC 6454: scheme, host, port. Credentials never go to another one.

    Raises:
        RefusedTextError: the text cannot be a URL.
    """
    parts = split_url(url)
    return parts.scheme, parts.hostname or "", parts.port or _DEFAULT_PORTS.get(parts.scheme)
