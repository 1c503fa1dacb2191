"""Threads that ask: concurrency inside, plain calls outside.

Threads rather than an event loop, because importing asyncio takes as long as forty requests, and a
request waits outside of Python anyway. A failure that nobody asked about is kept in its future and
never printed. Threads are daemons: what cannot be interrupted does not hold up the end of a run.
"""

import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any, TypeVar

_T = TypeVar("_T")

_UNWIND_SECONDS = 0.4
"""How long closing waits for threads. Only a name look-up or a question to the keyring takes longer
once its connection is closed."""


class RequestPoolClosedError(Exception):
    """There is nobody left to do it."""


class RequestPool:
    """Does what it is given in that order, so many things at once. Starts threads as needed."""

    def __init__(self, size: int) -> None:
        """Starts nothing yet.

        Args:
            size: How many things are under way at once.
        """
        self._size = size
        self._lock = threading.Lock()
        self._something_to_do = threading.Condition(self._lock)
        self._place_free = threading.Condition(self._lock)
        self._jobs: dict[Future[Any], Callable[[], Any]] = {}
        """What nobody has begun, in order."""
        self._hurried: dict[Future[Any], Callable[[], Any]] = {}
        """The same; goes first."""
        self._busy = 0
        self._idle = 0
        self._resting = 0
        self._threads: list[threading.Thread] = []
        self._closed = False

    def submit(self, work: Callable[[], _T]) -> "Future[_T]":
        """Has something done; returns at once.

        Raises:
            CrewClosedError: nothing is done any more.
        """
        future: Future[_T] = Future()
        with self._lock:
            if self._closed:
                raise RequestPoolClosedError
            self._jobs[future] = work
            self._call()
        return future

    def hurry(self, future: "Future[Any]") -> None:
        """Lets something go first: somebody waits for it."""
        with self._lock:
            work = self._jobs.pop(future, None)
            if work is not None:
                self._hurried[future] = work

    def rest(self, seconds: float) -> None:
        """Waits, in one of the threads; another one may work meanwhile.

        Raises:
            CrewClosedError: the wait is over because everything is.
        """
        until = time.monotonic() + seconds
        with self._lock:
            self._busy -= 1
            self._resting += 1
            self._call()
            while not self._closed and (left := until - time.monotonic()) > 0:
                self._place_free.wait(left)
            while not self._closed and self._busy >= self._size:
                self._place_free.wait()
            self._resting -= 1
            self._busy += 1
            if self._closed:
                raise RequestPoolClosedError

    def close(self, interrupt: Callable[[], None]) -> None:
        """Gives up what is not begun, interrupts what is, and waits for it to unwind.

        Args:
            interrupt: Makes what is under way fail.
        """
        with self._lock:
            self._closed = True
            given_up = [*self._hurried, *self._jobs]
            self._hurried.clear()
            self._jobs.clear()
            self._something_to_do.notify_all()
            self._place_free.notify_all()
        for future in given_up:
            future.cancel()
        interrupt()
        deadline = time.monotonic() + _UNWIND_SECONDS
        for thread in self._threads:
            thread.join(max(deadline - time.monotonic(), 0.0))
        self._threads.clear()

    def _call(self) -> None:
        """Sees to it that somebody takes the next job. Holds the lock."""
        if self._idle:
            self._something_to_do.notify()
        waiting = len(self._jobs) + len(self._hurried)
        if waiting > self._idle and self._busy + self._idle < self._size:
            self._busy += 1  # until it looks for a job, which it does first of all
            thread = threading.Thread(target=self._work, name="flet-lock-index", daemon=True)
            self._threads.append(thread)
            thread.start()

    def _work(self) -> None:
        while (taken := self._next()) is not None:
            future, work = taken
            if not future.set_running_or_notify_cancel():
                continue
            try:
                result = work()
            except BaseException as error:  # noqa: BLE001 - raised where the result is asked for
                future.set_exception(error)
            else:
                future.set_result(result)

    def _next(self) -> tuple["Future[Any]", Callable[[], Any]] | None:
        """The next job; waits for one. None: there will be none."""
        with self._lock:
            self._busy -= 1
            self._idle += 1
            if self._resting:
                self._place_free.notify_all()
            while not self._closed and (
                self._busy >= self._size or not (self._hurried or self._jobs)
            ):
                self._something_to_do.wait()
            self._idle -= 1
            if self._closed:
                return None
            self._busy += 1
            queue = self._hurried or self._jobs
            future = next(iter(queue))
            return future, queue.pop(future)
