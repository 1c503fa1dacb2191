"""Project pages of PEP 503 as index programs write them, read without an HTML parser.

Such pages are anchors between a handful of tags. Where there is anything else in one, a comment, an
entity, another tag, `html_page` reads it; both give the same rows, and a law holds them together.
Importing `html.parser` takes as long as asking for ten pages.
"""

import re
from collections.abc import Mapping
from urllib.parse import unquote

from flet_lock.boundary.refusal import RefusedTextError
from flet_lock.boundary.urls import join_url
from flet_lock.index.pages.file_row import FileRow, faulty_row
from flet_lock.index.pages.filename import FILE_SUFFIXES
from flet_lock.model.lazy_regex import lazy_regex

_HASH = lazy_regex(r"(?:^|&)(\w+)=([^&]*)")
_ATTRIBUTE = r'[a-z]+(?:-[a-z]+)*="[^"<>&]*"'
_PLAIN = lazy_regex(
    r"\s+|<!DOCTYPE html>|</?(?:html|head|body)>|<br ?/?>|</br>|<(title|h1)>[^<>&]*</\1>"
    rf"|<a((?:\s+{_ATTRIBUTE})+)\s*>[^<>&]*</a>",
    re.ASCII,
)
_ATTRIBUTES = lazy_regex(r'([a-z-]+)="([^"]*)"')


def read_plain(text: str, url: str) -> list[FileRow] | None:
    """The rows of a page that has nothing but anchors; None where it has more.

    Args:
        text: The page.
        url: Where it came from: relative links start here.
    """
    rows: list[FileRow] = []
    position = 0
    match_at = _PLAIN.match
    while position < len(text):
        found = match_at(text, position)
        if found is None:
            return None
        position = found.end()
        if found[2] is not None:
            row = row_of(dict(_ATTRIBUTES.findall(found[2])), url)
            if row is not None:
                rows.append(row)
    return rows


def row_of(attributes: Mapping[str, str | None], url: str) -> FileRow | None:
    """The file that an anchor leads to; None where it is none.

    Args:
        attributes: Of the anchor, unescaped.
        url: Where relative links start.
    """
    href = (attributes.get("href") or "").strip()
    filename = unquote(href.partition("#")[0].partition("?")[0].rsplit("/", 1)[-1])
    if not filename.lower().endswith(FILE_SUFFIXES):
        return None
    metadata = attributes.get("data-core-metadata", attributes.get("data-dist-info-metadata"))
    promised = "data-core-metadata" in attributes or "data-dist-info-metadata" in attributes
    try:
        return FileRow(
            filename=filename,
            url=join_url(url, href),
            hashes=dict(_HASH.findall(href.partition("#")[2])),
            core_metadata=_expected(metadata or "") if promised else None,
            requires_python=attributes.get("data-requires-python") or None,
            yanked=(attributes["data-yanked"] or "") if "data-yanked" in attributes else None,
            size=None,
            upload_time=None,
        )
    except RefusedTextError as error:
        return faulty_row(filename, url, str(error))


def _expected(value: str) -> dict[str, str] | None:
    """PEP 658: `<algorithm>=<digest>`, or `true` where the index does not say the digest."""
    if value.strip().lower() == "false":
        return None
    algorithm, equals, digest = value.strip().partition("=")
    return {algorithm: digest} if equals and digest else {}
