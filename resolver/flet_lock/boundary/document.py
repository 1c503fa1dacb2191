"""TOML and JSON out of text, with a bound on how deeply they are nested."""

import tomllib
from collections.abc import Iterator
from typing import Any

from flet_lock.boundary.bounds import NESTING
from flet_lock.boundary.refusal import RefusedTextError
from flet_lock.model.lazy_regex import lazy_regex

# tomllib's time goes with the square of a key's parts, and each is a table in the one before.
_DEEP_KEY = lazy_regex(
    r"(?<![A-Za-z0-9_-])"  # each word is looked at once
    r"(?:(?:[A-Za-z0-9_-]++|\"[^\"\n]*+\"|'[^'\n]*+')[ \t]*+\.[ \t]*+)"
    f"{{{NESTING}}}"
)


def parse_toml(text: str) -> dict[str, Any]:
    """A TOML document as plain values.

    Raises:
        RefusedTextError: it is nested too deeply, or a number has too many digits.
        tomllib.TOMLDecodeError: it is not TOML.
    """
    if _DEEP_KEY.search(text) is not None:
        raise RefusedTextError("nested too deeply")
    try:
        document = tomllib.loads(text)
    except RecursionError as error:
        raise RefusedTextError("nested too deeply") from error
    except tomllib.TOMLDecodeError:
        raise
    except (ValueError, OverflowError) as error:  # an integer too long for Python
        raise RefusedTextError("a number of too many digits") from error
    refuse_deep(document)
    return document


def parse_json(text: str | bytes) -> Any:  # noqa: ANN401 - whatever a document holds
    """A JSON document as plain values.

    Raises:
        RefusedTextError: it is not JSON, or nested too deeply.
    """
    import json  # noqa: PLC0415 - few runs read any

    try:
        document = json.loads(text)
    except RecursionError as error:
        raise RefusedTextError("nested too deeply") from error
    except ValueError as error:
        raise RefusedTextError(f"not JSON: {str(error).partition(chr(10))[0]}") from error
    refuse_deep(document)
    return document


def refuse_deep(document: object) -> None:
    """Sees that arrays and tables are not nested too deeply.

    Raises:
        RefusedTextError: they are.
    """
    level = [document]
    for _ in range(NESTING):
        level = [each for value in level for each in _inner(value) if isinstance(each, dict | list)]
        if not level:
            return
    raise RefusedTextError("nested too deeply")


def _inner(value: object) -> Iterator[object]:
    if isinstance(value, dict):
        yield from value.values()
    elif isinstance(value, list):
        yield from value
