"""`report`, `licenses` and `download` as JSON documents."""

from msgspec import Struct, field
from packaging.utils import NormalizedName
from packaging.version import Version

from flet_lock.model.target import Platform
from flet_lock.reports.json.document import Document, document_of, part_of
from flet_lock.reports.wording.look.sharing import count_found
from flet_lock.workflows.inspecting.licenses import LicencesOutcome
from flet_lock.workflows.inspecting.report import ReportOutcome
from flet_lock.workflows.installing.download import DownloadOutcome


class ReportDocument(Document, frozen=True, kw_only=True):
    """Where the page of a report is; what is on it, `lock` and `licenses` tell as documents."""

    project_name: str = field(name="project")
    written: str | None
    """The file that the page was written to; null without `-o`."""
    packages: int
    """0 for an app that cannot be locked."""
    problems: int
    """What stands in the way; 0 for an app that can be locked."""


class PackageLicenceDocument(Struct, frozen=True, kw_only=True):
    """The licences of a package's wheels."""

    package: NormalizedName = field(name="name")
    versions: tuple[Version, ...]
    """One, or one per platform where they differ."""
    platforms: tuple[Platform, ...]
    licences: tuple[str, ...] = field(name="licenses")
    """Empty where METADATA tells none, or cannot be had."""


class LicencesDocument(Document, frozen=True, kw_only=True):
    """The licence of every locked package."""

    project_name: str = field(name="project")
    lock_paths: tuple[str, ...]
    packages: tuple[PackageLicenceDocument, ...]


class DownloadDocument(Document, frozen=True, kw_only=True):
    """What a folder of locked files holds now."""

    folder: str
    lock_paths: tuple[str, ...]
    files: tuple[str, ...]
    """All files of the locks; each is in the folder, verified."""
    written: int
    """Files that were not there before, or were others."""
    downloaded: int
    """Files that came over the network."""
    bytes_received: int
    left_out: tuple[NormalizedName, ...]
    """Packages that are folders or repositories."""


def report_document(outcome: ReportOutcome) -> ReportDocument:
    """Where the page is."""
    packages, problems = count_found(outcome)
    return document_of(ReportDocument, outcome, packages=packages, problems=problems)


def licences_document(outcome: LicencesOutcome) -> LicencesDocument:
    """The licence of every package."""
    packages = tuple(part_of(PackageLicenceDocument, each) for each in outcome.packages)
    return document_of(LicencesDocument, outcome, packages=packages)


def download_document(outcome: DownloadOutcome) -> DownloadDocument:
    """What was fetched."""
    return document_of(DownloadDocument, outcome)
