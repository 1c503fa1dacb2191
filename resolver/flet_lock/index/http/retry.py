"""How often a request is sent, and how long to wait in between."""

from collections.abc import Callable
from datetime import UTC, datetime

from msgspec import Struct

from flet_lock.index.http.http_caching import read_http_date

RETRIED_STATUSES = frozenset({408, 425, 429, 500, 502, 503, 504})
"""RFC 9110: the server is busy or broken now, and may not be in a moment."""


def _random() -> float:
    from random import random  # noqa: PLC0415 - rarely needed

    return random()  # noqa: S311 - spreads requests, hides nothing


class RetryPolicy(Struct, frozen=True, kw_only=True):
    """Exponential back-off with jitter, and the server's own Retry-After where it has one."""

    attempts: int = 5
    """How often a request is sent at most."""
    base_seconds: float = 0.25
    """Wait after the first failure; doubles with each."""
    longest_seconds: float = 10.0
    """No wait is longer, whatever the server asks for."""
    patience_seconds: float = 30.0
    """Spent on attempts that brought nothing, and on waits: then no other attempt begins."""
    jitter: Callable[[], float] = _random
    """0 ≤ x < 1; spreads clients that failed together over half to the whole of a wait."""
    now: Callable[[], datetime] = lambda: datetime.now(UTC)

    def next_wait(self, attempt: int, spent: float, retry_after: str | None) -> float | None:
        """How long to wait before the next attempt; None: there is none.

        Args:
            attempt: Number of the last one (1-based).
            spent: Seconds that attempts without an answer, and waits, took so far.
            retry_after: The header; None where there is none.
        """
        if attempt >= self.attempts:
            return None
        seconds = self.wait_seconds(attempt, retry_after)
        return None if spent + seconds >= self.patience_seconds else seconds

    def wait_seconds(self, attempt: int, retry_after: str | None) -> float:
        """How long to wait after the attempt of this number (1-based)."""
        requested = self._requested_seconds(retry_after)
        if requested is not None:
            return min(requested, self.longest_seconds)
        wait = self.base_seconds * 2.0 ** (attempt - 1)
        return min(wait * (0.5 + self.jitter() / 2), self.longest_seconds)

    def _requested_seconds(self, retry_after: str | None) -> float | None:
        """RFC 9110, 10.2.3: seconds, or an HTTP date; anything else counts as not said."""
        if not retry_after:
            return None
        text = retry_after.strip()
        if text.isascii() and text.isdigit():
            return float(text)
        moment = read_http_date(text)
        return None if moment is None else max(0.0, (moment - self.now()).total_seconds())
