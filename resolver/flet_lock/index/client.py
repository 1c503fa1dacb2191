"""Sends requests: retries, redirects, credentials, limits, and every failure as one of ours.

The only file that uses httpx's client. It knows HTTP; what a page or a wheel is, it does not.
"""

import asyncio
from collections.abc import Mapping
from types import TracebackType
from typing import Self
from urllib.parse import urljoin, urlsplit

import httpx
from msgspec import Struct

from flet_lock import __version__
from flet_lock.index.address import Credentials, origin_of, without_credentials
from flet_lock.index.answer import MAX_BODY_BYTES, Answer, BodyTooLarge, Receive
from flet_lock.index.credentials import CredentialStore, basic_authorization
from flet_lock.index.failure import FOREIGN, Asked, describe, may_pass, translate
from flet_lock.index.gate import Gate
from flet_lock.index.retry import RETRIED_STATUSES, RetryPolicy
from flet_lock.index.traffic import Traffic
from flet_lock.index.transport import STREAMED, EnvironmentTransport
from flet_lock.model.errors import IndexFailure, IndexGarbage, IndexRefused, IndexUnreachable
from flet_lock.model.event import Listener, RequestRetried
from flet_lock.model.redaction import redacted

_MAX_REDIRECTS = 10
_DRAIN_BYTES = 64 * 1024
"""Of an error's body: read to the end, the connection can be used again."""
_UNAUTHORIZED = 401
# The host of pypi.flet.dev answers 401 now and then for pages that anybody may read, and gives them
# a moment later. So a 401 to somebody without credentials is asked about again, though not often.
_REFUSAL_ATTEMPTS = 3
_REFUSED = frozenset({401, 403, 407})
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
# A server that takes longer to begin an answer, or between two parts of it, counts as silent.
_TIMEOUT = httpx.Timeout(connect=10.0, read=30.0, write=30.0, pool=None)


class _Order(Struct, frozen=True, kw_only=True):
    """What is to be done with a URL, the same for every attempt and hop."""

    method: str
    headers: Mapping[str, str]
    accept: frozenset[int]
    receive: Receive | None


