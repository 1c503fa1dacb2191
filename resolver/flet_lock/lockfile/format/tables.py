"""Parsed TOML taken apart with types checked; a fault knows its place."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, TypeVar

from msgspec import Struct

_T = TypeVar("_T", str, int, bool, datetime)


class TableError(Exception):
    """Something in a lock that should not be there, or that is not there."""

    def __init__(self, place: str, detail: str) -> None:
        super().__init__(place, detail)
        self.place = place
        self.detail = detail


class Table(Struct, frozen=True):
    """A TOML table and where it stands."""

    values: Mapping[str, object]
    """Its keys and values, as `tomllib` gives them."""
    place: str
    """`packages[3].tool.flet-lock`."""

    def at(self, key: str) -> str:
        """Place of a key."""
        return f"{self.place}.{key}" if self.place else key

    def get(self, key: str, kind: type[_T]) -> _T | None:
        """A value of a type; None where the key is not there.

        Raises:
            TableError: it is of another type.
        """
        value = self.values.get(key)
        if value is None:
            return None
        # TOML tells booleans from integers; Python's bool is an int.
        if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
            raise TableError(self.at(key), f"not a {kind.__name__} but a {type(value).__name__}")
        return value

    def require(self, key: str, kind: type[_T]) -> _T:
        """A value of a type.

        Raises:
            TableError: it is missing, or of another type.
        """
        value = self.get(key, kind)
        if value is None:
            raise TableError(self.at(key), "missing")
        return value

    def strings(self, key: str) -> tuple[str, ...]:
        """An array of strings; empty where the key is not there.

        Raises:
            TableError: it is not an array, or an item is not a string.
        """
        values = self._array(key)
        for position, value in enumerate(values):
            if not isinstance(value, str):
                raise TableError(f"{self.at(key)}[{position}]", f"not a str: {value!r}")
        return tuple(values)

    def table(self, key: str) -> "Table":
        """A table; empty where the key is not there.

        Raises:
            TableError: it is not a table.
        """
        value = self.values.get(key, {})
        if not isinstance(value, dict):
            raise TableError(self.at(key), f"not a table but a {type(value).__name__}")
        return Table(value, self.at(key))

    def tables(self, key: str) -> "tuple[Table, ...]":
        """An array of tables; empty where the key is not there.

        Raises:
            TableError: it is not an array, or an item is not a table.
        """
        found = []
        for position, value in enumerate(self._array(key)):
            place = f"{self.at(key)}[{position}]"
            if not isinstance(value, dict):
                raise TableError(place, "not a table")
            found.append(Table(value, place))
        return tuple(found)

    def _array(self, key: str) -> list[Any]:
        values = self.values.get(key, [])
        if not isinstance(values, list):
            raise TableError(self.at(key), f"not an array but a {type(values).__name__}")
        return values

    def mapping(self, key: str) -> dict[str, str]:
        """A table of strings; empty where the key is not there.

        Raises:
            TableError: it is not a table, or a value is not a string.
        """
        table = self.table(key)
        return {name: table.require(name, str) for name in table.values}
