"""Requirements in arrays of pyproject.toml, the app's extras, and dependency groups.

Sources: PEP 621 (`[project]`), PEP 735 (`[dependency-groups]`).
"""

from collections.abc import Iterable, Mapping

from packaging.markers import Marker
from packaging.requirements import Requirement
from packaging.utils import NormalizedName, canonicalize_name

from flet_lock.boundary.bounds import NESTING
from flet_lock.model.app.fault import FaultKind
from flet_lock.model.app.requirement import ProjectRequirement
from flet_lock.project.diagnostics import toml_place
from flet_lock.project.document import Document, Keys, shown
from flet_lock.project.reference import BadReferenceError, instead_of, parse_requirement

_INCLUDE_GROUP = "include-group"
_MOST_EXTRAS = 1_000
"""Of one app, each counted once for each marker that it is wanted under."""


def read_requirement_array(document: Document, path: tuple[str, ...]) -> list[ProjectRequirement]:
    """The requirements in an array of strings, such as `[project].dependencies`.

    Bare URLs and paths are taken as well: `flet build` hands them to pip as they are.
    """
    found: list[ProjectRequirement] = []
    for index, text in document.strings(*path):
        entry = parse_entry(text, (*path, index), document)
        if entry is not None:
            found.append(entry)
    return found


def parse_entry(text: str, path: Keys, document: Document) -> ProjectRequirement | None:
    """Parses one requirement of pyproject.toml; None, and a fault, where it is not a requirement.

    Args:
        text: the requirement.
        path: its key.
        document: gets the fault; its folder is where relative paths start.
    """
    try:
        requirement = parse_requirement(text, document.root)
    except BadReferenceError as error:
        document.fault(
            path, error.kind, text, detail=error.detail, instead=instead_of(text, error.kind)
        )
        return None
    return ProjectRequirement(requirement=requirement, place=toml_place(path))


def with_marker(entry: ProjectRequirement, marker: Marker | None) -> ProjectRequirement:
    """The requirement, wanted only where `marker` holds, too."""
    if marker is None:
        return entry
    requirement = Requirement(str(entry.requirement))
    requirement.marker = marker if requirement.marker is None else requirement.marker & marker
    return ProjectRequirement(
        requirement=requirement,
        place=entry.place,
        platform=entry.platform,
        hashes=entry.hashes,
    )


class Extras:
    """The app's own extras, `[project.optional-dependencies]`."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._keys = _normalized_keys(document.table("project", "optional-dependencies"))
        name = document.get("project", "name")
        self._app = canonicalize_name(name) if isinstance(name, str) else None

    @property
    def names(self) -> tuple[NormalizedName, ...]:
        """Normalized, in file order."""
        return tuple(self._keys)

    def requirements(self, wanted: Iterable[NormalizedName]) -> list[ProjectRequirement]:
        """The requirements of the extras; unknown names are ignored.

        An extra may name others as `app[other]`: they are put in its place.
        """
        found: list[ProjectRequirement] = []
        seen: set[tuple[NormalizedName, str]] = set()
        for extra in wanted:
            self._collect(extra, None, (), found, seen)
        return found

    def _collect(
        self,
        extra: NormalizedName,
        marker: Marker | None,
        including: tuple[NormalizedName, ...],
        found: list[ProjectRequirement],
        seen: set[tuple[NormalizedName, str]],
    ) -> None:
        # Extras that name each other in a circle mean their union, as for pip. What is taken twice
        # under one marker says the same twice.
        key = (extra, str(marker or ""))
        if extra not in self._keys or extra in including or key in seen:
            return
        if len(including) >= NESTING or len(seen) >= _MOST_EXTRAS:
            self._document.fault(
                ("project", "optional-dependencies", self._keys[extra]),
                FaultKind.UNSUPPORTED,
                extra,
                detail="extras include each other too often",
            )
            return
        seen.add(key)
        path = ("project", "optional-dependencies", self._keys[extra])
        for entry in read_requirement_array(self._document, path):
            if entry.package != self._app or not entry.requirement.extras:
                found.append(with_marker(entry, marker))
                continue
            inner = with_marker(entry, marker).requirement.marker
            for name in sorted(entry.requirement.extras):
                other = canonicalize_name(name)
                if other not in self._keys:
                    self._document.findings.fault(
                        entry.place, FaultKind.UNKNOWN_EXTRA, name, choices=sorted(self._keys)
                    )
                self._collect(other, inner, (*including, extra), found, seen)


class DependencyGroups:
    """`[dependency-groups]` (PEP 735).

    `packaging.dependency_groups` gives the same answers (a test compares); it is not used because
    it does not say which entry of which group has a fault.
    """

    def __init__(self, document: Document) -> None:
        self._document = document
        self._collected: set[NormalizedName] = set()
        table = document.table("dependency-groups")
        self._keys = _normalized_keys(table)
        for name in table:
            if self._keys[canonicalize_name(name)] != name:
                document.fault(
                    ("dependency-groups", name),
                    FaultKind.BAD_VALUE,
                    name,
                    detail="the group is there twice: names are compared after normalizing",
                )

    @property
    def names(self) -> tuple[NormalizedName, ...]:
        """Normalized, in file order."""
        return tuple(self._keys)

    def requirements(self, wanted: Iterable[NormalizedName]) -> list[ProjectRequirement]:
        """The requirements of the groups; unknown names are ignored."""
        found: list[ProjectRequirement] = []
        self._collected.clear()
        for group in wanted:
            self._collect(group, (), found)
        return found

    def _collect(
        self,
        group: NormalizedName,
        including: tuple[NormalizedName, ...],
        found: list[ProjectRequirement],
    ) -> None:
        # A group that two others include says the same thing twice: once is enough.
        if group not in self._keys or group in self._collected:
            return
        self._collected.add(group)
        path = ("dependency-groups", self._keys[group])
        if len(including) >= NESTING:
            detail = f"groups include each other over {NESTING} levels"
            self._document.fault(path, FaultKind.UNSUPPORTED, group, detail=detail)
            return
        value = self._document.get(*path)
        if not isinstance(value, list):
            self._document.wrong_type(path, value, "array")
            return
        for index, item in enumerate(value):
            if isinstance(item, str):
                entry = parse_entry(item, (*path, index), self._document)
                if entry is not None:
                    found.append(entry)
            else:
                self._include(item, (*path, index), (*including, group), found)

    def _include(
        self,
        item: object,
        path: Keys,
        including: tuple[NormalizedName, ...],
        found: list[ProjectRequirement],
    ) -> None:
        name = item.get(_INCLUDE_GROUP) if isinstance(item, dict) else None
        if not isinstance(item, dict) or set(item) != {_INCLUDE_GROUP} or not isinstance(name, str):
            detail = 'a requirement or { include-group = "name" } is wanted'
            self._document.fault(path, FaultKind.WRONG_TYPE, shown(item), detail=detail)
            return
        other = canonicalize_name(name)
        if other in including:
            detail = " → ".join((*including, other))
            self._document.fault(path, FaultKind.CYCLE, name, detail=detail)
        elif other not in self._keys:
            choices = sorted(self._keys)
            self._document.fault(path, FaultKind.UNKNOWN_GROUP, name, choices=choices)
        else:
            self._collect(other, including, found)


def _normalized_keys(table: Mapping[str, object]) -> dict[NormalizedName, str]:
    keys: dict[NormalizedName, str] = {}
    for name in table:
        keys.setdefault(canonicalize_name(name), name)
    return keys
