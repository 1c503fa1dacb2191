"""httpx's way to a server: proxies and certificates from the usual environment variables.

Connections are made late: a run that only talks to `http://localhost` never loads a certificate.
"""

import ssl
import threading
from collections.abc import Mapping
from pathlib import Path

import httpx

from flet_lock.index.http.proxy_settings import CA_VARIABLES, proxy_for
from flet_lock.index.http.transport import KEEPALIVE_SECONDS


class ProxyTransport(httpx.BaseTransport):
    """Sends each request directly or through the proxy that the environment names for it."""

    def __init__(self, environ: Mapping[str, str], *, connections: int) -> None:
        self._environ = environ
        self._limits = httpx.Limits(
            max_connections=connections,
            max_keepalive_connections=connections,
            keepalive_expiry=KEEPALIVE_SECONDS,
        )
        self._building = threading.Lock()
        self._transports: dict[tuple[bool, str | None], httpx.BaseTransport] = {}
        self._context: ssl.SSLContext | None = None

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Hands the request to the transport for its scheme and proxy."""
        secure = request.url.scheme == "https"
        proxy = proxy_for(request.url.scheme, request.url.netloc.decode("ascii"), self._environ)
        with self._building:
            transport = self._transports.get((secure, proxy))
            if transport is None:
                transport = self._build(secure=secure, proxy=proxy)
                self._transports[secure, proxy] = transport
        return transport.handle_request(request)

    def close(self) -> None:
        """Closes every connection."""
        for transport in self._transports.values():
            transport.close()
        self._transports.clear()

    def _build(self, *, secure: bool, proxy: str | None) -> httpx.HTTPTransport:
        return httpx.HTTPTransport(
            verify=self._trusted() if secure else False,  # False: no TLS is spoken at all
            limits=self._limits,
            trust_env=False,
            proxy=None if proxy is None else self._proxy(proxy),
        )

    def _proxy(self, url: str) -> httpx.Proxy:
        try:
            return httpx.Proxy(
                url, ssl_context=self._trusted() if url.startswith("https:") else None
            )
        except (ValueError, httpx.InvalidURL) as error:
            raise httpx.ProxyError(f"not a proxy address: {error}") from error

    def _trusted(self) -> ssl.SSLContext:
        if self._context is None:
            try:
                self._context = certificate_context(self._environ)
            except OSError as error:
                raise httpx.LocalProtocolError(f"certificate bundle: {error}") from error
        return self._context


def certificate_context(environ: Mapping[str, str]) -> ssl.SSLContext:
    """Whom to trust: the bundle that the environment names, else the system's and certifi's.

    The first of `PIP_CERT`, `REQUESTS_CA_BUNDLE`, `SSL_CERT_FILE`, `SSL_CERT_DIR` that is set
    replaces the default, as it does for pip and requests; each may be a file or a folder.

    Raises:
        OSError: the named bundle cannot be read.
    """
    for variable in CA_VARIABLES:
        value = environ.get(variable)
        if value:
            path = Path(value)
            if path.is_dir():
                return ssl.create_default_context(capath=value)
            return ssl.create_default_context(cafile=value)
    import certifi  # noqa: PLC0415 - only where TLS is spoken

    context = ssl.create_default_context()
    context.load_verify_locations(cafile=certifi.where())
    return context
