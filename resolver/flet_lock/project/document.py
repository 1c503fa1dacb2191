"""pyproject.toml as `flet build` sees it: parsed TOML, looked up by dotted keys.

Knows nothing of what the keys mean. A value of the wrong type is a fault with its key.
"""

import os
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from flet_lock.boundary.bounds import PROJECT_FILE_BYTES
from flet_lock.boundary.document import parse_toml
from flet_lock.boundary.refusal import RefusedTextError
from flet_lock.boundary.regular_file import read_regular_file
from flet_lock.model.app.fault import FaultKind
from flet_lock.model.app.flet_choice import FletChoice
from flet_lock.model.app.project import NoteKind
from flet_lock.model.app.requirement import Place
from flet_lock.model.lazy_regex import lazy_regex
from flet_lock.project.diagnostics import PYPROJECT, ProjectDiagnostics, toml_place

Keys = tuple[str | int, ...]
"""Keys and positions from the top of a TOML document to a value."""

_LINE = lazy_regex(r"\(at line (\d+), column \d+\)")
_BYTE_ORDER_MARK: Final = "\ufeff"
_TYPE_NAMES: Final[Mapping[type, str]] = {
    str: "string",
    int: "integer",
    bool: "boolean",
    float: "number",
    list: "array",
    dict: "table",
}


class Document:
    """A parsed pyproject.toml, with its folder and its diagnostics; an absent file is empty."""

    def __init__(
        self, content: Mapping[str, object], *, root: Path, findings: ProjectDiagnostics
    ) -> None:
        """Wraps parsed TOML.

        Args:
            content: the document as `tomllib` gives it.
            root: the app's folder; relative paths in the document start there.
            findings: collects faults and notes.
        """
        self._content = content
        self.root = root
        self.findings = findings
        self.flet: FletChoice | None = None
        """The Flet that reads it; None: as the newest one does."""

    def breaks(self, what: str) -> bool:
        """Whether the Flet that reads it cannot build with something: see `Generation.breaks`."""
        return self.flet is not None and what in self.flet.generation.breaks

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

    def strings_of(self, path: Keys, value: object) -> tuple[tuple[int, str], ...]:
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

    def wrong_type(self, path: Keys, value: object, wanted: str) -> None:
        """Adds the fault that a value is of another type.

        Args:
            path: the key.
            value: what stands there.
            wanted: name of the right type.
        """
        detail = f"{type_name(value)} where {wanted} is wanted"
        self.fault(path, FaultKind.WRONG_TYPE, shown(value), detail=detail)

    def fault(
        self,
        path: Keys,
        kind: FaultKind,
        value: object,
        *,
        detail: str = "",
        choices: Sequence[str] = (),
        instead: Sequence[str] | None = None,
    ) -> None:
        """Adds a fault at a key.

        Args:
            path: the key.
            kind: what is wrong.
            value: what stands there.
            detail: more about it; `""` for nothing.
            choices: the values that could stand there instead.
            instead: the entries to write in its place; None where they are not known.
        """
        place = toml_place(path)
        self.findings.fault(place, kind, value, detail=detail, choices=choices, instead=instead)

    def note(self, path: Keys, kind: NoteKind, value: str = "") -> None:
        """Adds a note at a key.

        Args:
            path: the key.
            kind: what may surprise.
            value: what stands there; `""` where that says nothing.
        """
        self.findings.note(toml_place(path), kind, value, flet=self.flet)


def read_document(
    root: Path, findings: ProjectDiagnostics, *, texts: Mapping[str, str] | None = None
) -> Document:
    """Reads the project's pyproject.toml; faults leave an empty document.

    Args:
        root: the app's folder.
        findings: collects faults.
        texts: texts of files by name, read instead of those on the disk; None: no such texts.
    """
    text = (texts or {}).get(PYPROJECT)
    if text is None:
        text = _read_text(root / PYPROJECT, findings)
    return Document(_parse(text.replace("\r\n", "\n"), findings), root=root, findings=findings)


def _read_text(path: Path, findings: ProjectDiagnostics) -> str:
    """A file's text; empty where there is no file, or where it has a fault."""
    try:
        # As flet-cli does: strict UTF-8, and universal newlines.
        content = read_regular_file(path, most_bytes=PROJECT_FILE_BYTES)
        return content.decode("utf-8").replace("\r\n", "\n").replace("\r", "\n")
    except FileNotFoundError:
        return ""
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        place, detail = Place(file=path.name, line=line), "not UTF-8"
    except OSError as error:
        place, detail = Place(file=path.name), reason(error)
    findings.fault(place, FaultKind.UNREADABLE, path.name, detail=detail)
    return ""


def _parse(text: str, findings: ProjectDiagnostics) -> dict[str, object]:
    """The content of pyproject.toml; empty where it has a fault."""
    if text.startswith(_BYTE_ORDER_MARK):
        place = Place(file=PYPROJECT, line=1)
        findings.fault(place, FaultKind.BYTE_ORDER_MARK, PYPROJECT)
        return {}
    try:
        return parse_toml(text)
    except RefusedTextError as error:
        findings.fault(Place(file=PYPROJECT), FaultKind.BAD_TOML, PYPROJECT, detail=str(error))
    except tomllib.TOMLDecodeError as error:
        message = str(error)
        match = _LINE.search(message)
        line = int(match[1]) if match else text.count("\n") + 1
        place = Place(file=PYPROJECT, line=line)
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
