"""`upgrade-flet` as a JSON document."""

from collections.abc import Mapping

from msgspec import Struct, field

from flet_lock.model.app.edited_line import EditedLine
from flet_lock.model.target import Platform
from flet_lock.reports.json.check_json import FletDocument, NoteDocument, flet_part, note_parts
from flet_lock.reports.json.document import Document, document_of
from flet_lock.reports.wording.failure.errors import explain
from flet_lock.workflows.locking.upgrade_flet import BuildFacts, PackageMove, UpgradeFletOutcome


class BuildDocument(Struct, frozen=True, kw_only=True):
    """How a Flet builds the app."""

    flet: FletDocument
    python: str
    """`3.14.6`."""
    slices: Mapping[Platform, tuple[str, ...]]


class ReasonDocument(Struct, frozen=True, kw_only=True):
    """Why the app cannot be locked."""

    summary: str
    details: tuple[str, ...]
    hints: tuple[str, ...]


class UpgradeDocument(Document, frozen=True, kw_only=True):
    """What an app would get if another version of Flet built it."""

    project_name: str = field(name="project")
    written: bool
    before: BuildDocument
    after: BuildDocument
    moves: tuple[PackageMove, ...]
    """Packages that come, go, change their version or their class."""
    lines: tuple[EditedLine, ...]
    """What has to change in the app's files."""
    settled: tuple[NoteDocument, ...]
    """Remarks on the app that do not hold with the other Flet."""
    notes: tuple[NoteDocument, ...]
    """Remarks on the app that hold with the other Flet."""
    failure: ReasonDocument | None
    """None: the app can be locked."""


def upgrade_document(outcome: UpgradeFletOutcome) -> UpgradeDocument:
    """The comparison of two builds."""
    reason = None
    if outcome.failure is not None:
        words = explain(outcome.failure)
        reason = ReasonDocument(
            summary=words.summary, details=tuple(words.details), hints=tuple(words.hints)
        )
    return document_of(
        UpgradeDocument,
        outcome,
        before=_build(outcome.before),
        after=_build(outcome.after),
        settled=note_parts(outcome.settled),
        notes=note_parts(outcome.notes),
        failure=reason,
    )


def _build(facts: BuildFacts) -> BuildDocument:
    return BuildDocument(flet=flet_part(facts.flet), python=facts.python, slices=facts.slices)
