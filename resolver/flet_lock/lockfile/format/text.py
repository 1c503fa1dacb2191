"""A lock's text as plain values, before anything is made of them."""

import re
import tomllib
from collections.abc import Mapping
from typing import Final

from flet_lock.model.errors.lock import LockUnreadable
from flet_lock.model.lazy_regex import lazy_regex

_CONFLICT: Final = lazy_regex(r"^(?:<{7} .*|={7}|>{7} .*)$", re.MULTILINE)


def parse_toml(text: str, path: str) -> Mapping[str, object]:
    """A lock's text as plain values.

    Raises:
        LockUnreadable: it is not TOML; a merge conflict is named as such.
    """
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        conflict = _CONFLICT.search(text)
        if conflict is not None:
            line = text.count("\n", 0, conflict.start()) + 1
            raise LockUnreadable(
                path=path, detail="unresolved merge conflict", place=f"line {line}"
            ) from error
        raise LockUnreadable(path=path, detail=str(error)) from error
