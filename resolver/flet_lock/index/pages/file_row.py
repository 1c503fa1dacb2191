"""A file as a project page lists it, and what pages of either format have in common."""

from urllib.parse import urljoin

import msgspec

from flet_lock.index.address import without_credentials

ACCEPT = (
    "application/vnd.pypi.simple.v1+json, "
    "application/vnd.pypi.simple.v1+html;q=0.2, text/html;q=0.01"
)
"""PEP 691, "Version + Format Selection": the client says all it can read, JSON first."""

_SUPPORTED_MAJOR = 1


class PageError(ValueError):
    """The bytes are not a project page; the message says why."""


class FileRow(msgspec.Struct, array_like=True, frozen=True, gc=False):
    """One file of a project page."""

    filename: str
    url: str
    """Absolute, without fragment and credentials."""
    hashes: dict[str, str]
    """Algorithm to lower-case hex digest."""
    core_metadata: dict[str, str] | None
    """PEP 658 / 714: hashes of the metadata file; empty for a promise without; None: no file."""
    requires_python: str | None
    yanked: str | None
    """PEP 592: the reason, "" without one; None: not yanked."""
    size: int | None
    upload_time: str | None
    """RFC 3339, verbatim."""


def absolute(base: str, link: str) -> str:
    """A link of a page as a URL that can be fetched and shown: no fragment, no credentials."""
    if not link.startswith(("https://", "http://")):
        link = urljoin(base, link)
    link = link.partition("#")[0]
    return without_credentials(link) if "@" in link else link


def check_version(version: str) -> None:
    """PEP 629: a client refuses a higher major version, and takes any minor of its own."""
    try:
        major = int(version.partition(".")[0])
    except ValueError as error:
        raise PageError(f"unreadable API version {version!r}") from error
    if major != _SUPPORTED_MAJOR:
        raise PageError(f"API version {version}, this program reads 1.x")
