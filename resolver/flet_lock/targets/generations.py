"""The table of Flet's generations, `data/catalog/flet-generations.toml`: read and checked."""

from functools import cache
from pathlib import Path
from typing import Final

import msgspec
from packaging.version import InvalidVersion, Version

from flet_lock.boundary.document import parse_toml
from flet_lock.model.errors.usage import CatalogueError
from flet_lock.model.facts.generation import Generation, Generations
from flet_lock.targets.shipped_data import shipped_path

_MOST_CHARACTERS: Final = 64 * 1024
_NOT_INHERITED: Final = ("since", "unknown")


@cache
def load_generations() -> Generations:
    """The shipped table.

    Raises:
        CatalogueError: it cannot be read, or has a fault.
    """
    path = shipped_path("flet-generations.toml")
    try:
        with path.open(encoding="utf-8") as stream:
            text = stream.read(_MOST_CHARACTERS + 1)
    except (OSError, UnicodeDecodeError) as error:
        raise CatalogueError(path=str(path), detail=str(error)) from error
    return parse_generations(text, path=path)


def parse_generations(text: str, *, path: Path) -> Generations:
    """The table in a text; each row is completed by the rows before it.

    Args:
        text: TOML: `known_to`, and `[[flet]]` rows that hold what changed with a version.
        path: where it comes from, for errors.

    Raises:
        CatalogueError: it is too long, not TOML, or a row has an unknown key, a value that it
            cannot have, or a version that is not after the one before it.
    """

    def refused(detail: str) -> CatalogueError:
        return CatalogueError(path=str(path), detail=detail)

    if len(text) > _MOST_CHARACTERS:
        raise refused(f"more than {_MOST_CHARACTERS} characters")
    try:
        document = parse_toml(text)
    except ValueError as error:
        raise refused(f"not TOML: {error}") from error
    listed = document.get("flet")
    if set(document) != {"flet", "known_to"} or not isinstance(listed, list) or not listed:
        raise refused("known_to and [[flet]] are wanted, and nothing else")
    rows: list[Generation] = []
    values: dict[str, object] = {}
    for position, changes in enumerate(listed):
        kept = {name: value for name, value in values.items() if name not in _NOT_INHERITED}
        values = {**kept, **changes} if isinstance(changes, dict) else {}
        try:
            row = msgspec.convert(values, Generation)
            if rows and Version(row.since) <= Version(rows[-1].since):
                raise refused(f"flet[{position}].since: not after the row before")
            Version(row.since)
        except (msgspec.ValidationError, InvalidVersion) as error:
            raise refused(f"flet[{position}]: {error}") from error
        rows.append(row)
    known_to = document["known_to"]
    try:
        if Version(known_to) < Version(rows[-1].since):
            raise refused("known_to: before the last row")
    except (InvalidVersion, TypeError) as error:
        raise refused(f"known_to: {error}") from error
    return Generations(rows=tuple(rows), known_to=known_to)
