"""The outcome of a run that ends with an error."""

from typing import ClassVar

from flet_lock.reports.explanation import Explanation
from flet_lock.workflows.command_outcome import CommandOutcome


class Failure(CommandOutcome, frozen=True, kw_only=True):
    """Why a command has no result."""

    kind: ClassVar[str] = "failure"
    error: BaseException
    explanation: Explanation
    command: str
    """The command that was run, or `lock` where the command line could not be read."""

    @property
    def exit_code(self) -> int:
        """That of the explanation."""
        return self.explanation.exit_code
