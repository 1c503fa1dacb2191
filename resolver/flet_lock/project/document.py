"""pyproject.toml as `flet build` sees it: parsed TOML, looked up by dotted keys.

Knows nothing of what the keys mean. A value of the wrong type is a fault with its key.
"""

import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from flet_lock.model.app.requirement import Place
from flet_lock.model.errors import FaultKind
from flet_lock.model.lazy_regex import lazy_regex
from flet_lock.project.diagnostics import PYPROJECT, ProjectDiagnostics, toml_place

_LINE = lazy_regex(r"\(at line (\d+), column \d+\)")
_TYPE_NAMES: Final[Mapping[type, str]] = {
    str: "string",
    int: "integer",
    bool: "boolean",
    float: "number",
    list: "array",
    dict: "table",
}


class Document:
    """A parsed pyproject.toml; an absent file is an empty document."""

    def __init__(self, content: Mapping[str, object], findings: ProjectDiagnostics) -> None:
        self._content = content
        self._findings = findings

    def get(self, *path: str) -> object:
        """The value at a key, None where it or a table above it is not there.

        Something that is not a table where one is looked into is a fault: `flet build` crashes.
        """
        value: object = self._content
        for depth, name in enumerate(path):
            if not isinstance(value, dict | Mapping):
                self.wrong_type(path[:depth], value, "table")
                return None
            value = value.get(name)
            if value is None:
                return None
        return value

    def table(self, *path: str) -> dict[str, object]:
        """The table at a key; empty where it is not there or not a table (a fault)."""
        value = self.get(*path)
        if value is None:
            return {}
        if isinstance(value, dict):
            return value
        self.wrong_type(path, value, "table")
        return {}

    def strings(self, *path: str) -> tuple[tuple[int, str], ...]:
        """An array of strings with their positions; what is not a string is a fault."""
        return self.strings_of(path, self.get(*path))

    def strings_of(self, path: tuple[str | int, ...], value: object) -> tuple[tuple[int, str], ...]:
        """Like `strings`, for a value that was looked up already; None is an empty array."""
        if value is None:
            return ()
        if not isinstance(value, list):
            self.wrong_type(path, value, "array of strings")
            return ()
        found: list[tuple[int, str]] = []
        for index, item in enumerate(value):
            if isinstance(item, str):
                found.append((index, item))
            else:
                self.wrong_type((*path, index), item, "string")
        return tuple(found)

    def wrong_type(self, path: tuple[str | int, ...], value: object, wanted: str) -> None:
        """Adds the fault that a value is not of the wanted type."""
        self._findings.fault(
            toml_place(path),
            FaultKind.WRONG_TYPE,
            shown(value),
            detail=f"{type_name(value)} where {wanted} is wanted",
        )


def read_document(
    root: Path, findings: ProjectDiagnostics, *, texts: Mapping[str, str] | None = None
) -> Document:
    """Reads the project's pyproject.toml; faults leave an empty document.

    `texts` are files as they might be, by name: they are read instead of those on the disk.
    """
    text = (texts or {}).get(PYPROJECT)
    if text is not None:
        return Document(parse_toml(text.replace("\r\n", "\n"), PYPROJECT, findings), findings)
    return Document(read_toml(root / PYPROJECT, PYPROJECT, findings), findings)


def read_toml(path: Path, name: str, findings: ProjectDiagnostics) -> dict[str, object]:
    """A TOML file's content; empty where there is no file, or where it has a fault."""
    try:
        # As flet-cli does: strict UTF-8, and universal newlines.
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return {}
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        place = Place(file=name, line=line)
        findings.fault(place, FaultKind.UNREADABLE, name, detail="not UTF-8")
        return {}
    except OSError as error:
        place = Place(file=name)
        findings.fault(place, FaultKind.UNREADABLE, name, detail=reason(error))
        return {}
    return parse_toml(text, name, findings)


def parse_toml(text: str, name: str, findings: ProjectDiagnostics) -> dict[str, object]:
    """A TOML text's content; empty where it has a fault."""
    try:
        return tomllib.loads(text)
    except RecursionError:
        place = Place(file=name)
        findings.fault(place, FaultKind.BAD_TOML, name, detail="nested too deeply")
    except ValueError as error:  # TOMLDecodeError, and integers too long for Python
        message = str(error)
        match = _LINE.search(message)
        line = int(match[1]) if match else text.count("\n") + 1
        place = Place(file=name, line=line)
        lines = text.split("\n")
        value = lines[line - 1].strip() if line <= len(lines) else ""
        findings.fault(place, FaultKind.BAD_TOML, value, detail=message)
    return {}


def type_name(value: object) -> str:
    """What TOML calls a value's type."""
    return _TYPE_NAMES.get(type(value), type(value).__name__)


def shown(value: object) -> str:
    """A value for a message; long ones are cut."""
    text = value if isinstance(value, str) else repr(value)
    limit = 120
    return text if len(text) <= limit else f"{text[:limit]}…"


def reason(error: OSError) -> str:
    """What the operating system says, without the path (it may be outside the project)."""
    return error.strerror or os.strerror(error.errno or 0)
