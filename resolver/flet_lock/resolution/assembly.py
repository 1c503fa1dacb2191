"""From resolvelib's answer to a resolution: what is really needed, and where."""

from collections.abc import Mapping, Sequence

from msgspec import Struct, field
from packaging.utils import NormalizedName

from flet_lock.model.artifact import Artifact
from flet_lock.model.listing import IndexReply
from flet_lock.model.resolution import Availability, Edge, Pin, Resolution
from flet_lock.model.target import Platform, Target
from flet_lock.resolution.candidate import Candidate
from flet_lock.resolution.contest import Answer
from flet_lock.resolution.pool import CandidatePool
from flet_lock.resolution.releases import Selection
from flet_lock.resolution.target_set import bits, members
from flet_lock.resolution.wish import Key, Wish
from flet_lock.targets.availability import classify_availability


class Needs(Struct):
    """The part of an answer that the app's wishes lead to."""

    targets: dict[Key, int] = field(default_factory=dict)
    """Decided key to the targets that need it."""
    parents: dict[Key, list[tuple[Candidate | None, Wish]]] = field(default_factory=dict)
    """Who asks for it; None is the app."""


def needs_of(answer: Answer, wishes: Sequence[Wish], pool: CandidatePool) -> Needs:
    """Follows the wishes from the app down, per target.

    A search may end with a package decided for more targets than ask for it in the end, since
    parents are taken back; what nobody asks for is left out here.
    """
    needs = Needs()
    asking: set[tuple[int, int]] = set()
    pending: list[tuple[Candidate | None, Wish, int]] = [(None, w, w.targets) for w in wishes]
    while pending:
        parent, wish, targets = pending.pop()
        key = wish.key
        if key not in answer:
            continue
        asked = needs.parents.setdefault(key, [])
        # Told apart by identity; the answer and the pool keep both.
        if (id(parent), id(wish)) not in asking:
            asking.add((id(parent), id(wish)))
            asked.append((parent, wish))
        known_targets = needs.targets.get(key, 0)
        added = targets & ~known_targets
        if not added and key in needs.targets:
            continue
        needs.targets[key] = known_targets | added
        candidate = answer[key]
        for child in pool.dependencies(candidate):
            reached = child.targets & needs.targets[key]
            if reached:
                pending.append((candidate, child, reached))
    return needs


def assemble(answer: Answer, wishes: Sequence[Wish], pool: CandidatePool) -> tuple[Resolution, ...]:
    """One resolution per platform of the request, Android first."""
    needs = needs_of(answer, wishes, pool)
    targets = pool.request.targets
    platforms = sorted({target.platform for target in targets}, key=list(Platform).index)
    return tuple(_of_platform(platform, answer, wishes, needs, pool) for platform in platforms)


def _of_platform(
    platform: Platform, answer: Answer, wishes: Sequence[Wish], needs: Needs, pool: CandidatePool
) -> Resolution:
    targets = pool.request.targets
    own = sum(1 << i for i, target in enumerate(targets) if target.platform is platform)
    pins = []
    every_extra: dict[NormalizedName, dict[NormalizedName, int]] = {}
    for (package, extra), mask in needs.targets.items():
        if extra and mask & own:
            every_extra.setdefault(package, {})[NormalizedName(extra)] = mask & own
    replies: set[IndexReply] = set()
    for key in sorted(needs.targets):
        package, extra = key
        needed = needs.targets[key] & own
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
        requires=_edges(wishes, own, targets),
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
) -> dict[Target, Availability]:
    listing = pool.releases(candidate.package).listing if not any(candidate.urls) else None
    found = {}
    for target, artifact in artifacts.items():
        offered = (
            listing.artifacts(candidate.version)
            if listing is not None and candidate.version in listing.versions
            else (artifact,)
        )
        found[target] = classify_availability(artifact, offered, target)
    return found


def _edges(wishes: Sequence[Wish], needed: int, targets: Sequence[Target]) -> tuple[Edge, ...]:
    """Wishes as edges: a package's extras come together with it."""
    found: dict[tuple[str, str, str], tuple[Wish, int, int, set[str]]] = {}
    for wish in wishes:
        reached = wish.targets & needed
        if not reached:
            continue
        marker = str(wish.requirement.marker) if wish.requirement.marker else ""
        specifier = f"@ {wish.url}" if wish.url else wish.specifier
        key = (str(wish.package), specifier, marker)
        known = found.get(key, (wish, 0, 0, set()))
        extras = known[3] | ({wish.extra} if wish.extra else set())
        found[key] = (wish, known[1] | reached, known[2] | (wish.uncertain & reached), extras)
    return tuple(
        Edge(
            package=wish.package,
            extras=frozenset(NormalizedName(extra) for extra in extras),
            specifier=specifier,
            targets=members(reached, targets),
            uncertain=bool(uncertain),
            marker=marker or None,
        )
        for (_, specifier, marker), (wish, reached, uncertain, extras) in sorted(
            found.items(), key=lambda item: item[0]
        )
    )
