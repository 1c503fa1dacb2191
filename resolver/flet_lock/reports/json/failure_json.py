"""A run without an answer, or whose answer is no, as a JSON document."""

from collections.abc import Mapping

from msgspec import Struct

from flet_lock.model.app.requirement import Place
from flet_lock.model.errors.base import FletLockError
from flet_lock.model.errors.resolution import CannotLock
from flet_lock.reports.explanation import Explanation
from flet_lock.reports.failure import Failure
from flet_lock.reports.json.document import Document, document_of, part_of
from flet_lock.reports.json.to_json import facts_of, type_name


class ProblemDocument(Struct, frozen=True, kw_only=True):
    """What happened and what to do, in words."""

    summary: str
    details: tuple[str, ...]
    hints: tuple[str, ...]
    """What to do next, the best first."""
    place: Place | None
    """Where in the user's files the cause stands; None where that is not one place."""
    problems: tuple["ProblemDocument", ...]
    """Its single problems, where it is about several."""


class ErrorDocument(Struct, frozen=True, kw_only=True):
    """An error in words, and every fact that it carries."""

    type: str
    """`cannot-lock`, …"""
    summary: str
    details: tuple[str, ...]
    hints: tuple[str, ...]
    place: Place | None
    problems: tuple[ProblemDocument, ...]
    facts: Mapping[str, object]
    """The error's own fields. Of `cannot-lock`: all blockers with chains, rejected releases and
    typed rejections, and the numbered suggestions that `--fix` takes."""


class FailureDocument(Document, frozen=True, kw_only=True):
    """Any command, failed."""

    error: ErrorDocument


def failure_document(outcome: Failure) -> FailureDocument:
    """Why there is no result."""
    error, explanation = outcome.error, outcome.explanation
    facts = {}
    if isinstance(error, FletLockError):
        facts = facts_of(error.refusal if isinstance(error, CannotLock) else error)
    facts.pop("type", None)
    return document_of(
        FailureDocument,
        outcome,
        command=outcome.command,
        error=part_of(
            ErrorDocument,
            explanation,
            type=type_name(error),
            problems=tuple(map(_problem, explanation.parts)),
            facts=facts,
        ),
    )


def _problem(explanation: Explanation) -> ProblemDocument:
    return part_of(ProblemDocument, explanation, problems=tuple(map(_problem, explanation.parts)))
