"""A line of the user's files, before and after an edit."""

from msgspec import Struct


class EditedLine(Struct, frozen=True, kw_only=True):
    """What an edit comes to in a file."""

    file: str
    """Relative to the app's folder, `/` between parts."""
    table: str
    """`[tool.flet]`; `""` in a file without tables."""
    line: int | None
    """1-based, in a file of lines; None in TOML."""
    before: str
    """What stands there now; `""` where nothing does."""
    after: str
    """What shall stand there, ready to be pasted; `""` where it goes away."""
    begins_file: bool = False
    """Whether the file is not there yet."""
    edit: int = 0
    """Position of the edit that it comes from; a list that each platform has is two lines."""
