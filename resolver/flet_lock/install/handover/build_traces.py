"""What a build left behind that tells which tools made it."""

import re
from pathlib import Path
from typing import Final

from msgspec import Struct

from flet_lock.model.lazy_regex import lazy_regex

_MOST_CHARACTERS: Final = 4 * 1024 * 1024
_SERIOUS_PYTHON: Final = lazy_regex(
    r'^  serious_python:\n(?:    .*\n)*?    version: "?([^"\n]+)"?', re.MULTILINE
)
"""Dart's pubspec.lock: packages are indented by two, their facts by four."""
_PYTHON: Final = lazy_regex(r"build_python_([0-9]+\.[0-9]+\.[0-9a-z]+)")
_PIP: Final = lazy_regex(r"pip-([0-9][^-]*)\.dist-info")


class BuildTraces(Struct, frozen=True, kw_only=True):
    """Versions of the tools of a build; `""` for one that left no trace."""

    serious_python: str = ""
    python: str = ""
    """Full version of the Python that ran pip."""
    pip: str = ""


def read_build_traces(flutter: Path, minor: str) -> BuildTraces:
    """Reads what a build left in `<app>/build/flutter`.

    Args:
        flutter: that folder; it need not be there.
        minor: of the Python that the app was locked for; older builds may have left others.
    """
    try:
        with (flutter / "pubspec.lock").open(encoding="utf-8", errors="replace") as stream:
            found = _SERIOUS_PYTHON.search(stream.read(_MOST_CHARACTERS))
    except OSError:
        found = None
    python = pip = ""
    for folder in _newest_first(flutter / "build"):
        match = _PYTHON.fullmatch(folder.name)
        if match is None:
            continue
        if not python or match[1].startswith(f"{minor}."):
            python, pip = match[1], _pip_of(folder)
        if match[1].startswith(f"{minor}."):
            break
    return BuildTraces(
        serious_python="" if found is None else found[1].strip(), python=python, pip=pip
    )


def _newest_first(folder: Path) -> list[Path]:
    try:
        return sorted(folder.iterdir(), key=lambda path: path.stat().st_mtime, reverse=True)
    except OSError:
        return []


def _pip_of(folder: Path) -> str:
    for pattern in ("lib/python3*/site-packages", "Lib/site-packages"):
        for entry in folder.glob(f"python/{pattern}/pip-*.dist-info"):
            match = _PIP.fullmatch(entry.name)
            if match is not None:
                return match[1]
    return ""
