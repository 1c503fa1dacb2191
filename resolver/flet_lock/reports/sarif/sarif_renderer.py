"""Findings of `audit`, `check`, `lock` and of failures, for code scanning of GitHub and GitLab."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from flet_lock.reports.findings import (
    Finding,
    check_findings,
    failure_findings,
    located,
    lock_findings,
)
from flet_lock.reports.render import Rendered, View
from flet_lock.reports.sarif.sarif_log import render_sarif

if TYPE_CHECKING:  # see `render`
    from flet_lock.reports.failure import Failure
    from flet_lock.workflows.auditing.audit_outcome import AuditOutcome
    from flet_lock.workflows.locking.check import CheckOutcome
    from flet_lock.workflows.outcome import LockOutcome

# ruff: noqa: D102 - `Renderer` has the words


class SarifRenderer:
    """One document on stdout, without results where there is nothing to look at."""

    def audit(self, outcome: "AuditOutcome", view: View) -> Rendered:
        from flet_lock.reports.audit_findings import audit_findings  # noqa: PLC0415 - few runs

        return _document(audit_findings(outcome), view)

    def check(self, outcome: "CheckOutcome", view: View) -> Rendered:
        return _document(check_findings(outcome), view)

    def failure(self, outcome: "Failure", view: View) -> Rendered:
        return _document(failure_findings(outcome), view)

    def lock(self, outcome: "LockOutcome", view: View) -> Rendered:
        return _document(lock_findings(outcome), view)


def _document(findings: Iterable[Finding], view: View) -> Rendered:
    return Rendered(render_sarif(located(findings, view.locate), folder=view.folder))
