"""Where the facts that are shipped with the package lie on disk."""

from pathlib import Path
from typing import Final

_PACKAGE: Final = Path(__file__).parent.parent


def shipped_path(name: str) -> Path:
    """A file of `data/catalog/`, `python-releases.json`, wherever the package runs from."""
    return shipped_folder("catalog") / name


def shipped_folder(name: str) -> Path:
    """A folder of `data/`.

    An installed wheel has it inside the package (pyproject's `force-include`); in a checkout, or
    an editable installation of one, it is the repository's own.
    """
    installed = _PACKAGE / "_data" / name
    return installed if installed.exists() else _PACKAGE.parent.parent / "data" / name
