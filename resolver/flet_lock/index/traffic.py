"""Counts what a run asks of the indexes."""

from msgspec import Struct


class Traffic(Struct, kw_only=True):
    """What was asked so far."""

    requests: int = 0
    """Requests that went over the network (or to a local server), repetitions included."""
    bytes_received: int = 0
    """Bytes of bodies, as they came (compressed ones compressed)."""
    from_cache: int = 0
    """Pages and metadata that came out of the cache without a request."""
