"""How far bounds have to move: to the nearest releases with which the app locks."""

from collections.abc import Callable, Iterable, Mapping, Sequence

from msgspec.structs import replace
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.version import Version

from flet_lock.analysis.moved_bound import moved_bounds, opened_bounds, requirement_text
from flet_lock.model.answer.resolution import Resolution
from flet_lock.model.app.fix import Edit, Move, RewriteRequirement
from flet_lock.model.app.requirement import ProjectRequirement
from flet_lock.workflows.fixing.fix_trials import FixTrials, RequirementKey
from flet_lock.workflows.locking.lock_plan import LockPlan

Bounds = Mapping[ProjectRequirement, str]
"""Requirements of the app, with a specifier in place of their own."""
Answer = tuple[Resolution, ...] | None


def nearest_bounds(
    trials: FixTrials,
    plan: LockPlan,
    entries: Sequence[ProjectRequirement],
    move: Move,
    without: frozenset[RequirementKey],
) -> tuple[Edit, ...] | None:
    """Edits that move the bounds of requirements as far as it takes, if that helps at all.

    Args:
        trials: resolves the app.
        plan: the app as it is, apart from these bounds.
        entries: requirements, constraints or overrides of the app with bounds.
        move: where they move.
        without: requirements of the app that other problems are about.

    Raises:
        OutOfTimeError: it could not be found out in time.
    """

    def answer_with(bounds: Bounds) -> Answer:
        return trials.answer(_with_bounds(plan, bounds), without)

    opened = {entry: opened_bounds(entry.requirement.specifier, move) or "" for entry in entries}
    answer = answer_with(opened)
    if answer is None:
        return None
    if move is not Move.DOWN:  # the resolver takes the newest, which is the nearest downwards
        for entry in entries:
            [*taken] = _versions(entry, answer)
            if len(taken) == 1:
                between = _between(trials, entry, taken[0])
                answer = _lowest(entry, between, answer_with, opened) or answer
    edits: list[Edit] = []
    for entry in entries:
        specifier = entry.requirement.specifier
        versions = _versions(entry, answer)
        # None where nobody needs it then: a constraint's package, say.
        if all(specifier.contains(version, prereleases=True) for version in versions):
            continue
        after = requirement_text(entry.requirement, specifier=moved_bounds(specifier, versions))
        edits.append(RewriteRequirement(place=entry.place, before=entry.requirement, after=after))
    return tuple(dict.fromkeys(edits)) or None


def _lowest(
    entry: ProjectRequirement,
    between: Sequence[Version],
    answer_with: Callable[[Bounds], Answer],
    opened: dict[ProjectRequirement, str],
) -> Answer:
    """The answer with the oldest of some releases that has one; None where none has.

    Found by halving: what a release needs seldom comes back once it is gone. Narrows the bounds
    in `opened` to that release.
    """
    best: Answer = None
    low, high = 0, len(between)
    position = 0  # the nearest one first: it is most often the one
    while low < high:
        version = between[position]
        narrowed = {**opened, entry: f">={version},<={version}"}
        found = answer_with(narrowed)
        if found is None:
            low = position + 1
        else:
            high, best = position, found
            opened[entry] = narrowed[entry]
        position = (low + high) // 2
    return best


def _between(trials: FixTrials, entry: ProjectRequirement, newest: Version) -> list[Version]:
    """Releases above what a requirement allows and below another one, oldest first."""
    specifier = entry.requirement.specifier
    floor = SpecifierSet(opened_bounds(specifier, Move.UP) or "")
    listing = trials.source.listing(entry.package)
    return sorted(
        version
        for version in listing.versions
        if version < newest
        and (newest.is_prerelease or not version.is_prerelease)
        and floor.contains(version, prereleases=True)
        and not specifier.contains(version, prereleases=True)
        and any(file.yanked is None for file in listing.for_phones(version))
    )


def _versions(entry: ProjectRequirement, answer: Iterable[Resolution]) -> set[Version]:
    return {pin.version for each in answer for pin in each.pins if pin.package == entry.package}


def _with_bounds(plan: LockPlan, bounds: Bounds) -> LockPlan:
    def moved(every: tuple[ProjectRequirement, ...]) -> tuple[ProjectRequirement, ...]:
        return tuple(
            replace(each, requirement=_bounded(each, bounds[each])) if each in bounds else each
            for each in every
        )

    project = plan.project
    return replace(
        plan,
        project=replace(
            project,
            requirements=moved(project.requirements),
            constraints=moved(project.constraints),
            overrides=moved(project.overrides),
        ),
    )


def _bounded(entry: ProjectRequirement, specifier: str) -> Requirement:
    return Requirement(requirement_text(entry.requirement, specifier=specifier))
