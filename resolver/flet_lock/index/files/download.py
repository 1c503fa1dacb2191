"""Downloads whole files: streamed to disk, hashed on the way, never in memory."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from flet_lock.index.files.expected_file import ExpectedFile
from flet_lock.index.garbage import too_large
from flet_lock.index.http.answer import BodyTooLarge
from flet_lock.integrity.file_sink import FileSink
from flet_lock.integrity.verification import LocalFile

if TYPE_CHECKING:  # it brings what a run that is answered by the cache does without
    from flet_lock.index.http.client import HttpClient

MAX_FILE_BYTES = 4 * 1024**3
"""PyPI's own limit for a file is far below."""
GONE = frozenset({404, 410})
NOT_COMPRESSED = {"Accept-Encoding": "identity"}
"""Compressed on the way, a file would not have its hash while it streams."""


def download(
    client: "HttpClient",
    url: str,
    *,
    index: str | None,
    begin: Callable[[], Callable[[bytes], object]],
) -> bool:
    """Downloads a file; False: the server says that it is not there (404, 410).

    Args:
        client: Sends the requests.
        url: Without credentials.
        index: Name of the index on whose behalf it is fetched; None for a direct URL.
        begin: Called for each attempt whose answer has a body; returns what takes the parts of it.
            What that raises ends the download and is raised here.

    Raises:
        IndexFailure: it cannot be had.
    """
    try:
        answer = client.fetch(
            url,
            index=index,
            headers=NOT_COMPRESSED,
            accept=GONE,
            receive=lambda _status, _headers: bounded(begin()),
        )
    except BodyTooLarge:
        raise too_large(index, url, MAX_FILE_BYTES) from None
    return answer.status not in GONE


def bounded(take: Callable[[bytes], object]) -> Callable[[bytes], object]:
    """Takes the parts of a file up to `MAX_FILE_BYTES`, then raises `BodyTooLarge`."""
    size = 0

    def bounded_take(chunk: bytes) -> None:
        nonlocal size
        size += len(chunk)
        if size > MAX_FILE_BYTES:
            raise BodyTooLarge
        take(chunk)

    return bounded_take


def fetch_file(client: "HttpClient", expected: ExpectedFile, path: Path) -> LocalFile | None:
    """Downloads a file to a path and verifies it; None: it is not there (404, 410).

    Raises:
        IndexFailure: it cannot be had, or is not what is expected.
    """
    with FileSink(path, expected) as sink:
        there = download(client, expected.url, index=expected.index, begin=sink.begin)
        return sink.finish() if there else None
