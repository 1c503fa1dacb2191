"""Moments in time, in UTC."""

from datetime import UTC, datetime

from flet_lock.boundary.refusal import RefusedTextError


def as_utc(moment: datetime) -> datetime:
    """The same moment in UTC; one without an offset is in UTC already.

    Raises:
        RefusedTextError: in UTC its year is none that Python knows (1 to 9999).
    """
    if moment.tzinfo is None:
        return moment.replace(tzinfo=UTC)
    try:
        return moment.astimezone(UTC)
    except (OverflowError, ValueError) as error:
        raise RefusedTextError("a date that is out of range") from error


def parse_moment(text: str) -> datetime:
    """A date, or date and time, of ISO 8601, in UTC.

    Raises:
        RefusedTextError: it is none, or out of range.
    """
    try:
        moment = datetime.fromisoformat(text)
    except (ValueError, OverflowError) as error:
        raise RefusedTextError("not a date of ISO 8601") from error
    return as_utc(moment)
