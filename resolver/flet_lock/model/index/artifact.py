"""Files that an index offers, or that a requirement names directly."""

from collections.abc import Mapping
from datetime import datetime

from msgspec import Struct, field
from packaging.tags import Tag
from packaging.utils import BuildTag, NormalizedName
from packaging.version import Version


class CoreMetadataFile(Struct, frozen=True, kw_only=True):
    """The promise of a PEP 658 metadata file beside a wheel (`<url>.metadata`)."""

    hashes: Mapping[str, str] = field(default_factory=dict)
    """Algorithm to hex digest; empty where the index promises a file but no digest."""

    def __hash__(self) -> int:
        return hash(frozenset(self.hashes.items()))


class Artifact(Struct, frozen=True, kw_only=True):
    """One file of a release."""

    filename: str
    package: NormalizedName
    version: Version
    """As in the file name; METADATA may spell it differently (8.11 and 8.11.0)."""
    url: str
    """Where it is: `https://…`, or `file://…` for a directory index. Never with credentials."""
    index: str | None
    """Name of the index that listed it; None for a direct reference or a local file."""
    hashes: Mapping[str, str] = field(default_factory=dict)
    """Algorithm to hex digest, as the index promises; empty where it promises none."""
    size: int | None = None
    """Bytes; None where the index does not say."""
    upload_time: datetime | None = None
    """UTC (PEP 700); None where the index does not say."""
    requires_python: str | None = None
    """PEP 503 `data-requires-python`, verbatim; None where the index does not say."""
    yanked: str | None = None
    """PEP 592: the reason, `""` without one; None for a file that is not yanked."""

    def __hash__(self) -> int:
        return hash((self.filename, self.url, self.index))

    @property
    def sha256(self) -> str | None:
        """Hex digest the index promises; None where it promises none."""
        return self.hashes.get("sha256")


class Wheel(Artifact, frozen=True, kw_only=True):
    """A wheel file."""

    build: BuildTag = ()
    """`()` without a build tag; sorts as the wheel specification says."""
    tags: frozenset[Tag] = frozenset()
    core_metadata: CoreMetadataFile | None = None
    """None where the index offers no separate metadata file."""


class Sdist(Artifact, frozen=True, kw_only=True):
    """A source distribution (`.tar.gz` or `.zip`)."""


class SourceTree(Artifact, frozen=True, kw_only=True):
    """A local directory or a VCS checkout that a requirement names directly.

    `filename` is the directory's name, `url` the requirement's own URL.
    """

    commit: str | None = None
    """The commit of a VCS reference; None for a local directory."""
    vcs: str | None = None
    """`git`, …; None for a local directory."""
    requested_revision: str | None = None
    subdirectory: str | None = None


def is_pure_tag(tag: Tag) -> bool:
    """Whether the tag runs on every platform: `none-any` (any interpreter)."""
    return tag.platform == "any" and tag.abi == "none"
