"""Universes of any size, as a source of candidates in memory.

Package `p0` is the app's requirement; each package asks for two others (a tree, so that the whole
universe is needed), for a common one with a lower bound, and, by marker, for one more on Android.
Every fifth package is native: one wheel per target. Listings and metadata are made when they are
asked for, and kept, as a real index's answers are.
"""

from collections.abc import Iterable

from packaging.requirements import Requirement
from packaging.tags import Tag
from packaging.utils import NormalizedName, canonicalize_name
from packaging.version import Version

from flet_lock.model.answer.rejection import Rejection
from flet_lock.model.app.requirement import Place, ProjectRequirement
from flet_lock.model.index.artifact import Artifact, CoreMetadataFile, Wheel
from flet_lock.model.index.listing import IndexAnswer, IndexReply, Listing
from flet_lock.model.index.metadata import CoreMetadata
from flet_lock.model.redaction import public_url
from flet_lock.model.target import Platform, Target
from flet_lock.resolution.problem.request import ResolutionRequest

PLATFORM_TAGS = {
    "arm64-v8a": "android_24_arm64_v8a",
    "armeabi-v7a": "android_24_armeabi_v7a",
    "x86_64": "android_24_x86_64",
    "iphoneos.arm64": "ios_13_0_arm64_iphoneos",
    "iphonesimulator.arm64": "ios_13_0_arm64_iphonesimulator",
    "iphonesimulator.x86_64": "ios_13_0_x86_64_iphonesimulator",
}
_NATIVE = 5
"""Every so manieth package is native."""


def targets(count: int) -> tuple[Target, ...]:
    """The first so many of Flet's six slices, on Python 3.14."""
    return tuple(
        Target(
            platform=Platform.ANDROID if number < 3 else Platform.IOS,
            slice_name=name,
            python_version=(3, 14),
            python_full_version="3.14.6",
            minimum_os=(24, 0) if number < 3 else (13, 0),
        )
        for number, name in enumerate(list(PLATFORM_TAGS)[:count])
    )


class GeneratedUniverse:
    """Satisfies `resolution.source.CandidateSource`."""

    def __init__(self, *, packages: int, versions: int) -> None:
        """Describes a universe.

        Args:
            packages: How many; all of them are needed.
            versions: Of each package, `1.0` to `1.<n-1>`.
        """
        self._packages = packages
        self._versions = [Version(f"1.{minor}") for minor in range(versions)]
        self._listings: dict[NormalizedName, Listing] = {}
        self._metadata: dict[str, CoreMetadata] = {}
        self._requirements: dict[str, Requirement] = {}

    def request(self, count: int) -> ResolutionRequest:
        """The app's request: the first package, on the first so many targets."""
        wanted = ProjectRequirement(requirement=Requirement("p0"), place=Place(file="app"))
        return ResolutionRequest(
            targets=targets(count), requirements=(wanted,), index_order=("generated",)
        )

    def listing(self, package: NormalizedName) -> Listing:
        """All releases of a package."""
        found = self._listings.get(package)
        if found is None:
            number = int(package[1:])
            reply = IndexReply(
                index="generated",
                url=public_url(f"memory://{package}/"),
                answer=IndexAnswer.FOUND,
                gives_upload_times=False,
            )
            found = self._listings[package] = Listing(
                package=package,
                replies=[reply],
                versions=self._versions,
                load=lambda version: _wheels(package, number, version),
            )
        return found

    def metadata(self, artifact: Artifact) -> CoreMetadata | Rejection:
        """What a file requires; equal for all files of a version."""
        key = f"{artifact.package} {artifact.version}"
        found = self._metadata.get(key)
        if found is None:
            number = int(artifact.package[1:])
            minor = artifact.version.minor
            found = self._metadata[key] = CoreMetadata(
                name=artifact.package,
                version=artifact.version,
                requires_dist=tuple(self._requirement(line) for line in self._lines(number, minor)),
                requires_python=None,
                provides_extra=frozenset(),
            )
        return found

    def _lines(self, number: int, minor: int) -> Iterable[str]:
        for child in (2 * number + 1, 2 * number + 2):
            if child < self._packages:
                yield f"p{child}>=1.{minor // 2}"
        if number not in {0, 1}:
            yield "p1>=1.0"
        cousin = number + self._packages // 2
        if cousin < self._packages:
            yield f"p{cousin}; sys_platform == 'android'"

    def _requirement(self, line: str) -> Requirement:
        found = self._requirements.get(line)
        if found is None:
            found = self._requirements[line] = Requirement(line)
        return found

    def direct_artifact(self, package: NormalizedName, url: str) -> Artifact:
        """Nothing is asked for by URL."""
        raise NotImplementedError(f"{package} @ {url}")

    def prefetch_listings(self, packages: Iterable[NormalizedName]) -> None:
        """Everything is at hand."""

    def expect_metadata(self, artifacts: Iterable[Artifact]) -> None:
        """Everything is at hand."""
        for _ in artifacts:  # a hint may be worked out as it is read
            pass

    def impure_source(self, artifact: Artifact) -> Rejection | None:  # noqa: ARG002 - the protocol's
        """There are wheels only."""
        return None


def _wheels(package: NormalizedName, number: int, version: Version) -> list[Artifact]:
    platforms = list(PLATFORM_TAGS.values()) if number % _NATIVE == _NATIVE - 1 else ["any"]
    found: list[Artifact] = []
    for platform in platforms:
        python, abi = ("py3", "none") if platform == "any" else ("cp314", "cp314")
        filename = f"{package}-{version}-{python}-{abi}-{platform}.whl"
        found.append(
            Wheel(
                filename=filename,
                package=canonicalize_name(package),
                version=version,
                url=f"memory://{filename}",
                index="generated",
                hashes={"sha256": f"{hash(filename) & (1 << 256) - 1:064x}"},
                size=1000,
                tags=frozenset({Tag(python, abi, platform)}),
                core_metadata=CoreMetadataFile(hashes={}),
            )
        )
    return found
