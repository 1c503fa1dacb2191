"""Where the facts that are shipped with the package lie on disk."""

from pathlib import Path
from typing import Final

_PACKAGE: Final = Path(__file__).parent.parent


def shipped_path(name: str) -> Path:
    """A file of `data/catalog/`, wherever the package runs from.

    An installed wheel has the folder inside the package (pyproject's `force-include`); in a
    checkout, or an editable installation of one, it is the repository's own.

    Args:
        name: the file's name, `python-releases.json`.
    """
    installed = _PACKAGE / "_data" / "catalog" / name
    if installed.exists():
        return installed
    return _PACKAGE.parent.parent / "data" / "catalog" / name
