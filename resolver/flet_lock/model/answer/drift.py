"""Differences between what a project asks for and what its lock was made for."""

from enum import StrEnum

from msgspec import Struct

from flet_lock.model.app.requirement import Place
from flet_lock.model.target import Platform


class DriftKind(StrEnum):
    """What differs: a field of `LockInputs`, by its name, or the lock file as a whole."""

    MISSING = "missing"
    """There is no lock."""
    DAMAGED = "damaged"
    """The lock's text was changed after it was written, by hand or by a merge."""
    PLATFORM = "platform"
    GENERATION = "generation"
    REQUIREMENTS = "requirements"
    CONSTRAINTS = "constraints"
    OVERRIDES = "overrides"
    PYTHON = "python"
    REQUIRES_PYTHON = "requires_python"
    SLICES = "slices"
    MINIMUM_OS = "minimum_os"
    SOURCE_PACKAGES = "source_packages"
    INDEXES = "indexes"
    SOURCES = "sources"
    GROUPS = "groups"
    EXTRAS = "extras"
    PRERELEASES = "prereleases"
    EXCLUDE_NEWER = "exclude_newer"
    SAME_VERSIONS = "same_versions"
    CATALOGUE = "catalogue"

    @property
    def is_of_the_file(self) -> bool:
        """Whether it is about the lock file as a whole, and names its platform."""
        return self in (DriftKind.MISSING, DriftKind.DAMAGED, DriftKind.PLATFORM)


class Drift(Struct, frozen=True, kw_only=True):
    """One difference between a project and its lock."""

    platform: Platform
    kind: DriftKind
    added: tuple[str, ...]
    """What the project says and the lock does not; for single values, the project's."""
    removed: tuple[str, ...]
    """What the lock says and the project does not; for single values, the lock's."""
    places: tuple[Place | None, ...]
    """Where the added ones stand; same order as `added`. None where there is no place; documents
    have the text, `pyproject.toml [project].dependencies[2]` or `""`."""
