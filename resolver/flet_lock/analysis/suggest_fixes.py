"""What could be tried where an app cannot be locked, what changes the app least first.

Pure: reads blockers and the project, and knows nothing of whether anything works.
`workflows/fixing/try_suggestions.py` resolves again with each. The list depends on nothing else,
so that a number means the same in every run with the same facts.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import product

from msgspec.structs import replace

from flet_lock.analysis.problems import Situation, problems_of
from flet_lock.analysis.suggest_names import is_misnomer, suggest_leaving_out, suggest_names
from flet_lock.analysis.suggest_releases import (
    suggest_bounds,
    suggest_overrides,
    suggest_prereleases,
    suggest_sources,
)
from flet_lock.analysis.suggest_targets import (
    fewer_slices,
    pythons,
    suggest_minimum_os,
    suggest_python,
    suggest_slices,
)
from flet_lock.model.answer.blocker import Blocker
from flet_lock.model.app.fix import (
    BuildFromSource,
    ChooseSlices,
    Cost,
    Edit,
    LetVersionsDiffer,
    Suggestion,
)
from flet_lock.model.app.project import Project
from flet_lock.model.facts.generation import Archs
from flet_lock.model.target import Target
from flet_lock.targets.catalogue import Catalogue


def suggest(
    blockers: Sequence[Blocker],
    project: Project,
    targets: Sequence[Target],
    catalogue: Catalogue,
) -> tuple[Suggestion, ...]:
    """What to try for all blockers: problem by problem, the cheapest first; each change once.

    Args:
        blockers: of all platforms.
        project: the app.
        targets: what it is built for.
        catalogue: the Pythons there are.
    """
    found: dict[object, Suggestion] = {}
    for problem in problems_of(blockers):
        situation = Situation(
            problem=problem, project=project, targets=targets, catalogue=catalogue
        )
        readable = [each for each in _suggestions(situation) if _is_read(each, catalogue)]
        for each in _for_all_platforms(situation, readable):
            key = (each.besides or each.edits, each.loosened, each.move)
            known = found.get(key)
            found[key] = each if known is None else _merged(known, each)
    return tuple(found.values())


def _is_read(suggestion: Suggestion, catalogue: Catalogue) -> bool:
    """Whether the Flet that builds reads what a suggestion would write."""
    generation = catalogue.generation
    if generation is None:
        return True
    for edit in (*suggestion.edits, *suggestion.besides):
        if isinstance(edit, BuildFromSource) and "source_packages" not in generation.reads:
            return False
        if isinstance(edit, ChooseSlices) and (
            generation.archs is Archs.NOT_READ
            or (generation.archs is Archs.FIRST and len(edit.slices) > 1)
        ):
            return False
    return True


def _merged(first: Suggestion, second: Suggestion) -> Suggestion:
    """One change that is suggested for two problems."""
    return replace(
        first,
        packages=tuple(dict.fromkeys((*first.packages, *second.packages))),
        promised=tuple(dict.fromkeys((*first.promised, *second.promised))),
    )


def _suggestions(situation: Situation) -> Iterator[Suggestion]:
    """For one problem; those for one of its platforms are parts of whole ones."""
    yield from suggest_names(situation)
    if is_misnomer(situation):
        return
    bounds = [*suggest_bounds(situation)]
    yield from suggest_sources(situation)
    yield from bounds
    if situation.project.settings.get("same-versions") is True:
        yield Suggestion(
            cost=Cost.DIFFERENT,
            packages=(situation.problem.package,),
            platforms=situation.problem.platforms,
            edits=(LetVersionsDiffer(),),
            promised=(situation.problem.package,),
        )
    yield from suggest_prereleases(situation)
    yield from suggest_minimum_os(situation)
    yield from suggest_slices(situation)
    yield from suggest_python(situation)
    yield from _pairs(situation, bounds)
    yield from suggest_overrides(situation)
    yield from suggest_leaving_out(situation)


def _pairs(situation: Situation, bounds: Sequence[Suggestion]) -> Iterator[Suggestion]:
    """Two changes at once: other releases and fewer slices, another Python and either of both."""
    if not situation.problem.unusable:
        return
    fewer = [*fewer_slices(situation)]
    moved = [each for each in bounds if len(each.loosened) == 1]
    pair = Suggestion(
        cost=Cost.PAIR,
        packages=(situation.problem.package,),
        platforms=situation.problem.platforms,
    )
    for slices in fewer:
        for each in moved:
            yield replace(pair, loosened=each.loosened, move=each.move, besides=(slices,))
    for python in pythons(situation):
        for slices in fewer:
            yield replace(pair, edits=(python, slices))
        for each in moved:
            yield replace(pair, loosened=each.loosened, move=each.move, besides=(python,))


def _for_all_platforms(
    situation: Situation, suggestions: Sequence[Suggestion]
) -> tuple[Suggestion, ...]:
    """The same, with those for one platform put together with those for the other."""
    problem = situation.problem
    whole = [each for each in suggestions if set(problem.platforms) <= set(each.platforms)]
    parts = [
        [each for each in suggestions if each.platforms == (platform,)]
        for platform in problem.platforms
    ]
    if len(parts) > 1:
        whole += [
            Suggestion(
                cost=max(each.cost for each in chosen),
                packages=(problem.package,),
                platforms=problem.platforms,
                edits=tuple(edit for each in chosen for edit in each.edits),
                promised=(problem.package,) if all(each.promised for each in chosen) else (),
            )
            for chosen in product(*parts)
            # Leaving it out on both is among the whole ones.
            if not all(each.cost is Cost.WITHOUT for each in chosen)
        ]
    return tuple(sorted(whole, key=lambda each: each.cost))


def united(edits: Iterable[Edit]) -> tuple[Edit, ...]:
    """Edits of several suggestions as one: each once, slices that both leave out are left out."""
    found: list[Edit] = []
    for edit in edits:
        if edit in found:
            continue
        same = next(
            (
                (number, other)
                for number, other in enumerate(found)
                if isinstance(edit, ChooseSlices)
                and isinstance(other, ChooseSlices)
                and other.platform is edit.platform
            ),
            None,
        )
        if same is not None and isinstance(edit, ChooseSlices):
            number, other = same
            common = tuple(name for name in other.slices if name in edit.slices)
            left_out = tuple(dict.fromkeys((*other.left_out, *edit.left_out)))
            found[number] = replace(other, slices=common, left_out=left_out)
        else:
            found.append(edit)
    return tuple(found)
