"""A package's releases against the targets: which versions match, which files they would take.

This is where "one version for all targets, each target its own file" is decided:

- a version is usable for a set of targets if every one of them has a usable file of it;
- among a target's usable files the order is tag priority, build number, index order (as pip's);
- one origin: where one index and one build number cover all targets that need the version, all its
  files come from there, because an app ships the pure part of one of them for all.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from functools import partial

from msgspec import Struct
from packaging.ranges import VersionRange
from packaging.tags import Tag
from packaging.utils import BuildTag, NormalizedName
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
from flet_lock.model.index.listing import Listing
from flet_lock.model.index.metadata import CoreMetadata
from flet_lock.model.target import Platform, Target
from flet_lock.resolution.problem.candidate_source import CandidateSource
from flet_lock.resolution.problem.lazy_list import LazyList
from flet_lock.resolution.problem.request import ResolutionRequest
from flet_lock.resolution.problem.target_set import bits
from flet_lock.resolution.problem.version_bits import VersionBits
from flet_lock.targets.compatibility import (
    Reject,
    classify_tags,
    classify_wheel,
    python_admitted,
    python_rejection,
)

SOURCE_RANK = 1_000_000
"""Rank of a file that has to be built: after every wheel."""


class RankedArtifact(Struct, frozen=True, kw_only=True):
    """A file that a target can use."""

    rank: int
    build: BuildTag
    index_order: int
    artifact: Artifact

    @property
    def sort_key(self) -> tuple[int, tuple[int, str], int, str]:
        """Best first: tag priority, then the higher build, then the earlier index."""
        number, suffix = self.build or (-1, "")
        # A build tag sorts by number, then text; both higher first. Text is inverted per
        # character so that one ascending sort serves.
        return (
            self.rank,
            (-number, "".join(chr(0x10FFFF - ord(c)) for c in suffix)),
            self.index_order,
            self.artifact.filename,
        )


class Fit:
    """A version held against one target, before any metadata is read."""

    __slots__ = ("_elsewhere", "_refused", "_rejections", "usable")

    def __init__(
        self,
        usable: tuple[RankedArtifact, ...],
        refused: Sequence[tuple[Reject, Artifact]],
        elsewhere: Callable[[], Iterable[Rejection]],
    ) -> None:
        self.usable = usable
        """Best first."""
        self._refused = refused
        self._elsewhere = elsewhere
        """Why not the files that were not even weighed."""
        self._rejections: tuple[Rejection, ...] | None = None

    @property
    def rejections(self) -> tuple[Rejection, ...]:
        """One per file that is not usable; worked out when somebody asks, as few do."""
        if self._rejections is None:
            found = [reject(filename=artifact.filename) for reject, artifact in self._refused]
            found += self._elsewhere()
            self._rejections = tuple(sorted(found, key=lambda rejection: rejection.filename))
        return self._rejections


class Selection(Struct, frozen=True, kw_only=True):
    """Each target's own file of a version, with its metadata."""

    artifacts: dict[int, Artifact]
    """Target position to file."""
    metadata: dict[int, CoreMetadata]
    mixed_origins: bool
    passed_over: tuple[Rejection, ...]
    """Files that looked usable until their metadata was read."""


