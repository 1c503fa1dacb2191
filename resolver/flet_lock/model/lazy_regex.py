"""Regular expressions that are compiled when they are first used.

Compiling all that a run might need takes longer than reading an app's project; most runs need few.
"""

import re
from typing import Any, AnyStr, cast


class _LazyRegex:
    """Looks like the compiled pattern, and becomes it."""

    def __init__(self, text: Any, flags: int) -> None:  # noqa: ANN401 - str or bytes
        self._text = text
        self._flags = flags

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever a pattern has
        found = getattr(re.compile(self._text, self._flags), name)
        setattr(self, name, found)  # the next time it is just there
        return found


def lazy_regex(text: AnyStr, flags: int = 0) -> re.Pattern[AnyStr]:
    """As `re.compile`, but later: a pattern that is wrong shows when it is used."""
    return cast("re.Pattern[AnyStr]", _LazyRegex(text, flags))
