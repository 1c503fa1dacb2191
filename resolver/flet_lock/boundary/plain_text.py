"""Text without characters that steer a terminal, end a line or turn the direction of reading."""

from flet_lock.boundary.refusal import RefusedTextError
from flet_lock.model.lazy_regex import lazy_regex

# C0, DEL and C1, lone surrogates, line and paragraph separators, and what turns the direction of
# the rest of a line (Unicode TR36, 2.10).
_STEERING = lazy_regex(
    "[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]"
)


def steers(text: str) -> bool:
    """Whether a text holds a control character of any kind, line breaks among them."""
    return _STEERING.search(text) is not None


def plain_text(text: str, *, longest: int) -> str:
    """The text itself.

    Args:
        text: one line.
        longest: characters that it may have.

    Raises:
        RefusedTextError: it is longer, or holds a control character.
    """
    if len(text) > longest:
        raise RefusedTextError(f"longer than {longest:,} characters")
    if steers(text):
        raise RefusedTextError("holds a control character")
    return text


def visible(text: str) -> str:
    """A text for a message, on one line: control characters are shown as Python writes them."""
    return _STEERING.sub(lambda found: found[0].encode("unicode_escape").decode("ascii"), text)
