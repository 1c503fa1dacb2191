"""The document of `flet-lock request`."""

from flet_lock.reports.json.json_report import document_head
from flet_lock.reports.json.to_json import Json, to_json
from flet_lock.reports.wording.look.requests import explain_notes, explain_refusal
from flet_lock.workflows.requesting.request import PackageOutcome, RequestOutcome


def request_document(outcome: RequestOutcome) -> dict[str, Json]:
    """Every package with its draft and links, or with the reasons against one."""
    return {
        **document_head(outcome),
        "seconds": round(outcome.seconds, 3),
        "traffic": to_json(outcome.traffic),
        "destination": outcome.destination.value,
        "written": outcome.written,
        "notes": to_json(explain_notes(outcome)),
        "packages": [_package(each) for each in outcome.packages],
    }


def _package(outcome: PackageOutcome) -> Json:
    draft = outcome.draft
    return {
        "name": outcome.package,
        "refusal": None if outcome.refusal is None else _refusal(outcome),
        "draft": None
        if draft is None
        # As it is: the text was made to be posted, line breaks and all.
        else {"title": draft.title, "body": draft.body},
        "link": to_json(outcome.link),
        "search_url": outcome.search_url,
        "existing": to_json(outcome.existing),
    }


def _refusal(outcome: PackageOutcome) -> Json:
    refusal = outcome.refusal
    assert refusal is not None  # noqa: S101 - the caller looked
    explanation = explain_refusal(refusal)
    return {
        "facts": to_json(refusal),
        "summary": to_json(explanation.summary),
        "details": to_json(explanation.details),
        "hints": to_json(explanation.hints),
    }
