"""What a requirements.txt says; `requirements_txt.py` reads it."""

from pathlib import Path

from msgspec import Struct, field

from flet_lock.model.app.project import RequirementsIndexes
from flet_lock.model.app.requirement import ProjectRequirement


class RequirementsFile(Struct, frozen=True, kw_only=True):
    """What a requirements.txt and all files it includes say together."""

    requirements: tuple[ProjectRequirement, ...] = ()
    """In file order."""
    constraints: tuple[ProjectRequirement, ...] = ()
    """Of `-c` files."""
    indexes: RequirementsIndexes = field(default_factory=RequirementsIndexes)
    """Its index options."""
    prereleases: bool = False
    """Whether `--pre` is given."""
    files: tuple[Path, ...] = ()
    """Those that were read."""
