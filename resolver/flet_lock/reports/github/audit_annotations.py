"""Annotations of what an audit found."""

from collections.abc import Iterator
from pathlib import Path

from flet_lock.audit.finding import Level
from flet_lock.lockfile.read_lock import lock_path
from flet_lock.model.app.requirement import Place
from flet_lock.reports.github.workflow_command import annotation
from flet_lock.reports.layout.clean_text import clean
from flet_lock.reports.wording.look.audited import (
    explain_findings,
    explain_remedy,
    name_of,
    summarise_audit,
)
from flet_lock.reports.wording.look.findings import explain_level
from flet_lock.workflows.auditing.audit_outcome import AuditedPackage, AuditOutcome, fails


def audit_annotations(outcome: AuditOutcome, *, folder: str) -> Iterator[str]:
    """An error for each package that fails, a warning for what may fail, and the summary."""
    for package in outcome.packages:
        rows = [
            f"{explain_level(found.finding)}: {text}"
            for found, text in explain_findings(package)
            if found.finding.level is not Level.HEAVY or fails(package, outcome.fail_on)
        ]
        if not rows:
            continue
        kind = "error" if fails(package, outcome.fail_on) else "warning"
        title = f"{name_of(package)} on {package.platform.label}"
        remedy = explain_remedy(package, outcome)
        body = "\n".join([*rows, *([f"next: {remedy}"] if remedy else [])])
        yield annotation(kind, folder, _place(package, outcome), title, body)
    yield clean(summarise_audit(outcome))


def _place(package: AuditedPackage, outcome: AuditOutcome) -> Place | None:
    if not outcome.subject:
        return None
    return Place(file=lock_path(Path(), package.platform).name)
