"""What all indexes together offer of one package."""

from collections.abc import Callable, Sequence
from enum import StrEnum

from msgspec import Struct
from packaging.utils import NormalizedName
from packaging.version import Version

from flet_lock.model.artifact import Artifact
from flet_lock.model.rejection import MalformedFilename


class IndexAnswer(StrEnum):
    """How an index that was asked for a package answered (one that fails raises instead)."""

    FOUND = "found"
    NOT_FOUND = "not-found"


class IndexReply(Struct, frozen=True, kw_only=True):
    """The answer of one index."""

    index: str
    """The index's name."""
    url: str
    """The page that was asked for, without credentials."""
    answer: IndexAnswer
    gives_upload_times: bool
    """False where no file on the page has one: `--exclude-newer` cannot be applied to it."""


class Listing:
    """All releases of a package over all indexes that may serve it, newest version first.

    Artifacts are built when a version is looked at: pages list thousands of files, a
    resolution looks at a few dozen versions.
    """

    __slots__ = ("_artifacts", "_load", "malformed", "package", "replies", "versions")

    def __init__(
        self,
        *,
        package: NormalizedName,
        replies: Sequence[IndexReply],
        versions: Sequence[Version],
        load: Callable[[Version], Sequence[Artifact]],
        malformed: Sequence[MalformedFilename] = (),
    ) -> None:
        self.package = package
        self.replies = tuple(replies)
        """One per index that was asked, in index order."""
        self.versions = tuple(sorted(versions, reverse=True))
        """Every version that has at least one file of any kind."""
        self.malformed = tuple(malformed)
        """Files whose names are not those of a wheel or an sdist of this package."""
        self._load = load
        self._artifacts: dict[Version, tuple[Artifact, ...]] = {}

    @property
    def found(self) -> bool:
        """Whether any index knows the package."""
        return any(reply.answer is IndexAnswer.FOUND for reply in self.replies)

    def artifacts(self, version: Version) -> tuple[Artifact, ...]:
        """Every file of a version: index order first, then the page's order.

        Raises:
            KeyError: the version is not one of `versions`.
        """
        found = self._artifacts.get(version)
        if found is None:
            found = self._artifacts[version] = tuple(self._load(version))
        return found
