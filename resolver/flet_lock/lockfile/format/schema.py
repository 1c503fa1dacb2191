"""The version of our own tables in a lock, and how they are found."""

from collections.abc import Mapping
from typing import Final

from flet_lock.lockfile.format.tables import Table, TableError

SCHEMA_VERSION: Final = 1
"""Of `[tool.flet-lock]` and `[packages.tool.flet-lock]`; goes up when older readers would err."""

TOOL_HEADER: Final = "[tool.flet-lock]"
"""The line our own table begins with; it is the last table but for its own subtables."""


def own_table(document: Mapping[str, object]) -> Table:
    """`[tool.flet-lock]` of a parsed lock.

    Raises:
        TableError: it is not there, or a later flet-lock wrote it.
    """
    tool = Table(document, "").table("tool")
    if "flet-lock" not in tool.values:
        creator = document.get("created-by")
        raise TableError(
            "tool.flet-lock",
            f"not a lock of flet-lock, but of {creator}"
            if isinstance(creator, str) and creator != "flet-lock"
            else "not a lock of flet-lock",
        )
    own = tool.table("flet-lock")
    version = own.require("version", int)
    if version > SCHEMA_VERSION:
        raise TableError(own.at("version"), f"written by a later flet-lock: version {version}")
    if version < 1:
        raise TableError(own.at("version"), f"no such version: {version}")
    return own
