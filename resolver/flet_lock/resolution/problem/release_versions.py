"""The versions of a package, before any of their files is weighed."""

from collections.abc import Iterable
from datetime import datetime

from packaging.ranges import VersionRange
from packaging.utils import NormalizedName
from packaging.version import Version

from flet_lock.model.index.artifact import Artifact
from flet_lock.model.index.listing import Listing
from flet_lock.resolution.problem.candidate_source import CandidateSource
from flet_lock.resolution.problem.lazy_list import LazyList
from flet_lock.resolution.problem.request import ResolutionRequest
from flet_lock.resolution.problem.target_set import bits
from flet_lock.resolution.problem.version_bits import VersionBits


class ReleaseVersions:
    """The versions of one package: which exist, which are offered, which satisfy a specifier."""

    def __init__(
        self, package: NormalizedName, request: ResolutionRequest, source: CandidateSource
    ) -> None:
        """Prepares the versions; nothing is requested before it is needed.

        Args:
            package: the package.
            request: the request.
            source: lists the releases.
        """
        self.package = package
        self._request = request
        self._source = source
        self._matching: dict[tuple[VersionRange, bool], tuple[Version, ...]] = {}
        self._listing: Listing | None = None
        self._offered: LazyList[Version] | None = None
        self._known: frozenset[Version] | None = None
        self._bits: VersionBits | None = None

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
            if artifact.yanked is None and (cutoff is None or not is_newer(artifact, cutoff)):
                return True
        return False


def is_newer(artifact: Artifact, cutoff: datetime | None) -> bool:
    """Whether an artifact is known to have been uploaded at the cutoff or later."""
    # An index without upload times is exempt: nothing can be known, and this is reported.
    return (
        cutoff is not None and artifact.upload_time is not None and artifact.upload_time >= cutoff
    )
