"""From a wire's fault to our errors."""

from msgspec import Struct

from flet_lock.index.garbage import garbage
from flet_lock.index.http.transport import Meaning, TransportError
from flet_lock.model.errors.index import IndexFailure, IndexRefused, IndexUnreachable
from flet_lock.model.redaction import PublicUrl

_PROXY_REFUSED = 407


class Asked(Struct, frozen=True, kw_only=True):
    """What was asked, for the error's facts."""

    index: str | None
    url: PublicUrl


def translate(fault: TransportError, asked: Asked, *, attempts: int) -> IndexFailure:
    """Our error for a request that failed."""
    if fault.proxy_refused:
        return IndexRefused(
            index=asked.index, url=asked.url, status=_PROXY_REFUSED, had_credentials=False
        )
    if fault.meaning is Meaning.GARBAGE:
        return garbage(asked.index, asked.url, fault.detail)
    return IndexUnreachable(
        index=asked.index, url=asked.url, detail=fault.detail, attempts=attempts
    )
