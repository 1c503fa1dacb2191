"""From resolvelib's answer to a resolution: what is really needed, and where."""

from collections.abc import Mapping, Sequence

from msgspec import Struct, field
from packaging.utils import NormalizedName

from flet_lock.model.answer.resolution import Availability, Edge, Pin, Resolution
from flet_lock.model.index.artifact import Artifact
from flet_lock.model.index.listing import IndexReply
from flet_lock.model.target import Platform, Target
from flet_lock.resolution.problem.candidate import Candidate
from flet_lock.resolution.problem.fit import Selection
from flet_lock.resolution.problem.pool import CandidatePool
from flet_lock.resolution.problem.target_requirement import Key, TargetRequirement
from flet_lock.resolution.problem.target_set import bits, members
from flet_lock.resolution.search.orderings import Answer
from flet_lock.targets.availability import classify_availability


class RequirementGraph(Struct):
    """The part of an answer that the app's needs lead to."""

    targets: dict[Key, int] = field(default_factory=dict)
    """Decided key to the targets that need it."""
    parents: dict[Key, list[tuple[Candidate | None, TargetRequirement]]] = field(
        default_factory=dict
    )
    """Who asks for it; None is the app."""


def requirement_graph_of(
    answer: Answer, needs: Sequence[TargetRequirement], pool: CandidatePool
) -> RequirementGraph:
    """Follows the needs from the app down, per target.

    A search may end with a package decided for more targets than ask for it in the end, since
    parents are taken back; what nobody asks for is left out here.
    """
    graph = RequirementGraph()
    asking: set[tuple[int, int]] = set()
    pending: list[tuple[Candidate | None, TargetRequirement, int]] = [
        (None, w, w.targets) for w in needs
    ]
    while pending:
        parent, need, targets = pending.pop()
        key = need.key
        if key not in answer:
            continue
        asked = graph.parents.setdefault(key, [])
        # Told apart by identity; the answer and the pool keep both.
        if (id(parent), id(need)) not in asking:
            asking.add((id(parent), id(need)))
            asked.append((parent, need))
        known_targets = graph.targets.get(key, 0)
        added = targets & ~known_targets
        if not added and key in graph.targets:
            continue
        graph.targets[key] = known_targets | added
        candidate = answer[key]
        for child in pool.dependencies(candidate):
            reached = child.targets & graph.targets[key]
            if reached:
                pending.append((candidate, child, reached))
    return graph


def assemble(
    answer: Answer, needs: Sequence[TargetRequirement], pool: CandidatePool
) -> tuple[Resolution, ...]:
    """One resolution per platform of the request, Android first."""
    graph = requirement_graph_of(answer, needs, pool)
    targets = pool.request.targets
    platforms = sorted({target.platform for target in targets}, key=list(Platform).index)
    return tuple(_of_platform(platform, answer, needs, graph, pool) for platform in platforms)


def _of_platform(
    platform: Platform,
    answer: Answer,
    needs: Sequence[TargetRequirement],
    graph: RequirementGraph,
    pool: CandidatePool,
) -> Resolution:
    targets = pool.request.targets
    own = sum(1 << i for i, target in enumerate(targets) if target.platform is platform)
    pins = []
    every_extra: dict[NormalizedName, dict[NormalizedName, int]] = {}
    for (package, extra), mask in graph.targets.items():
        if extra and mask & own:
            every_extra.setdefault(package, {})[NormalizedName(extra)] = mask & own
    replies: set[IndexReply] = set()
    for key in sorted(graph.targets):
        package, extra = key
        needed = graph.targets[key] & own
        if extra or not needed:
            continue
        pins.append(_pin(answer, package, needed, every_extra.get(package, {}), pool))
        releases = pool.releases(package)
        if releases.was_listed:
            replies.update(releases.listing.replies)
    return Resolution(
        platform=platform,
        targets=members(own, targets),
        pins=tuple(pins),
        requires=_edges(needs, own, targets),
        replies=tuple(sorted(replies, key=lambda reply: (reply.url, reply.index))),
    )


def _pin(
    answer: Answer,
    package: NormalizedName,
    needed: int,
    extras: Mapping[NormalizedName, int],
    pool: CandidatePool,
) -> Pin:
    candidate = answer[package, ""]
    selection = pool.select(candidate)
    assert isinstance(selection, Selection), "a pinned candidate has its files"  # noqa: S101
    targets = pool.request.targets
    artifacts = {targets[t]: selection.artifacts[t] for t in bits(needed)}
    asked = list(pool.dependencies(candidate))
    for extra in sorted(extras):
        asked += [w for w in pool.dependencies(answer[package, extra]) if w.exactly is None]
    return Pin(
        package=package,
        version=next(iter(selection.metadata.values())).version
        if len({m.version for m in selection.metadata.values()}) == 1
        else candidate.version,
        extras=frozenset(extras),
        artifacts=artifacts,
        availability=_availability(artifacts, candidate, pool),
        requires=_edges(asked, needed, targets),
        mixed_origins=len({(a.index, getattr(a, "build", ())) for a in artifacts.values()}) > 1,
    )


def _availability(
    artifacts: Mapping[Target, Artifact], candidate: Candidate, pool: CandidatePool
) -> dict[str, Availability]:
    listing = pool.releases(candidate.package).listing if not any(candidate.urls) else None
    found = {}
    for target, artifact in artifacts.items():
        offered = (
            listing.artifacts(candidate.version)
            if listing is not None and candidate.version in listing.versions
            else (artifact,)
        )
        found[target.slice_name] = classify_availability(artifact, offered, target)
    return found


def _edges(
    needs: Sequence[TargetRequirement], needed: int, targets: Sequence[Target]
) -> tuple[Edge, ...]:
    """Requirements as edges: those on a package and on its extras become one edge."""
    found: dict[tuple[str, str, str], tuple[TargetRequirement, int, int, set[str]]] = {}
    for need in needs:
        reached = need.targets & needed
        if not reached:
            continue
        marker = str(need.requirement.marker) if need.requirement.marker else ""
        specifier = f"@ {need.url}" if need.url else need.specifier
        key = (str(need.package), specifier, marker)
        known = found.get(key, (need, 0, 0, set()))
        extras = known[3] | ({need.extra} if need.extra else set())
        found[key] = (need, known[1] | reached, known[2] | (need.uncertain & reached), extras)
    return tuple(
        Edge(
            package=need.package,
            extras=tuple(sorted(NormalizedName(extra) for extra in extras)),
            specifier=specifier,
            slices=tuple(target.slice_name for target in members(reached, targets)),
            uncertain=bool(uncertain),
            marker=marker or None,
        )
        for (_, specifier, marker), (need, reached, uncertain, extras) in sorted(
            found.items(), key=lambda item: item[0]
        )
    )
