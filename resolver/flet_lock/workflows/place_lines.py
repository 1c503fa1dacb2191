"""The lines of places in an app's files, for whoever has to point at one."""

from functools import lru_cache
from pathlib import Path

from msgspec.structs import replace

from flet_lock.model.app.requirement import Place
from flet_lock.project.toml_lines import toml_lines


def find_line(root: Path, place: Place) -> Place:
    """The place with its line; as it was where that is not known.

    Args:
        root: the app's folder.
        place: in a file of it.
    """
    if place.line is not None or not place.path or not place.file.endswith(".toml"):
        return place
    try:
        known = _lines((root / place.file).read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError):
        return place
    for length in range(len(place.path), 0, -1):  # else that of the table that it is in
        if place.path[:length] in known:
            return replace(place, line=known[place.path[:length]])
    return place


_lines = lru_cache(maxsize=4)(toml_lines)
