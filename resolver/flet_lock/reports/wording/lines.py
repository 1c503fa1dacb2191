"""Lines that can be pasted into the user's files."""

from collections.abc import Iterable, Sequence

from flet_lock.model.app.requirement import Place
from flet_lock.model.toml_text import render_value
from flet_lock.reports.layout.clean_text import clean, code

OWN_TABLE = "[tool.flet-lock]"


def toml_list(key: str, values: Iterable[object]) -> str:
    """`key = ["a", "b"]`."""
    return f"{key} = {render_value([str(value) for value in values])}"


def under(line: str, table: str = OWN_TABLE) -> str:
    """A line and the table of pyproject.toml it belongs to."""
    return f"{code(line)} under {code(table)}"


def at(places: Sequence[Place]) -> str:
    """` in [project].dependencies`, ` in requirements.txt:3`; nothing without a place."""
    return f" in {describe_place(places[0])}" if places else ""


def describe_place(place: Place) -> str:
    """Where something stands, without the number in its list: people look for the text."""
    return clean(place.owner.key or str(place))
