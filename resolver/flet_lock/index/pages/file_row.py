"""A file as a project page lists it, and what pages of either format have in common."""

import msgspec
from msgspec.structs import replace

from flet_lock.boundary.refusal import RefusedTextError
from flet_lock.boundary.urls import is_web, split_url
from flet_lock.boundary.web_address import WEB
from flet_lock.integrity.hashes import read_hashes

ACCEPT = (
    "application/vnd.pypi.simple.v1+json, "
    "application/vnd.pypi.simple.v1+html;q=0.2, text/html;q=0.01"
)
"""PEP 691, "Version + Format Selection": the client says all it can read, JSON first."""

_SUPPORTED_MAJOR = 1
_MAX_SPECIFIER = 1000


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
    fault: str | None = None
    """Why the rest of the row could not be read; None for a row that could."""


def faulty_row(filename: str, page: str, fault: str) -> FileRow:
    """A row that keeps nothing but its file name: the file is there, and cannot be used.

    Args:
        filename: As the page gives it.
        page: The page's URL.
        fault: What is wrong with the row.
    """
    return FileRow(
        filename=filename,
        url=f"{page}#{filename}",
        hashes={},
        core_metadata=None,
        requires_python=None,
        yanked=None,
        size=None,
        upload_time=None,
        fault=fault,
    )


def checked_row(row: FileRow, page: str) -> FileRow:
    """The row, if what it says of its file can be used, else a faulty one.

    Rows are checked when their version is looked at: most are not, on a page of thousands.

    Args:
        row: As the page has it, or the cache.
        page: The page's URL: only a folder may name files of this machine.
    """
    if row.fault is not None:
        return row
    try:
        _check_link(row.url, page)
        hashes = read_hashes(row.hashes)
        core_metadata = None if row.core_metadata is None else read_hashes(row.core_metadata)
    except RefusedTextError as error:
        return faulty_row(row.filename, page, str(error))
    if row.requires_python and len(row.requires_python) > _MAX_SPECIFIER:
        detail = f"Requires-Python has {len(row.requires_python)} characters"
        return faulty_row(row.filename, page, detail)
    if hashes == row.hashes and core_metadata == row.core_metadata:
        return row
    return replace(row, hashes=hashes, core_metadata=core_metadata)


def _check_link(url: str, page: str) -> None:
    scheme = split_url(url).scheme
    if scheme not in WEB and (scheme != "file" or is_web(page)):
        raise RefusedTextError("a link to something that is not http or https")


def check_version(version: str) -> None:
    """PEP 629: a client refuses a higher major version, and takes any minor of its own."""
    try:
        major = int(version.partition(".")[0])
    except ValueError as error:
        raise PageError(f"unreadable API version {version[:40]!r}") from error
    if major != _SUPPORTED_MAJOR:
        raise PageError(f"API version {version}, this program reads 1.x")
