"""Lines that can be pasted into the user's files."""

from collections.abc import Iterable, Sequence

from flet_lock.model.requirement import Place
from flet_lock.reports.clean_text import clean, code

OWN_TABLE = "[tool.flet-lock]"


def toml_list(key: str, values: Iterable[object]) -> str:
    """`key = ["a", "b"]`."""
    quoted = ", ".join(f'"{value}"' for value in values)
    return f"{key} = [{quoted}]"


def under(line: str, table: str = OWN_TABLE) -> str:
    """A line and the table of pyproject.toml it belongs to."""
    return f"{code(line)} under {code(table)}"


def at(places: Sequence[Place]) -> str:
    """` in pyproject.toml [project].dependencies[2]`; nothing where the place is not known."""
    return f" in {clean(str(places[0]))}" if places else ""
