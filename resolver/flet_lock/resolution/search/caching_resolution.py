"""resolvelib's resolution, less the work that grows with the square of the packages."""

from collections.abc import Collection

from packaging.utils import NormalizedName
from resolvelib import BaseReporter
from resolvelib.resolvers import Criterion, Resolution
from resolvelib.structs import RequirementInformation

from flet_lock.resolution.problem.candidate import Candidate
from flet_lock.resolution.problem.target_requirement import Key, TargetRequirement
from flet_lock.resolution.search.provider import Preference, Provider, keys_of, preference_key_of


class CachingResolution(Resolution[TargetRequirement, Candidate, Key]):
    """One attempt.

    resolvelib asks in each round, for every package that it knows, whether its pin satisfies all
    that is asked of it. A criterion never changes, it is replaced; so the answer for a criterion
    and a pin is kept.
    """

    def __init__(
        self,
        provider: Provider,
        reporter: BaseReporter[TargetRequirement, Candidate, Key],
    ) -> None:
        super().__init__(provider, reporter)
        self._provider = provider
        self._satisfying: dict[
            Key, tuple[Criterion[TargetRequirement, Candidate], Candidate, bool]
        ] = {}
        self._looked_at: dict[Key, tuple[Candidate | None, int, object]] = {}
        """A pin, how many of the requirements on it it satisfies, and the last one of these."""
        self._preferences: dict[Key, Preference] = {}
        """Of what is not decided yet."""
        self._extras: dict[NormalizedName, set[Key]] = {}
        """Those that were asked for, by their package."""

    def _is_current_pin_satisfying(
        self, name: Key, criterion: Criterion[TargetRequirement, Candidate]
    ) -> bool:
        pin = self._states[-1].mapping.get(name)
        if pin is None:
            return False
        known = self._satisfying.get(name)
        if known is not None and known[0] is criterion and known[1] is pin:
            return known[2]
        answer = self._satisfies(name, pin, criterion)
        self._satisfying[name] = (criterion, pin, answer)
        return answer

    def _satisfies(
        self, name: Key, pin: Candidate, criterion: Criterion[TargetRequirement, Candidate]
    ) -> bool:
        """Whether a pin satisfies all that is asked; looks only at what was not asked before.

        A package that everybody asks for gets one requirement after the other. They are added at
        the end, or some are removed: where the last one that was looked at is still in its place,
        so are all before it.
        """
        asked = criterion.information
        assert isinstance(asked, list)  # noqa: S101 - for mypy: resolvelib says `Collection`
        known_pin, count, last = self._looked_at.get(name, (None, 0, None))
        if known_pin is not pin or len(asked) < count or asked[count - 1] is not last:
            count = 0
        for info in asked[count:]:
            if not self._provider.is_satisfied_by(info.requirement, pin):
                return False
        if asked:
            self._looked_at[name] = (pin, len(asked), asked[-1])
        return True

    # ---------------------------------------------------------------------- order

    def _get_preference(self, name: Key) -> Preference:
        known = self._preferences.get(name)
        if known is None:
            state = self.state
            known = self._preferences[name] = self._provider.preference(
                name,
                preference_key_of(state.criteria[name].iter_requirement()),
                state.mapping,
                keys_of(state.backtrack_causes) if state.backtrack_causes else (),
            )
        return known

    # What a preference rests on changes here, and nowhere else.

    def _add_to_criteria(
        self,
        criteria: dict[Key, Criterion[TargetRequirement, Candidate]],
        requirement: TargetRequirement,
        parent: Candidate | None,
    ) -> None:
        self._preferences.pop(requirement.key, None)
        if requirement.extra:
            self._extras.setdefault(requirement.package, set()).add(requirement.key)
        super()._add_to_criteria(criteria, requirement, parent)

    def _attempt_to_pin_criterion(self, name: Key) -> list[Criterion[TargetRequirement, Candidate]]:
        for extra in self._extras.get(name[0], ()):
            self._preferences.pop(extra, None)  # Once its package is decided, it is next.
        return super()._attempt_to_pin_criterion(name)

    def _remove_information_from_criteria(
        self, criteria: dict[Key, Criterion[TargetRequirement, Candidate]], parents: Collection[Key]
    ) -> None:
        if parents:
            self._preferences.clear()
        super()._remove_information_from_criteria(criteria, parents)

    def _backjump(self, causes: list[RequirementInformation[TargetRequirement, Candidate]]) -> bool:
        self._preferences.clear()
        return super()._backjump(causes)

    def _rollback_states(self) -> None:
        self._preferences.clear()
        super()._rollback_states()
