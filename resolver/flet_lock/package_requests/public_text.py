"""Foreign text, made safe for a draft that is posted under the user's name.

METADATA and pyproject.toml may hold anything: `@names` that would call people, HTML, links, an
address with a token in it. Only short plain text gets through, always as a code span, where GitHub
obeys nothing.
"""

import re
from typing import Final

_LONGEST: Final = 80
_PLAIN: Final = re.compile(r"[\w .,;:+()/&'\"#-]+")
_ADDRESS: Final = re.compile(r"://|(?:^|[^\w)])/")
"""A URL, or a path from the root; `~`, `@`, `\\` and `=` are not plain to begin with."""


def public_text(text: str) -> str | None:
    """The text, if it is one short line without addresses; else None."""
    line = " ".join(text.split())
    if not line or len(line) > _LONGEST or _ADDRESS.search(line) or not _PLAIN.fullmatch(line):
        return None
    return line


def code_span(text: str) -> str:
    """Text as code in Markdown (GFM, section 6.3); `text` has no backtick."""
    return f"`{text}`"
