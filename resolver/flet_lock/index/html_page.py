"""Project pages of PEP 503, with what PEP 592, 629, 658 and 714 add to them.

A file of its own because `html.parser` takes as long to import as a page takes to parse.
"""

import re
from html.parser import HTMLParser
from urllib.parse import unquote, urljoin, urlsplit

from flet_lock.index.file_row import FileRow, PageFault, absolute, check_version
from flet_lock.index.filename import FILE_SUFFIXES

_INPUT_TAGS = frozenset({"form", "input", "iframe", "frameset"})
_HASH_FRAGMENT = re.compile(r"(?:^|&)(md5|sha1|sha2\d\d|sha384|sha512|blake2b)=([0-9A-Fa-f]+)")


def parse_html(content: bytes, parameters: str, url: str) -> list[FileRow]:
    """The files of a page.

    Args:
        content: The body, decompressed.
        parameters: Of its content type, such as `charset=utf-8`.
        url: Where it came from.

    Raises:
        PageFault: it is not a project page.
    """
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
                check_version(attributes.get("content") or "")

    def _anchor(self, attributes: dict[str, str | None]) -> None:
        href = (attributes.get("href") or "").strip()
        if not href:
            return
        try:
            link = urljoin(self._url, href)
            path = urlsplit(link).path
        except ValueError:  # an address that is none, `http://[`
            return
        filename = unquote(path.rsplit("/", 1)[-1])
        if not filename.lower().endswith(FILE_SUFFIXES):
            return
        metadata = attributes.get("data-core-metadata", attributes.get("data-dist-info-metadata"))
        promised = "data-core-metadata" in attributes or "data-dist-info-metadata" in attributes
        fragment = link.partition("#")[2]
        self.rows.append(
            FileRow(
                filename=filename,
                url=absolute(self._url, link),
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
