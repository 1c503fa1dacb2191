"""`diff` as a JSON document."""

from msgspec import Struct, field

from flet_lock.lockfile.changes import HashChange, IndexMove
from flet_lock.model.answer.drift import DriftKind
from flet_lock.model.target import Platform
from flet_lock.reports.json.change_json import ChangeDocument, change_parts
from flet_lock.reports.json.document import Document, document_of, part_of
from flet_lock.workflows.inspecting.diff import DiffOutcome


class MadeForDocument(Struct, frozen=True, kw_only=True):
    """Something that a lock is made for, and was not."""

    kind: DriftKind
    added: tuple[str, ...]
    removed: tuple[str, ...]


class LockDiffDocument(Struct, frozen=True, kw_only=True):
    """What became of one lock."""

    platform: Platform
    lock_path: str
    differs: bool
    pythons: tuple[str | None, str | None]
    """Before and now; None where there was or is no lock."""
    changes: tuple[ChangeDocument, ...]
    moved: tuple[IndexMove, ...]
    """Packages from another index."""
    altered: tuple[HashChange, ...]
    """Files that have their old name and other bytes."""
    made_for: tuple[MadeForDocument, ...]


class DiffDocument(Document, frozen=True, kw_only=True):
    """What became of the locks since a commit."""

    project_name: str = field(name="project")
    revision: str
    commit: str
    differs: bool
    locks: tuple[LockDiffDocument, ...]


def diff_document(outcome: DiffOutcome) -> DiffDocument:
    """The comparison with a commit."""
    locks = tuple(
        part_of(
            LockDiffDocument,
            each,
            changes=change_parts(each.changes.packages),
            moved=each.changes.moved,
            altered=each.changes.hashes,
            made_for=tuple(part_of(MadeForDocument, drift) for drift in each.asked),
        )
        for each in outcome.locks
    )
    return document_of(DiffDocument, outcome, locks=locks)
