"""How long an answer may be used without asking again (RFC 9111, private cache)."""

from collections.abc import Mapping
from datetime import datetime

from flet_lock.boundary.moment import as_utc

NOT_FOUND_SECONDS = 600.0
"""For a "not here" whose server says nothing: as long as PyPI lets its pages be used. With two
indexes most names are unknown to one of them, and would be asked for in every run."""


_LONGEST_SECONDS = 365 * 24 * 3600.0
"""RFC 2616, 14.21: nothing is fresh for longer than a year."""
_LONGEST_DATE = 64


def fresh_seconds(headers: Mapping[str, str], *, found: bool) -> float | None:
    """How long an answer is fresh; 0: ask each time; None: it must not be kept.

    A page whose server says nothing is asked for each time: a wheel uploaded to an index of one's
    own is then seen at once.
    """
    directives = _directives(headers.get("cache-control", ""))
    if "no-store" in directives:
        return None
    if "no-cache" in directives:
        return 0.0
    if "max-age" in directives:
        lifetime = _seconds(directives["max-age"])
        return max(0.0, lifetime - _seconds(headers.get("age", "0")))
    expires = headers.get("expires")
    if expires is not None:
        return _until(expires, headers.get("date"))
    return 0.0 if found else NOT_FOUND_SECONDS


def _directives(value: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for part in value.split(","):
        name, _, argument = part.strip().partition("=")
        if name:
            found.setdefault(name.lower(), argument.strip('" '))
    return found


def _seconds(text: str) -> float:
    """RFC 9111, 4.2.1: what cannot be read counts as stale."""
    text = text.strip()
    if not (text.isascii() and text.isdigit()):
        return 0.0
    return min(float(text), _LONGEST_SECONDS)


def read_http_date(text: str) -> datetime | None:
    """RFC 9110, 5.6.7: an HTTP date, in UTC; None for anything else, dates out of range, too."""
    from email.utils import parsedate_to_datetime  # noqa: PLC0415 - servers rarely send one alone

    try:
        return as_utc(parsedate_to_datetime(text[:_LONGEST_DATE]))
    except (TypeError, ValueError, OverflowError):
        return None


def _until(expires: str, date: str | None) -> float:
    end, start = read_http_date(expires), read_http_date(date or "")
    if end is None or start is None:
        return 0.0  # "0" is the usual way to say "already expired"
    return min(max(0.0, (end - start).total_seconds()), _LONGEST_SECONDS)
