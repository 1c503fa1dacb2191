"""The indexes of a run, from the changes that each layer of settings makes.

Order: the default index, the user's own as they were named, the Flet index. The order only breaks
a tie (same version, tag and build number on two indexes): then the user's own index goes before
Flet's, because a user who names an index with a build of their own means to use it.
"""

from collections.abc import Iterable

from msgspec import Struct

from flet_lock.model.app.project import RequirementsIndexes
from flet_lock.model.app.settings import FLET, FLET_URL, PYPI, PYPI_URL, Index


class SetIndex(Struct, frozen=True, kw_only=True):
    """Adds an index, or replaces the location of the one of this name."""

    name: str
    """In lower case."""
    location: str
    """URL, or absolute path of a folder; it may hold credentials."""
    explicit: bool | None = None
    """None keeps what an earlier layer said, else False."""


class RemoveIndex(Struct, frozen=True, kw_only=True):
    """Takes an index away; nothing happens where there is none of this name."""

    name: str
    """In lower case."""


IndexChange = SetIndex | RemoveIndex


def apply_index_changes(changes: Iterable[IndexChange]) -> tuple[Index, ...]:
    """The defaults after all changes, in the order in which they are to be asked."""
    found = {
        PYPI: Index(name=PYPI, location=PYPI_URL),
        FLET: Index(name=FLET, location=FLET_URL),
    }
    for change in changes:
        if isinstance(change, RemoveIndex):
            found.pop(change.name, None)
            continue
        earlier = found.get(change.name)
        explicit = change.explicit
        if explicit is None:
            explicit = earlier is not None and earlier.explicit
        found[change.name] = Index(name=change.name, location=change.location, explicit=explicit)
    rank = {PYPI: 0, FLET: 2}
    return tuple(sorted(found.values(), key=lambda index: rank.get(index.name, 1)))


def changes_by_requirements(indexes: RequirementsIndexes) -> tuple[IndexChange, ...]:
    """What the options of requirements.txt change; the weakest layer.

    `--index-url` replaces the default index. To pip it also takes away the indexes named before
    it, Flet's among them; a phone build cannot work without that, so it stays. `--no-index` leaves
    only `--find-links`.
    """
    changes: list[IndexChange] = []
    locations = [*indexes.extra_indexes, *indexes.find_links]
    if indexes.no_index:
        changes += [RemoveIndex(name=PYPI), RemoveIndex(name=FLET)]
        locations = list(indexes.find_links)
    elif indexes.default_index is not None:
        changes.append(SetIndex(name=PYPI, location=indexes.default_index))
    # Addresses may hold credentials, so they are no names.
    changes += [
        SetIndex(name=f"requirements-{number}", location=location)
        for number, location in enumerate(locations, start=1)
        if location.rstrip("/") != FLET_URL
    ]
    return tuple(changes)
