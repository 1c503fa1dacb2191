"""A world of packages in memory: the `CandidateSource` of the tests, and what was asked of it.

It knows files and what their METADATA says, nothing about targets, markers or choices.
"""

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from packaging.requirements import InvalidRequirement, Requirement
from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.utils import (
    InvalidSdistFilename,
    InvalidWheelFilename,
    NormalizedName,
    canonicalize_name,
    parse_sdist_filename,
    parse_wheel_filename,
)
from packaging.version import Version

from flet_lock.model.answer.rejection import (
    MalformedFilename,
    MalformedMetadata,
    MalformedRequiresPython,
    MetadataDisagrees,
    MetadataMissing,
    Rejection,
    SourceBuildFailed,
    SourceNotPure,
)
from flet_lock.model.errors.index import DirectReferenceFailure, IndexUnreachable
from flet_lock.model.index.artifact import Artifact, CoreMetadataFile, Sdist, Wheel
from flet_lock.model.index.listing import IndexAnswer, IndexReply, Listing
from flet_lock.model.index.metadata import CoreMetadata
from flet_lock.model.redaction import public_url

_EXTRA = re.compile(r"""extra\s*==\s*["']([^"']+)["']""")


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """A file that an index offers, and what its METADATA says."""

    filename: str
    index: str = "pypi"
    requires: tuple[str, ...] = ()
    """`Requires-Dist` lines as written; one that is no requirement makes METADATA malformed."""
    requires_python: str | None = None
    """`Requires-Python` of METADATA."""
    page_requires_python: str | None = None
    """`data-requires-python` of the page."""
    provides_extra: tuple[str, ...] = ()
    """Besides those that the markers of `requires` name."""
    yanked: str | None = None
    uploaded: datetime | None = None
    hashed: bool = True
    """False: the page gives no hash."""
    metadata_version: str | None = None
    """`Version` of METADATA, where it is not the file name's."""
    metadata_missing: bool = False
    build_failure: str | None = None
    """Sdist: what the PEP 517 build says as it fails."""
    native_sources: str | None = None
    """Sdist: the native code in it; None for a pure one."""


def sha256_of(offer: Offer) -> str:
    """The digest that a universe gives a file: the same in every run."""
    return hashlib.sha256(f"{offer.index}/{offer.filename}".encode()).hexdigest()


@dataclass(slots=True)
class Questions:
    """What a resolver asked, in the order it asked."""

    listings: list[NormalizedName] = field(default_factory=list)
    metadata: list[str] = field(default_factory=list)
    """File names."""
    direct: list[str] = field(default_factory=list)
    """URLs."""
    expected_listings: list[NormalizedName] = field(default_factory=list)
    expected_metadata: list[str] = field(default_factory=list)
    source_builds: list[str] = field(default_factory=list)


