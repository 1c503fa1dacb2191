"""Which transport carries a request: pyreqwest, or httpx wherever more is needed than that."""

import threading
from collections.abc import Mapping
from typing import TYPE_CHECKING

from flet_lock.boundary.urls import split_url
from flet_lock.index.http.answer import BodySink
from flet_lock.index.http.proxy_settings import names_bundle, proxy_for
from flet_lock.index.http.rust_client import give_back, lease_client
from flet_lock.index.http.transport import Reply, Transport
from flet_lock.model.import_blocked import without

if TYPE_CHECKING:  # a run that needs no proxy never imports httpx
    import httpx

    from flet_lock.index.http.pyreqwest_transport import PyreqwestTransport


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
        scheme, netloc = split_url(url)[:2]
        is_direct = self._is_direct.get((scheme, netloc))
        if is_direct is None:
            named = scheme == "https" and names_bundle(self._environ)
            is_direct = not named and proxy_for(scheme, netloc, self._environ) is None
            self._is_direct[scheme, netloc] = is_direct
        if not is_direct:
            return None
        with self._making:
            if self._rust is None:
                self._rust = lease_client(connections=self._connections)
                self._without_rust = self._rust is None
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
        """Ends requests that are under way."""
        if self._rust is not None:
            give_back(self._rust)
            self._rust = None
        if self._httpx is not None:
            self._httpx.close()
