"""Sends requests: retries, redirects, credentials, limits, and every failure as one of ours.

It knows HTTP; what a page or a wheel is, it does not.
"""

import time
from collections.abc import Callable, Mapping
from types import TracebackType
from typing import TYPE_CHECKING, Self

from msgspec import Struct

from flet_lock import __version__
from flet_lock.boundary.refusal import RefusedTextError
from flet_lock.boundary.urls import join_url, split_url, without_credentials
from flet_lock.boundary.web_address import WEB
from flet_lock.index.address import Credentials
from flet_lock.index.garbage import garbage
from flet_lock.index.http.answer import Answer, BodySink
from flet_lock.index.http.credentials import CredentialStore, basic_authorization
from flet_lock.index.http.request_context import Asked, translate
from flet_lock.index.http.retry import RETRIED_STATUSES, RetryPolicy
from flet_lock.index.http.router import TransportRouter
from flet_lock.index.http.traffic import Traffic
from flet_lock.index.http.transport import FIRST_THAT_IS_NO_SUCCESS, Meaning, TransportError
from flet_lock.model.errors.index import IndexFailure, IndexRefused, IndexUnreachable
from flet_lock.model.event import Listener, RequestRetried
from flet_lock.model.redaction import public_url

if TYPE_CHECKING:  # see `TransportRouter`
    import httpx

_MAX_REDIRECTS = 10
_UNAUTHORIZED = 401
# The host of pypi.flet.dev answers 401 now and then for pages that anybody may read, and gives them
# a moment later. So a 401 to somebody without credentials is asked about again, though not often.
_REFUSAL_ATTEMPTS = 3
_REFUSED = frozenset({401, 403, 407})
_REDIRECTS = frozenset({301, 302, 303, 307, 308})


class _Order(Struct, frozen=True, kw_only=True):
    """What is to be done with a URL, the same for every attempt and hop."""

    method: str
    headers: Mapping[str, str]
    accept: frozenset[int]
    receive: BodySink | None


class _Efforts:
    """The attempts of one request, and the time that they have taken without bringing anything."""

    def __init__(self, policy: RetryPolicy, receive: BodySink | None) -> None:
        self._policy = policy
        self._receive = receive
        self.attempt = 0
        self._spent = 0.0
        self._began = 0.0
        self._brought = False

    def begin(self) -> None:
        """One more attempt."""
        self.attempt += 1
        self._began = time.monotonic()
        self._brought = False

    def receive(self, status: int, headers: Mapping[str, str]) -> Callable[[bytes], object]:
        """Takes the body of an answer: a large file that breaks off is worth another attempt."""
        assert self._receive is not None  # noqa: S101 - only then it is passed on
        take = self._receive(status, headers)

        def noting(chunk: bytes) -> None:
            self._brought = True
            take(chunk)

        return noting

    def wait(self, retry_after: str | None) -> float | None:
        """Seconds until the next attempt; None: there is none."""
        if not self._brought:
            self._spent += time.monotonic() - self._began
        seconds = self._policy.next_wait(self.attempt, self._spent, retry_after)
        self._spent += seconds or 0.0
        return seconds


