"""resolvelib's questions, answered from a candidate pool.

The provider is pure bookkeeping: which candidates are left for what is asked, in which order, and
what to decide next. It learns nothing itself; `search.py` gives it what earlier attempts taught.
"""

from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import chain

from packaging.ranges import VersionRange
from packaging.utils import NormalizedName
from packaging.version import Version
from resolvelib import AbstractProvider
from resolvelib.structs import RequirementInformation

from flet_lock.resolution.problem.candidate import Candidate
from flet_lock.resolution.problem.lazy_list import LazyList
from flet_lock.resolution.problem.pool import CandidatePool
from flet_lock.resolution.problem.ranges import combined_range, specifiers_of
from flet_lock.resolution.problem.releases import Releases
from flet_lock.resolution.problem.target_requirement import (
    UNUSABLE,
    Key,
    TargetRequirement,
)
from flet_lock.resolution.problem.target_set import bits
from flet_lock.resolution.search.look_ahead import looking_ahead

Preference = tuple[int, int, bool, bool, bool, int, int, str]


class Provider(AbstractProvider[TargetRequirement, Candidate, Key]):
    """Answers resolvelib for one attempt."""

    def __init__(
        self,
        pool: CandidatePool,
        *,
        precedence: Mapping[NormalizedName, int],
        stand_ins: Container[NormalizedName],
        eliminated: Mapping[NormalizedName, frozenset[Version]],
        dead_ends: Container[Candidate] | None = None,
    ) -> None:
        """Prepares an attempt.

        Args:
            pool: what is known; shared with other attempts.
            precedence: package to a rank learned from earlier attempts; the lower ones wait
                for all higher ones, 0 is the rank of a package that is not named.
            stand_ins: packages that a stand-in may satisfy where no release can, to find all
                such packages in one attempt.
            eliminated: releases that no answer can contain.
            dead_ends: the same, as they are found out.
        """
        self._pool = pool
        self._precedence = precedence
        self._stand_ins = stand_ins
        self._struck_out = eliminated
        self._dead_ends = () if dead_ends is None else dead_ends
        self._seen: dict[Key, int] = {}

    def identify(self, requirement_or_candidate: TargetRequirement | Candidate) -> Key:
        """A package, or an extra of one."""
        return requirement_or_candidate.key

    # ---------------------------------------------------------------- candidates

    def find_matches(
        self,
        identifier: Key,
        requirements: Mapping[Key, Iterator[TargetRequirement]],
        incompatibilities: Mapping[Key, Iterator[Candidate]],
    ) -> Callable[[], Iterator[Candidate]]:
        """Candidates for all requirements on a key, best first; read lazily."""
        self._seen.setdefault(identifier, len(self._seen))
        needs = tuple(requirements[identifier])
        excluded = tuple(incompatibilities[identifier])
        return lambda: self._candidates(identifier, needs, excluded)

    def likely_candidates(
        self, key: Key, needs: Sequence[TargetRequirement]
    ) -> Iterator[Candidate]:
        """What `find_matches` would give for these requirements alone."""
        return self._candidates(key, needs, ())

    def _candidates(
        self, key: Key, needs: Sequence[TargetRequirement], excluded: Sequence[Candidate]
    ) -> Iterator[Candidate]:
        package, extra = key
        targets = 0
        for need in needs:
            targets |= need.targets
        out = self._struck_out.get(package, ())
        excluded_at: dict[Version, list[Candidate]] = {}
        for known in excluded:
            excluded_at.setdefault(known.version, []).append(known)
        for candidate in self._found(package, extra, tuple(needs), targets):
            if candidate.version in out and not candidate.urls:
                continue
            if candidate in self._dead_ends:
                continue
            known_ones = excluded_at.get(candidate.version) if excluded_at else None
            if known_ones is None or not any(_rules_out(known, candidate) for known in known_ones):
                yield candidate
        if package in self._stand_ins:
            stand_in = self._pool.stand_in(package, extra, targets)
            if stand_in not in excluded:
                yield stand_in

    def _found(
        self,
        package: NormalizedName,
        extra: str,
        needs: tuple[TargetRequirement, ...],
        targets: int,
    ) -> Iterable[Candidate]:
        """The candidates for some requirements; cached, since resolvelib repeats the question."""
        if extra == UNUSABLE:
            return ()
        known = self._pool.lists.get(needs)  # requirements are told apart by identity
        if known is None:
            if any(need.url for need in needs):
                return self._releases_for(package, extra, needs, targets)
            asked = frozenset((need.specifier, need.exactly, need.hashes) for need in needs)
            key = (package, extra, targets, asked)
            known = self._pool.lists.get(key)
            if known is None:
                known = LazyList(self._releases_for(package, extra, needs, targets))
                self._pool.lists[key] = known
            self._pool.lists[needs] = known
        return known

    def _releases_for(
        self, package: NormalizedName, extra: str, needs: Sequence[TargetRequirement], targets: int
    ) -> Iterator[Candidate]:
        releases = self._pool.releases(package)
        hashes = _allowed_hashes(needs)
        if hashes is None:
            return
        yanked_allowed = any(need.names_one_version for need in needs)
        urls = _direct_references(needs, len(self._pool.request.targets))
        if urls is None:
            return
        versions = self._versions(releases, needs, targets, urls, yanked_allowed)
        indexed = targets & ~sum(1 << t for t in bits(targets) if urls and urls[t] is not None)
        usable = (
            version
            for version in versions
            if not indexed
            or releases.usable(version, indexed, yanked_allowed=yanked_allowed, hashes=hashes)
        )
        for version in looking_ahead(
            usable,
            releases,
            self._pool.source,
            targets=indexed,
            hashes=hashes,
            yanked_allowed=yanked_allowed,
        ):
            yield self._pool.candidate(
                package,
                extra,
                version,
                targets,
                urls=urls,
                hashes=hashes,
                yanked_allowed=yanked_allowed,
            )

    def _versions(
        self,
        releases: Releases,
        needs: Sequence[TargetRequirement],
        targets: int,
        urls: tuple[str | None, ...],
        yanked_allowed: bool,
    ) -> Iterable[Version]:
        constraints = self._pool.constraints_on(releases.package, targets)
        range_ = combined_range(needs, constraints)
        if any(urls):
            named = {releases.direct(url).version for url in urls if url is not None}
            return sorted(
                (v for v in named if len(named) == 1 and all(w.accepts(v) for w in needs)),
                reverse=True,
            )
        exact = {need.exactly for need in needs if need.exactly is not None}
        if exact:
            return [
                v for v in exact if len(exact) == 1 and releases.has(v) and range_.contains(v, True)
            ]
        matching = releases.matching_lazily(
            range_,
            yanked_allowed=yanked_allowed,
            admitted=releases.admitted_by(specifiers_of(needs, constraints)),
        )
        preferred = self._pool.request.preferences.get(releases.package)
        if preferred is None:
            return matching
        return _preferring(releases, preferred, matching, range_)

    # --------------------------------------------------------------- satisfaction

    def is_satisfied_by(self, requirement: TargetRequirement, candidate: Candidate) -> bool:
        """Whether a candidate has an accepted version and serves every target of a requirement."""
        if requirement.targets & ~candidate.targets:
            return False
        if candidate.stand_in:
            return True
        if requirement.url is not None and any(
            not candidate.urls or candidate.urls[target] != requirement.url
            for target in bits(requirement.targets)
        ):
            return False
        if requirement.hashes and not candidate.hashes:
            return False
        return requirement.accepts(candidate.version)

    def get_dependencies(self, candidate: Candidate) -> Iterator[TargetRequirement]:
        """What a candidate asks for, itself first; all the pages it needs are asked for at once."""
        if candidate.stand_in:
            return
        yield self._pool.itself(candidate)
        needs = self._pool.dependencies(candidate)
        if isinstance(needs, tuple):
            self._pool.source.prefetch_listings(
                {
                    need.package
                    for need in needs
                    if need.url is None and (need.package, "") not in self._seen
                }
            )
        yield from needs

    # ---------------------------------------------------------------------- order

    def get_preference(
        self,
        identifier: Key,
        resolutions: Mapping[Key, Candidate],
        candidates: Mapping[Key, Iterator[Candidate]],  # noqa: ARG002 - resolvelib's signature
        information: Mapping[Key, Iterator[RequirementInformation[TargetRequirement, Candidate]]],
        backtrack_causes: Sequence[RequirementInformation[TargetRequirement, Candidate]],
    ) -> Preference:
        """What to decide next: the smallest first.

        What has no choice comes first (an extra of a decided package, direct references, exact
        pins), then what earlier attempts and the last clash showed to be in the way. Then the
        app's own packages, those it bounds from above before the others, which can give way; then
        the rest in the order in which they were met, so that a package is decided after as many
        as possible of those that have a say in it.
        """
        return self.preference(
            identifier,
            preference_key_of(info.requirement for info in information[identifier]),
            resolutions,
            keys_of(backtrack_causes),
        )

    def preference(
        self,
        identifier: Key,
        wanted: "PreferenceKey",
        resolutions: Container[Key],
        blocked_by: Container[Key],
    ) -> Preference:
        """The same, of what has been worked out already.

        Args:
            identifier: what is to be decided, or not yet.
            wanted: of what is asked of it.
            resolutions: what is decided.
            blocked_by: what the last clash was about.
        """
        package, extra = identifier
        decided = bool(extra) and (package, "") in resolutions
        return (
            not decided,
            -self._precedence.get(package, 0),
            wanted[0],
            wanted[1],
            identifier not in blocked_by,
            wanted[2],
            self._seen.get(identifier, 0),
            f"{package}[{extra}]",
        )


