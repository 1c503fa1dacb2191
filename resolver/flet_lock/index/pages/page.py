"""Project pages to rows; PEP 691 JSON here, HTML in `html_page`. Takes bytes, never a response.

A row is one file as the index lists it; nothing is judged here. What a file name means is
`filename.py`'s business, how rows become releases `digest.py`'s.
"""

import msgspec

from flet_lock.index.pages.file_row import FileRow, PageError, absolute, check_version


class _JsonFile(msgspec.Struct, rename="kebab"):
    """PEP 691, "Project Detail", and PEP 700. Unknown keys are passed over."""

    filename: str
    url: str
    hashes: dict[str, str] = {}
    requires_python: str | None = None
    size: int | None = None
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


_decode_json = msgspec.json.Decoder(_JsonPage).decode


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
    try:
        page = _decode_json(content)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise PageError(f"broken JSON: {error}") from error
    check_version(page.meta.api_version)
    rows = []
    for file in page.files:
        metadata = file.core_metadata
        if metadata is None:
            metadata = file.dist_info_metadata
        yanked = file.yanked
        rows.append(
            FileRow(
                filename=file.filename,
                url=absolute(url, file.url),
                hashes=_lowered(file.hashes),
                core_metadata=_promise(metadata),
                requires_python=file.requires_python or None,
                # PEP 691: yanked where the value is truthy.
                yanked=("" if yanked is True else yanked) if yanked else None,
                size=file.size,
                upload_time=file.upload_time,
            )
        )
    return rows


def _lowered(hashes: dict[str, str]) -> dict[str, str]:
    # What PyPI says, which is as it should be: one of these for each of thousands of files.
    digest = hashes.get("sha256")
    if len(hashes) == 1 and digest is not None and digest == digest.lower():
        return hashes
    return {name.lower(): value.lower() for name, value in hashes.items()}


def _promise(value: bool | dict[str, str] | None) -> dict[str, str] | None:
    """PEP 658: a promised metadata file may come without a digest."""
    if isinstance(value, dict):
        return _lowered(value)
    return {} if value else None


def _parse_html(content: bytes, parameters: str, url: str) -> list[FileRow]:
    charset = "utf-8"
    for parameter in parameters.split(";"):
        key, _, value = parameter.partition("=")
        if key.strip().lower() == "charset":
            charset = value.strip(" \"'")
    try:
        text = content.decode(charset, "replace")
    except LookupError:
        text = content.decode("utf-8", "replace")
    from flet_lock.index.pages.plain_html import read_plain  # noqa: PLC0415 - most pages are JSON

    rows = read_plain(text, url)
    if rows is not None:
        return rows
    from flet_lock.index.pages.html_page import parse_html  # noqa: PLC0415 - slow to import

    return parse_html(text, url)
