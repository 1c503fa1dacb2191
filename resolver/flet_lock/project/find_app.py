"""Whether a folder that declares nothing is an app at all, and where one is if it is not.

`flet build` takes any folder with a `main.py`, and installs `flet` where nothing is declared. A
lock of flet alone for an empty folder, or for the folder above the app, would look like success.
"""

from collections.abc import Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import Final

from flet_lock.boundary.regular_file import read_start
from flet_lock.model.errors.project import NoApp
from flet_lock.project.diagnostics import PYPROJECT, ProjectDiagnostics
from flet_lock.project.document import read_document

_OWN_LISTS: Final = (PYPROJECT, "requirements.txt")
_OTHER_LISTS: Final = (
    "Pipfile",
    "environment.yml",
    "environment.yaml",
    "setup.cfg",
    "setup.py",
    "requirements.in",
    "requirements",
)
"""What other tools read: none of it is read by `flet build`."""
_APP_TABLES: Final = (("tool", "flet"), ("tool", "poetry"), ("tool", "flet-lock"))
_ENTRANCES: Final = ("main.py", "src/main.py")
_ENTRIES_LOOKED_AT: Final = 200
_BYTES_LOOKED_AT: Final = 100_000
_APPS_NAMED: Final = 3
_OF_TOOLS: Final = frozenset({"build", "dist", "node_modules", "venv", "env", "site-packages"})


def refuse_no_app(root: Path, texts: Mapping[str, str] | None) -> None:
    """Ends the reading of a folder that declares no dependency and is no app.

    Args:
        root: the folder.
        texts: texts of files by name, read instead of those on the disk; None: no such texts.

    Raises:
        NoApp: it is none.
    """
    document = read_document(root, ProjectDiagnostics(), texts=texts)
    if (root / _OWN_LISTS[1]).exists() or any(
        document.get(*path) is not None for path in _APP_TABLES
    ):
        return
    other_list = next((name for name in _OTHER_LISTS if (root / name).exists()), "")
    has_code = any((root / name).is_file() for name in _ENTRANCES)
    if document.get("project") is not None and (has_code or not _apps_below(root)):
        return
    apps = _apps_around(root)
    if not other_list and not apps and (has_code or _holds_python(root)):
        return
    raise NoApp(folder=root.name, apps=apps, other_list=other_list)


def _holds_python(root: Path) -> bool:
    return any(each.suffix == ".py" for each in _entries(root))


def _apps_around(root: Path) -> tuple[str, ...]:
    """Folders with an app, relative to this one: the one above it, else those below."""
    return ("..",) if names_flet(root.parent) else _apps_below(root)


def _apps_below(root: Path) -> tuple[str, ...]:
    found = (
        folder.relative_to(root).as_posix()
        for folder in _folders(root)
        for folder in (folder, *_folders(folder))
        if names_flet(folder)
    )
    return tuple(islice(found, _APPS_NAMED))


def _folders(folder: Path) -> Iterator[Path]:
    for each in _entries(folder):
        if each.name not in _OF_TOOLS and not each.name.startswith((".", "_")) and each.is_dir():
            yield each


def _entries(folder: Path) -> list[Path]:
    try:
        return sorted(islice(folder.iterdir(), _ENTRIES_LOOKED_AT))
    except OSError:
        return []


def names_flet(folder: Path) -> bool:
    """Whether a folder has a list of its own that names flet."""
    for name in _OWN_LISTS:
        try:
            if b"flet" in read_start(folder / name, most_bytes=_BYTES_LOOKED_AT):
                return True
        except (OSError, ValueError):
            continue
    return False
