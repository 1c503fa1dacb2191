"""How often a request is sent, and how long to wait in between."""

from collections.abc import Callable
from datetime import UTC, datetime

from msgspec import Struct

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
    longest_seconds: float = 30.0
    """No wait is longer, whatever the server asks for."""
    jitter: Callable[[], float] = _random
    """0 ≤ x < 1; spreads clients that failed together over half to the whole of a wait."""
    now: Callable[[], datetime] = lambda: datetime.now(UTC)

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
        from email.utils import parsedate_to_datetime  # noqa: PLC0415 - rarely needed

        try:
            moment = parsedate_to_datetime(text)
        except ValueError:
            return None
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=UTC)
        return max(0.0, (moment - self.now()).total_seconds())
