"""All that is known of an app that cannot be locked."""

from msgspec import Struct

from flet_lock.model.answer.blocker import Blocker
from flet_lock.model.app.edited_line import EditedLine
from flet_lock.model.app.fix import Suggestion
from flet_lock.model.app.project import ProjectNote
from flet_lock.model.facts.advice import FrozenList


class Refusal(Struct, frozen=True, kw_only=True):
    """Why an app cannot be locked, and what to do about it.

    Diagnosis makes one of blockers alone; each later step (what sdists hold, what names tell, what
    could be changed, what came of trying it) returns a new one.
    """

    blockers: tuple[Blocker, ...]
    """Every blocker that one run finds, sorted by platform and package."""
    partial: bool = False
    """Whether the budget ended before everything was looked at: there may be more blockers."""
    frozen: FrozenList | None = None
    """The app's list looks like `pip freeze`'s; None where it does not, or nobody looked."""
    without_flet_index: bool = False
    """Whether Flet's index was left out, and something has no wheel for phones."""
    warnings: tuple[ProjectNote, ...] = ()
    """Warnings on the project: what no build reads may be why a package is not found."""
    suggestions: tuple[Suggestion, ...] = ()
    """What could be changed, by blocker, what changes the app least first."""
    together: tuple[int, ...] = ()
    """Numbers of suggestions, at least two, with which the app locks where no single one does."""
    seconds: float = 0.0
    """The budget for trying suggestions; 0: nothing was tried."""
    untried: int = 0
    """How many suggestions there was no time for, of those that would have been tried."""
    applied: tuple[EditedLine, ...] = ()
    """What `--fix` has changed before this run, which was not enough."""
