"""`check` as a JSON document, and the parts that other documents share with it."""

from msgspec import UNSET, Struct, UnsetType, field
from packaging.version import Version

from flet_lock.model.answer.drift import Drift
from flet_lock.model.app.flet_choice import FletChoice, FletFound
from flet_lock.model.app.project import NoteKind, ProjectNote
from flet_lock.model.app.requirement import Place
from flet_lock.reports.json.document import Document, document_of, part_of
from flet_lock.reports.wording.lock.drifts import explain_drift
from flet_lock.reports.wording.lock.notes import explain_note
from flet_lock.workflows.locking.check import CheckOutcome


class FletDocument(Struct, frozen=True, kw_only=True):
    """The Flet that builds."""

    version: Version | None
    """None: not known."""
    generation: str
    python: str
    found: FletFound | None
    """What named it."""


class NoteDocument(Struct, frozen=True, kw_only=True):
    """A remark on the project."""

    kind: NoteKind
    place: Place
    value: str
    flet: FletDocument | UnsetType
    """Of remarks about how a Flet builds."""
    text: str


class DriftDocument(Drift, frozen=True, kw_only=True):
    """One difference between a project and its lock."""

    sentences: tuple[str, ...]


class CheckDocument(Document, frozen=True, kw_only=True):
    """The answer of a check."""

    project_name: str = field(name="project")
    in_step: bool
    lock_paths: tuple[str, ...]
    locking_command: str = field(name="mend")
    """The command that brings the locks in step again."""
    seconds: float
    notes: tuple[NoteDocument, ...]
    drifts: tuple[DriftDocument, ...]


def check_document(outcome: CheckOutcome) -> CheckDocument:
    """The answer of a check."""
    drifts = tuple(
        part_of(DriftDocument, drift, sentences=explain_drift(drift)) for drift in outcome.drifts
    )
    return document_of(CheckDocument, outcome, notes=note_parts(outcome.notes), drifts=drifts)


def note_parts(notes: tuple[ProjectNote, ...]) -> tuple[NoteDocument, ...]:
    """Remarks as documents show them."""
    return tuple(
        part_of(
            NoteDocument,
            note,
            flet=UNSET if note.flet is None else flet_part(note.flet),
            text=explain_note(note),
        )
        for note in notes
    )


def flet_part(flet: FletChoice) -> FletDocument:
    """A Flet as documents show it."""
    known = flet.generation
    return part_of(FletDocument, flet, generation=known.generation, python=known.python)
