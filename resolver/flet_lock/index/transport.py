"""The way to a server: proxies and certificates from the usual environment variables.

Connections are made late: a run that only talks to `http://localhost` never loads a certificate.
Anything with httpx's transport interface may stand in for this one.
"""

import ssl
from collections.abc import Callable, Mapping
from pathlib import Path
from urllib.request import (  # type: ignore[attr-defined]
    proxy_bypass_environment,  # public in the standard library, absent from typeshed
)

import httpx

_CA_VARIABLES = ("PIP_CERT", "REQUESTS_CA_BUNDLE", "SSL_CERT_FILE", "SSL_CERT_DIR")
_KEEPALIVE_SECONDS = 30.0
STREAMED = "flet_lock.streamed"
"""Extension of a request whose body is to be handed on as it comes, not in as large parts as
can be had."""


class EnvironmentTransport(httpx.AsyncBaseTransport):
    """Sends each request directly or through the proxy that the environment names for it."""

    def __init__(self, environ: Mapping[str, str], *, connections: int) -> None:
        self._environ = environ
        self._limits = httpx.Limits(
            max_connections=connections,
            max_keepalive_connections=connections,
            keepalive_expiry=_KEEPALIVE_SECONDS,
        )
        self._connections = connections
        self._transports: dict[tuple[bool, str | None], httpx.AsyncBaseTransport] = {}
        self._context: ssl.SSLContext | None = None

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Hands the request to the transport for its scheme and proxy."""
        secure = request.url.scheme == "https"
        proxy = proxy_for(request.url.scheme, request.url.netloc.decode("ascii"), self._environ)
        transport = self._transports.get((secure, proxy))
        if transport is None:
            transport = self._transports[secure, proxy] = self._build(secure=secure, proxy=proxy)
        return await transport.handle_async_request(request)

    async def aclose(self) -> None:
        """Closes every connection."""
        for transport in self._transports.values():
            await transport.aclose()
        self._transports.clear()

    def _build(self, *, secure: bool, proxy: str | None) -> httpx.AsyncBaseTransport:
        if proxy is None and not (secure and names_bundle(self._environ)):
            try:
                from flet_lock.index.rust_transport import RustTransport  # noqa: PLC0415
            except ImportError:  # not for this platform, or of another version: do without
                pass
            else:
                return RustTransport(
                    _Late(lambda: self._plain(secure=secure, proxy=None)),
                    connections=self._connections,
                    keepalive_seconds=_KEEPALIVE_SECONDS,
                    streamed=STREAMED,
                )
        return self._plain(secure=secure, proxy=proxy)

    def _plain(self, *, secure: bool, proxy: str | None) -> httpx.AsyncHTTPTransport:
        return httpx.AsyncHTTPTransport(
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


class _Late(httpx.AsyncBaseTransport):
    """A transport that is made with its first request: reading certificates takes time."""

    def __init__(self, make: Callable[[], httpx.AsyncBaseTransport]) -> None:
        self._make = make
        self._made: httpx.AsyncBaseTransport | None = None

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if self._made is None:
            self._made = self._make()
        return await self._made.handle_async_request(request)

    async def aclose(self) -> None:
        if self._made is not None:
            await self._made.aclose()


def names_bundle(environ: Mapping[str, str]) -> bool:
    """Whether the environment says whom to trust."""
    return any(environ.get(variable) for variable in _CA_VARIABLES)


def certificate_context(environ: Mapping[str, str]) -> ssl.SSLContext:
    """Whom to trust: the bundle that the environment names, else the system's and certifi's.

    The first of `PIP_CERT`, `REQUESTS_CA_BUNDLE`, `SSL_CERT_FILE`, `SSL_CERT_DIR` that is set
    replaces the default, as it does for pip and requests; each may be a file or a folder.

    Raises:
        OSError: the named bundle cannot be read.
    """
    for variable in _CA_VARIABLES:
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


def proxy_for(scheme: str, netloc: str, environ: Mapping[str, str]) -> str | None:
    """The proxy URL for a request; None: directly.

    `<scheme>_proxy`, else `all_proxy`, lower case before upper case, unless `no_proxy` names the
    host (`*`, a domain with its subdomains, an optional port), as curl and requests read them.
    """
    proxy = _variable(environ, f"{scheme}_proxy") or _variable(environ, "all_proxy")
    if not proxy:
        return None
    no_proxy = _variable(environ, "no_proxy")
    if no_proxy and proxy_bypass_environment(netloc, {"no": no_proxy}):
        return None
    return proxy if "://" in proxy else f"http://{proxy}"


def _variable(environ: Mapping[str, str], name: str) -> str | None:
    if name in environ:
        return environ[name]
    # A CGI server turns the request header `Proxy:` into HTTP_PROXY (httpoxy, CVE-2016-5385).
    if name == "http_proxy" and "REQUEST_METHOD" in environ:
        return None
    return environ.get(name.upper())
