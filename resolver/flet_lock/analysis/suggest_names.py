"""Suggestions that change which packages the app requires: another name, or none."""

from collections.abc import Iterator, Sequence

from packaging.utils import NormalizedName, canonicalize_name

from flet_lock.analysis.moved_bound import requirement_text
from flet_lock.analysis.problems import Situation
from flet_lock.model.answer.blocker import NoMatchingVersion, NoUsableRelease
from flet_lock.model.app.fix import (
    Cost,
    Edit,
    MoveToDevelopment,
    RemoveRequirement,
    RewriteRequirement,
    Suggestion,
)
from flet_lock.model.app.requirement import ProjectRequirement
from flet_lock.model.facts.advice import Advice, AdviceKind
from flet_lock.model.facts.desktops import DESKTOPS
from flet_lock.model.target import Platform
from flet_lock.targets.device import marker_leaving_out

INDISPENSABLE = frozenset({canonicalize_name("flet")})
"""Left out on a platform, there would be no app on it."""
_MISNOMERS = frozenset(
    {
        AdviceKind.STANDARD_LIBRARY,
        AdviceKind.OTHER_NAME,
        AdviceKind.DROPPED_MODULE,
        AdviceKind.OBSOLETE,
        AdviceKind.INTERPRETER,
        AdviceKind.SYSTEM_LIBRARY,
    }
)
_BELONGS_ELSEWHERE = frozenset({AdviceKind.DESKTOP_ONLY, AdviceKind.OTHER_PLATFORM})


def is_misnomer(situation: Situation) -> bool:
    """Whether the app means another package, or none: no release of this one is the right one."""
    return any(
        blocker.advice is not None
        and len(blocker.chain) == 1
        and blocker.advice.package == blocker.package
        and blocker.advice.kind in _MISNOMERS
        for blocker in situation.problem.blockers
    )


def suggest_names(situation: Situation) -> Iterator[Suggestion]:
    """What the names themselves suggest, for the app's own requirements."""
    problem = situation.problem
    for advice in dict.fromkeys(blocker.advice for blocker in problem.blockers):
        for entry in situation.own:
            if advice is None or entry.package != advice.package or entry.requirement.url:
                continue
            for edit in _renamed(entry, advice, situation):
                yield Suggestion(
                    cost=Cost.NAME,
                    packages=(problem.package,),
                    platforms=problem.platforms,
                    edits=(edit,),
                    promised=(problem.package,),
                )


def _renamed(entry: ProjectRequirement, advice: Advice, situation: Situation) -> Iterator[Edit]:
    requirement = entry.requirement
    removal = RemoveRequirement(place=entry.place, before=requirement)

    def rewritten(after: str) -> Edit:
        return RewriteRequirement(place=entry.place, before=requirement, after=after)

    if advice.kind is AdviceKind.DESKTOP_EXTRA:
        extras = [each for each in requirement.extras if canonicalize_name(each) != advice.extra]
        yield rewritten(requirement_text(requirement, extras=extras))
    elif advice.kind is AdviceKind.DEVELOPMENT_TOOL:
        yield (
            removal
            if entry.place.line is not None
            else MoveToDevelopment(place=entry.place, before=requirement)
        )
    elif advice.kind in _BELONGS_ELSEWHERE:
        edit = _left_out(entry, situation.problem.platforms, situation)
        if edit is not None:
            yield edit
    elif not advice.instead or canonicalize_name(advice.instead[0]) in {
        each.package for each in situation.project.requirements if each is not entry
    }:
        yield removal
    elif advice.kind is AdviceKind.CLOSE_NAME:
        # A misspelt name keeps its bounds; another package has other versions.
        for name in advice.instead:
            yield rewritten(requirement_text(requirement, name=name))
    else:
        # For one phone only: it stays there, and is left out on the other.
        other = [each for each in Platform if each.label not in advice.systems]
        condition = _condition(entry.package, other, situation) if advice.systems else ""
        for specifier in (None, "") if advice.kind is AdviceKind.TWIN else ("",):
            yield rewritten(
                requirement_text(
                    requirement, name=advice.instead[0], specifier=specifier, condition=condition
                )
            )


def suggest_leaving_out(situation: Situation) -> Iterator[Suggestion]:
    """Left out where it cannot be had, if nothing says that it cannot be had anywhere."""
    problem = situation.problem
    if not all(
        isinstance(each, NoUsableRelease)
        or (isinstance(each, NoMatchingVersion) and each.newest is None)
        for each in problem.blockers
    ):
        return
    both = problem.platforms
    for platforms in [both, *((each,) for each in both if len(both) > 1)]:
        edits = [_left_out(entry, platforms, situation) for entry in situation.own]
        if edits and None not in edits:
            yield Suggestion(
                cost=Cost.WITHOUT,
                packages=(problem.package,),
                platforms=platforms,
                promised=(problem.package,),
                edits=tuple(edit for edit in edits if edit is not None),
            )


def _left_out(
    entry: ProjectRequirement, platforms: tuple[Platform, ...], situation: Situation
) -> Edit | None:
    requirement = entry.requirement
    if requirement.url is not None or entry.package in INDISPENSABLE:
        return None
    if entry.place.path[:2] == ("tool", "flet") and entry.platform in platforms:
        return RemoveRequirement(place=entry.place, before=requirement)
    condition = _condition(entry.package, platforms, situation)
    return RewriteRequirement(
        place=entry.place,
        before=requirement,
        after=requirement_text(requirement, condition=condition),
        left_out_on=platforms,
    )


def _condition(package: NormalizedName, platforms: Sequence[Platform], situation: Situation) -> str:
    """Where a package stays: on the systems that it, or what it needs, is for; by their names."""
    for blocker in situation.problem.blockers:
        advice = blocker.advice
        needs = {link.package for link in blocker.chain[:1]} | {blocker.package}
        if advice is not None and package in needs and advice.systems:
            if not DESKTOPS.keys() <= set(advice.systems) and not _is_phone(advice.systems):
                return " or ".join(f"platform_system == '{each}'" for each in advice.systems)
            break
    return marker_leaving_out(platforms or tuple(Platform))


def _is_phone(systems: Sequence[str]) -> bool:
    return any(platform.label in systems for platform in Platform)
