"""Project pages of PEP 503, with what PEP 592, 629, 658 and 714 add to them.

A file of its own because `html.parser` takes as long to import as a page takes to parse.
"""

import contextlib
from html.parser import HTMLParser

from flet_lock.boundary.refusal import RefusedTextError
from flet_lock.boundary.urls import join_url, split_url
from flet_lock.index.pages.file_row import FileRow, PageError, check_version
from flet_lock.index.pages.plain_html import row_of

_INPUT_TAGS = frozenset({"form", "input", "iframe", "frameset"})


def parse_html(text: str, url: str) -> list[FileRow]:
    """The files of a page.

    Args:
        text: The page.
        url: Where it came from.

    Raises:
        PageFault: it is not a project page.
    """
    parser = _ProjectPageParser(url)
    try:
        parser.feed(text)
        parser.close()
    except (AssertionError, ValueError) as error:  # a declaration that Python's parser refuses
        if isinstance(error, PageError):
            raise
        raise PageError(f"HTML that cannot be read: {error}") from error
    if not parser.rows and parser.asks_for_input:
        raise PageError("a page with a form, such as a login, and no files")
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

    def parse_marked_section(self, i: int, report: bool = True) -> int:
        """HTML, 13.2.5.42: `<![…]>` is a comment, whatever stands in it; Python refuses most."""
        try:
            return super().parse_marked_section(i, report)
        except (AssertionError, ValueError):
            return self.parse_bogus_comment(i, report)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "a":
            row = row_of(dict(attrs), self._url)
            if row is not None:
                self.rows.append(row)
        elif tag in _INPUT_TAGS:
            self.asks_for_input = True
        elif tag == "base" and not self._base_seen:
            href = dict(attrs).get("href")
            if href:  # HTML: the first <base> that has one counts
                self._base_seen = True
                with contextlib.suppress(RefusedTextError):  # HTML: then the page's own URL counts
                    base = join_url(self._url, href.strip())
                    self._url = split_url(base).geturl()
        elif tag == "meta":
            attributes = dict(attrs)
            if attributes.get("name") == "pypi:repository-version":
                check_version(attributes.get("content") or "")
