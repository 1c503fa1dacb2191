"""Why there is no answer: every blocker that can be told in one run.

The last clash of a search says little: it is where the search ended, not what is wrong. So the
app's requirements are asked one by one first. Those that fail alone are searched again with
stand-ins for packages that have no usable release; the stand-ins that cannot be done without are
the blockers. Those that hold alone but not together are thinned out to a smallest set that clashes.
"""

from collections import deque
from collections.abc import Callable, Iterable, Sequence

from msgspec import Struct
from msgspec.structs import replace
from packaging.requirements import Requirement
from packaging.utils import NormalizedName
from packaging.version import Version
from resolvelib.structs import RequirementInformation

from flet_lock.model.answer.blocker import (
    Blocker,
    ChainLink,
    Conflict,
    ConflictingRequirement,
    NoMatchingVersion,
    NoUsableRelease,
    PackageNotFound,
    RejectedRelease,
)
from flet_lock.model.answer.refusal import Refusal
from flet_lock.model.answer.rejection import Rejection
from flet_lock.model.app.requirement import Place
from flet_lock.model.target import Platform, Target
from flet_lock.resolution.answer.assembly import RequirementGraph, requirement_graph_of
from flet_lock.resolution.problem.candidate import Candidate
from flet_lock.resolution.problem.pool import CandidatePool
from flet_lock.resolution.problem.releases import Releases, Selection
from flet_lock.resolution.problem.target_requirement import UNUSABLE, TargetRequirement
from flet_lock.resolution.problem.target_set import bits, members
from flet_lock.resolution.search.attempts import NoSolution, Search
from flet_lock.resolution.search.conflict_reporter import Parents
from flet_lock.resolution.search.orderings import Answer
from flet_lock.resolution.search.provider import combined_range

REJECTED_RELEASES = 50
"""At most this many releases are told file by file, newest first."""

Group = tuple[TargetRequirement, ...]
"""The needs that come from one requirement of the app: its package, and each extra."""


def diagnose(needs: Sequence[TargetRequirement], pool: CandidatePool, search: Search) -> Refusal:
    """All blockers of needs for which there is no answer.

    Raises:
        BudgetExceeded: the search time is used up.
    """
    blockers: dict[tuple[object, ...], Blocker] = {}
    sound: list[Group] = []
    groups = _groups(needs)
    for group in groups:
        if _holds(group, search):
            sound.append(group)
        else:
            for blocker in _blockers_of(group, pool, search):
                _add(blocker, blockers)
    # Where each holds alone, it is known already that all of them together do not.
    clash = len(sound) == len(groups)
    while clash or not _holds(_flat(sound), search):
        clash = False
        clashing = _smallest_clash(sound, search)
        for blocker in _clash(clashing, pool, search):
            _add(blocker, blockers)
        # One of them is left out, so that another clash among the rest can show.
        sound = [group for group in sound if group is not clashing[-1]]
    order = list(Platform)
    return Refusal(
        blockers=tuple(
            sorted(
                blockers.values(),
                key=lambda b: (order.index(b.platform), b.package, type(b).__name__),
            )
        )
    )


def _add(blocker: Blocker, blockers: dict[tuple[object, ...], Blocker]) -> None:
    key = (blocker.platform, blocker.package, type(blocker))
    known = blockers.get(key)
    if known is None or _directness(blocker) < _directness(known):
        places = blocker.places if known is None else (*known.places, *blocker.places)
        blockers[key] = _with_places(blocker, places)
    else:
        blockers[key] = _with_places(known, (*known.places, *blocker.places))


def _directness(blocker: Blocker) -> tuple[int, tuple[str, ...]]:
    """Smaller is told: the shorter chain; of two equally long ones, not the one that came first."""
    return len(blocker.chain), tuple(link.requirement for link in blocker.chain)


def _with_places(blocker: Blocker, places: Iterable[Place]) -> Blocker:
    return replace(blocker, places=tuple(dict.fromkeys(places)))


def _groups(needs: Sequence[TargetRequirement]) -> list[Group]:
    groups: dict[int, list[TargetRequirement]] = {}
    for need in needs:
        groups.setdefault(id(need.origin), []).append(need)
    return [tuple(group) for group in groups.values()]


def _flat(groups: Iterable[Group]) -> list[TargetRequirement]:
    return [need for group in groups for need in group]


def _holds(needs: Iterable[TargetRequirement], search: Search) -> bool:
    try:
        search.any(list(needs))
    except NoSolution:
        return False
    return True


def _smallest_clash(groups: Sequence[Group], search: Search) -> list[Group]:
    """A subset that clashes, of which no member can be left out."""
    needed = list(groups)
    for group in groups:
        rest = [other for other in needed if other is not group]
        if not _holds(_flat(rest), search):
            needed = rest
    return needed


# ------------------------------------------------------------------ missing packages


