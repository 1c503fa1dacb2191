"""What the resolver asks of the world. The real world reads indexes, the one in tests is a dict."""

from collections.abc import Iterable
from typing import Protocol

from packaging.utils import NormalizedName

from flet_lock.model.answer.rejection import Rejection
from flet_lock.model.index.artifact import Artifact
from flet_lock.model.index.listing import Listing
from flet_lock.model.index.metadata import CoreMetadata


class CandidateSource(Protocol):
    """Which releases exist, and what each file of one requires.

    Every method may raise `IndexFailure` when an index cannot be asked: that ends the run, it
    never looks like a missing package.
    """

    def listing(self, package: NormalizedName) -> Listing:
        """All releases of a package over all indexes; waits for the answers.

        An unknown package is a listing without versions whose replies all say NOT_FOUND.
        """
        ...

    def metadata(self, artifact: Artifact) -> CoreMetadata | Rejection:
        """What a file requires, verified against the hashes that its index gives; waits.

        A rejection (malformed, missing, disagreeing, failed source build) is an answer too.
        """
        ...

    def direct_artifact(self, package: NormalizedName, url: str) -> Artifact:
        """The file, folder or checkout behind `package @ url`.

        Raises:
            DirectReferenceFailure: there is no such thing, or it is another package.
        """
        ...

    def prefetch_listings(self, packages: Iterable[NormalizedName]) -> None:
        """Hint: these will be asked for soon. Returns at once."""
        ...

    def expect_metadata(self, artifacts: Iterable[Artifact]) -> None:
        """Hint: the metadata of these will be asked for soon. Returns at once."""
        ...

    def impure_source(self, artifact: Artifact) -> Rejection | None:
        """Builds an sdist or source tree and says why it may not go on a phone, if so.

        None for a pure result, and for wheels. Asked once, for what was chosen.
        """
        ...
