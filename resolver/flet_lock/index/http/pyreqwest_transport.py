"""pyreqwest, an HTTP client in Rust, for direct connections with the usual certificates.

Nothing of HTTP is done in Python, and the import is one of milliseconds. What cannot be connected
is left to httpx (`NotConnectedError`), so that failures are the same ones with and without it.
"""

import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import timedelta

from pyreqwest import exceptions
from pyreqwest.client import SyncClientBuilder
from pyreqwest.request import SyncRequestBuilder
from pyreqwest.response import SyncResponse

from flet_lock.index.http.answer import BodySink
from flet_lock.index.http.transport import (
    ACCEPTED_ENCODINGS,
    CONNECT_SECONDS,
    DRAIN_BYTES,
    FIRST_THAT_IS_NO_SUCCESS,
    KEEPALIVE_SECONDS,
    READ_SECONDS,
    Body,
    Headers,
    Meaning,
    Pace,
    Reply,
    TransportError,
)
from flet_lock.model.redaction import redacted

_NOT_SENT = (exceptions.ConnectTimeoutError, exceptions.ConnectError, exceptions.BuilderError)
_NAMES: tuple[tuple[type[exceptions.PyreqwestError], str], ...] = (
    (exceptions.RequestTimeoutError, "ReadTimeout"),
    (exceptions.DecodeError, "RemoteProtocolError"),
    (exceptions.PyreqwestError, "ReadError"),
)
"""What httpx calls it; the first that fits."""


class NotConnectedError(Exception):
    """Nothing was sent, so that somebody else may try."""


class PyreqwestTransport:
    """Satisfies `wire.Wire`, but for what cannot be connected."""

    def __init__(self, *, connections: int) -> None:
        """Connects to nothing yet.

        Args:
            connections: Kept open per host.
        """
        self.connections = connections
        self._counting = threading.Lock()
        self._under_way = 0
        builder = SyncClientBuilder().follow_redirects(enable=False).referer(enable=False)
        # Compressed bodies are counted as they come, and bounded as they are decompressed.
        builder = builder.no_proxy().gzip(enable=False).brotli(enable=False)
        builder = builder.zstd(enable=False).deflate(enable=False)
        builder = builder.connect_timeout(timedelta(seconds=CONNECT_SECONDS))
        # Between two parts, not for the whole answer: a large wheel takes its time.
        builder = builder.read_timeout(timedelta(seconds=READ_SECONDS))
        builder = builder.pool_max_idle_per_host(connections)
        self._client = builder.pool_idle_timeout(timedelta(seconds=KEEPALIVE_SECONDS)).build()

    def send(
        self, method: str, url: str, headers: Mapping[str, str], receive: BodySink | None
    ) -> Reply:
        """See `Transport`.

        Raises:
            NotConnectedError: nothing was sent.
        """
        with self._counted():
            return self._send(method, url, headers, receive)

    def _send(
        self, method: str, url: str, headers: Mapping[str, str], receive: BodySink | None
    ) -> Reply:
        builder = self._client.request(method, url)
        builder = builder.headers(
            {"Accept": "*/*", "Accept-Encoding": ACCEPTED_ENCODINGS, **headers}
        )
        started = time.monotonic()
        try:
            return _send(builder, receive)
        except _NOT_SENT as error:
            # reqwest calls it so too where a server is connected and says nothing.
            if time.monotonic() - started >= READ_SECONDS:
                detail = f"ReadTimeout: no answer within {READ_SECONDS:g} s"
                raise TransportError(Meaning.PASSING, detail) from error
            raise NotConnectedError from error
        except exceptions.PyreqwestError as error:
            name = next(name for kind, name in _NAMES if isinstance(error, kind))
            raise TransportError(Meaning.PASSING, redacted(f"{name}: {error.message}")) from error
        except OSError as error:  # of a file that the body goes to
            raise TransportError(Meaning.PASSING, f"{type(error).__name__}: {error}") from error

    @property
    def is_busy(self) -> bool:
        """Whether a request is under way."""
        return self._under_way > 0

    @contextmanager
    def _counted(self) -> Iterator[None]:
        with self._counting:
            self._under_way += 1
        try:
            yield
        finally:
            with self._counting:
                self._under_way -= 1

    def close(self) -> None:
        """Closes every connection; what is under way fails."""
        self._client.close()


def _send(builder: SyncRequestBuilder, receive: BodySink | None) -> Reply:
    builder = builder.streamed_read_buffer_limit(0)  # parts are handed on as they come
    with builder.build_streamed() as response:
        headers = Headers(_text_headers(response))
        if response.status >= FIRST_THAT_IS_NO_SUCCESS:
            return Reply(
                status=response.status,
                headers=headers,
                content=b"",
                bytes_received=_drain(response),
            )
        take = None if receive is None else receive(response.status, headers)
        body = Body(headers.get("content-encoding"), take)
        while (chunk := response.body_reader.read()) is not None:
            body.add(bytes(chunk))
        content = body.finish()
    return Reply(
        status=response.status, headers=headers, content=content, bytes_received=body.received
    )


def _text_headers(response: SyncResponse) -> Iterator[tuple[str, str]]:
    """Names and values; RFC 9110, 5.5: a value may have octets beyond ASCII, which say nothing."""
    try:
        yield from [*response.headers.items()]
    except ValueError:  # one of them: the others are asked for one by one
        for name in [*response.headers.keys()]:
            with suppress(ValueError):
                for value in response.headers.getall(name):
                    yield name, value


def _drain(response: SyncResponse) -> int:
    size, pace = 0, Pace()
    while size <= DRAIN_BYTES and (chunk := response.body_reader.read()) is not None:
        size += len(chunk)
        pace.add(len(chunk))
    return size
