"""The part of a distribution's METADATA that decides a resolution."""

from msgspec import Struct
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import NormalizedName
from packaging.version import Version


class CoreMetadata(Struct, frozen=True, kw_only=True):
    """Name, version and requirements of one artifact; wheels of one version may differ in them."""

    name: NormalizedName
    version: Version
    requires_dist: tuple[Requirement, ...]
    """In the file's order, markers unevaluated."""
    requires_python: SpecifierSet | None
    provides_extra: frozenset[NormalizedName]
