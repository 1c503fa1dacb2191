"""The shortest chains of requirements from the app down to a package."""

from collections import deque

from packaging.utils import NormalizedName

from flet_lock.model.answer.blocker import (
    ChainLink,
)
from flet_lock.model.app.requirement import Place
from flet_lock.resolution.answer.assembly import RequirementGraph
from flet_lock.resolution.problem.candidate import Candidate
from flet_lock.resolution.problem.target_requirement import UNUSABLE, TargetRequirement
from flet_lock.resolution.search.conflict_reporter import Parents
from flet_lock.resolution.search.orderings import Answer


def chain_to(
    package: NormalizedName, answer: Answer, graph: RequirementGraph
) -> tuple[ChainLink, ...]:
    """The shortest way from the app's own requirement down to a package."""
    queue: deque[tuple[NormalizedName, tuple[ChainLink, ...]]] = deque()
    queue.append((package, ()))
    seen = {package}
    while queue:
        current, below = queue.popleft()
        steps = sorted(
            (
                (parent, need)
                for (name, extra), parents in graph.parents.items()
                if name == current and extra != UNUSABLE
                for parent, need in parents
                if parent is None or parent.package != current
            ),
            key=lambda step: (
                step[0] is not None,
                step[0].package if step[0] else "",
                step[1].specifier,
            ),
        )
        for parent, need in steps:
            candidate = answer.get((current, ""))
            link = ChainLink(
                package=current,
                version=None if candidate is None or candidate.stand_in else candidate.version,
                requirement=asked_text(need),
            )
            if parent is None:
                return (link, *below)
            if parent.package not in seen:
                seen.add(parent.package)
                queue.append((parent.package, (link, *below)))
    return ()


def asked_text(need: TargetRequirement) -> str:
    """A need as the user would read it: name, extra and specifier, without its marker."""
    extra = f"[{need.extra}]" if need.extra else ""
    if need.url is not None:
        return f"{need.package}{extra} @ {need.url}"
    return f"{need.package}{extra}{need.specifier}"


def places_of(package: NormalizedName, graph: RequirementGraph) -> tuple[Place, ...]:
    """Where the app's own requirements stand that lead to a package, those on it first."""
    upwards = [package]
    seen = {package}
    places: list[tuple[bool, Place]] = []
    while upwards:
        current = upwards.pop()
        for (name, _), parents in sorted(graph.parents.items()):
            if name != current:
                continue
            for parent, need in parents:
                if parent is None and need.origin is not None:
                    places.append((name != package, need.origin.place))
                elif parent is not None and parent.package not in seen:
                    seen.add(parent.package)
                    upwards.append(parent.package)
    ordered = sorted(places, key=lambda each: (each[0], str(each[1])))
    return tuple(dict.fromkeys(place for _, place in ordered))


def chain_of_parents(candidate: Candidate, parents: Parents) -> tuple[ChainLink, ...]:
    """The shortest way from the app down to a release, as the search saw it."""
    queue: deque[tuple[Candidate, tuple[ChainLink, ...]]] = deque([(candidate, ())])
    seen = {candidate.package}
    while queue:
        current, below = queue.popleft()
        known = parents.get(current.package, {})
        for parent, need in sorted(
            known.values(), key=lambda step: "" if step[0] is None else f" {step[0].package}"
        ):
            link = ChainLink(
                package=current.package, version=current.version, requirement=asked_text(need)
            )
            if parent is None:
                return (link, *below)
            if parent.package not in seen:
                seen.add(parent.package)
                queue.append((parent, (link, *below)))
    own = ChainLink(
        package=candidate.package,
        version=candidate.version,
        requirement=f"{candidate.package}=={candidate.version}",
    )
    return (own,)