class HttpClient:
    """Asks servers; any number of threads may at once."""

    def __init__(
        self,
        *,
        connections: int,
        credentials: CredentialStore,
        environ: Mapping[str, str],
        retry: RetryPolicy,
        traffic: Traffic,
        listener: Listener,
        rest: Callable[[float], None],
        transport: "httpx.BaseTransport | None" = None,
    ) -> None:
        """Connects to nothing yet.

        Args:
            connections: Kept open.
            credentials: Who we are, and to whom.
            environ: Proxies and certificates.
            retry: How often, and when.
            traffic: Is counted up.
            listener: Is told of requests that are sent again; in the thread that asks.
            rest: Waits for so many seconds between two attempts.
            transport: Takes the place of the network.
        """
        self._credentials = credentials
        self._retry = retry
        self._traffic = traffic
        self._listener = listener
        self._rest = rest
        self._transports = TransportRouter(environ, connections=connections, transport=transport)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Closes every connection."""
        self._transports.close()

    def fetch(
        self,
        url: str,
        *,
        index: str | None,
        headers: Mapping[str, str],
        accept: frozenset[int] = frozenset(),
        method: str = "GET",
        receive: BodySink | None = None,
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
        asked = Asked(index=index, url=public_url(without_credentials(url)))
        efforts = _Efforts(self._retry, receive)
        receive = None if receive is None else efforts.receive
        order = _Order(method=method, headers=headers, accept=accept, receive=receive)
        while True:
            efforts.begin()
            try:
                answer = self._follow(url, asked, order)
            except IndexRefused as refusal:
                if efforts.attempt >= _REFUSAL_ATTEMPTS or not _odd(refusal):
                    raise
                if not self._may_try_again(asked, efforts, f"HTTP {refusal.status}"):
                    raise
            except TransportError as fault:
                passes = fault.meaning is Meaning.PASSING
                if not passes or not self._may_try_again(asked, efforts, fault.detail):
                    raise translate(fault, asked, attempts=efforts.attempt) from fault
            else:
                if answer.status not in RETRIED_STATUSES:
                    return _judge(answer, asked, accept, efforts.attempt)
                after = answer.headers.get("retry-after")
                if not self._may_try_again(asked, efforts, f"HTTP {answer.status}", after):
                    raise _unreachable(answer, asked, efforts.attempt)

    def _may_try_again(
        self, asked: Asked, efforts: "_Efforts", reason: str, retry_after: str | None = None
    ) -> bool:
        """Waits before the next attempt and says so; False: there is none."""
        seconds = efforts.wait(retry_after)
        if seconds is None:
            return False
        attempt = efforts.attempt + 1
        self._listener(
            RequestRetried(url=asked.url, attempt=attempt, wait_seconds=seconds, reason=reason)
        )
        self._rest(seconds)
        return True

    def _follow(self, url: str, asked: Asked, order: _Order) -> Answer:
        """One attempt: redirects, and the keyring where the server wants to know who we are."""
        secure = was_secure = url.startswith("https:")
        for _ in range(_MAX_REDIRECTS + 1):
            # Chosen anew for each hop: what one host may know, the next may not. Nothing is sent in
            # clear that a server has asked for over TLS, or where one over TLS has led to.
            open_way = was_secure and not secure
            credentials = None if open_way else self._credentials.for_url(url, asked.index)
            answer = self._send(url, credentials, order)
            if answer.status == _UNAUTHORIZED and not open_way:
                found = self._credentials.from_keyring(url, asked.index)
                if found is not None and found != credentials:
                    credentials = found
                    answer = self._send(url, credentials, order)
            if answer.status in _REFUSED and answer.status not in order.accept:
                raise IndexRefused(
                    index=asked.index,
                    url=public_url(answer.url),
                    status=answer.status,
                    had_credentials=credentials is not None,
                )
            location = answer.headers.get("location")
            if answer.status not in _REDIRECTS or location is None:
                return answer
            url = _redirected(url, location, asked)
            secure = url.startswith("https:")
            was_secure = was_secure or secure
        raise garbage(asked.index, asked.url, f"more than {_MAX_REDIRECTS} redirects")

    def _send(self, url: str, credentials: Credentials | None, order: _Order) -> Answer:
        headers = {"User-Agent": f"flet-lock/{__version__}", **order.headers}
        if credentials is not None:
            headers["Authorization"] = basic_authorization(credentials)
        self._traffic.count_request()
        reply = self._transports.send(order.method, url, headers, order.receive)
        self._traffic.count_bytes(reply.bytes_received)
        return Answer(
            status=reply.status,
            headers=reply.headers,
            url=url,
            content=reply.content,
            from_keyring=self._credentials.only_from_keyring(credentials),
        )


def _odd(refusal: IndexRefused) -> bool:
    """A refusal that may be a mistake of the server."""
    return refusal.status == _UNAUTHORIZED and not refusal.had_credentials


def _redirected(url: str, location: str, asked: Asked) -> str:
    """Where a redirect leads; credentials in it are dropped: a server must not plant any."""
    detail = "a redirect to something that is not http or https"
    try:
        target = join_url(url, location)
        if split_url(target).scheme in WEB:
            return target
    except RefusedTextError as error:
        detail = f"a redirect to something that is no URL: {error}"
    raise garbage(asked.index, asked.url, detail)


def _judge(answer: Answer, asked: Asked, accept: frozenset[int], attempt: int) -> Answer:
    """Statuses that the caller did not ask for are failures."""
    if answer.status < FIRST_THAT_IS_NO_SUCCESS or answer.status in accept:
        return answer
    raise _unreachable(answer, asked, attempt)


def _unreachable(answer: Answer, asked: Asked, attempts: int) -> IndexFailure:
    from http import HTTPStatus  # noqa: PLC0415 - rarely needed

    try:
        phrase = HTTPStatus(answer.status).phrase
    except ValueError:
        phrase = ""
    return IndexUnreachable(
        index=asked.index,
        url=public_url(answer.url),
        detail=f"HTTP {answer.status} {phrase}".strip(),
        attempts=attempts,
        status=answer.status,
    )
