"""resolvelib's resolution, less the work that grows with the square of the packages."""

from resolvelib import AbstractProvider, BaseReporter
from resolvelib.resolvers import Criterion, Resolution

from flet_lock.resolution.candidate import Candidate
from flet_lock.resolution.wish import Key, Wish

_MOST_KEPT = 50_000
"""Criteria with their answers; a search that takes back much makes many."""


class Decisions(Resolution[Wish, Candidate, Key]):
    """One attempt.

    resolvelib asks in each round, for every package that it knows, whether its pin satisfies all
    that is asked of it. A criterion never changes, it is replaced; so the answer for a criterion
    and a pin is kept.
    """

    def __init__(
        self,
        provider: AbstractProvider[Wish, Candidate, Key],
        reporter: BaseReporter[Wish, Candidate, Key],
    ) -> None:
        super().__init__(provider, reporter)
        self._satisfying: dict[int, tuple[Criterion[Wish, Candidate], Candidate, bool]] = {}
        """By the criterion's id; it is kept with the answer, so that the id stays its own."""

    def _is_current_pin_satisfying(self, name: Key, criterion: Criterion[Wish, Candidate]) -> bool:
        pin = self.state.mapping.get(name)
        if pin is None:
            return False
        known = self._satisfying.get(id(criterion))
        if known is not None and known[1] is pin:
            return known[2]
        answer = super()._is_current_pin_satisfying(name, criterion)
        if len(self._satisfying) >= _MOST_KEPT:
            self._satisfying.clear()
        self._satisfying[id(criterion)] = (criterion, pin, answer)
        return answer
