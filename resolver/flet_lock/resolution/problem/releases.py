"""A package's releases against the targets: which versions match, which files they would take.

This is where "one version for all targets, each target its own file" is decided:

- a version is usable for a set of targets if every one of them has a usable file of it;
- among a target's usable files the order is tag priority, build number, index order (as pip's);
- one origin: where one index and one build number cover all targets that need the version, all its
  files come from there, because an app ships the pure part of one of them for all.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial

from packaging.tags import Tag
from packaging.utils import NormalizedName
from packaging.version import Version

from flet_lock.model.answer.rejection import (
    HashNotAllowed,
    NewerThanCutoff,
    NotBuiltFromSource,
    Rejection,
    RequiresPython,
    Yanked,
)
from flet_lock.model.index.artifact import Artifact, Wheel
from flet_lock.model.index.metadata import CoreMetadata
from flet_lock.model.target import Platform, Target
from flet_lock.resolution.problem.candidate_source import CandidateSource
from flet_lock.resolution.problem.fit import (
    SOURCE_RANK,
    Fit,
    RankedArtifact,
    Selection,
    choose_files,
)
from flet_lock.resolution.problem.release_versions import ReleaseVersions, is_newer
from flet_lock.resolution.problem.request import ResolutionRequest
from flet_lock.resolution.problem.target_set import bits
from flet_lock.targets.compatibility import (
    Reject,
    classify_tags,
    classify_wheel,
    python_admitted,
    python_rejection,
)


class Releases(ReleaseVersions):
    """One package's releases, held against the request's targets; everything is worked out once."""

    def __init__(
        self,
        package: NormalizedName,
        request: ResolutionRequest,
        source: CandidateSource,
        impure: Mapping[str, Rejection],
    ) -> None:
        """Prepares a package's releases; nothing is asked before it is needed.

        Args:
            package: the package.
            request: what is to be resolved.
            source: the world.
            impure: URLs of sources that were built and found unfit for a phone, and why.
        """
        super().__init__(package, request, source)
        self._impure = impure
        self._targets = request.targets
        self._index_order = {name: order for order, name in enumerate(request.index_order)}
        self._fits: dict[tuple[Version, int, bool, frozenset[str]], Fit] = {}
        self._usable: dict[tuple[Version, int, bool, frozenset[str]], bool] = {}
        self._unusable_files: dict[str, dict[int, Rejection]] = {}
        self._selections: dict[
            tuple[Version, int, bool, frozenset[str], tuple[str | None, ...]],
            Selection | tuple[tuple[int, tuple[Rejection, ...]], ...],
        ] = {}
        self._direct: dict[str, Artifact] = {}
        self._usable_bits: dict[int, int] = {}
        self._takers: dict[frozenset[Tag], int] = {}
        self._pythons = tuple({each.python_full_version: each for each in self._targets}.values())
        """One target for each Python that there is."""

    @property
    def targets(self) -> Sequence[Target]:
        """The request's targets; bit sets count in this order."""
        return self._targets

    def usable_anywhere(self, targets: int) -> int:
        """Versions usable on some targets, as bits over `listing.versions`; yanked ones count."""
        found = self._usable_bits.get(targets)
        if found is None:
            found = 0
            for position, version in enumerate(self.listing.versions):
                if self.usable(version, targets, yanked_allowed=True, hashes=frozenset()):
                    found |= 1 << position
            self._usable_bits[targets] = found
        return found

    def fit(
        self, version: Version, target: int, *, yanked_allowed: bool, hashes: frozenset[str]
    ) -> Fit:
        """A version's files for one target: the usable ones in order, and why not the others."""
        key = (version, target, yanked_allowed, hashes)
        found = self._fits.get(key)
        if found is None:
            found = self._fits[key] = self._weigh(
                self.listing.for_phones(version),
                target,
                yanked_allowed,
                hashes,
                elsewhere=partial(self._rejected_elsewhere, version, target),
            )
        return found

    def _rejected_elsewhere(self, version: Version, target: int) -> list[Rejection]:
        """Why a target cannot take the wheels of other systems: their tags alone say it."""
        verdicts = (
            classify_wheel(artifact, self._targets[target])
            for artifact in self.listing.elsewhere(version)
            if isinstance(artifact, Wheel)
        )
        return [verdict for verdict in verdicts if not isinstance(verdict, int)]

    def _weigh(
        self,
        files: Iterable[Artifact],
        target: int,
        yanked_allowed: bool,
        hashes: frozenset[str],
        *,
        direct: bool = False,
        elsewhere: Callable[[], Iterable[Rejection]] = tuple,
    ) -> Fit:
        usable: list[RankedArtifact] = []
        sources: list[RankedArtifact] = []
        refused: list[tuple[Reject, Artifact]] = []
        for artifact in files:
            verdict = self._rank(
                artifact, self._targets[target], yanked_allowed, hashes, direct=direct
            )
            if not isinstance(verdict, int):
                refused.append((verdict, artifact))
                continue
            ranked = RankedArtifact(
                rank=verdict,
                build=artifact.build if isinstance(artifact, Wheel) else (),
                index_order=self._index_order.get(artifact.index or "", 0),
                artifact=artifact,
            )
            (sources if verdict == SOURCE_RANK else usable).append(ranked)
        for found in (usable, sources):
            if len(found) > 1:
                found.sort(key=lambda ranked: ranked.sort_key)
        return Fit((*usable, *sources), refused, elsewhere)

    def _rank(
        self,
        artifact: Artifact,
        target: Target,
        yanked_allowed: bool,
        hashes: frozenset[str],
        *,
        direct: bool,
    ) -> int | Reject:
        if isinstance(artifact, Wheel):
            rank = classify_tags(artifact.tags, target)
        else:
            rank = self._rank_source(artifact, target, direct=direct)
        if not isinstance(rank, int):
            return rank
        if artifact.yanked is not None and not yanked_allowed:
            return partial(Yanked, reason=artifact.yanked)
        cutoff = self._request.exclude_newer
        if cutoff is not None and is_newer(artifact, cutoff) and artifact.upload_time is not None:
            return partial(NewerThanCutoff, upload_time=artifact.upload_time, cutoff=cutoff)
        if hashes and not any(
            f"{algorithm}:{digest}" in hashes for algorithm, digest in artifact.hashes.items()
        ):
            return partial(HashNotAllowed, sha256=artifact.sha256)
        if python_admitted(artifact.requires_python, target):
            return rank
        return partial(_python_rejected, specifier=artifact.requires_python, target=target)

    def _rank_source(self, artifact: Artifact, target: Target, *, direct: bool) -> int | Reject:
        # `--only-binary :all:` says nothing of direct references: the build's pip builds them.
        if not direct and not self._builds_from_source(target.platform):
            return NotBuiltFromSource
        impure = self._impure.get(artifact.url)
        return SOURCE_RANK if impure is None else partial(_known, rejection=impure)

    def _builds_from_source(self, platform: Platform) -> bool:
        return self.package in self._request.source_packages.get(platform, ())

    def usable(
        self, version: Version, targets: int, *, yanked_allowed: bool, hashes: frozenset[str]
    ) -> bool:
        """Whether every target has a usable file, as far as file names and pages tell."""
        key = (version, targets, yanked_allowed, hashes)
        found = self._usable.get(key)
        if found is None:
            found = self._usable[key] = self._one_file_serves(
                version, targets, yanked_allowed, hashes
            ) or all(
                self.fit(version, target, yanked_allowed=yanked_allowed, hashes=hashes).usable
                for target in bits(targets)
            )
        return found

    def _one_file_serves(
        self, version: Version, targets: int, yanked_allowed: bool, hashes: frozenset[str]
    ) -> bool:
        """Whether one wheel suits all targets, as pure ones do: told without weighing all files."""
        if hashes or self._request.exclude_newer is not None:
            return False
        return any(
            isinstance(artifact, Wheel)
            and (yanked_allowed or artifact.yanked is None)
            and not targets & ~self._takers_of(artifact.tags)
            and all(python_admitted(artifact.requires_python, each) for each in self._pythons)
            for artifact in self.listing.artifacts(version)
        )

    def _takers_of(self, tags: frozenset[Tag]) -> int:
        """The targets that take a wheel with these tags."""
        found = self._takers.get(tags)
        if found is None:
            found = self._takers[tags] = sum(
                1 << position
                for position, target in enumerate(self._targets)
                if isinstance(classify_tags(tags, target), int)
            )
        return found

    def expected_files(
        self, version: Version, targets: int, *, yanked_allowed: bool, hashes: frozenset[str]
    ) -> list[Artifact]:
        """The files a selection would look into first: what to ask metadata of ahead of time."""
        fits = {
            target: self.fit(version, target, yanked_allowed=yanked_allowed, hashes=hashes)
            for target in bits(targets)
        }
        chosen = choose_files({target: fit.usable for target, fit in fits.items()}, self._targets)
        return list({id(a): a for a in (ranked.artifact for ranked in chosen.values())}.values())

    # ----------------------------------------------------------------- selection

    def select(
        self,
        version: Version,
        targets: int,
        *,
        yanked_allowed: bool,
        hashes: frozenset[str],
        urls: tuple[str | None, ...] = (),
    ) -> Selection | tuple[tuple[int, tuple[Rejection, ...]], ...]:
        """Each target's file of a version with its metadata; else, per failing target, why not.

        Reads metadata, so it may wait for an index. A file whose metadata turns out unusable is
        passed over, and the choice is made again without it.
        """
        key = (version, targets, yanked_allowed, hashes, urls)
        found = self._selections.get(key)
        if found is None:
            found = self._selections[key] = self._select(
                version, targets, yanked_allowed, hashes, urls
            )
        return found

    def _select(
        self,
        version: Version,
        targets: int,
        yanked_allowed: bool,
        hashes: frozenset[str],
        urls: tuple[str | None, ...],
    ) -> Selection | tuple[tuple[int, tuple[Rejection, ...]], ...]:
        fits: dict[int, Fit] = {}
        for target in bits(targets):
            url = urls[target] if urls else None
            fits[target] = (
                self._weigh((self.direct(url),), target, True, hashes, direct=True)
                if url is not None
                else self.fit(version, target, yanked_allowed=yanked_allowed, hashes=hashes)
            )
        while True:
            remaining = {
                target: [
                    ranked
                    for ranked in fit.usable
                    if target not in self._unusable_files.get(ranked.artifact.url, {})
                ]
                for target, fit in fits.items()
            }
            failing = [target for target, files in remaining.items() if not files]
            if failing:
                return tuple(
                    (
                        target,
                        (
                            *fits[target].rejections,
                            *self.rejected_by_metadata(fits[target], target),
                        ),
                    )
                    for target in failing
                )
            chosen = choose_files(remaining, self._targets)
            self._source.expect_metadata(ranked.artifact for ranked in chosen.values())
            metadata: dict[int, CoreMetadata] = {}
            for target, ranked in chosen.items():
                answer = self.read_metadata(ranked.artifact, target)
                if isinstance(answer, CoreMetadata):
                    metadata[target] = answer
            if len(metadata) == len(chosen):
                break
        return Selection(
            artifacts={target: ranked.artifact for target, ranked in chosen.items()},
            metadata=metadata,
            mixed_origins=len(
                {(self._targets[t].platform, r.artifact.index, r.build) for t, r in chosen.items()}
            )
            > len({self._targets[t].platform for t in chosen}),
            passed_over=tuple(
                rejection
                for target, fit in fits.items()
                for rejection in self.rejected_by_metadata(fit, target)
            ),
        )

    def rejected_by_metadata(self, fit: Fit, target: int) -> tuple[Rejection, ...]:
        """Why files that looked usable are not, as far as their metadata was read."""
        return tuple(
            rejection
            for ranked in fit.usable
            if (rejection := self._unusable_files.get(ranked.artifact.url, {}).get(target))
        )

    def read_metadata(self, artifact: Artifact, target: int) -> CoreMetadata | Rejection:
        """A file's metadata, if it may be used on a target; waits for it.

        METADATA's own Requires-Python counts too: indexes may leave the attribute out
        (PEP 503 makes `data-requires-python` optional).
        """
        known = self._unusable_files.get(artifact.url, {}).get(target)
        if known is not None:
            return known
        answer = self._source.metadata(artifact)
        if isinstance(answer, CoreMetadata):
            refused = python_rejection(
                artifact.filename, answer.requires_python, self._targets[target]
            )
            if refused is None:
                return answer
            answer = refused
        if isinstance(answer, RequiresPython):
            self._unusable_files.setdefault(artifact.url, {})[target] = answer
        else:
            self._unusable_files[artifact.url] = dict.fromkeys(range(len(self._targets)), answer)
        return answer

    def direct(self, url: str) -> Artifact:
        """The file behind a direct reference.

        Raises:
            DirectReferenceFailure: it cannot be had, or is another package.
        """
        artifact = self._direct.get(url)
        if artifact is None:
            artifact = self._direct[url] = self._source.direct_artifact(self.package, url)
        return artifact


def _python_rejected(*, filename: str, specifier: str | None, target: Target) -> Rejection:
    rejection = python_rejection(filename, specifier, target)
    assert rejection is not None, "asked where the specifier does not admit it"  # noqa: S101
    return rejection


def _known(*, filename: str, rejection: Rejection) -> Rejection:  # noqa: ARG001 - as `Reject` has it
    return rejection
