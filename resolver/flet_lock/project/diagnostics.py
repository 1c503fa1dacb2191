"""Collects what is wrong, and what is surprising, while the project's files are read.

A reader never stops at the first fault: it adds it here, leaves the entry out and reads on.
"""

from collections.abc import Iterable, Sequence

from flet_lock.model.app.fault import Fault, FaultKind
from flet_lock.model.app.flet_choice import FletChoice
from flet_lock.model.app.project import NoteKind, ProjectNote
from flet_lock.model.app.requirement import Place
from flet_lock.model.errors.project import ProjectError
from flet_lock.model.redaction import redacted

PYPROJECT = "pyproject.toml"


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
        instead: Sequence[str] | None = None,
    ) -> None:
        """Adds a fault, once; credentials are removed from every text in it.

        Args:
            place: where it is.
            kind: what is wrong.
            value: what stands there.
            detail: more about it; `""` for nothing.
            choices: the values that could stand there instead.
            instead: the lines to write in its place; None where they are not known.
        """
        found = Fault(
            place=_without_credentials(place),
            kind=kind,
            value=redacted(str(value)),
            detail=redacted(detail),
            choices=tuple(choices),
            instead=None if instead is None else tuple(map(redacted, instead)),
        )
        if found not in self.faults:
            self.faults.append(found)

    def note(
        self,
        place: Place,
        kind: NoteKind,
        value: str = "",
        *,
        flet: FletChoice | None = None,
        line: str = "",
        table: str = "",
    ) -> None:
        """Adds a note, once.

        Args:
            place: where it is.
            kind: what may surprise.
            value: what stands there; `""` where that says nothing.
            flet: the Flet that builds; None if the note is not about how it does that.
            line: what to write; `""` where that is not one line.
            table: where to write it.
        """
        found = ProjectNote(
            kind=kind,
            place=_without_credentials(place),
            value=redacted(value),
            flet=flet,
            line=redacted(line),
            table=table,
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


def _in_reading_order(faults: Sequence[Fault]) -> tuple[Fault, ...]:
    """As met, except that the entries of one list go from the first to the last.

    They are met type errors first.
    """
    lists: dict[Place, list[Fault]] = {}
    for fault in faults:
        lists.setdefault(fault.place.owner, []).append(fault)
    return tuple(
        fault
        for met in lists.values()
        for fault in sorted(met, key=lambda one: one.place.position or 0)
    )


def toml_place(path: Iterable[str | int]) -> Place:
    """The place of a value of pyproject.toml."""
    return Place(file=PYPROJECT, path=tuple(path))


def _without_credentials(place: Place) -> Place:
    return Place(
        file=redacted(place.file),
        line=place.line,
        path=tuple(step if isinstance(step, int) else redacted(step) for step in place.path),
    )
