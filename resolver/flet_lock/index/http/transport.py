"""One request and its answer: the seam between what we want of a server and a library that asks.

Retries, redirects and credentials are the client's (`client.py`); a wire sends once. There are two:
pyreqwest's for direct connections, and httpx for everything else.
"""

import time
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from enum import Enum
from typing import Protocol

from msgspec import Struct

from flet_lock.index.http.answer import MAX_BODY_BYTES, BodySink, BodyTooLarge

CONNECT_SECONDS = 10.0
READ_SECONDS = 15.0
"""A server that takes longer to begin an answer, or between two parts of it, counts as silent."""
SLOW_SECONDS = 15.0
"""How long an answer may be slow..."""
SLOW_BYTES_PER_SECOND = 500.0
"""...which it is below this; a telephone line of 1996 had seven times as much."""
KEEPALIVE_SECONDS = 30.0
DRAIN_BYTES = 64 * 1024
"""Of an error's body: read to the end, the connection can be used again."""
FIRST_THAT_IS_NO_SUCCESS = 300


class Meaning(Enum):
    """What the failure of a request says about the index."""

    PASSING = "no answer, and the next attempt may get one"
    LASTING = "no answer, and asking again is no use"
    GARBAGE = "an answer that cannot be what was asked for"


class TransportError(Exception):
    """A request without a usable answer."""

    def __init__(self, meaning: Meaning, detail: str, *, proxy_refused: bool = False) -> None:
        super().__init__(detail)
        self.meaning = meaning
        self.detail = detail
        """In the library's words, without credentials."""
        self.proxy_refused = proxy_refused
        """A proxy wants to know who we are (407)."""


class Reply(Struct, frozen=True, kw_only=True):
    """An answer, redirects not followed."""

    status: int
    headers: Mapping[str, str]
    """Case does not matter."""
    content: bytes
    """Decompressed; empty where a `receive` took it, and for statuses of 300 and more."""
    bytes_received: int
    """Of the body, as they came."""


class Transport(Protocol):
    """Sends requests; any number of threads may at once."""

    def send(
        self, method: str, url: str, headers: Mapping[str, str], receive: BodySink | None
    ) -> Reply:
        """Sends a request once.

        Raises:
            TransportError: there is no usable answer.
            BodyTooLarge: there is one, and it is beyond what is accepted.
        """
        ...

    def close(self) -> None:
        """Closes every connection. Requests under way fail, as far as they can be interrupted."""
        ...


class Headers(Mapping[str, str]):
    """Headers of an answer; names in any case. Of several with one name, all, joined by commas."""

    def __init__(self, items: Iterable[tuple[str, str]]) -> None:
        self._values: dict[str, str] = {}
        for name, value in items:
            key = name.lower()
            known = self._values.get(key)
            self._values[key] = value if known is None else f"{known}, {value}"

    def __getitem__(self, name: str) -> str:
        return self._values[name.lower()]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)


class Pace:
    """Watches that an answer does not drip for ever: each part comes in time, the end never."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._since = clock()
        self._size = 0

    def add(self, size: int) -> None:
        """So many bytes have come.

        Raises:
            TransportError: they are too few for the time since the last look.
        """
        self._size += size
        seconds = self._clock() - self._since
        if seconds < SLOW_SECONDS:
            return
        if self._size < seconds * SLOW_BYTES_PER_SECOND:
            raise TransportError(
                Meaning.PASSING, f"ReadTimeout: {self._size} bytes within {seconds:.0f} s"
            )
        self._since += seconds
        self._size = 0


class Body:
    """Takes the parts of a body: counts, decompresses, and hands on or gathers."""

    def __init__(self, encoding: str | None, take: Callable[[bytes], object] | None) -> None:
        """Takes nothing yet.

        Args:
            encoding: `Content-Encoding` of the answer.
            take: Gets the parts as they come; None: they are gathered.

        Raises:
            TransportError: it is not one that was asked for.
        """
        self.received = 0
        self._pace = Pace()
        self._decompress = _decompressor(encoding)
        self._take = take
        self._parts: list[bytes] = []
        self._size = 0

    def add(self, chunk: bytes) -> None:
        """The next part.

        Raises:
            TransportError: it cannot be decompressed.
            BodyTooLarge: there is too much of it.
        """
        self.received += len(chunk)
        self._pace.add(len(chunk))
        room = MAX_BODY_BYTES + 1 - self._size
        try:
            plain = chunk if self._decompress is None else self._decompress.decompress(chunk, room)
        except zlib.error as error:
            raise TransportError(Meaning.PASSING, f"DecodingError: {error}") from error
        if self._decompress is not None and self._decompress.unconsumed_tail:
            raise BodyTooLarge
        if self._take is not None:
            self._take(plain)
            return
        self._size += len(plain)
        if self._size > MAX_BODY_BYTES:
            raise BodyTooLarge
        self._parts.append(plain)

    def finish(self) -> bytes:
        """What was gathered.

        Raises:
            TransportError: the compressed body ends before its end.
        """
        if self._decompress is not None and self.received and not self._decompress.eof:
            raise TransportError(Meaning.PASSING, "DecodingError: the compressed body is cut short")
        return self._parts[0] if len(self._parts) == 1 else b"".join(self._parts)


ACCEPTED_ENCODINGS = "gzip"


def _decompressor(encoding: str | None) -> "zlib._Decompress | None":
    name = (encoding or "identity").strip().lower()
    if name == "identity":
        return None
    if name in {"gzip", "x-gzip"}:
        return zlib.decompressobj(zlib.MAX_WBITS | 16)
    raise TransportError(Meaning.PASSING, f"DecodingError: {name} was not asked for")
