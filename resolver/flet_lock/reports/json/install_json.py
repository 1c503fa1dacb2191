"""`install`, `export`, `cache` and `schema` as JSON documents."""

from msgspec import UNSET, UnsetType, field

from flet_lock.install.tree.unpacked import UnpackedSlice
from flet_lock.model.target import Platform
from flet_lock.reports.json.document import Document, document_of
from flet_lock.reports.json.to_json import Verbatim
from flet_lock.workflows.cache import CacheOutcome
from flet_lock.workflows.inspecting.schema import SchemaOutcome
from flet_lock.workflows.installing.export import ExportOutcome
from flet_lock.workflows.outcome import InstallOutcome


class InstallDocument(Document, frozen=True, kw_only=True):
    """What an installation did."""

    project_name: str = field(name="project")
    platform: Platform
    lock_path: str
    target: str
    """The folder that was installed into."""
    slices: tuple[str, ...]
    """Those that the target holds now."""
    packages: int
    """Over all slices, each counted once."""
    changed: bool
    """False: the target held exactly this already."""
    unpacked: tuple[UnpackedSlice, ...]
    """Empty where nothing was done."""
    removed_slices: tuple[str, ...]
    downloaded: int
    """Files that came over the network."""
    bytes_received: int
    from_cache: int
    """Files that were on this machine already."""
    seconds: float


class ExportDocument(Document, frozen=True, kw_only=True):
    """A lock in another format."""

    platform: Platform
    format: str
    text: Verbatim
    """What would be printed."""


class CacheDocument(Document, frozen=True, kw_only=True):
    """What a cache command found or did."""

    action: str
    """`dir`, `size` or `clean`."""
    path: str
    bytes: int | UnsetType = UNSET
    """Of `size`."""
    files_removed: int | UnsetType = UNSET
    """Of `clean`."""
    bytes_removed: int | UnsetType = UNSET
    """Of `clean`."""


class SchemaDocument(Document, frozen=True, kw_only=True):
    """The names of all schemas."""

    names: tuple[str, ...] = field(name="schemas")
    """Each may be given to `flet-lock schema`."""


def schema_document(outcome: SchemaOutcome) -> SchemaDocument:
    """The names of all schemas."""
    return document_of(SchemaDocument, outcome)


def install_document(outcome: InstallOutcome) -> InstallDocument:
    """What an installation did."""
    return document_of(InstallDocument, outcome)


def export_document(outcome: ExportOutcome) -> ExportDocument:
    """A lock in another format."""
    return document_of(ExportDocument, outcome, text=Verbatim(outcome.text))


def cache_document(outcome: CacheOutcome) -> CacheDocument:
    """What a cache command found or did."""
    size = UNSET if outcome.bytes is None else outcome.bytes
    cleaned = outcome.files_removed is not None
    return document_of(
        CacheDocument,
        outcome,
        bytes=UNSET if cleaned else size,
        files_removed=outcome.files_removed if cleaned else UNSET,
        bytes_removed=size if cleaned else UNSET,
    )
