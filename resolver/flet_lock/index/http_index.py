"""Project pages from a web server, and what is kept of them.

Where the pages are: an address that ends in `/simple/` says it. For any other, one HEAD request
for `<address>simple/` decides, once per index and kept for a day: a server that has that page
has its project pages below it, else they are right below the address (as on pypi.flet.dev). The
pages below the address are asked for at the same time, so the common case waits for nothing.
"""

import hashlib
import threading
from collections.abc import Mapping
from typing import TYPE_CHECKING

from packaging.utils import NormalizedName

from flet_lock.index.address import HttpAddress
from flet_lock.index.cache import Cache, CachedPage, PageRecord, page_key
from flet_lock.index.garbage import garbage, too_large
from flet_lock.index.http.answer import MAX_BODY_BYTES, Answer, BodyTooLarge
from flet_lock.index.http.http_caching import fresh_seconds
from flet_lock.index.pages.file_row import ACCEPT, PageError
from flet_lock.index.pages.page_rows import IndexPage, PageRows, page_rows_of
from flet_lock.model.errors.index import OfflineMiss
from flet_lock.model.redaction import public_url

if TYPE_CHECKING:  # a run that is answered by the cache does without
    from flet_lock.index.http.client import HttpClient

_LAYOUT_SECONDS = 24 * 3600.0
_NOT_FOUND = frozenset({404, 410})
_NOT_MODIFIED = 304
_NO_HEAD = frozenset({405, 501})
_OK = 200
_OK_LIMIT = 300
# Whatever a server answers here: it is a matter of layout only; the pages themselves will tell.
_PROBE_ACCEPT = frozenset(range(300, 500)) - {408, 425, 429}


