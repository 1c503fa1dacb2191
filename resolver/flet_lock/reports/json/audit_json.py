"""`audit` as a JSON document."""

from msgspec import Struct
from packaging.utils import NormalizedName
from packaging.version import Version

from flet_lock.audit.finding import AnyFinding, Level
from flet_lock.model.app.edited_line import EditedLine
from flet_lock.model.target import Platform
from flet_lock.reports.json.document import Document, document_of, part_of
from flet_lock.reports.wording.look.findings import explain_finding
from flet_lock.workflows.auditing.audit_outcome import (
    AuditedFinding,
    AuditedPackage,
    AuditOutcome,
    Remedy,
    WheelSize,
)


class FindingDocument(Struct, frozen=True, kw_only=True):
    """Something wrong with a binary."""

    level: Level
    """`load`: the phone cannot load it. `store`: a store refuses it. `flet`: it fails where a Flet
    build puts it. `python`: another Python cannot load it. `heavy`, `note`."""
    slices: tuple[str, ...]
    pythons: tuple[str, ...]
    """The Pythons whose wheels have it, `3.14`."""
    text: str
    finding: AnyFinding
    """Its figures."""


class AuditedPackageDocument(Struct, frozen=True, kw_only=True):
    """A package with binaries on a platform."""

    platform: Platform
    package: NormalizedName
    version: Version
    findings: tuple[FindingDocument, ...]
    """The worst first."""
    sizes: tuple[WheelSize, ...]
    remedy: Remedy | None
    """The nearest other release that is clean and with which the app locks."""
    tried: int
    """Other releases that were tried for it."""


class AuditDocument(Document, frozen=True, kw_only=True):
    """What an audit found."""

    subject: str
    """The app's name; empty where files or packages were named."""
    seconds: float
    wheels: int
    read: int
    """Of these, those that were read now: what is known of the others was kept."""
    not_read: tuple[NormalizedName, ...]
    """Packages that the build makes from source."""
    heads_only: bool
    """Whether only the first bytes of binaries were read: no libraries, no functions of Android."""
    fail_on: Level
    """The mildest level that fails the run."""
    fixed: tuple[EditedLine, ...]
    packages: tuple[AuditedPackageDocument, ...]


def audit_document(outcome: AuditOutcome) -> AuditDocument:
    """Every fact about every binary that was looked at."""
    return document_of(AuditDocument, outcome, packages=tuple(map(_package, outcome.packages)))


def _package(package: AuditedPackage) -> AuditedPackageDocument:
    return part_of(AuditedPackageDocument, package, findings=tuple(map(_finding, package.findings)))


def _finding(found: AuditedFinding) -> FindingDocument:
    return part_of(
        FindingDocument,
        found,
        level=found.finding.level,
        text=explain_finding(found.finding),
    )
