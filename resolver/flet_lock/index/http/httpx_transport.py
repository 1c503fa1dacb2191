"""httpx behind the `Transport` interface: it always works, and takes stand-ins for the network."""

from collections.abc import Mapping

import httpx

from flet_lock.index.http.answer import BodySink, BodyTooLarge
from flet_lock.index.http.httpx_errors import FOREIGN, fault_of
from flet_lock.index.http.proxy_transport import ProxyTransport
from flet_lock.index.http.transport import (
    ACCEPTED_ENCODINGS,
    CONNECT_SECONDS,
    DRAIN_BYTES,
    FIRST_THAT_IS_NO_SUCCESS,
    READ_SECONDS,
    Body,
    Pace,
    Reply,
)

_TIMEOUT = httpx.Timeout(connect=CONNECT_SECONDS, read=READ_SECONDS, write=READ_SECONDS, pool=None)


class HttpxTransport:
    """Satisfies `wire.Wire`."""

    def __init__(
        self,
        environ: Mapping[str, str],
        *,
        connections: int,
        transport: httpx.BaseTransport | None,
    ) -> None:
        """Connects to nothing yet.

        Args:
            environ: Proxies and certificates.
            connections: Kept open.
            transport: Takes the place of the network.
        """
        self._client = httpx.Client(
            transport=transport or ProxyTransport(environ, connections=connections),
            timeout=_TIMEOUT,
            follow_redirects=False,
            trust_env=False,
            headers={"Accept-Encoding": ACCEPTED_ENCODINGS},
        )

    def send(
        self, method: str, url: str, headers: Mapping[str, str], receive: BodySink | None
    ) -> Reply:
        """See `Transport`."""
        try:
            with self._client.stream(method, url, headers=dict(headers)) as response:
                return _reply(response, receive)
        except BodyTooLarge:
            raise
        except FOREIGN as error:
            raise fault_of(error) from error

    def close(self) -> None:
        """Closes every connection."""
        self._client.close()


def _reply(response: httpx.Response, receive: BodySink | None) -> Reply:
    content = b""
    if response.status_code >= FIRST_THAT_IS_NO_SUCCESS:
        left, pace = DRAIN_BYTES, Pace()
        for chunk in response.iter_raw():
            left -= len(chunk)
            pace.add(len(chunk))
            if left < 0:
                break
    else:
        take = None if receive is None else receive(response.status_code, response.headers)
        body = Body(None, take)  # httpx has decompressed it
        for chunk in response.iter_bytes():
            body.add(chunk)
        content = body.finish()
    return Reply(
        status=response.status_code,
        headers=response.headers,
        content=content,
        bytes_received=response.num_bytes_downloaded,
    )
