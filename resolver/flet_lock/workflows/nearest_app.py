"""Which app a folder is of, for a command that is started anywhere in a project."""

from pathlib import Path

from flet_lock.lockfile.read_lock import lock_path
from flet_lock.model.target import Platform
from flet_lock.project.find_app import names_flet


def is_app(folder: Path) -> bool:
    """Whether a folder has a list of its own that names flet, or a lock."""
    locks = (lock_path(folder, platform) for platform in Platform)
    return names_flet(folder) or any(path.is_file() for path in locks)


def nearest_app(folder: Path) -> Path | None:
    """The folder itself, its `src` or the nearest one above it, where that is an app's; else None.

    The way up ends with the repository.
    """
    steps = folder
    for _ in range(len(folder.resolve().parts)):
        if is_app(steps):
            return steps
        if steps == folder and is_app(folder / "src"):
            return folder / "src"
        if (steps / ".git").exists():
            break
        steps = Path("..") if steps == Path() else _above(steps)
    return None


def _above(folder: Path) -> Path:
    """The folder that holds another, as a path that is as relative."""
    return folder / ".." if folder.name in ("", "..") else folder.parent
