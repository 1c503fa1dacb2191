"""`[tool.flet-lock.inputs]`: `LockInputs` as TOML, field by field."""

from typing import TYPE_CHECKING, Any, Final

from flet_lock.lockfile.format.tables import Table, TableError
from flet_lock.model.app.inputs import LockInputs
from flet_lock.model.facts.slices import all_slice_names
from flet_lock.model.target import Platform

if TYPE_CHECKING:
    from flet_lock.model.toml_text import Value

FIRST_GENERATION: Final = "1.0"
_DIGITS: Final = 3
"""Of a part of a version: wheel tags are made for every level up to it."""
_NEEDED: Final = frozenset({"platform", "python", "slices", "minimum_os"})
"""Fields without which a lock means nothing. Any other may be missing, from a lock that an older
flet-lock wrote: it then counts as empty, and `check` says what changed instead of giving up."""


def inputs_to_table(inputs: LockInputs) -> "dict[str, Value]":
    """The table; every field stands in it, in the order of the class, empty ones too."""
    return {_key(name): getattr(inputs, name) for name in inputs.__struct_fields__}


def inputs_from_table(table: Table) -> LockInputs:
    """The value.

    Raises:
        TableError: a field is of the wrong type, or one that is needed is missing.
    """
    values: dict[str, Any] = {}
    for name, kind in LockInputs.__annotations__.items():
        key = _key(name)
        if name in _NEEDED and key not in table.values:
            raise TableError(table.at(key), "missing")
        if kind is Platform:
            values[name] = _platform(table, key)
        elif kind is bool:
            values[name] = table.get(key, bool) or False
        elif kind is str:
            values[name] = table.get(key, str) or ""
        else:
            values[name] = table.strings(key)
    # Before generations were told apart, every app was locked as Flet 1 builds it.
    values["generation"] = values["generation"] or FIRST_GENERATION
    for name in ("python", "minimum_os"):
        _check_numbers(table, _key(name), values[name])
    # The names become folders: a lock may come with a stranger's pull request.
    unknown = set(values["slices"]) - set(all_slice_names(values["platform"]))
    if unknown or not values["slices"]:
        names = ", ".join(map(repr, sorted(unknown))) or "none"
        raise TableError(table.at("slices"), f"not slices of {values['platform']}: {names}")
    return LockInputs(**values)


def _platform(table: Table, key: str) -> Platform:
    value = table.require(key, str)
    try:
        return Platform(value)
    except ValueError as error:
        raise TableError(table.at(key), f"no platform: {value!r}") from error


def _check_numbers(table: Table, key: str, text: str) -> None:
    parts = text.split(".")
    plain = all(part.isascii() and part.isdigit() and len(part) <= _DIGITS for part in parts)
    if not plain or len(parts) > 2:  # noqa: PLR2004 - X.Y
        raise TableError(table.at(key), f"not a version: {text!r}")
    if key == "python" and len(parts) != 2:  # noqa: PLR2004 - X.Y
        raise TableError(table.at(key), f"not a minor version: {text!r}")


def _key(name: str) -> str:
    return name.replace("_", "-")
