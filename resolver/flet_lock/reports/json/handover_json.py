"""`verify` and `run` as JSON documents."""

from msgspec import Struct, field
from packaging.utils import NormalizedName

from flet_lock.install.comparison.difference import DifferenceKind
from flet_lock.install.handover.handover_method import Reason
from flet_lock.model.target import Platform
from flet_lock.reports.json.document import Document, document_of, part_of
from flet_lock.reports.wording.install.differences import explain_difference
from flet_lock.workflows.building.handover_outcome import RunOutcome, Surprise, VerifyOutcome


class DifferenceDocument(Struct, frozen=True, kw_only=True):
    """One difference between a tree and its lock."""

    kind: DifferenceKind
    slice_name: str = field(name="slice")
    path: str
    package: NormalizedName | None
    """None: the path belongs to no package."""
    expected: str
    found: str
    text: str


class VerificationDocument(Struct, frozen=True, kw_only=True):
    """A tree compared with its lock."""

    platform: Platform
    python: str
    """`3.14`."""
    lock_path: str
    directory: str
    slices: tuple[str, ...]
    packages: int
    files: int
    """What was compared."""
    compiled: int
    """Of these, bytecode."""
    unproven: int
    """Bytecode of which only the header was judged."""
    seconds: float
    surprises: tuple[Surprise, ...]
    """Tools of the build that the lock did not count on."""
    differences: tuple[DifferenceDocument, ...]


class VerifyDocument(Document, frozen=True, kw_only=True):
    """The answer of a verification."""

    project_name: str = field(name="project")
    platform: Platform
    python: str
    lock_path: str
    directory: str
    slices: tuple[str, ...]
    packages: int
    files: int
    compiled: int
    unproven: int
    seconds: float
    surprises: tuple[Surprise, ...]
    differences: tuple[DifferenceDocument, ...]


class RunDocument(Document, frozen=True, kw_only=True):
    """What came of a build."""

    project_name: str = field(name="project")
    run_command: tuple[str, ...] = field(name="run")
    command_exit_code: int
    reasons: tuple[Reason, ...]
    """Why `flet-lock-pip` was used."""
    installed_anew: bool
    verification: VerificationDocument | None
    """None where the command failed."""


def verify_document(outcome: VerifyOutcome) -> VerifyDocument:
    """The answer of a verification."""
    return document_of(VerifyDocument, outcome, differences=_differences(outcome))


def run_document(outcome: RunOutcome) -> RunDocument:
    """What came of a build."""
    verified = outcome.verification
    return document_of(
        RunDocument,
        outcome,
        run_command=outcome.command,
        verification=None
        if verified is None
        else part_of(VerificationDocument, verified, differences=_differences(verified)),
    )


def _differences(outcome: VerifyOutcome) -> tuple[DifferenceDocument, ...]:
    return tuple(
        part_of(DifferenceDocument, each, text=explain_difference(each))
        for each in outcome.differences
    )
