"""What every command's outcome has; each workflow defines its own beside its function."""

from typing import ClassVar, Self

from msgspec import Struct

from flet_lock.model.answer.answer_dependencies import AnswerDependencies


class CommandOutcome(Struct, frozen=True, kw_only=True):
    """Base: what a command found out or did, as a value that a renderer can draw."""

    kind: ClassVar[str]
    """The command's name; also the name of the renderers' method that draws it."""
    dependencies: AnswerDependencies | None = None
    """What the answer depends on; None where that cannot be told, or where it is not kept."""

    @property
    def exit_code(self) -> int:
        """0: done. 1: the answer is no. 2: it could not be found out."""
        return 0

    def unchanged(self) -> Self:
        """The outcome of the next run, if nothing that the answer depends on changes."""
        return self
