"""`[tool.poetry]`: which dependencies, groups and extras an app declares for Poetry.

`flet build` prefers `[tool.poetry.dependencies]` to `[project].dependencies`, but reads it more
coarsely than Poetry does; here everything means what Poetry says, and a note tells where the two
differ. Source: Poetry's documentation, "Dependency specification" and "Managing dependencies".
"""

from collections.abc import Iterable

from packaging.utils import NormalizedName, canonicalize_name

from flet_lock.model.app.fault import FaultKind
from flet_lock.model.app.requirement import ProjectRequirement
from flet_lock.project.document import Document

DEPENDENCIES = ("tool", "poetry", "dependencies")
_EXTRAS = ("tool", "poetry", "extras")
_GROUPS = ("tool", "poetry", "group")
_OLD_DEV = ("tool", "poetry", "dev-dependencies")
_PYTHON = "python"


class PoetryTables:
    """Reads the dependency tables of `[tool.poetry]`."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self.prereleases: list[NormalizedName] = []
        """Packages with `allow-prereleases`, of the tables that were read."""

    @property
    def declares_dependencies(self) -> bool:
        """flet-cli's rule: the table has a key besides `python`."""
        return any(name != _PYTHON for name in self._document.table(*DEPENDENCIES))

    @property
    def extras(self) -> tuple[NormalizedName, ...]:
        """Names of `[tool.poetry.extras]`, normalized."""
        return tuple(canonicalize_name(name) for name in self._document.table(*_EXTRAS))

    @property
    def groups(self) -> tuple[NormalizedName, ...]:
        """Names of the groups, normalized; `dev` for the old `dev-dependencies` table, too."""
        names = [canonicalize_name(name) for name in self._document.table(*_GROUPS)]
        if self._document.table(*_OLD_DEV):
            names.append(canonicalize_name("dev"))
        return tuple(dict.fromkeys(names))

    def main(self, extras: Iterable[NormalizedName]) -> list[ProjectRequirement]:
        """`[tool.poetry.dependencies]`, with the optional ones that the extras ask for."""
        return self._read_table(DEPENDENCIES, self._packages_of(set(extras)))

    def group(self, wanted: NormalizedName) -> list[ProjectRequirement]:
        """A group's dependencies, with those of the groups it includes; empty if unknown."""
        found: list[ProjectRequirement] = []
        self._collect_group(wanted, (), found)
        return found

    def _collect_group(
        self,
        wanted: NormalizedName,
        including: tuple[NormalizedName, ...],
        found: list[ProjectRequirement],
    ) -> None:
        if wanted == "dev":
            found += self._read_table(_OLD_DEV, frozenset())
        for name in self._document.table(*_GROUPS):
            if canonicalize_name(name) != wanted:
                continue
            found += self._read_table((*_GROUPS, name, "dependencies"), frozenset())
            path = (*_GROUPS, name, "include-groups")
            for index, text in self._document.strings(*path):
                other = canonicalize_name(text)
                at = (*path, index)
                if other in (*including, wanted):
                    detail = " → ".join((*including, wanted, other))
                    self._document.fault(at, FaultKind.CYCLE, text, detail=detail)
                elif other not in self.groups:
                    choices = sorted(self.groups)
                    self._document.fault(at, FaultKind.UNKNOWN_GROUP, text, choices=choices)
                else:
                    self._collect_group(other, (*including, wanted), found)

    def _packages_of(self, extras: set[NormalizedName]) -> frozenset[NormalizedName]:
        packages: set[NormalizedName] = set()
        for extra in self._document.table(*_EXTRAS):
            if canonicalize_name(extra) in extras:
                for _, text in self._document.strings(*_EXTRAS, extra):
                    packages.add(canonicalize_name(text))
        return frozenset(packages)

    def _read_table(
        self, path: tuple[str, ...], optional_wanted: frozenset[NormalizedName]
    ) -> list[ProjectRequirement]:
        entries = {
            name: value for name, value in self._document.table(*path).items() if name != _PYTHON
        }
        if not entries:
            return []
        from flet_lock.project.poetry.poetry_entries import (  # noqa: PLC0415 - most apps have none
            PoetryEntries,
        )

        read = PoetryEntries(self._document, path, optional_wanted).read(entries)
        self.prereleases += read.prereleases
        return read.requirements
