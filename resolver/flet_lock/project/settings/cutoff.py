"""`exclude-newer`: the moment from which on uploads are not seen."""

from datetime import UTC, date, datetime, time, timedelta

from msgspec import Struct

from flet_lock.model.lazy_regex import lazy_regex

_DATE = lazy_regex(r"\d{4}-\d{2}-\d{2}\Z")
_SPAN = lazy_regex(r"(?P<count>\d{1,6})\s*(?P<unit>hour|day|week|month|year|h|d|w)s?(?:\s+ago)?\Z")
_ISO_SPAN = lazy_regex(
    r"P(?:(?P<weeks>\d{1,6})W)?(?:(?P<days>\d{1,6})D)?(?:T(?P<hours>\d{1,6})H)?\Z"
)
_HOURS = {
    "hour": 1,
    "h": 1,
    "day": 24,
    "d": 24,
    "week": 168,
    "w": 168,
    # As pip and uv users read them: spans of fixed length, not calendar steps.
    "month": 30 * 24,
    "year": 365 * 24,
}


class InvalidCutoffError(ValueError):
    """Not a day, a moment or a span."""


class Cutoff(Struct, frozen=True, kw_only=True):
    """Files uploaded at or after `moment` are not seen."""

    moment: datetime
    """UTC."""
    span: timedelta | None = None
    """How long before now, where it was given like that."""


def parse_cutoff(value: str | date | datetime, *, now: datetime) -> Cutoff:
    """A cutoff from a date, an RFC 3339 moment, or a span before now ("7 days", "P1W").

    A bare date takes in that whole day, as for uv; uv means the local day, here it is the day in
    UTC, because a lock has to be the same on every machine. A moment without offset is UTC, too.

    Raises:
        InvalidCutoffError: none of these, or a moment outside the years 1 to 9999.
    """
    try:
        if isinstance(value, str):
            return _parse_text(value.strip(), now)
        if isinstance(value, datetime):
            return Cutoff(moment=_in_utc(value))
        return Cutoff(moment=_end_of(value))
    except (ValueError, OverflowError) as error:
        raise InvalidCutoffError(str(value)) from error


def _parse_text(text: str, now: datetime) -> Cutoff:
    span = parse_span(text)
    if span is not None:
        return Cutoff(moment=now - span, span=span)
    if _DATE.match(text):
        return Cutoff(moment=_end_of(date.fromisoformat(text)))
    return Cutoff(moment=_in_utc(datetime.fromisoformat(text)))


def parse_span(text: str) -> timedelta | None:
    """A span of time, `90 days`, `1 year`, `P1W`; None for anything else."""
    match = _SPAN.match(text.lower())
    if match is not None:
        return timedelta(hours=int(match["count"]) * _HOURS[match["unit"]])
    iso = _ISO_SPAN.match(text.upper())
    if iso is not None and any(iso.groups()):
        weeks, days, hours = (int(part or 0) for part in iso.groups())
        return timedelta(weeks=weeks, days=days, hours=hours)
    return None


def _end_of(day: date) -> datetime:
    return datetime.combine(day + timedelta(days=1), time(), tzinfo=UTC)


def _in_utc(moment: datetime) -> datetime:
    return (moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)).astimezone(UTC)
