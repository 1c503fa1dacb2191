"""What an audit gives to look at: GitHub annotates it, SARIF lists it."""

from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import Final

from flet_lock.audit.finding import Level
from flet_lock.lockfile.read_lock import lock_path
from flet_lock.model.app.requirement import Place
from flet_lock.reports.findings import LEVELS, Finding
from flet_lock.reports.wording.look.audited import explain_findings, explain_remedy, name_of
from flet_lock.reports.wording.look.findings import explain_level
from flet_lock.workflows.auditing.audit_outcome import AuditedPackage, AuditOutcome

_RULES: Final = {
    Level.FAILS_TO_LOAD: "binary-not-loaded",
    Level.REFUSED_BY_STORE: "binary-refused-by-store",
    Level.FAILS_IN_FLET: "binary-lost-in-build",
    Level.WILL_FAIL: "binary-of-one-python",
    Level.HEAVY: "binary-to-look-at",
    Level.NOTE: "binary-to-look-at",
}


def audit_findings(outcome: AuditOutcome) -> list[Finding]:
    """One for each package and level, the most telling first.

    An error where it fails the run. What is only heavy is told where that fails the run.
    """
    found = [each for package in outcome.packages for each in _of_package(package, outcome)]
    return sorted(found, key=lambda each: LEVELS.index(each.level))


def _of_package(package: AuditedPackage, outcome: AuditOutcome) -> Iterator[Finding]:
    remedy = explain_remedy(package, outcome)
    place = Place(file=lock_path(Path(), package.platform).name) if outcome.subject else None
    rows = explain_findings(package)
    for level, alike in groupby(rows, key=lambda row: row[0].finding.level):
        fails = level.is_at_least(outcome.fail_on)
        if level is Level.HEAVY and not fails:
            continue
        lines = [f"{explain_level(found.finding)}: {text}" for found, text in alike]
        yield Finding(
            level="error" if fails else "warning",
            rule=_RULES[level],
            subject=package.package,
            place=place,
            title=f"{name_of(package)} on {package.platform.label}",
            body="\n".join([*lines, *([f"next: {remedy}"] if remedy and fails else [])]),
        )
