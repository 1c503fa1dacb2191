"""Which transport carries a request: pyreqwest, or httpx wherever more is needed than that."""

import os
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from flet_lock.index.http.answer import BodySink
from flet_lock.index.http.proxy_settings import names_bundle, proxy_for
from flet_lock.index.http.transport import Reply, Transport
from flet_lock.model.import_blocked import without

_ALLOCATOR_OPTION = "MIMALLOC_ALLOW_THP"

if TYPE_CHECKING:  # a run that needs no proxy never imports httpx
    import httpx

    from flet_lock.index.http.pyreqwest_transport import PyreqwestTransport


@contextmanager
def _small_pages() -> Iterator[None]:
    """While pyreqwest is imported, its allocator is told to do without huge pages.

    mimalloc reads its options once. With huge pages (2 MB, all of it zeroed when the first byte is
    used, for each thread) a run takes 16 MB more, and the time to zero them.
    """
    before = os.environ.get(_ALLOCATOR_OPTION)
    os.environ[_ALLOCATOR_OPTION] = "0" if before is None else before
    try:
        yield
    finally:
        if before is None:
            del os.environ[_ALLOCATOR_OPTION]


class TransportRouter:
    """Satisfies `wire.Wire`.

    pyreqwest serves direct connections with the usual certificates, where it is installed. Proxies,
    bundles of one's own, and every connection that cannot be made go through httpx.
    """

    def __init__(
        self,
        environ: Mapping[str, str],
        *,
        connections: int,
        transport: "httpx.BaseTransport | None",
    ) -> None:
        """Connects to nothing yet.

        Args:
            environ: Proxies and certificates.
            connections: Kept open per host.
            transport: Takes the place of the network.
        """
        self._environ = environ
        self._connections = connections
        self._transport = transport
        self._making = threading.Lock()
        self._rust: PyreqwestTransport | None = None
        self._without_rust = transport is not None
        self._httpx: Transport | None = None
        self._is_direct: dict[tuple[str, str], bool] = {}
        """By scheme and host."""

    def send(
        self, method: str, url: str, headers: Mapping[str, str], receive: BodySink | None
    ) -> Reply:
        """See `Transport`."""
        rust = self._direct(url)
        if rust is not None:
            from flet_lock.index.http.pyreqwest_transport import NotConnectedError  # noqa: PLC0415 - see above

            try:
                return rust.send(method, url, headers, receive)
            except NotConnectedError:
                pass
        return self._any().send(method, url, headers, receive)

    def _direct(self, url: str) -> "PyreqwestTransport | None":
        """pyreqwest, where it serves."""
        if self._without_rust:
            return None
        scheme, netloc = urlsplit(url)[:2]
        is_direct = self._is_direct.get((scheme, netloc))
        if is_direct is None:
            named = scheme == "https" and names_bundle(self._environ)
            is_direct = not named and proxy_for(scheme, netloc, self._environ) is None
            self._is_direct[scheme, netloc] = is_direct
        if not is_direct:
            return None
        with self._making:
            if self._rust is None:
                try:
                    with _small_pages():
                        from flet_lock.index.http.pyreqwest_transport import PyreqwestTransport  # noqa: PLC0415
                except ImportError:  # not for this platform, or of another version: do without
                    self._without_rust = True
                    return None
                self._rust = PyreqwestTransport(connections=self._connections)
        return self._rust

    def _any(self) -> Transport:
        """What always works: httpx, made when it is needed."""
        with self._making:
            if self._httpx is None:
                with without("click"):
                    from flet_lock.index.http.httpx_transport import HttpxTransport  # noqa: PLC0415 - see above

                self._httpx = HttpxTransport(
                    self._environ, connections=self._connections, transport=self._transport
                )
        return self._httpx

    def close(self) -> None:
        """Closes every connection."""
        for wire in (self._rust, self._httpx):
            if wire is not None:
                wire.close()
