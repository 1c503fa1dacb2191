"""TOML 1.0 text of plain values, always the same for the same value: the only writer of it.

A general writer keeps comments and guesses a layout; a lock needs neither, and one that is
compared byte by byte needs a layout that never moves.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, time
from typing import Final

from flet_lock.model.lazy_regex import lazy_regex

Value = (
    str | bool | int | float | datetime | date | time | Sequence["Value"] | Mapping[str, "Value"]
)

_BARE_KEY: Final = lazy_regex(r"[A-Za-z0-9_-]+")
_SHORT_ESCAPES: Final = {
    "\b": "\\b",
    "\t": "\\t",
    "\n": "\\n",
    "\f": "\\f",
    "\r": "\\r",
    '"': '\\"',
    "\\": "\\\\",
}


def render_value(value: Value) -> str:
    """A value on one line; mappings become inline tables, in their own order.

    Raises:
        ValueError: a string holds half a surrogate pair, which no TOML file can.
    """
    if isinstance(value, str):
        return render_string(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return render_datetime(value)
    if isinstance(value, Mapping):
        inside = ", ".join(f"{render_key(key)} = {render_value(one)}" for key, one in value.items())
        return f"{{ {inside} }}" if inside else "{}"
    if isinstance(value, Sequence):
        return f"[{', '.join(map(render_value, value))}]"
    return str(value)


def render_lines(values: Iterable[Value]) -> str:
    """An array with one item per line, so that a change of one item is a change of one line."""
    lines = [f"  {render_value(one)},\n" for one in values]
    return f"[\n{''.join(lines)}]" if lines else "[]"


def render_key(key: str) -> str:
    """A key, bare where TOML allows it."""
    return key if _BARE_KEY.fullmatch(key) else render_string(key)


def render_string(text: str) -> str:
    """A basic string on one line.

    Whatever does not print is escaped, beyond what TOML asks for: a reviewer sees what is there.
    """
    if not text.isprintable() or '"' in text or "\\" in text:
        text = "".join(map(_escape, text))
    return f'"{text}"'


def render_datetime(moment: datetime) -> str:
    """An offset date-time in UTC; a naive one is taken for UTC."""
    moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    return moment.replace(tzinfo=None).isoformat() + "Z"


def _escape(character: str) -> str:
    short = _SHORT_ESCAPES.get(character)
    if short is not None:
        return short
    if character.isprintable():
        return character
    code = ord(character)
    if 0xD800 <= code <= 0xDFFF:  # noqa: PLR2004 - the surrogates, Unicode 3.8 D71 and D73
        message = f"half a surrogate pair: U+{code:04X}"
        raise ValueError(message)
    return f"\\u{code:04X}" if code <= 0xFFFF else f"\\U{code:08X}"  # noqa: PLR2004 - the BMP