def _blockers_of(group: Group, pool: CandidatePool, search: Search) -> list[Blocker]:
    """What is missing for one requirement of the app."""
    needs = list(group)
    try:
        answer = search.with_stand_ins(needs)
    except NoSolution as no_answer:
        return _conflicts(no_answer, group, pool)
    missing = _missing(answer, needs, pool)
    if len(missing) > 1:
        missing = _unavoidable(missing, needs, pool, search)
        answer = search.with_stand_ins(needs, frozenset(missing))
        missing = _missing(answer, needs, pool) or missing
    graph = requirement_graph_of(answer, needs, pool)
    blockers = [
        blocker
        for package in sorted(missing)
        for blocker in _missing_blockers(package, answer, graph, pool)
    ]
    return blockers or _clash([group], pool, search)


def _missing(
    answer: Answer, needs: Sequence[TargetRequirement], pool: CandidatePool
) -> set[NormalizedName]:
    graph = requirement_graph_of(answer, needs, pool)
    return {package for package, extra in graph.targets if answer[package, extra].stand_in}


def _unavoidable(
    missing: set[NormalizedName],
    needs: list[TargetRequirement],
    pool: CandidatePool,
    search: Search,
) -> set[NormalizedName]:
    """Those that an older release of their parents would not make unnecessary."""
    needed = set(missing)
    for package in sorted(missing):
        if len(needed) == 1:
            break
        try:
            answer = search.with_stand_ins(needs, frozenset(needed - {package}))
        except NoSolution:
            continue
        if _missing(answer, needs, pool) <= needed:
            needed.discard(package)
    return needed


class _MissingPackage(Struct, frozen=True, kw_only=True):
    """A package without a usable release, and all that asks for it."""

    package: NormalizedName
    asked: tuple[tuple[Candidate | None, TargetRequirement], ...]
    """Who asks, and for what; None is the app."""
    chain: tuple[ChainLink, ...]
    places: tuple[Place, ...]
    pool: CandidatePool
    answer: Answer
    graph: RequirementGraph

    @property
    def needs(self) -> tuple[TargetRequirement, ...]:
        """What is asked of it."""
        return tuple(need for _, need in self.asked)

    @property
    def clashes(self) -> bool:
        """Whether each need alone could be met: then it is their clash that is to be told."""
        needs = self.needs
        return len({need.specifier for need in needs}) > 1 and not any(
            _cannot_meet(self.package, [need], self.pool) for need in needs
        )

    def conflict(self, platform: Platform) -> Blocker:
        """The clash of the needs, on a platform."""
        found = _conflicts_on(
            self.package,
            self.asked,
            self.needs,
            lambda parent: chain_to(parent.package, self.answer, self.graph),
            self.pool,
        )
        return replace(next(one for one in found if one.platform is platform), places=self.places)

    def requirements(self, targets: int) -> tuple[Requirement, ...]:
        """What is asked of it, constraints included."""
        constraints = self.pool.constraints_on(self.package, targets)
        return tuple(dict.fromkeys([*(need.requirement for need in self.needs), *constraints]))


def _missing_blockers(
    package: NormalizedName, answer: Answer, graph: RequirementGraph, pool: CandidatePool
) -> list[Blocker]:
    """A missing package, once for each platform it is missing on."""
    asked = [
        (parent, need)
        for (name, extra), parents in graph.parents.items()
        if name == package and extra != UNUSABLE
        for parent, need in parents
        if need.exactly is None
    ]
    missing = _MissingPackage(
        package=package,
        asked=tuple(asked),
        chain=chain_to(package, answer, graph),
        places=_places(package, graph),
        pool=pool,
        answer=answer,
        graph=graph,
    )
    targets = 0
    for (name, _), mask in graph.targets.items():
        if name == package:
            targets |= mask
    all_targets = pool.request.targets
    blockers: list[Blocker] = []
    for platform in Platform:
        mask = sum(1 << t for t in bits(targets) if all_targets[t].platform is platform)
        if mask:
            blockers.append(_missing_blocker(missing, platform, mask))
    # Where both platforms have to agree, one of them may have all it needs. And a release that is
    # usable everywhere is not missing: what it asks for clashes with what brought it in.
    return [blocker for blocker in blockers if _fails(blocker)]


def _fails(blocker: Blocker) -> bool:
    return not isinstance(blocker, NoUsableRelease) or any(
        release.rejections for release in blocker.rejected
    )


