"""Wishes: what the app, or a package, asks for."""

from collections.abc import Iterable

from msgspec import Struct
from packaging.requirements import Requirement
from packaging.utils import NormalizedName, canonicalize_name

from flet_lock.model.target import Platform
from flet_lock.model.toml_text import render_key


class Place(Struct, frozen=True, kw_only=True):
    """Where in the user's files something stands."""

    file: str
    """Relative to the project's folder, `/` between parts: `pyproject.toml`."""
    line: int | None = None
    """1-based, for line-oriented files."""
    path: tuple[str | int, ...] = ()
    """For TOML: the keys and positions that lead to it, `("project", "dependencies", 2)`."""

    @property
    def key(self) -> str | None:
        """The path as people write it, `[project].dependencies[2]`; None without one.

        The last key stands outside the brackets, those before it name the table.
        """
        names = [depth for depth, step in enumerate(self.path) if isinstance(step, str)]
        if not names:
            return None
        table, tail = _dotted(self.path[: names[-1]]), _dotted(self.path[names[-1] :])
        return f"[{table}].{tail}" if table else f"[{tail}]"

    @property
    def position(self) -> int | None:
        """Its position in a list; None for what is no item of one."""
        last = self.path[-1] if self.path else None
        return last if isinstance(last, int) else None

    @property
    def owner(self) -> "Place":
        """The list that it is an item of, or itself."""
        return self if self.position is None else Place(file=self.file, path=self.path[:-1])

    def __str__(self) -> str:
        if self.path:
            return f"{self.file} {self.key}"
        return self.file if self.line is None else f"{self.file}:{self.line}"


def _dotted(path: Iterable[str | int]) -> str:
    steps = (f"[{step}]" if isinstance(step, int) else f".{render_key(step)}" for step in path)
    return "".join(steps).removeprefix(".")


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