class HttpClient:
    """Asks servers. Belongs to one event loop; created inside it."""

    def __init__(
        self,
        *,
        connections: int,
        gate: Gate,
        credentials: CredentialStore,
        environ: Mapping[str, str],
        retry: RetryPolicy,
        traffic: Traffic,
        listener: Listener,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self._credentials = credentials
        self._retry = retry
        self._traffic = traffic
        self._listener = listener
        self._gate = gate
        self._client = httpx.AsyncClient(
            transport=transport or EnvironmentTransport(environ, connections=connections),
            timeout=_TIMEOUT,
            follow_redirects=False,
            trust_env=False,
            headers={"User-Agent": f"flet-lock/{__version__}"},
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Closes every connection."""
        await self._client.aclose()

    async def fetch(
        self,
        url: str,
        *,
        index: str | None,
        headers: Mapping[str, str],
        accept: frozenset[int] = frozenset(),
        method: str = "GET",
        receive: Receive | None = None,
    ) -> Answer:
        """Asks until there is an answer, or none is to be expected.

        Args:
            url: Without credentials.
            index: Name of the index it is asked for; decides the credentials.
            headers: Besides those every request has.
            accept: Statuses of 300 and more that are an answer to the caller, not a failure.
            method: `GET` or `HEAD`.
            receive: Takes the body of an answer below 300; None: it comes with the answer.

        Raises:
            IndexFailure: there is no usable answer.
            BodyTooLarge: there is one, and it is beyond what is accepted.
        """
        asked = Asked(index=index, url=redacted(without_credentials(url)))
        order = _Order(method=method, headers=headers, accept=accept, receive=receive)
        attempt = 0
        while True:
            attempt += 1
            try:
                answer = await self._follow(url, asked, order)
            except IndexRefused as refusal:
                if attempt >= min(_REFUSAL_ATTEMPTS, self._retry.attempts) or not _odd(refusal):
                    raise
                await self._wait(asked, attempt, None, f"HTTP {refusal.status}")
                continue
            except FOREIGN as error:
                if attempt >= self._retry.attempts or not may_pass(error):
                    raise translate(error, asked, attempts=attempt) from error
                await self._wait(asked, attempt, None, describe(error))
                continue
            if answer.status not in RETRIED_STATUSES:
                return _judge(answer, asked, accept, attempt)
            if attempt >= self._retry.attempts:
                raise _unreachable(answer, asked, attempt)
            reason = f"HTTP {answer.status}"
            await self._wait(asked, attempt, answer.headers.get("retry-after"), reason)

    async def _wait(self, asked: Asked, attempt: int, retry_after: str | None, reason: str) -> None:
        seconds = self._retry.wait_seconds(attempt, retry_after)
        self._listener(
            RequestRetried(url=asked.url, attempt=attempt + 1, wait_seconds=seconds, reason=reason)
        )
        await asyncio.sleep(seconds)

    async def _follow(self, url: str, asked: Asked, order: _Order) -> Answer:
        """One attempt: redirects, and the keyring where the server wants to know who we are."""
        for _ in range(_MAX_REDIRECTS + 1):
            # Chosen anew for each hop: what one host may know, the next may not.
            credentials = self._credentials.for_url(url, asked.index)
            answer = await self._send(url, credentials, order)
            if answer.status == _UNAUTHORIZED:
                found = await asyncio.to_thread(self._credentials.from_keyring, url, asked.index)
                if found is not None and found != credentials:
                    credentials = found
                    answer = await self._send(url, credentials, order)
            if answer.status in _REFUSED and answer.status not in order.accept:
                raise IndexRefused(
                    index=asked.index,
                    url=redacted(answer.url),
                    status=answer.status,
                    had_credentials=credentials is not None,
                )
            location = answer.headers.get("location")
            if answer.status not in _REDIRECTS or location is None:
                return answer
            url = _redirected(url, location, asked)
        raise IndexGarbage(
            index=asked.index,
            url=asked.url,
            detail=f"more than {_MAX_REDIRECTS} redirects",
            content_type=None,
        )

    async def _send(self, url: str, credentials: Credentials | None, order: _Order) -> Answer:
        request = self._client.build_request(
            order.method,
            url,
            headers=dict(order.headers),
            extensions={STREAMED: order.receive is not None},
        )
        if credentials is not None:
            request.headers["Authorization"] = basic_authorization(credentials)
        async with self._gate:
            self._traffic.requests += 1
            response = await self._client.send(request, stream=True)
            try:
                content = await self._body(response, order.receive)
            finally:
                await response.aclose()
                self._traffic.bytes_received += response.num_bytes_downloaded
        return Answer(
            status=response.status_code,
            headers=response.headers,
            url=url,
            content=content,
            from_keyring=self._credentials.only_from_keyring(credentials),
        )

    async def _body(self, response: httpx.Response, receive: Receive | None) -> bytes:
        if response.status_code >= httpx.codes.MULTIPLE_CHOICES:
            left = _DRAIN_BYTES
            async for chunk in response.aiter_raw():
                left -= len(chunk)
                if left < 0:
                    break
            return b""
        if receive is not None:
            take = receive(response.status_code, response.headers)
            async for chunk in response.aiter_bytes():
                take(chunk)
            return b""
        chunks: list[bytes] = []
        size = 0
        async for chunk in response.aiter_bytes():
            size += len(chunk)
            if size > MAX_BODY_BYTES:
                raise BodyTooLarge
            chunks.append(chunk)
        return b"".join(chunks)


def _odd(refusal: IndexRefused) -> bool:
    """A refusal that may be a mistake of the server."""
    return refusal.status == _UNAUTHORIZED and not refusal.had_credentials


def _redirected(url: str, location: str, asked: Asked) -> str:
    """Where a redirect leads; credentials in it are dropped: a server must not plant any."""
    try:
        target = without_credentials(urljoin(url, location))
        scheme = urlsplit(target).scheme
        origin_of(target)
    except ValueError:
        scheme = ""
    if scheme not in {"http", "https"}:
        raise IndexGarbage(
            index=asked.index,
            url=asked.url,
            detail="a redirect to something that is not http or https",
            content_type=None,
        )
    return target


def _judge(answer: Answer, asked: Asked, accept: frozenset[int], attempt: int) -> Answer:
    """Statuses that the caller did not ask for are failures."""
    if answer.status < httpx.codes.MULTIPLE_CHOICES or answer.status in accept:
        return answer
    raise _unreachable(answer, asked, attempt)


def _unreachable(answer: Answer, asked: Asked, attempts: int) -> IndexFailure:
    phrase = httpx.codes.get_reason_phrase(answer.status)
    return IndexUnreachable(
        index=asked.index,
        url=redacted(answer.url),
        detail=f"HTTP {answer.status} {phrase}".strip(),
        attempts=attempts,
        status=answer.status,
    )