def _missing_blocker(missing: _MissingPackage, platform: Platform, targets: int) -> Blocker:
    package, needs, pool = missing.package, missing.needs, missing.pool
    releases = pool.releases(package)
    direct = sorted({need.url for need in needs if need.url is not None})
    constraints = pool.constraints_on(package, targets)
    if direct:
        return _unusable_reference(missing, direct, platform, targets)
    listing = releases.listing
    members_ = members(targets, pool.request.targets)
    if not listing.found:
        return PackageNotFound(
            package=package,
            platform=platform,
            targets=members_,
            chain=missing.chain,
            places=missing.places,
            replies=listing.replies,
        )
    range_ = combined_range(needs, constraints)
    yanked_allowed = any(need.names_one_version for need in needs)
    matching = releases.matching(range_, yanked_allowed=yanked_allowed) or tuple(
        range_.filter(listing.versions, prereleases=True)
    )
    newest = next(
        (v for v in listing.versions if not v.is_prerelease), next(iter(listing.versions), None)
    )
    if not matching and missing.clashes:
        return missing.conflict(platform)
    if not matching or newest is None:
        return NoMatchingVersion(
            package=package,
            platform=platform,
            targets=members_,
            chain=missing.chain,
            places=missing.places,
            requirements=missing.requirements(targets),
            newest=newest,
            replies=listing.replies,
        )
    hashes = frozenset(h for need in needs for h in need.hashes)
    # A release whose files would do is not rejected: what it asks for rules it out.
    rejected = tuple(
        release
        for version in matching[:REJECTED_RELEASES]
        if (
            release := _rejected(
                releases, version, targets, hashes, pool, yanked_allowed=yanked_allowed
            )
        ).rejections
    )
    told = rejected[0].rejections if rejected else ()
    failing = {target for target, _ in told}
    return NoUsableRelease(
        package=package,
        platform=platform,
        targets=tuple(target for target in members_ if target in failing) or members_,
        chain=missing.chain,
        places=missing.places,
        requirements=missing.requirements(targets),
        matching=matching,
        rejected=rejected,
        newest=newest,
        usable=_usable_elsewhere(releases, matching, targets, pool.request.targets),
        replies=listing.replies,
    )


def _unusable_reference(
    missing: _MissingPackage, urls: Sequence[str], platform: Platform, targets: int
) -> Blocker:
    """A direct reference whose file cannot be used."""
    pool = missing.pool
    releases = pool.releases(missing.package)
    artifacts = tuple(releases.direct(url) for url in urls)
    members_ = members(targets, pool.request.targets)
    per_target = []
    for target in bits(targets):
        rejections: list[Rejection] = []
        for url in urls:
            reference = tuple([url] * len(pool.request.targets))
            answer = releases.select(
                releases.direct(url).version,
                1 << target,
                yanked_allowed=True,
                hashes=frozenset(),
                urls=reference,
            )
            if not isinstance(answer, Selection):
                rejections += [rejection for _, found in answer for rejection in found]
        if rejections:
            per_target.append((pool.request.targets[target], tuple(rejections)))
    return NoUsableRelease(
        package=releases.package,
        platform=platform,
        targets=tuple(target for target, _ in per_target) or members_,
        chain=missing.chain,
        places=missing.places,
        requirements=missing.requirements(targets),
        matching=tuple(artifact.version for artifact in artifacts),
        rejected=tuple(
            RejectedRelease(
                version=artifact.version, artifacts=(artifact,), rejections=tuple(per_target)
            )
            for artifact in artifacts[:1]
        ),
        newest=max(artifact.version for artifact in artifacts),
        usable=(),
        replies=(),
    )


def _rejected(
    releases: Releases,
    version: Version,
    targets: int,
    hashes: frozenset[str],
    pool: CandidatePool,
    *,
    yanked_allowed: bool,
) -> RejectedRelease:
    """A release, and for each target without a usable file why each of its files is none."""
    found: list[tuple[Target, tuple[Rejection, ...]]] = []
    for target in bits(targets):
        fit = releases.fit(version, target, yanked_allowed=yanked_allowed, hashes=hashes)
        rejections = fit.rejections
        if fit.usable:
            # Usable by name: only its metadata, if it was read, can have ruled it out.
            known = releases.rejected_by_metadata(fit, target)
            if len(known) < len(fit.usable):
                continue
            rejections = (*rejections, *known)
        found.append((pool.request.targets[target], rejections))
    return RejectedRelease(
        version=version,
        artifacts=releases.listing.artifacts(version),
        rejections=tuple(found),
    )


def _usable_elsewhere(
    releases: Releases,
    matching: Sequence[Version],
    targets: int,
    all_targets: Sequence[Target],
) -> tuple[tuple[Version, tuple[Target, ...]], ...]:
    """The newest release usable on all targets, and before it those usable on ever more.

    Besides these the nearest releases that are usable on all targets: the oldest above those that
    match, and the newest below them.
    """
    found: dict[Version, int] = {}
    best = 0
    offered = [*releases.offered]
    for version in offered:
        usable = _usable_on(releases, version, targets)
        if usable & ~best or usable == targets:
            found[version] = usable
            best |= usable
        if usable == targets:
            break
    if matching:
        above = [each for each in reversed(offered) if each > matching[0]]
        below = [each for each in offered if each < matching[-1]]
        for versions in (above, below):
            nearest = next(
                (
                    each
                    for each in versions
                    if not each.is_prerelease and _usable_on(releases, each, targets) == targets
                ),
                None,
            )
            if nearest is not None:
                found[nearest] = targets
    return tuple(
        (version, members(found[version], all_targets)) for version in sorted(found, reverse=True)
    )


