"""Project pages to rows; PEP 691 JSON here, HTML in `html_page`. Takes bytes, never a response.

A row is one file as the index lists it; nothing is judged here. What a file name means is
`filename.py`'s business, how rows become releases `digest.py`'s.
"""

import codecs
from typing import Annotated, Any

import msgspec

from flet_lock.boundary.refusal import RefusedTextError
from flet_lock.boundary.urls import join_url
from flet_lock.index.pages.file_row import FileRow, PageError, check_version, faulty_row


class _JsonFile(msgspec.Struct, rename="kebab"):
    """PEP 691, "Project Detail", and PEP 700. Unknown keys are passed over."""

    filename: str
    url: str
    hashes: dict[str, str] = {}
    requires_python: str | None = None
    size: Annotated[int, msgspec.Meta(ge=0, le=2**53)] | None = None
    """Bytes; 8 PiB are no file."""
    upload_time: str | None = None
    yanked: bool | str | None = None
    core_metadata: bool | dict[str, str] | None = None
    dist_info_metadata: bool | dict[str, str] | None = None
    """The name before PEP 714."""


class _JsonMeta(msgspec.Struct, rename="kebab"):
    api_version: str = "1.0"


class _JsonPage(msgspec.Struct):
    files: list[_JsonFile]
    meta: _JsonMeta = msgspec.field(default_factory=_JsonMeta)


class _AnyPage(msgspec.Struct):
    """A page with rows of any shape."""

    files: list[msgspec.Raw]
    meta: _JsonMeta = msgspec.field(default_factory=_JsonMeta)


_decode_page = msgspec.json.Decoder(_JsonPage).decode
_decode_any = msgspec.json.Decoder(_AnyPage).decode
_decode_row = msgspec.json.Decoder(_JsonFile).decode


def parse_project_page(content: bytes, content_type: str, url: str) -> list[FileRow]:
    """The files of a project page, in its order.

    Args:
        content: The body, decompressed.
        content_type: As the server says it, parameters included; "" where it says nothing.
        url: Where the page came from after redirects: relative links start here.

    Raises:
        PageFault: it is not a project page of a version that is known here. A page without any
            file is one (PEP 503 allows it).
    """
    media_type, _, parameters = content_type.partition(";")
    media_type = media_type.strip().lower()
    if media_type.endswith(("+json", "/json")):
        return _parse_json(content, url)
    if media_type in {"text/html", "application/xhtml+xml"} or media_type.endswith("+html"):
        return _parse_html(content, parameters, url)
    if not media_type:  # PEP 691: clients may fall back to text/html
        start = content.lstrip()[:1]
        if start == b"{":
            return _parse_json(content, url)
        if start in {b"<", b""}:
            return _parse_html(content, "", url)
    raise PageError("neither HTML nor JSON")


def _parse_json(content: bytes, url: str) -> list[FileRow]:
    content = content.removeprefix(codecs.BOM_UTF8)
    try:
        page: _JsonPage | _AnyPage
        try:
            page = _decode_page(content)
        except msgspec.ValidationError:  # a row is not as it should be: the others may be
            page = _decode_any(content)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise PageError(f"broken JSON: {error}") from error
    except RecursionError:
        raise PageError("broken JSON: nested too deeply") from None
    check_version(page.meta.api_version)
    if isinstance(page, _JsonPage):
        return [_row(file, url) for file in page.files]
    return [_row_of_any(raw, url) for raw in page.files]


def _row_of_any(raw: msgspec.Raw, url: str) -> FileRow:
    try:
        return _row(_decode_row(raw), url)
    except msgspec.ValidationError as error:
        try:
            row: Any = msgspec.json.decode(raw)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            row = None
        filename = row.get("filename") if isinstance(row, dict) else None
        return faulty_row(filename if isinstance(filename, str) else "", url, str(error))
    except UnicodeDecodeError as error:  # what is skipped by `Raw` was not decoded yet
        raise PageError(f"broken JSON: {error.reason}") from error


def _row(file: _JsonFile, url: str) -> FileRow:
    metadata = file.core_metadata
    if metadata is None:
        metadata = file.dist_info_metadata
    yanked = file.yanked
    try:
        return FileRow(
            filename=file.filename,
            url=join_url(url, file.url),
            hashes=file.hashes,
            core_metadata=metadata if isinstance(metadata, dict) else {} if metadata else None,
            requires_python=file.requires_python or None,
            # PEP 691: yanked where the value is truthy.
            yanked=("" if yanked is True else yanked) if yanked else None,
            size=file.size,
            upload_time=file.upload_time,
        )
    except RefusedTextError as error:
        return faulty_row(file.filename, url, str(error))


def _parse_html(content: bytes, parameters: str, url: str) -> list[FileRow]:
    text = _decode(content, parameters)
    from flet_lock.index.pages.plain_html import read_plain  # noqa: PLC0415 - most pages are JSON

    rows = read_plain(text, url)
    if rows is not None:
        return rows
    from flet_lock.index.pages.html_page import parse_html  # noqa: PLC0415 - slow to import

    return parse_html(text, url)


def _decode(content: bytes, parameters: str) -> str:
    """The text of a page, in the charset of its type where that gives one, else in UTF-8."""
    for parameter in parameters.split(";"):
        key, _, value = parameter.partition("=")
        if key.strip().lower() == "charset":
            try:
                text = content.decode(value.strip(" \"'"), "replace")
            except (LookupError, ValueError):  # unknown, or not made for pages
                break
            # Another charset than that of the page gives letters, and loses tags.
            if text.count("<a") >= content.count(b"<a"):
                return text
    return content.decode("utf-8-sig", "replace")
