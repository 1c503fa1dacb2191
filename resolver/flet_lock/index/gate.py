"""Lets a bounded number of requests through at once, those that somebody waits for first.

A resolver that asks for hundreds of files in advance must not wait behind them for the one page it
cannot go on without.
"""

from collections.abc import Hashable
from contextvars import ContextVar
from types import TracebackType
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # imported with the first request: a run without any does without
    import asyncio

TICKET: ContextVar[Hashable] = ContextVar("TICKET", default=None)
"""On whose behalf the current task sends its requests."""


class Gate:
    """An async context manager around each request. Belongs to one event loop."""

    def __init__(self, places: int) -> None:
        self._free = places
        self._waiting: dict[asyncio.Future[None], Hashable] = {}
        """In order of arrival; the same for `_urgent`."""
        self._urgent: dict[asyncio.Future[None], Hashable] = {}
        self._hurried: set[Hashable] = set()

    def hurry(self, ticket: Hashable) -> None:
        """Somebody waits for this one now: its requests, also later ones, go first."""
        self._hurried.add(ticket)
        for waiter in [waiter for waiter, other in self._waiting.items() if other == ticket]:
            self._urgent[waiter] = self._waiting.pop(waiter)

    async def __aenter__(self) -> None:
        if self._free > 0:
            self._free -= 1
            return
        import asyncio  # noqa: PLC0415 - see above

        waiter = asyncio.get_running_loop().create_future()
        ticket = TICKET.get()
        queue = self._urgent if ticket in self._hurried else self._waiting
        queue[waiter] = ticket
        try:
            await waiter
        except asyncio.CancelledError:
            if waiter.done() and not waiter.cancelled():
                self._pass_on()  # the place was given to a request that is no more
            raise
        finally:
            self._waiting.pop(waiter, None)
            self._urgent.pop(waiter, None)

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._pass_on()

    def _pass_on(self) -> None:
        """Gives the place to the next that still wants it."""
        for queue in (self._urgent, self._waiting):
            while queue:
                waiter = next(iter(queue))
                del queue[waiter]
                if not waiter.done():
                    waiter.set_result(None)
                    return
        self._free += 1