class HttpIndex:
    """One index behind a web server. Results do not depend on the order of questions."""

    def __init__(
        self,
        address: HttpAddress,
        *,
        authorization: str | None,
        cache: Cache | None,
        offline: bool,
        refresh: bool,
    ) -> None:
        self.name = address.name
        self._address = address
        self._authorization = authorization
        self._cache = cache
        self._offline = offline
        self._refresh = refresh
        self.keeps_all = cache is not None
        """Whether every page of this run is in the cache."""
        self._root = address.base if address.ends_with_simple else self._remembered_root()
        self._finding = threading.Lock()
        self._fault: Exception | None = None
        """Why it could not be found out where the pages are."""

    is_remote = True
    """See `PackageIndex`."""

    def at_hand(self, package: NormalizedName) -> tuple[IndexPage, bool] | None:
        """What the cache allows to answer without a request; None: it has to be asked.

        Raises:
            OfflineMiss: it must not be asked.
        """
        if self._refresh and not self._offline:
            return None
        roots = (self._address.base, self._address.simple) if self._root is None else (self._root,)
        if self._root is None and not self._offline:
            return None
        for root in roots:
            url = f"{root}{package}/"
            found = self._read(url)
            if found is not None and (found.fresh or self._offline):
                return self._page(url, found.record.digest), True
        if self._offline:
            raise OfflineMiss(index=self.name, url=public_url(f"{roots[0]}{package}/"))
        return None

    def ask(self, client: "HttpClient", package: NormalizedName) -> IndexPage:
        """Asks the index; waits. Any number of threads may at once.

        Raises:
            IndexFailure: no usable answer.
        """
        if self._root is not None:
            return self._ask_at(client, self._root, package)
        try:
            given: IndexPage | Exception = self._ask_at(client, self._address.base, package)
        except Exception as error:  # noqa: BLE001 - raised below, if it is what was wanted
            given = error
        root = self.find_root(client)
        if root != self._address.base:
            return self._ask_at(client, root, package)
        if isinstance(given, Exception):
            raise given
        return given

    @property
    def needs_root(self) -> bool:
        """Whether it has to be found out where the pages are: `find_root` does that ahead."""
        return self._root is None

    def find_root(self, client: "HttpClient") -> str:
        """Where the pages are; asked once, whoever comes first, while others wait for it.

        Raises:
            IndexFailure: no usable answer.
        """
        with self._finding:
            if self._fault is not None:
                raise self._fault
            if self._root is None:
                try:
                    self._root = self._find_root(client)
                except Exception as error:
                    self._fault = error
                    raise
            return self._root

    def _find_root(self, client: "HttpClient") -> str:
        url = self._address.simple
        status = self._probe_status(client, url, "HEAD")
        if status in _NO_HEAD:
            status = self._probe_status(client, url, "GET")
        root = url if status < _OK_LIMIT else self._address.base
        if self._cache is not None:
            record = PageRecord(
                digest=None,
                fresh_seconds=_LAYOUT_SECONDS,
                etag=None,
                last_modified=None,
                body=b"",
                url=root,
            )
            self._cache.write_page(self._layout_key(), record)
        return root

    def _probe_status(self, client: "HttpClient", url: str, method: str) -> int:
        try:
            answer = client.fetch(
                url,
                index=self.name,
                headers={"Accept": ACCEPT},
                accept=_PROBE_ACCEPT,
                method=method,
                receive=lambda _status, _headers: _refuse,
            )
        except BodyTooLarge:
            return _OK
        return answer.status

    def _remembered_root(self) -> str | None:
        if self._cache is None or (self._refresh and not self._offline):
            return None
        found = self._cache.read_page(self._layout_key())
        if found is None or not (found.fresh or self._offline):
            return None
        return found.record.url

    def _layout_key(self) -> str:
        return page_key(f"layout {self._address.base}", self._authorization)

    def _ask_at(self, client: "HttpClient", root: str, package: NormalizedName) -> IndexPage:
        url = f"{root}{package}/"
        kept = self._read(url)
        headers = {"Accept": ACCEPT, **_conditions(None if kept is None else kept.record)}
        if self._refresh:
            headers["Cache-Control"] = "no-cache"  # caches on the way ask their origin too
        accept = _NOT_FOUND if kept is None else _NOT_FOUND | {_NOT_MODIFIED}
        try:
            answer = client.fetch(url, index=self.name, headers=headers, accept=accept)
        except BodyTooLarge:
            raise too_large(self.name, url, MAX_BODY_BYTES) from None
        if answer.status == _NOT_MODIFIED and kept is not None:
            return self._still_valid(url, kept, answer)
        if answer.status in _NOT_FOUND:
            self._keep(url, answer, None, b"")
            return self._page(url, None)
        body = hashlib.sha256(answer.content).digest()
        if (
            kept is not None
            and kept.record.digest is not None
            and kept.record.body == body
            and kept.record.url == answer.url
        ):
            digest = kept.record.digest  # the same page: parsed already
        else:
            digest = self._parse(answer, package)
        self._keep(url, answer, digest, body)
        return self._page(url, digest)

    def _parse(self, answer: Answer, package: NormalizedName) -> PageRows:
        from flet_lock.index.pages.page import parse_project_page  # noqa: PLC0415 - a warm run has none

        content_type = answer.headers.get("content-type", "")
        try:
            return page_rows_of(
                parse_project_page(answer.content, content_type, answer.url), package
            )
        except PageError as error:
            raise garbage(self.name, answer.url, str(error), content_type or None) from error

    def _still_valid(self, url: str, kept: CachedPage, answer: Answer) -> IndexPage:
        record = kept.record
        if self._cache is not None:
            lifetime = fresh_seconds(answer.headers, found=record.digest is not None)
            # RFC 9111, 4.3.4: a 304 may bring a new lifetime; most bring the same.
            if lifetime is not None and lifetime not in {0.0, record.fresh_seconds}:
                record.fresh_seconds = lifetime
                self._cache.write_page(page_key(url, self._authorization), record)
            else:
                self._cache.touch_page(page_key(url, self._authorization))
        return self._page(url, record.digest)

    def _keep(self, url: str, answer: Answer, digest: PageRows | None, body: bytes) -> None:
        lifetime = fresh_seconds(answer.headers, found=digest is not None)
        # The key of a page has the credentials that are known beforehand. Those of the keyring are
        # not, so its pages would be found by whoever has none.
        if self._cache is None or lifetime is None or answer.from_keyring:
            self.keeps_all = False
            return
        record = PageRecord(
            digest=digest,
            fresh_seconds=lifetime,
            etag=_sendable(answer.headers.get("etag")),
            last_modified=_sendable(answer.headers.get("last-modified")),
            body=body,
            url=answer.url,
        )
        self._cache.write_page(page_key(url, self._authorization), record)

    def _read(self, url: str) -> CachedPage | None:
        if self._cache is None:
            return None
        return self._cache.read_page(page_key(url, self._authorization))

    def _page(self, url: str, digest: PageRows | None) -> IndexPage:
        return IndexPage(index=self.name, url=url, digest=digest)


def _sendable(value: str | None) -> str | None:
    """A header's value, if it can be sent back as it is."""
    return value if value and value.isascii() and value.isprintable() else None


def _conditions(record: PageRecord | None) -> Mapping[str, str]:
    """RFC 9110, 13.1: ask for the page only if it is not the one that is kept."""
    if record is None or record.digest is None:
        return {}
    if record.etag:
        return {"If-None-Match": record.etag}
    if record.last_modified:
        return {"If-Modified-Since": record.last_modified}
    return {}


def _refuse(_chunk: bytes) -> None:
    """The body of a probe is not wanted: PyPI's root page has 40 MB."""
    raise BodyTooLarge
