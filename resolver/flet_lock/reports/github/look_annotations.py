"""Annotations of what was only looked at, or drafted."""

from collections.abc import Iterator

from packaging.utils import NormalizedName

from flet_lock.reports.github.workflow_command import annotation
from flet_lock.reports.wording.look.locked import explain_not_locked, notes_on_locks, suggest_names
from flet_lock.reports.wording.look.offers import explain_newest, summarise_package
from flet_lock.reports.wording.look.requests import explain_refusal
from flet_lock.workflows.inspecting.locked_app import LockedApp
from flet_lock.workflows.inspecting.tree import TreeOutcome
from flet_lock.workflows.inspecting.wheels import WheelsOutcome
from flet_lock.workflows.inspecting.why import WhyOutcome
from flet_lock.workflows.requesting.request import RequestOutcome


def wheels_annotations(outcome: WheelsOutcome) -> Iterator[str]:
    """A warning for each package that some targets do not get, an error where none does."""
    for package in outcome.packages:
        title = summarise_package(package)
        bad = [words for good, words in explain_newest(package) if not good]
        if not package.releases:
            yield annotation("error", "", None, package.package, title)
        elif bad:
            yield annotation("warning", "", None, title, "\n".join(bad))


def why_annotations(outcome: WhyOutcome) -> Iterator[str]:
    """An error where the package is in no lock; a notice where a lock has fallen behind."""
    yield from _look_annotations(outcome.app, None if outcome.found else outcome.package)


def tree_annotations(outcome: TreeOutcome) -> Iterator[str]:
    """As for `why`."""
    yield from _look_annotations(outcome.app, None if outcome.found else outcome.inverted)


def _look_annotations(app: LockedApp, missing: NormalizedName | None) -> Iterator[str]:
    if missing is not None:
        title = explain_not_locked(missing, app)
        yield annotation("error", "", None, title, suggest_names(missing, app))
    for note in notes_on_locks(app):
        yield annotation("notice", "", None, "flet-lock", note)


def request_annotations(outcome: RequestOutcome) -> Iterator[str]:
    """A notice with the link for each draft, an error for each package that is refused."""
    for each in outcome.packages:
        if each.refusal is not None and each.draft is None:
            refusal = explain_refusal(each.refusal)
            body = "\n".join([*refusal.details, *(f"next: {hint}" for hint in refusal.hints)])
            yield annotation("error", "", None, refusal.summary, body or refusal.summary)
        elif each.draft is not None and each.link is not None:
            yield annotation("notice", "", None, each.draft.title, each.link.url)
