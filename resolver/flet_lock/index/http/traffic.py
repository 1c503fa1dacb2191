"""Counts what a run asks of the indexes."""

import threading


class Traffic:
    """What was asked so far. Any thread may count."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.requests = 0
        """Requests that went over the network (or to a local server), repetitions included."""
        self.bytes_received = 0
        """Bytes of bodies, as they came (compressed ones compressed)."""
        self.from_cache = 0
        """Pages and metadata that came out of the cache without a request."""

    def count_request(self) -> None:
        """One more was sent."""
        with self._lock:
            self.requests += 1

    def count_bytes(self, received: int) -> None:
        """So many more came."""
        with self._lock:
            self.bytes_received += received
