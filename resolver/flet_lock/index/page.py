"""Project pages: PEP 503 HTML and PEP 691 JSON to rows. Takes bytes, never a response.

A row is one file as the index lists it; nothing is judged here. What a file name means is
`filename.py`'s business, how rows become releases `digest.py`'s.
"""

import re
from html.parser import HTMLParser
from urllib.parse import unquote, urljoin, urlsplit

import msgspec

from flet_lock.index.address import without_credentials
from flet_lock.index.filename import FILE_SUFFIXES

ACCEPT = (
    "application/vnd.pypi.simple.v1+json, "
    "application/vnd.pypi.simple.v1+html;q=0.2, text/html;q=0.01"
)
"""PEP 691, "Version + Format Selection": the client says all it can read, JSON first."""

_SUPPORTED_MAJOR = 1
_INPUT_TAGS = frozenset({"form", "input", "iframe", "frameset"})
_HASH_FRAGMENT = re.compile(r"(?:^|&)(md5|sha1|sha2\d\d|sha384|sha512|blake2b)=([0-9A-Fa-f]+)")


class PageFault(ValueError):  # noqa: N818 - becomes IndexGarbage where the index is known
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
    raise PageFault("neither HTML nor JSON")


def _parse_json(content: bytes, url: str) -> list[FileRow]:
    try:
        page = _decode_json(content)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise PageFault(f"broken JSON: {error}") from error
    _check_version(page.meta.api_version)
    rows = []
    for file in page.files:
        metadata = file.core_metadata
        if metadata is None:
            metadata = file.dist_info_metadata
        yanked = file.yanked
        rows.append(
            FileRow(
                filename=file.filename,
                url=_absolute(url, file.url),
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
    return {name.lower(): value.lower() for name, value in hashes.items()}


def _promise(value: bool | dict[str, str] | None) -> dict[str, str] | None:
    """PEP 658: a promised metadata file may come without a digest."""
    if isinstance(value, dict):
        return _lowered(value)
    return {} if value else None


def _absolute(base: str, link: str) -> str:
    """A link of a page as a URL that can be fetched and shown: no fragment, no credentials."""
    if not link.startswith(("https://", "http://")):
        link = urljoin(base, link)
    link = link.partition("#")[0]
    return without_credentials(link) if "@" in link else link


def _check_version(version: str) -> None:
    """PEP 629: a client refuses a higher major version, and takes any minor of its own."""
    try:
        major = int(version.partition(".")[0])
    except ValueError as error:
        raise PageFault(f"unreadable API version {version!r}") from error
    if major != _SUPPORTED_MAJOR:
        raise PageFault(f"API version {version}, this program reads 1.x")


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
    parser = _ProjectPageParser(url)
    parser.feed(text)
    parser.close()
    if not parser.rows and parser.asks_for_input:
        raise PageFault("a page with a form, such as a login, and no files")
    return parser.rows


class _ProjectPageParser(HTMLParser):
    """PEP 503: every anchor is a file; the rest of the markup means nothing."""

    def __init__(self, url: str) -> None:
        super().__init__(convert_charrefs=True)
        self.rows: list[FileRow] = []
        self.asks_for_input = False
        """Something to be filled in: captive portals and single sign-on answer 200 with that."""
        self._url = url
        self._base_seen = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "a":
            self._anchor(dict(attrs))
        elif tag in _INPUT_TAGS:
            self.asks_for_input = True
        elif tag == "base" and not self._base_seen:
            href = dict(attrs).get("href")
            if href:  # HTML: the first <base> that has one counts
                self._base_seen = True
                self._url = urljoin(self._url, href.strip())
        elif tag == "meta":
            attributes = dict(attrs)
            if attributes.get("name") == "pypi:repository-version":
                _check_version(attributes.get("content") or "")

    def _anchor(self, attributes: dict[str, str | None]) -> None:
        href = (attributes.get("href") or "").strip()
        if not href:
            return
        try:
            absolute = urljoin(self._url, href)
            path = urlsplit(absolute).path
        except ValueError:  # an address that is none, `http://[`
            return
        filename = unquote(path.rsplit("/", 1)[-1])
        if not filename.lower().endswith(FILE_SUFFIXES):
            return
        metadata = attributes.get("data-core-metadata", attributes.get("data-dist-info-metadata"))
        promised = "data-core-metadata" in attributes or "data-dist-info-metadata" in attributes
        fragment = absolute.partition("#")[2]
        self.rows.append(
            FileRow(
                filename=filename,
                url=_absolute(self._url, absolute),
                hashes={name: value.lower() for name, value in _HASH_FRAGMENT.findall(fragment)},
                core_metadata=_html_promise(metadata or "") if promised else None,
                requires_python=attributes.get("data-requires-python") or None,
                yanked=(attributes["data-yanked"] or "") if "data-yanked" in attributes else None,
                size=None,
                upload_time=None,
            )
        )


def _html_promise(value: str) -> dict[str, str] | None:
    """PEP 658: `<algorithm>=<digest>`, or `true` where the index does not say the digest."""
    if value.strip().lower() == "false":
        return None
    algorithm, equals, digest = value.strip().partition("=")
    return {algorithm.lower(): digest.lower()} if equals and digest else {}
