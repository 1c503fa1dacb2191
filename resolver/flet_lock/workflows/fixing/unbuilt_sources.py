"""The indexes as seen by somebody who tries whether sources would do, and runs none of them.

What a user lists under `source_packages` is built; what is only tried for them is not: a build
runs the package's own code, and a misspelt name may be anybody's. Such an sdist is looked into.
"""

from collections.abc import Collection, Iterable

from packaging.utils import NormalizedName

from flet_lock.index.repository import Repository
from flet_lock.model.answer.rejection import Rejection, SourceBuildFailed, SourceNotPure
from flet_lock.model.index.artifact import Artifact, Sdist
from flet_lock.model.index.listing import Listing
from flet_lock.model.index.metadata import CoreMetadata
from flet_lock.model.index.source import SourceFinding, SourceKind, SourceNotSeen
from flet_lock.workflows.fixing.inspect_sources import look_into


class UnbuiltSources:
    """Satisfies `CandidateSource`."""

    def __init__(self, repository: Repository, *, trusted: Collection[NormalizedName]) -> None:
        """Looks through a repository; sdists of `trusted` packages may be built."""
        self._repository = repository
        self._trusted = trusted
        self._findings: dict[str, SourceFinding | SourceNotSeen] = {}
        self.not_built: set[NormalizedName] = set()
        """Packages of which only a build could tell whether they are pure, or what they require."""

    def listing(self, package: NormalizedName) -> Listing:
        """All releases of a package."""
        return self._repository.listing(package)

    def metadata(self, artifact: Artifact) -> CoreMetadata | Rejection:
        """What a file requires; of an sdist that may not be built, what it says of itself."""
        if not self._is_untrusted(artifact):
            return self._repository.metadata(artifact)
        # Looked into first: what is too large for that is not fetched.
        rejection = self.impure_source(artifact)
        if rejection is not None:
            return rejection
        written = self._repository.metadata_as_written(artifact)
        if written is None:
            self.not_built.add(artifact.package)
            detail = "not built, and it does not say what it requires"
            return SourceBuildFailed(filename=artifact.filename, detail=detail)
        return written

    def direct_artifact(self, package: NormalizedName, url: str) -> Artifact:
        """The file, folder or checkout behind `package @ url`."""
        return self._repository.direct_artifact(package, url)

    def prefetch_listings(self, packages: Iterable[NormalizedName]) -> None:
        """Starts asking for pages that will be needed."""
        self._repository.prefetch_listings(packages)

    def expect_metadata(self, artifacts: Iterable[Artifact]) -> None:
        """Starts reading metadata of wheels that will be needed."""
        self._repository.expect_metadata(artifacts)

    def impure_source(self, artifact: Artifact) -> Rejection | None:
        """Says why a source may not go on a phone; one that may not be built has to look pure."""
        if not self._is_untrusted(artifact) or not isinstance(artifact, Sdist):
            return self._repository.impure_source(artifact)
        finding = self._findings.get(artifact.url)
        if finding is None:
            finding = look_into([artifact], self._repository)[artifact.url]
            self._findings[artifact.url] = finding
        if not isinstance(finding, SourceFinding) or finding.kind is SourceKind.UNSURE:
            self.not_built.add(artifact.package)
        if not isinstance(finding, SourceFinding):
            return SourceBuildFailed(filename=artifact.filename, detail=finding.detail)
        if finding.kind is SourceKind.PURE:
            return None
        return SourceNotPure(filename=artifact.filename, built=", ".join(finding.evidence))

    def _is_untrusted(self, artifact: Artifact) -> bool:
        return isinstance(artifact, Sdist) and artifact.package not in self._trusted
