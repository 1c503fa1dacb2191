"""`request` as a JSON document."""

from msgspec import Struct, field
from packaging.utils import NormalizedName

from flet_lock.model.index.existing_request import ExistingRequest
from flet_lock.package_requests.destination import Destination, Link
from flet_lock.package_requests.verdict import Refusal
from flet_lock.reports.json.document import Document, document_of, part_of
from flet_lock.reports.json.to_json import Verbatim
from flet_lock.reports.wording.look.requests import explain_notes, explain_refusal
from flet_lock.workflows.outcome import Traffic
from flet_lock.workflows.requesting.request import PackageOutcome, RequestOutcome


class DraftDocument(Struct, frozen=True, kw_only=True):
    """A request to be posted."""

    title: Verbatim
    body: Verbatim


class RefusedDocument(Struct, frozen=True, kw_only=True):
    """Why there is nothing to ask for."""

    facts: Refusal
    summary: str
    details: tuple[str, ...]
    hints: tuple[str, ...]


class RequestedDocument(Struct, frozen=True, kw_only=True):
    """What came of one package."""

    package: NormalizedName = field(name="name")
    refusal: RefusedDocument | None
    draft: DraftDocument | None
    link: Link | None
    """Opens the draft in a browser."""
    search_url: Verbatim
    """Looks for earlier requests."""
    existing: tuple[ExistingRequest, ...]


class RequestDocument(Document, frozen=True, kw_only=True):
    """Every package with its draft and links, or with the reasons against one."""

    seconds: float
    traffic: Traffic
    destination: Destination
    written: str | None
    """The file that the drafts were written to."""
    notes: tuple[str, ...]
    packages: tuple[RequestedDocument, ...]


def request_document(outcome: RequestOutcome) -> RequestDocument:
    """Every package with its draft and links, or with the reasons against one."""
    packages = tuple(map(_package, outcome.packages))
    return document_of(RequestDocument, outcome, notes=explain_notes(outcome), packages=packages)


def _package(outcome: PackageOutcome) -> RequestedDocument:
    refusal, draft = outcome.refusal, outcome.draft
    return part_of(
        RequestedDocument,
        outcome,
        refusal=None
        if refusal is None
        else part_of(RefusedDocument, explain_refusal(refusal), facts=refusal),
        draft=None
        if draft is None
        else DraftDocument(title=Verbatim(draft.title), body=Verbatim(draft.body)),
        search_url=Verbatim(outcome.search_url),
    )
