"""From httpx's exceptions to a wire's fault: the one table at the boundary."""

from ssl import SSLCertVerificationError

import httpx

from flet_lock.index.http.transport import Meaning, TransportError
from flet_lock.model.redaction import redacted

_PROXY_REFUSED = 407


MEANINGS: dict[type[Exception], Meaning] = {
    httpx.ConnectTimeout: Meaning.PASSING,
    httpx.ReadTimeout: Meaning.PASSING,
    httpx.WriteTimeout: Meaning.PASSING,
    httpx.PoolTimeout: Meaning.PASSING,
    httpx.TimeoutException: Meaning.PASSING,
    httpx.ConnectError: Meaning.PASSING,
    httpx.ReadError: Meaning.PASSING,
    httpx.WriteError: Meaning.PASSING,
    httpx.CloseError: Meaning.PASSING,
    httpx.NetworkError: Meaning.PASSING,
    httpx.RemoteProtocolError: Meaning.PASSING,  # a body cut short is one
    httpx.LocalProtocolError: Meaning.LASTING,
    httpx.ProtocolError: Meaning.PASSING,
    httpx.ProxyError: Meaning.LASTING,
    httpx.UnsupportedProtocol: Meaning.LASTING,
    httpx.TransportError: Meaning.PASSING,
    httpx.DecodingError: Meaning.PASSING,  # broken compression: damaged on the way
    httpx.TooManyRedirects: Meaning.GARBAGE,
    httpx.RequestError: Meaning.LASTING,
    httpx.HTTPStatusError: Meaning.LASTING,
    httpx.HTTPError: Meaning.LASTING,
    httpx.InvalidURL: Meaning.LASTING,
    httpx.CookieConflict: Meaning.GARBAGE,
    # Misuse of a response: ours to mend, but to the user still an index that was not read.
    httpx.StreamConsumed: Meaning.LASTING,
    httpx.StreamClosed: Meaning.PASSING,
    httpx.ResponseNotRead: Meaning.LASTING,
    httpx.RequestNotRead: Meaning.LASTING,
    httpx.StreamError: Meaning.LASTING,
    # What escapes httpx: a socket error while a connection is being closed, a proxy scheme
    # whose library is not installed.
    OSError: Meaning.PASSING,
    ImportError: Meaning.LASTING,
}

FOREIGN = (
    httpx.HTTPError,
    httpx.InvalidURL,
    httpx.CookieConflict,
    httpx.StreamError,
    OSError,
    ImportError,
)
"""Everything a request may raise that is not ours."""


def fault_of(error: Exception) -> TransportError:
    """What a failed request says."""
    lasting = _certificate_fault(error) is not None
    return TransportError(
        Meaning.LASTING if lasting else _meaning(error),
        _describe(error),
        proxy_refused=isinstance(error, httpx.ProxyError) and str(_PROXY_REFUSED) in str(error),
    )


def _describe(error: Exception) -> str:
    """What happened, in the library's words, without credentials."""
    fault = _certificate_fault(error)
    if fault is not None:
        return f"TLS: {getattr(fault, 'verify_message', None) or fault.strerror}"
    text = redacted(str(error)).strip()
    name = type(error).__name__
    return f"{name}: {text}" if text else name


def _meaning(error: Exception) -> Meaning:
    for kind in type(error).__mro__:
        if kind in MEANINGS:
            return MEANINGS[kind]
    return Meaning.LASTING


def _certificate_fault(error: BaseException) -> SSLCertVerificationError | None:
    """The certificate error behind a connection error: it will not pass by waiting."""
    seen: set[int] = set()
    cause: BaseException | None = error
    while cause is not None and id(cause) not in seen:
        if isinstance(cause, SSLCertVerificationError):
            return cause
        seen.add(id(cause))
        cause = cause.__cause__ or cause.__context__
    return None
