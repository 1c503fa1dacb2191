"""Makes foreign text fit to be shown: no control characters, no credentials.

Index pages, file names and METADATA are written by strangers; a terminal obeys what it is sent.
"""

from flet_lock.model.lazy_regex import lazy_regex
from flet_lock.model.redaction import redacted

# C0 and C1 controls (terminal escapes start there), the line separators, and the characters that
# reorder text (Unicode TR 36, "Bidirectional Text Spoofing"); a tab or a line break is a blank.
_BLANKS = lazy_regex(r"[\t\n\v\f\r\u2028\u2029\x85]+")
_CONTROLS = lazy_regex(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")

GLUE = "\u00a0"
"""Holds two words together on one line: a package and its version."""


def clean(text: str) -> str:
    """One line of text, safe to print: credentials masked, no terminal escapes."""
    return redacted(_CONTROLS.sub("", _BLANKS.sub(" ", text)))


def clip(text: str, limit: int = 120) -> str:
    """The first line of foreign text, at most `limit` characters, cleaned."""
    first = clean(text.strip().partition("\n")[0]).strip()
    return first if len(first) <= limit else first[: limit - 1].rstrip() + "…"


def code(text: str) -> str:
    """Text marked as a command, a line to paste or something quoted from the user's files."""
    return "`" + clean(text).replace("`", "'") + "`"