def _usable_on(releases: Releases, version: Version, targets: int) -> int:
    """Those of some targets that a version has a file for."""
    return sum(1 << target for target in bits(targets) if _seems_usable(releases, version, target))


def _seems_usable(releases: Releases, version: Version, target: int) -> bool:
    """Whether a file fits by its name, and its metadata was not found to say otherwise."""
    fit = releases.fit(version, target, yanked_allowed=False, hashes=frozenset())
    return len(releases.rejected_by_metadata(fit, target)) < len(fit.usable)


# ----------------------------------------------------------------------------- chains


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


def _places(package: NormalizedName, graph: RequirementGraph) -> tuple[Place, ...]:
    """Where the app's own requirements stand that lead to a package."""
    upwards = [package]
    seen = {package}
    places: list[Place] = []
    while upwards:
        current = upwards.pop()
        for (name, _), parents in sorted(graph.parents.items()):
            if name != current:
                continue
            for parent, need in parents:
                if parent is None and need.origin is not None:
                    places.append(need.origin.place)
                elif parent is not None and parent.package not in seen:
                    seen.add(parent.package)
                    upwards.append(parent.package)
    return tuple(sorted(dict.fromkeys(places), key=str))


# -------------------------------------------------------------------------- conflicts


def _clash(groups: Sequence[Group], pool: CandidatePool, search: Search) -> list[Blocker]:
    try:
        search.any(_flat(groups))
    except NoSolution as no_answer:
        return _conflicts(no_answer, _flat(groups), pool)
    return []


def _conflicts(
    no_answer: NoSolution, needs: Sequence[TargetRequirement], pool: CandidatePool
) -> list[Blocker]:
    """The last clash, seen from the package on which the needs cannot meet; per platform."""
    by_package: dict[
        NormalizedName, list[RequirementInformation[TargetRequirement, Candidate]]
    ] = {}
    asked = [
        cause
        for cause in no_answer.causes
        # Not a decision that stands: nobody asked for that.
        if cause.requirement.exactly is None and cause.requirement.extra != UNUSABLE
    ]
    for cause in asked or no_answer.causes:
        by_package.setdefault(cause.requirement.package, []).append(cause)
    package, told = min(
        by_package.items(),
        key=lambda item: (
            not _cannot_meet(item[0], [c.requirement for c in item[1]], pool),
            item[0],
        ),
    )
    return _conflicts_on(
        package,
        [(cause.parent, cause.requirement) for cause in told],
        needs,
        lambda parent: _chain_of_parents(parent, no_answer.parents),
        pool,
    )


def _conflicts_on(
    package: NormalizedName,
    asked: Iterable[tuple[Candidate | None, TargetRequirement]],
    needs: Sequence[TargetRequirement],
    chain_of: Callable[[Candidate], tuple[ChainLink, ...]],
    pool: CandidatePool,
) -> list[Blocker]:
    """A clash on a package: who asks for what, and how each came into the app."""
    unique = {
        (parent.package if parent else "", asked_text(need)): (parent, need)
        for parent, need in asked
    }
    sides = []
    for _, (parent, need) in sorted(unique.items(), key=lambda item: item[0]):
        chain = () if parent is None else chain_of(parent)
        sides.append(
            ConflictingRequirement(
                requirement=need.requirement,
                required_by=chain[-1] if chain else None,
                chain=chain,
            )
        )
    targets = 0
    for need in needs:
        targets |= need.targets
    concerned = members(targets, pool.request.targets)
    return [
        Conflict(
            package=package,
            platform=platform,
            targets=tuple(target for target in concerned if target.platform is platform),
            chain=(),
            places=tuple(
                dict.fromkeys(need.origin.place for need in needs if need.origin is not None)
            ),
            requirements=tuple(sides),
            own=tuple(
                dict.fromkeys(need.origin.requirement for need in needs if need.origin is not None)
            ),
        )
        for platform in Platform
        if any(target.platform is platform for target in concerned)
    ]


def _chain_of_parents(candidate: Candidate, parents: Parents) -> tuple[ChainLink, ...]:
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


def _cannot_meet(
    package: NormalizedName, needs: Sequence[TargetRequirement], pool: CandidatePool
) -> bool:
    range_ = combined_range(needs, pool.constraints_on(package, pool.everywhere))
    return not pool.releases(package).matching(range_, yanked_allowed=True)
