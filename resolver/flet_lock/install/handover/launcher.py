"""Finds `flet-lock-pip`, as pip or uv installed it beside `flet-lock`."""

import site
import sys
import sysconfig
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from flet_lock.model.errors.handover import LauncherMissing
from flet_lock.model.host_system import is_windows

NAME: Final = "flet-lock-pip"


def find_launcher() -> Path:
    """The program's path.

    Raises:
        LauncherMissing: it is not there, or could not start inside a build.
    """
    # A program of its own on every system: pip wants one file it can run, on Windows an `.exe`.
    name = f"{NAME}.exe" if is_windows() else NAME
    for folder in _folders():
        if (folder / name).is_file():
            if _is_user_site():
                # serious_python sets PYTHONNOUSERSITE for pip, and for whatever pip runs.
                raise LauncherMissing(path=str(folder / name), in_user_site=True)
            return folder / name
    raise LauncherMissing(path=str(next(_folders()) / name), in_user_site=False)


def _folders() -> Iterator[Path]:
    yield Path(sysconfig.get_path("scripts"))
    if sys.argv and sys.argv[0]:
        yield Path(sys.argv[0]).absolute().parent
    yield Path(sys.executable).parent


def _is_user_site() -> bool:
    user_site = site.getusersitepackages()
    return Path(__file__).is_relative_to(user_site)
