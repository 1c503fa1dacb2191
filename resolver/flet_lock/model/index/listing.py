"""What all indexes together offer of one package."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from enum import StrEnum

from msgspec import Struct
from packaging.utils import NormalizedName
from packaging.version import Version

from flet_lock.model.answer.rejection import MalformedFilename
from flet_lock.model.index.artifact import Artifact
from flet_lock.model.redaction import PublicUrl

_NO_FAULTS: Mapping[str, str] = {}


class IndexAnswer(StrEnum):
    """How an index that was asked for a package answered (one that fails raises instead)."""

    FOUND = "found"
    NOT_FOUND = "not-found"


class IndexReply(Struct, frozen=True, kw_only=True):
    """The answer of one index."""

    index: str
    """The index's name."""
    url: PublicUrl
    """The page that was asked for."""
    answer: IndexAnswer
    gives_upload_times: bool
    """False where no file on the page has one: `--exclude-newer` cannot be applied to it."""


class Listing:
    """All releases of a package over all indexes that may serve it, newest version first.

    Artifacts are built when a version is looked at: pages list thousands of files, a
    resolution looks at a few dozen versions.
    """

    __slots__ = (
        "_elsewhere",
        "_for_phones",
        "_load",
        "_load_elsewhere",
        "faults",
        "malformed",
        "package",
        "replies",
        "versions",
    )

    def __init__(
        self,
        *,
        package: NormalizedName,
        replies: Sequence[IndexReply],
        versions: Sequence[Version],
        load: Callable[[Version], Sequence[Artifact]],
        load_elsewhere: Callable[[Version], Sequence[Artifact]] | None = None,
        malformed: Sequence[MalformedFilename] = (),
        faults: Mapping[str, str] = _NO_FAULTS,
    ) -> None:
        """Loads nothing yet.

        Args:
            package: Whose releases they are.
            replies: One per index that was asked, in index order.
            versions: Every version that has at least one file of any kind.
            load: The files of a version; with `load_elsewhere`, only those a phone could take.
            load_elsewhere: Its other files, which no phone takes whatever its Python or OS.
            malformed: Files whose names are not those of a wheel or an sdist of this package.
            faults: URL of a file to what is wrong with its row, which makes it unusable; known once
                its version was looked at.
        """
        self.package = package
        self.replies = tuple(replies)
        self.versions = tuple(sorted(versions, reverse=True))
        self.malformed = tuple(malformed)
        self.faults = faults
        self._load = load
        self._load_elsewhere = load_elsewhere
        self._for_phones: dict[Version, tuple[Artifact, ...]] = {}
        self._elsewhere: dict[Version, tuple[Artifact, ...]] = {}

    @property
    def found(self) -> bool:
        """Whether any index knows the package."""
        return any(reply.answer is IndexAnswer.FOUND for reply in self.replies)

    def artifacts(self, version: Version) -> tuple[Artifact, ...]:
        """Every file of a version: those for phones, then the others; each in index order.

        Raises:
            KeyError: the version is not one of `versions`.
        """
        return (*self.for_phones(version), *self.elsewhere(version))

    def each_artifact(self, version: Version) -> Iterator[Artifact]:
        """The same one by one; those that no phone takes are built when somebody gets that far."""
        yield from self.for_phones(version)
        yield from self.elsewhere(version)

    def for_phones(self, version: Version) -> tuple[Artifact, ...]:
        """The files of a version that some phone could take, or that a wheel can be built from.

        Raises:
            KeyError: the version is not one of `versions`.
        """
        found = self._for_phones.get(version)
        if found is None:
            found = self._for_phones[version] = tuple(self._load(version))
        return found

    def elsewhere(self, version: Version) -> tuple[Artifact, ...]:
        """The other files of a version.

        Raises:
            KeyError: the version is not one of `versions`.
        """
        if self._load_elsewhere is None:
            return ()
        found = self._elsewhere.get(version)
        if found is None:
            found = self._elsewhere[version] = tuple(self._load_elsewhere(version))
        return found
