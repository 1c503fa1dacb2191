"""URLs as text: split once, with scheme, host and port looked at (RFC 3986, section 3)."""

from collections.abc import Collection
from typing import Final
from urllib.parse import SplitResult, urlsplit

from flet_lock.boundary.bounds import URL_LENGTH
from flet_lock.boundary.plain_text import plain_text
from flet_lock.boundary.refusal import RefusedTextError
from flet_lock.model.lazy_regex import lazy_regex

WEB: Final = ("https", "http")
# RFC 3986, 3.2.2, and what browsers take besides: letters of other scripts. What it leaves out are
# signs that some parsers take for an end of the host and others do not.
_HOST = lazy_regex(r"(?:\[[0-9A-Fa-f:.]+(?:%25[\w.~-]+)?\]|[^\s\x00-\x20\"#%/:<>?@\[\\\]^`{|}]+)\Z")
_HOST_LENGTH: Final = 253
"""RFC 1035, 2.3.4: 255 octets with the length bytes."""


def split_url(text: str, *, schemes: Collection[str] | None = WEB) -> SplitResult:
    """The parts of a URL that has a host; `port`, `hostname` and the rest can be read safely.

    Args:
        text: the URL.
        schemes: those that it may have, in lower case; None for any.

    Raises:
        RefusedTextError: it is malformed, has another scheme, no host or a bad port, or holds a
            control character or a blank.
    """
    plain_text(text, longest=URL_LENGTH)
    if " " in text:
        raise RefusedTextError("holds a blank")
    try:
        parts = urlsplit(text)
        port, host = parts.port, parts.hostname or ""
    except ValueError as error:
        raise RefusedTextError(f"not a URL: {_without_value(error)}") from error
    if schemes is not None and parts.scheme not in schemes:
        raise RefusedTextError(f"not a URL of {' or '.join(schemes)}")
    if not parts.scheme or not host:
        raise RefusedTextError("a URL without a host")
    if port == 0 or len(host) > _HOST_LENGTH or _HOST.match(_bracketed(host)) is None:
        raise RefusedTextError("a URL without a usable host")
    return parts


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def _without_value(error: ValueError) -> str:
    """What `urllib` says, without the part of the URL it says it of: that may be a password."""
    message = str(error)
    return "a bad port" if "ort" in message else message.partition("'")[0].strip()
