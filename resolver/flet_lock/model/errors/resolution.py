"""The resolver has no answer."""

from typing import TYPE_CHECKING

from packaging.requirements import Requirement
from packaging.utils import NormalizedName

from flet_lock.model.errors.base import FletLockError
from flet_lock.model.target import Platform

if TYPE_CHECKING:  # whoever catches these needs none of what they carry
    from flet_lock.model.answer.answer_dependencies import AnswerDependencies
    from flet_lock.model.answer.blocker import Blocker
    from flet_lock.model.answer.refusal import Refusal


class ResolutionError(FletLockError):
    """Base: no answer."""


class CannotLock(ResolutionError):
    """There is no solution."""

    refusal: "Refusal"
    dependencies: "AnswerDependencies | None" = None
    """What the refusal was worked out from; None where it has to be worked out anew each time."""

    @property
    def blockers(self) -> "tuple[Blocker, ...]":
        """Of the refusal."""
        return self.refusal.blockers


class BudgetExceeded(ResolutionError):
    """The search was given up; says what it was stuck on."""

    platform: Platform
    rounds: int
    seconds: float
    """How long it took."""
    allowed: float
    """How long it might have taken; so much effort, too, is bounded by it."""
    stuck_on: tuple[NormalizedName, ...]
    """Packages whose releases were rejected most often, worst first."""
    adding: Requirement | None = None
    """The first requirement of the app with which no answer was found; those before it have one.
    None where it is not known."""
