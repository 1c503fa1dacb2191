"""One line of requirements.txt, rewritten: its options, comment and line end stay."""

import re
from typing import Final

from flet_lock.model.lazy_regex import lazy_regex

_END_OF_LINE: Final = lazy_regex(r"\r\n|\n|\r")
# An option or a comment ends the requirement; a blank has to stand before either.
_REST: Final = lazy_regex(r"(?:[ \t]|\\\r?\n)+(?=-|#)")
_CONTINUED: Final = lazy_regex(r"\\\r?\n")


class NoSuchLineError(Exception):
    """There is no requirement in that line that could be rewritten; the message says why."""


def replace_requirement(text: str, line: int, after: str | None) -> tuple[str, str, str]:
    """Puts another requirement into a line, or removes the line.

    Args:
        text: the whole file.
        line: 1-based; the first of a line that is continued.
        after: PEP 508 text; None removes the line, with its comment.

    Returns:
        The whole file, the requirement as it was (continuations joined), and the line as it is now,
        without its comment; `""` for one that went.

    Raises:
        NoSuchLineError: see there.
    """
    starts = [0, *(match.end() for match in _END_OF_LINE.finditer(text))]
    if not 1 <= line <= len(starts):
        raise NoSuchLineError(f"there is no line {line}")
    start = starts[line - 1]
    end = _end_of_logical_line(text, start)
    raw = text[start:end]
    rest = _REST.search(raw)
    wanted = raw if rest is None else raw[: rest.start()]
    indent = wanted[: len(wanted) - len(wanted.lstrip())]
    old = " ".join(_CONTINUED.sub(" ", wanted).split())
    if not old or old.startswith(("-", "#")):
        raise NoSuchLineError("the line is not a plain requirement")
    if "${" in old:
        raise NoSuchLineError("what an environment variable fills in would be written out")
    if after is None:
        following = _END_OF_LINE.match(text, end)
        return text[:start] + text[following.end() if following else end :], old, ""
    tail = "" if rest is None else raw[rest.start() :]
    options = _CONTINUED.sub(" ", re.sub(r"(?:^|\s)#.*", "", tail))
    shown = " ".join([after, *options.split()])
    return f"{text[:start]}{indent}{after}{tail}{text[end:]}", old, shown


def _end_of_logical_line(text: str, start: int) -> int:
    """Where a line ends, continuations included; the line end itself is not part of it."""
    position = start
    while True:
        match = _END_OF_LINE.search(text, position)
        if match is None:
            return len(text)
        physical = text[position : match.start()]
        # pip: a comment is never continued.
        if not physical.endswith("\\") or re.match(r"(^|.*\s)#", physical):
            return match.start()
        position = match.end()
