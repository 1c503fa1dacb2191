"""Signs beyond ASCII, and what stands in for them on a stream that cannot show them."""

# The stand-in says the same to a reader; it need not look alike.
_STAND_INS = {
    "✓": "ok:",
    "✗": "error:",
    "⚠": "warning:",
    "→": "->",
    "…": "...",
    "·": "-",
    "├": "|",
    "└": "`",
    "│": "|",
    "─": "-",
}
_TABLE = str.maketrans(_STAND_INS)


def can_show(encoding: str | None) -> bool:
    """Whether a stream of this encoding can carry every sign that is used here."""
    try:
        "".join(_STAND_INS).encode(encoding or "ascii")
    except (UnicodeEncodeError, LookupError):
        return False
    return True


def to_ascii(text: str) -> str:
    """The text with stand-ins for our own signs; other characters stay."""
    return text.translate(_TABLE)