class Universe:
    """Packages and their files, in the order in which the indexes list them."""

    def __init__(
        self,
        packages: Mapping[str, Sequence[Offer]],
        *,
        indexes: Sequence[str] = ("pypi", "flet"),
        direct: Mapping[str, Offer] | None = None,
        unreachable: Iterable[str] = (),
    ) -> None:
        """Build a universe.

        Args:
            packages: name to files; a name without files is a project page without links.
            indexes: in order.
            direct: URL to the file behind it.
            unreachable: packages whose page, and file names whose METADATA, cannot be had.
        """
        self.packages = {canonicalize_name(name): tuple(files) for name, files in packages.items()}
        self.indexes = tuple(indexes)
        self.direct = dict(direct or {})
        self.unreachable = frozenset(unreachable)
        self.asked = Questions()
        self._offers = {
            _url(offer): offer for offers in self.packages.values() for offer in offers
        } | self.direct

    def listing(self, package: NormalizedName) -> Listing:
        self.asked.listings.append(package)
        if package in self.unreachable:
            raise IndexUnreachable(
                index=self.indexes[0],
                url=public_url(_page(self.indexes[0], package)),
                detail="connection reset",
                attempts=4,
            )
        return self.peek_listing(package)

    def peek_listing(self, package: NormalizedName) -> Listing:
        """All files of a package, without counting as a question."""
        offers = [
            offer
            for index in self.indexes
            for offer in self.packages.get(package, ())
            if offer.index == index
        ]
        files: dict[Version, list[Artifact]] = {}
        malformed: list[MalformedFilename] = []
        for offer in offers:
            try:
                artifact = _artifact(offer, url=_url(offer), index=offer.index)
            except (InvalidWheelFilename, InvalidSdistFilename) as error:
                malformed.append(MalformedFilename(filename=offer.filename, detail=str(error)))
                continue
            files.setdefault(artifact.version, []).append(artifact)
        return Listing(
            package=package,
            replies=[self._reply(package, index) for index in self.indexes],
            versions=list(files),
            load=files.__getitem__,
            malformed=malformed,
        )

    def _reply(self, package: NormalizedName, index: str) -> IndexReply:
        offers = self.packages.get(package)
        here = [offer for offer in offers or () if offer.index == index]
        empty_page = offers == () and index == self.indexes[0]
        return IndexReply(
            index=index,
            url=public_url(_page(index, package)),
            answer=IndexAnswer.FOUND if here or empty_page else IndexAnswer.NOT_FOUND,
            gives_upload_times=any(offer.uploaded is not None for offer in here),
        )

    def metadata(self, artifact: Artifact) -> CoreMetadata | Rejection:
        self.asked.metadata.append(artifact.filename)
        if artifact.filename in self.unreachable:
            raise IndexUnreachable(
                index=artifact.index,
                url=public_url(artifact.url),
                detail="time-out",
                attempts=4,
                status=503,
            )
        return self.peek_metadata(artifact)

    def peek_metadata(self, artifact: Artifact) -> CoreMetadata | Rejection:
        """What a file requires, without counting as a question."""
        offer = self._offers[artifact.url]
        if offer.metadata_missing:
            return MetadataMissing(filename=artifact.filename, detail="no METADATA in the wheel")
        if offer.build_failure is not None:
            return SourceBuildFailed(filename=artifact.filename, detail=offer.build_failure)
        return _read_metadata(offer, artifact)

    def direct_artifact(self, package: NormalizedName, url: str) -> Artifact:
        self.asked.direct.append(url)
        offer = self.direct.get(url)
        if offer is None:
            raise DirectReferenceFailure(
                package=package,
                url=public_url(url),
                place=None,
                rejection=None,
                detail="404 Not Found",
            )
        return _artifact(offer, url=url, index=None)

    def prefetch_listings(self, packages: Iterable[NormalizedName]) -> None:
        self.asked.expected_listings.extend(packages)

    def expect_metadata(self, artifacts: Iterable[Artifact]) -> None:
        self.asked.expected_metadata.extend(artifact.filename for artifact in artifacts)

    def impure_source(self, artifact: Artifact) -> Rejection | None:
        self.asked.source_builds.append(artifact.filename)
        sources = self._offers[artifact.url].native_sources
        if isinstance(artifact, Wheel) or sources is None:
            return None
        return SourceNotPure(filename=artifact.filename, built=sources)

    def offer_of(self, artifact: Artifact) -> Offer:
        """The offer behind an artifact, without counting as a question."""
        return self._offers[artifact.url]

    def shuffled(self) -> "Universe":
        """The same universe, told backwards: packages and files in reverse order.

        The order of the indexes stays: it decides ties.
        """
        return Universe(
            {name: tuple(reversed(files)) for name, files in reversed(self.packages.items())},
            indexes=self.indexes,
            direct=self.direct,
            unreachable=self.unreachable,
        )


def _page(index: str, package: NormalizedName) -> str:
    return f"https://{index}.example/simple/{package}/"


def _url(offer: Offer) -> str:
    return f"https://{offer.index}.example/files/{offer.filename}"


def _artifact(offer: Offer, *, url: str, index: str | None) -> Artifact:
    hashes = {"sha256": sha256_of(offer)} if offer.hashed else {}
    if offer.filename.endswith(".whl"):
        package, version, build, tags = parse_wheel_filename(offer.filename)
        return Wheel(
            filename=offer.filename,
            package=package,
            version=version,
            url=url,
            index=index,
            hashes=hashes,
            size=len(offer.filename),
            upload_time=offer.uploaded,
            requires_python=offer.page_requires_python,
            yanked=offer.yanked,
            build=build,
            tags=tags,
            core_metadata=CoreMetadataFile(),
        )
    package, version = parse_sdist_filename(offer.filename)
    return Sdist(
        filename=offer.filename,
        package=package,
        version=version,
        url=url,
        index=index,
        hashes=hashes,
        size=len(offer.filename),
        upload_time=offer.uploaded,
        requires_python=offer.page_requires_python,
        yanked=offer.yanked,
    )


def _read_metadata(offer: Offer, artifact: Artifact) -> CoreMetadata | Rejection:
    version = Version(offer.metadata_version or str(artifact.version))
    if version != artifact.version:
        return MetadataDisagrees(
            filename=artifact.filename,
            field="Version",
            expected=str(artifact.version),
            found=str(version),
        )
    requires = []
    for line in offer.requires:
        try:
            requires.append(Requirement(line))
        except InvalidRequirement as error:
            return MalformedMetadata(
                filename=artifact.filename, detail=f"Requires-Dist: {line}: {error}"
            )
    requires_python = None
    if offer.requires_python is not None:
        try:
            requires_python = SpecifierSet(offer.requires_python)
        except InvalidSpecifier:
            return MalformedRequiresPython(filename=artifact.filename, value=offer.requires_python)
    extras = {name for line in offer.requires for name in _EXTRA.findall(line)}
    return CoreMetadata(
        name=artifact.package,
        version=version,
        requires_dist=tuple(requires),
        requires_python=requires_python,
        provides_extra=frozenset(
            canonicalize_name(name) for name in extras.union(offer.provides_extra)
        ),
    )
