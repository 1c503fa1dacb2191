"""What happened and what to do, in words but not yet laid out."""

from msgspec import Struct

from flet_lock.model.app.requirement import Place


class Explanation(Struct, frozen=True, kw_only=True):
    """Sentences for one thing that happened; terminal, JSON and GitHub draw the same ones.

    Commands and lines to paste stand between backticks; nothing else is markup.
    """

    summary: str
    """One line: what happened, to which package or file, on which targets."""
    subject: str = ""
    """The package or place it is about, for lists that have no room for sentences."""
    details: tuple[str, ...] = ()
    """More facts, the most telling first."""
    hints: tuple[str, ...] = ()
    """What to do next, the best first; each holds a command or a line to paste."""
    parts: tuple["Explanation", ...] = ()
    """Its single problems, where it is about several."""
    place: Place | None = None
    """Where in the user's files the cause stands; None where that is not one place."""
    exit_code: int = 2
    """1: the answer is no. 2: it could not be found out."""