PreferenceKey = tuple[bool, bool, int]
"""What requirements say of when their package is to be decided, smaller is sooner: none is a direct
reference, none names one version, and how much of a say the app has in it."""


def preference_key_of(needs: Iterable[TargetRequirement]) -> PreferenceKey:
    """The standing of a package for which there are some requirements."""
    anywhere, any_version, own = True, True, 2
    for need in needs:
        anywhere = anywhere and not need.url
        any_version = any_version and not need.names_one_version
        own = min(own, _own_rank(need))
    return (anywhere, any_version, own)


def keys_of(
    causes: Iterable[RequirementInformation[TargetRequirement, Candidate]],
) -> frozenset[Key]:
    """What a clash is about: who asked, and for what."""
    return frozenset(
        one.key for cause in causes for one in (cause.requirement, cause.parent) if one is not None
    )


def _preferring(
    releases: Releases, preferred: Version, matching: Iterable[Version], range_: VersionRange
) -> Iterable[Version]:
    """The locked version first, yanked or not, as long as it satisfies what is asked."""
    if not releases.has(preferred) or not range_.contains(preferred, True):
        return matching
    return chain([preferred], (version for version in matching if version != preferred))


def _rules_out(known: Candidate, candidate: Candidate) -> bool:
    # What failed for some targets fails for more of them too, but not for fewer.
    return (
        known.version == candidate.version
        and known.stand_in == candidate.stand_in
        and not known.targets & ~candidate.targets
    )


def _allowed_hashes(needs: Sequence[TargetRequirement]) -> frozenset[str] | None:
    """Hashes that satisfy every requirement that names any; None where nothing can."""
    named = [need.hashes for need in needs if need.hashes]
    if not named:
        return frozenset()
    return frozenset.intersection(*named) or None


def _direct_references(
    needs: Sequence[TargetRequirement], targets: int
) -> tuple[str | None, ...] | None:
    """Per target the URL it must come from; `()` without any; None where two URLs clash."""
    if not any(need.url for need in needs):
        return ()
    urls: list[str | None] = [None] * targets
    for need in needs:
        if need.url is None:
            continue
        for target in bits(need.targets):
            if urls[target] not in (None, need.url):
                return None
            urls[target] = need.url
    return tuple(urls)


def _own_rank(need: TargetRequirement) -> int:
    """0: the app asks for it and bounds it from above; 1: the app asks for it; 2: it does not."""
    if need.origin is None:
        return 2
    return 0 if _bounded_above(need.specifier) else 1


@lru_cache(maxsize=4096)
def _bounded_above(specifier: str) -> bool:
    return any(operator in specifier for operator in ("<", "==", "~="))
