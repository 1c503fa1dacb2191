"""Collects what is wrong, and what is surprising, while the project's files are read.

A reader never stops at the first fault: it adds it here, leaves the entry out and reads on.
"""

import json
from collections.abc import Sequence
from typing import Final

from flet_lock.model.app.fault import Fault, FaultKind
from flet_lock.model.app.flet_choice import FletChoice
from flet_lock.model.app.project import NoteKind, ProjectNote
from flet_lock.model.app.requirement import Place
from flet_lock.model.errors.project import ProjectError
from flet_lock.model.lazy_regex import lazy_regex
from flet_lock.model.redaction import redacted

PYPROJECT = "pyproject.toml"

_BARE_KEY = lazy_regex(r"[A-Za-z0-9_-]+\Z")


class ProjectDiagnostics:
    """Faults and notes in the order in which they were met."""

    def __init__(self) -> None:
        self.faults: list[Fault] = []
        self.notes: list[ProjectNote] = []

    def fault(
        self,
        place: Place,
        kind: FaultKind,
        value: object,
        *,
        detail: str = "",
        choices: Sequence[str] = (),
    ) -> None:
        """Adds a fault, once; credentials are removed from every text in it.

        Args:
            place: where it is.
            kind: what is wrong.
            value: what stands there.
            detail: more about it; `""` for nothing.
            choices: the values that could stand there instead.
        """
        found = Fault(
            place=_without_credentials(place),
            kind=kind,
            value=redacted(str(value)),
            detail=redacted(detail),
            choices=tuple(choices),
        )
        if found not in self.faults:
            self.faults.append(found)

    def note(
        self, place: Place, kind: NoteKind, value: str = "", *, flet: FletChoice | None = None
    ) -> None:
        """Adds a note, once.

        Args:
            place: where it is.
            kind: what may surprise.
            value: what stands there; `""` where that says nothing.
            flet: the Flet that builds; None if the note is not about how it does that.
        """
        found = ProjectNote(
            kind=kind, place=_without_credentials(place), value=redacted(value), flet=flet
        )
        if found not in self.notes:
            self.notes.append(found)

    def raise_if_any(self) -> None:
        """Ends the reading.

        Raises:
            ProjectError: at least one fault was added; it has them all.
        """
        if self.faults:
            raise ProjectError(faults=_in_reading_order(self.faults))


_ENTRY: Final = lazy_regex(r"(?P<list>.*)\[(?P<entry>[0-9]+)\]")


def _in_reading_order(faults: Sequence[Fault]) -> tuple[Fault, ...]:
    """As met, except that the entries of one list go from the first to the last.

    They are met type errors first.
    """
    lists: dict[tuple[str, str], list[tuple[int, Fault]]] = {}
    for fault in faults:
        found = _ENTRY.fullmatch(fault.place.key or "")
        name, entry = (found["list"], int(found["entry"])) if found else (str(fault.place), 0)
        lists.setdefault((fault.place.file, name), []).append((entry, fault))
    return tuple(
        fault for met in lists.values() for _, fault in sorted(met, key=lambda each: each[0])
    )


def toml_place(path: Sequence[str | int], *, file: str = PYPROJECT) -> Place:
    """The place of a TOML value: `("project", "dependencies", 2)` → `[project].dependencies[2]`.

    The last key stands outside the brackets, those before it name the table.
    """
    if not path:
        return Place(file=file)
    names = [index for index, part in enumerate(path) if isinstance(part, str)]
    last = names[-1]
    table = _dotted(path[:last])
    tail = _dotted(path[last:])
    return Place(file=file, key=f"[{table}].{tail}" if table else f"[{tail}]")


def _dotted(path: Sequence[str | int]) -> str:
    text = ""
    for part in path:
        if isinstance(part, int):
            text += f"[{part}]"
        else:
            name = part if _BARE_KEY.match(part) else json.dumps(part, ensure_ascii=False)
            text += f".{name}" if text else name
    return text


def _without_credentials(place: Place) -> Place:
    return Place(
        file=redacted(place.file),
        line=place.line,
        key=None if place.key is None else redacted(place.key),
    )
