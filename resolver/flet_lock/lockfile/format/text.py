"""A lock's text as plain values, before anything is made of them."""

import re
import tomllib
from collections.abc import Iterator, Mapping
from typing import Final

from flet_lock.boundary.digest import DIGEST_DIGITS
from flet_lock.boundary.document import parse_toml as parse_bounded
from flet_lock.boundary.plain_text import steers
from flet_lock.boundary.refusal import RefusedTextError
from flet_lock.model.errors.lock import LockUnreadable
from flet_lock.model.lazy_regex import lazy_regex

_CONFLICT: Final = lazy_regex(r"^(?:<{7} .*|={7}|>{7} .*)$", re.MULTILINE)
_MAY_STEER: Final = lazy_regex(r"\\(?![\"\\])|[\"']{3}|[^\n\x20-\x7e\xa0-\u05ff\u0700-\u1fff]")
"""An escape, a string of several lines or a sign that is rare: then every string is looked at."""
_DIGITS: Final = max(DIGEST_DIGITS.values())
"""The most in a row that may stand in a lock: those of a digest that happens to have no letter."""
_TOO_MANY_DIGITS: Final = lazy_regex(rf"[0-9]{{{_DIGITS + 1}}}")


def parse_toml(text: str, path: str) -> Mapping[str, object]:
    """A lock's text as plain values; no string in it holds a control character.

    Raises:
        LockUnreadable: it is not TOML (a merge conflict is named as such), or no lock of ours has
            what it holds.
    """
    try:
        document = parse_bounded(text)
    except RefusedTextError as error:
        raise LockUnreadable(path=path, detail=str(error)) from error
    except tomllib.TOMLDecodeError as error:
        conflict = _CONFLICT.search(text)
        if conflict is not None:
            raise LockUnreadable(
                path=path,
                detail="unresolved merge conflict",
                place=f"line {_line(text, conflict.start())}",
            ) from error
        raise LockUnreadable(path=path, detail=str(error)) from error
    if (number := _TOO_MANY_DIGITS.search(text)) is not None:
        detail, place = f"a number of more than {_DIGITS} digits", _line(text, number.start())
        raise LockUnreadable(path=path, detail=detail, place=f"line {place}")
    if _MAY_STEER.search(text) is not None:
        for place_of, value in _strings(document, ""):
            if steers(value):
                raise LockUnreadable(
                    path=path, detail="holds a control character", place=place_of or None
                )
    return document


def _line(text: str, position: int) -> int:
    return text.count("\n", 0, position) + 1


def _strings(value: object, place: str) -> Iterator[tuple[str, str]]:
    """Every string of a document with its place; keys among them, at the place of their table."""
    if isinstance(value, str):
        yield place, value
    elif isinstance(value, list):
        for position, each in enumerate(value):
            yield from _strings(each, f"{place}[{position}]")
    elif isinstance(value, dict):
        for key, each in value.items():
            yield place, key
            yield from _strings(each, f"{place}.{key}" if place else key)
