"""Wishes: what the app, or a package, asks for."""

from msgspec import Struct
from packaging.requirements import Requirement
from packaging.utils import NormalizedName, canonicalize_name

from flet_lock.model.target import Platform


class Place(Struct, frozen=True, kw_only=True):
    """Where in the user's files something stands."""

    file: str
    """Relative to the project's folder, `/` between parts: `pyproject.toml`."""
    line: int | None = None
    """1-based, for line-oriented files."""
    key: str | None = None
    """Table path, for TOML: `[project].dependencies[2]`."""

    def __str__(self) -> str:
        if self.key is not None:
            return f"{self.file} {self.key}"
        return self.file if self.line is None else f"{self.file}:{self.line}"


class ProjectRequirement(Struct, frozen=True, kw_only=True):
    """A requirement of the app itself."""

    requirement: Requirement
    place: Place
    platform: Platform | None = None
    """Only for this platform; None for both."""
    hashes: tuple[str, ...] = ()
    """`sha256:…` values of `--hash`; empty means any file will do."""

    @property
    def package(self) -> NormalizedName:
        """The normalized name it asks for."""
        return canonicalize_name(self.requirement.name)
