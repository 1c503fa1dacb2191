"""Work that is under way: requests in threads, and one thread that waits for their results."""

import queue
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeVar

from flet_lock.index.http.credentials import CredentialStore
from flet_lock.index.http.late_client import LateClient
from flet_lock.index.http.request_pool import RequestPool
from flet_lock.index.http.retry import RetryPolicy
from flet_lock.index.http.traffic import Traffic
from flet_lock.model.event import Event, Listener

if TYPE_CHECKING:  # a run that is answered by the cache never imports httpx
    import httpx

    from flet_lock.index.http.client import HttpClient

_T = TypeVar("_T")

_WAKE_SECONDS = 0.2
"""Windows delivers Ctrl-C only between two waits."""


class Transfers:
    """Has things done by threads that share a client; one thread waits, and hears the events."""

    def __init__(
        self,
        *,
        connections: int,
        credentials: CredentialStore,
        environ: Mapping[str, str],
        retry: RetryPolicy | None,
        listener: Listener,
        transport: "httpx.BaseTransport | None",
    ) -> None:
        """Sets up; connects to nothing, and starts no thread.

        Args:
            connections: Requests under way at once.
            credentials: Of the indexes.
            environ: Proxies and certificates.
            retry: None: the default policy.
            listener: Is called on the thread that waits.
            transport: Takes the place of the network.
        """
        self.traffic = Traffic()
        """What was asked so far."""
        self._listener = listener
        self._events: queue.SimpleQueue[Event | None] = queue.SimpleQueue()
        self._pool = RequestPool(connections)
        self._under_way: set[Future[Any]] = set()
        self._deadline: float | None = None
        self._client = LateClient(
            connections=connections,
            credentials=credentials,
            environ=environ,
            retry=retry or RetryPolicy(),
            traffic=self.traffic,
            listener=self._events.put,
            rest=self._pool.rest,
            transport=transport,
        )

    @property
    def client(self) -> "HttpClient":
        """The client, made when it is first asked for."""
        return self._client.get()

    @property
    def is_idle(self) -> bool:
        """Whether nothing is under way."""
        return not self._under_way

    def close(self) -> None:
        """Ends every request and the threads. May be called again."""
        self._pool.close(self._client.close)

    def tell(self, event: Event) -> None:
        """Keeps an event for the thread that waits; from any thread."""
        self._events.put(event)

    def count_cached(self, number: int = 1) -> None:
        """Notes answers that the cache gave."""
        self.traffic.from_cache += number

    def submit(self, work: Callable[[], _T]) -> Future[_T]:
        """Has something done by the threads."""
        future = self._pool.submit(work)
        self._under_way.add(future)
        future.add_done_callback(self._under_way.discard)
        return future

    @contextmanager
    def patient_until(self, deadline: float) -> Iterator[None]:
        """Inside, `wait` raises `TimeoutError` at a moment (`time.monotonic`)."""
        before, self._deadline = self._deadline, deadline
        try:
            yield
        finally:
            self._deadline = before

    def wait(self, future: Future[_T], seconds: float | None = None) -> _T:
        """The result of a future; hands out events meanwhile.

        Raises:
            TimeoutError: `seconds`, or the patience of `patient_until`, are over.
        """
        if not future.done():
            limits = [] if self._deadline is None else [self._deadline]
            limits += [] if seconds is None else [time.monotonic() + seconds]
            deadline = min(limits, default=None)
            self._pool.hurry(future)
            future.add_done_callback(lambda _: self._events.put(None))
            while not future.done():
                left = _WAKE_SECONDS if deadline is None else deadline - time.monotonic()
                if left <= 0:
                    raise TimeoutError
                try:
                    event = self._events.get(timeout=min(left, _WAKE_SECONDS))
                except queue.Empty:
                    continue
                if event is not None:
                    self._listener(event)
        while not self._events.empty():
            event = self._events.get()
            if event is not None:
                self._listener(event)
        return future.result()


def settled(result: _T) -> Future[_T]:
    """A future that is done: with a result."""
    future: Future[_T] = Future()
    future.set_result(result)
    return future


def settled_by(work: Callable[[], _T]) -> Future[_T]:
    """A future that is done: with the result of `work`, or with what it raised."""
    try:
        return settled(work())
    except Exception as error:  # noqa: BLE001 - raised where somebody asks for the result
        return failed(error)


def failed(error: Exception) -> Future[Any]:
    """A future that is done: with an error."""
    future: Future[Any] = Future()
    future.set_exception(error)
    return future
