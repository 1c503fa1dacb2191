"""Suggestions that lead to other releases: moved bounds, sources, pre-releases, overrides."""

from collections.abc import Iterator

from packaging.requirements import InvalidRequirement, Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

from flet_lock.analysis.moved_bound import moved_bounds, opened_bounds, requirement_text
from flet_lock.analysis.problems import Problem, Situation, is_native, usable_everywhere
from flet_lock.model.answer.blocker import (
    ChainLink,
    Conflict,
    NoMatchingVersion,
    NoUsableRelease,
    PackageNotFound,
)
from flet_lock.model.answer.rejection import NotBuiltFromSource
from flet_lock.model.app.fix import (
    AddOverride,
    AllowPrereleases,
    BuildFromSource,
    Cost,
    Move,
    RewriteRequirement,
    Suggestion,
)
from flet_lock.model.app.project import NoteKind
from flet_lock.model.app.requirement import ProjectRequirement
from flet_lock.model.index.source import SourceFinding, SourceKind

_OVERRIDES = 3


def _is_another_package(situation: Situation) -> bool:
    """Whether the app means a package from elsewhere: an index's sources are a stranger's then."""
    return any(
        note.kind is NoteKind.SOURCE_PASSED_OVER
        and canonicalize_name(str(note.place.path[-1])) == situation.problem.package
        for note in situation.project.notes
    )


def suggest_sources(situation: Situation) -> Iterator[Suggestion]:
    """The same release, its wheel made by the app's own build."""
    problem = situation.problem
    if _is_another_package(situation):
        return
    if problem.unusable and all(map(_may_be_built, problem.unusable)):
        edit = BuildFromSource(packages=(problem.package,), platforms=problem.platforms)
        yield _suggestion(problem, Cost.SOURCES, edits=(edit,))


def suggest_bounds(situation: Situation) -> Iterator[Suggestion]:
    """Each bounded requirement that leads here, with its bounds moved up, or down; then all."""
    problem, project = situation.problem, situation.project
    if problem.is_direct and all(isinstance(b, PackageNotFound) for b in problem.blockers):
        return
    about = [
        each
        for each in (*project.constraints, *project.overrides)
        if each.package == problem.package
    ]
    bounded = [
        each
        for each in (*situation.own, *about)
        if each.requirement.url is None and each.requirement.specifier
    ]
    is_conflict = any(isinstance(each, Conflict) for each in problem.blockers)
    for entry in bounded:
        for move, cost in ((Move.UP, Cost.BOUND), (Move.DOWN, Cost.OLDER)):
            if opened_bounds(entry.requirement.specifier, move) is not None:
                known = _known_move(entry, move, problem)
                yield _suggestion(
                    problem,
                    cost,
                    loosened=(entry,),
                    move=move,
                    edits=known,
                    is_promised=bool(known) or is_conflict,
                )
    if len(bounded) > 1:
        yield _suggestion(
            problem, Cost.OLDER, loosened=tuple(bounded), move=Move.ANY, is_promised=False
        )


def _known_move(
    entry: ProjectRequirement, move: Move, problem: Problem
) -> tuple[RewriteRequirement, ...]:
    """Where a bound on the package itself moves by what its index offers, before any trial."""
    usable = usable_everywhere(problem.blockers)
    versions = [version for version, is_newer in usable.items() if is_newer is (move is Move.UP)]
    if entry.package != problem.package or not versions:
        return ()
    nearest = versions[0] if move is Move.UP else versions[-1]
    after = requirement_text(
        entry.requirement, specifier=moved_bounds(entry.requirement.specifier, [nearest])
    )
    return (RewriteRequirement(place=entry.place, before=entry.requirement, after=after),)


def suggest_prereleases(situation: Situation) -> Iterator[Suggestion]:
    """Pre-releases of the package, where it has some that may do."""
    problem = situation.problem
    if any(
        blocker.newest is not None and blocker.newest.is_prerelease
        if isinstance(blocker, NoMatchingVersion)
        else isinstance(blocker, NoUsableRelease)
        and any(version.is_prerelease for version, _ in blocker.usable)
        for blocker in problem.blockers
    ):
        edit = AllowPrereleases(package=problem.package)
        yield _suggestion(problem, Cost.PRERELEASE, edits=(edit,))


def suggest_overrides(situation: Situation) -> Iterator[Suggestion]:
    """Only of what other packages require: the app's own requirement is better moved.

    An exact pin of one package on another is never overruled: such two are halves of one thing
    (pydantic and pydantic-core, polars and its runtime), and the other half does not work.
    """
    problem = situation.problem
    texts: dict[str, bool] = {}
    for blocker in problem.blockers:
        if isinstance(blocker, Conflict):
            sides = [each.requirement for each in blocker.requirements if each.required_by]
            exact = {_bare(side) for side in sides if _is_exact(side.specifier)}
            every = [each.requirement for each in blocker.requirements] if sides else []
            for side in every:
                if side.url is None and side.specifier and exact <= {_bare(side)}:
                    texts[_bare(side)] = False
        elif len(blocker.chain) > 1 and not _is_exact(_last_specifier(blocker.chain)):
            usable = usable_everywhere([blocker])
            newer = [version for version, is_newer in usable.items() if is_newer]
            # Up before down, and no further up than needed.
            best = newer[0] if newer else max(usable, default=None)
            if best is not None:
                texts[f"{problem.package}=={best}"] = True
    for text, is_usable in [*texts.items()][:_OVERRIDES]:
        edit = AddOverride(requirement=text)
        yield _suggestion(problem, Cost.OVERRIDE, edits=(edit,), is_promised=is_usable)


def _suggestion(
    problem: Problem, cost: Cost, *, is_promised: bool = True, **facts: object
) -> Suggestion:
    return Suggestion(
        cost=cost,
        packages=(problem.package,),
        platforms=problem.platforms,
        promised=(problem.package,) if is_promised else (),
        **facts,  # type: ignore[arg-type]
    )


def _may_be_built(blocker: NoUsableRelease) -> bool:
    """Whether only a wheel is missing that any machine may be able to build."""
    if not blocker.rejected:
        return False
    release = blocker.rejected[0]
    kinds = {type(each) for _, found in release.rejections for each in found}
    if NotBuiltFromSource not in kinds:
        return False
    if isinstance(blocker.source, SourceFinding) and blocker.source.kind is SourceKind.NATIVE:
        return False
    return not is_native(release)


def _is_exact(specifier: SpecifierSet) -> bool:
    return any(
        clause.operator in ("==", "===") and not clause.version.endswith(".*")
        for clause in specifier
    )


def _last_specifier(chain: tuple[ChainLink, ...]) -> SpecifierSet:
    """What the package on the way requires of the one that blocks."""
    try:
        return Requirement(chain[-1].requirement).specifier
    except InvalidRequirement:  # a direct reference without the blank that PEP 508 wants
        return SpecifierSet()


def _bare(requirement: Requirement) -> str:
    return requirement_text(Requirement(f"{requirement.name}{requirement.specifier}"))