class Releases:
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
        self.package = package
        self._impure = impure
        self._request = request
        self._source = source
        self._targets = request.targets
        self._index_order = {name: order for order, name in enumerate(request.index_order)}
        self._matching: dict[tuple[VersionRange, bool], tuple[Version, ...]] = {}
        self._fits: dict[tuple[Version, int, bool, frozenset[str]], Fit] = {}
        self._usable: dict[tuple[Version, int, bool, frozenset[str]], bool] = {}
        self._unusable_files: dict[str, dict[int, Rejection]] = {}
        self._selections: dict[
            tuple[Version, int, bool, frozenset[str], tuple[str | None, ...]],
            Selection | tuple[tuple[int, tuple[Rejection, ...]], ...],
        ] = {}
        self._direct: dict[str, Artifact] = {}
        self._listing: Listing | None = None
        self._offered: LazyList[Version] | None = None
        self._known: frozenset[Version] | None = None
        self._bits: VersionBits | None = None
        self._usable_bits: dict[int, int] = {}
        self._takers: dict[frozenset[Tag], int] = {}
        self._pythons = tuple({each.python_full_version: each for each in self._targets}.values())
        """One target for each Python that there is."""

    @property
    def targets(self) -> Sequence[Target]:
        """The request's targets; bit sets count in this order."""
        return self._targets

    @property
    def was_listed(self) -> bool:
        """Whether an index was asked; a direct reference needs none."""
        return self._listing is not None

    @property
    def listing(self) -> Listing:
        """What the indexes offer."""
        if self._listing is None:
            self._listing = self._source.listing(self.package)
        return self._listing

    # ------------------------------------------------------------------ versions

    def has(self, version: Version) -> bool:
        """Whether any index has a file of a version."""
        if self._known is None:
            self._known = frozenset(self.listing.versions)
        return version in self._known

    def matching(self, range_: VersionRange, *, yanked_allowed: bool) -> tuple[Version, ...]:
        """Versions that satisfy a range, newest first; pre-releases as PEP 440 says.

        A pre-release matches where the specifiers name one, where the user allows them, and
        where no final release satisfies the range at all. Whether a final release has a wheel
        for the targets plays no part: a beta is never taken silently because of a missing wheel.
        """
        return self._matching_among(
            range_, self.listing.versions if yanked_allowed else self.offered, yanked_allowed
        )

    def matching_lazily(
        self, range_: VersionRange, *, yanked_allowed: bool, admitted: int
    ) -> Iterable[Version]:
        """The same, worked out as far as somebody looks.

        Whether a version is offered is told by its files, and most are never looked at.

        Args:
            range_: what they satisfy.
            yanked_allowed: whether versions count that were taken back.
            admitted: the versions in the range, as `admitted` tells them.
        """
        every = self.listing.versions
        versions = LazyList(
            every[position]
            for position in bits(admitted & self.everything)
            if yanked_allowed or self._is_offered(every[position])
        )
        if self._prereleases_allowed:
            return range_.filter(versions, prereleases=True)
        if any(not version.is_prerelease for version in versions):
            # Then no pre-release has to wait for whether there is one: all come in their order.
            return range_.filter(versions)
        return self._matching_among(range_, versions, yanked_allowed)

    def _matching_among(
        self, range_: VersionRange, versions: Iterable[Version], yanked_allowed: bool
    ) -> tuple[Version, ...]:
        key = (range_, yanked_allowed)
        found = self._matching.get(key)
        if found is None:
            matches = tuple(range_.filter(versions, prereleases=self._prereleases_allowed or None))
            if not matches:
                matches = tuple(range_.filter(versions, prereleases=True))
            found = self._matching[key] = tuple(sorted(matches, reverse=True))
        return found

    @property
    def everything(self) -> int:
        """All versions, as bits over `listing.versions`."""
        return (1 << len(self.listing.versions)) - 1

    def admitted(self, specifier: str) -> int:
        """Versions that satisfy a canonical specifier, as bits over `listing.versions`.

        Pre-releases count: whether one may be taken depends on who else asks.
        """
        if self._bits is None:
            self._bits = VersionBits(self.listing.versions)
        return self._bits.admitted(specifier)

    def admitted_by(self, specifiers: Iterable[str]) -> int:
        """Versions that satisfy all of some specifiers, as `admitted` tells them."""
        found = self.everything
        for specifier in specifiers:
            found &= self.admitted(specifier)
        return found

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

    @property
    def _prereleases_allowed(self) -> bool:
        allowed = self._request.prereleases
        return allowed if isinstance(allowed, bool) else self.package in allowed

    @property
    def offered(self) -> Iterable[Version]:
        """Versions with at least one file that is neither yanked nor beyond the cutoff."""
        if self._offered is None:
            self._offered = LazyList(v for v in self.listing.versions if self._is_offered(v))
        return self._offered

    def _is_offered(self, version: Version) -> bool:
        cutoff = self._request.exclude_newer
        # Most have a file for phones, or an sdist, that tells; the others need not be looked at.
        for artifact in self.listing.each_artifact(version):
            if artifact.yanked is None and (cutoff is None or not _is_newer(artifact, cutoff)):
                return True
        return False

    # --------------------------------------------------------------------- files

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
        if cutoff is not None and _is_newer(artifact, cutoff) and artifact.upload_time is not None:
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
        chosen = _choose({target: fit.usable for target, fit in fits.items()}, self._targets)
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
            chosen = _choose(remaining, self._targets)
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


def _is_newer(artifact: Artifact, cutoff: datetime | None) -> bool:
    # An index without upload times is exempt: nothing can be known, and this is reported.
    return (
        cutoff is not None and artifact.upload_time is not None and artifact.upload_time >= cutoff
    )


def _python_rejected(*, filename: str, specifier: str | None, target: Target) -> Rejection:
    rejection = python_rejection(filename, specifier, target)
    assert rejection is not None, "asked where the specifier does not admit it"  # noqa: S101
    return rejection


def _known(*, filename: str, rejection: Rejection) -> Rejection:  # noqa: ARG001 - as `Reject` has it
    return rejection


def _choose(
    usable: Mapping[int, Sequence[RankedArtifact]], targets: Sequence[Target]
) -> dict[int, RankedArtifact]:
    """Each target's file, one origin per platform where one covers all of its targets."""
    if all(len(files) == 1 for files in usable.values()):
        return {target: usable[target][0] for target in sorted(usable)}
    chosen: dict[int, RankedArtifact] = {}
    for platform in {targets[position].platform for position in usable}:
        group = {t: files for t, files in usable.items() if targets[t].platform is platform}
        if any(not files for files in group.values()):
            chosen.update({t: files[0] for t, files in group.items() if files})
            continue
        best: dict[tuple[str | None, BuildTag], dict[int, RankedArtifact]] = {}
        for target, files in group.items():
            for ranked in files:
                origin = (ranked.artifact.index, ranked.build)
                best.setdefault(origin, {}).setdefault(target, ranked)
        covering = [files for files in best.values() if len(files) == len(group)]
        if covering:
            one_origin: dict[int, RankedArtifact] = min(covering, key=_origin_key)
            chosen.update(one_origin)
        else:
            chosen.update({target: files[0] for target, files in group.items()})
    return dict(sorted(chosen.items()))


def _origin_key(files: dict[int, RankedArtifact]) -> tuple[int, tuple[int, str], int, str]:
    """Orders origins: best tags over all targets together, then build, index, file name."""
    first = next(iter(files.values())).sort_key
    return (sum(ranked.rank for ranked in files.values()), first[1], first[2], first[3])
