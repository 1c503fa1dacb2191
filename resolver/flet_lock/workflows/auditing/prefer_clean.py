"""`flet-lock lock --audit`: the newest releases whose binaries phones, stores and Flet take."""

import time
from collections.abc import Mapping, Sequence
from typing import Final

from msgspec.structs import replace
from packaging.requirements import Requirement
from packaging.utils import NormalizedName
from packaging.version import Version

from flet_lock.audit.finding import Level
from flet_lock.index.repository import Repository
from flet_lock.model.answer.resolution import Resolution
from flet_lock.model.app.project import NoteKind, ProjectNote
from flet_lock.model.app.requirement import Place, ProjectRequirement
from flet_lock.model.errors.resolution import BudgetExceeded, CannotLock
from flet_lock.model.event import Listener
from flet_lock.model.target import Platform
from flet_lock.targets.generations import load_generations
from flet_lock.workflows.auditing.audit_lock import LockAuditor
from flet_lock.workflows.auditing.audit_outcome import fails
from flet_lock.workflows.locking.answer import Answer
from flet_lock.workflows.locking.pending_lock import lock_of_answer, with_hashes
from flet_lock.workflows.locking.resolve_plan import resolve_plan

_ROUNDS: Final = 20
"""Releases that are passed over at most, of all packages together."""
_OPTION: Final = "--audit"
_Release = tuple[NormalizedName, Version]


def prefer_clean(
    answer: Answer, repository: Repository, *, environ: Mapping[str, str], listener: Listener
) -> Answer:
    """The answer without releases that fail an audit, where there is one.

    One release is passed over at a time, and the app resolved again: what that gives is the newest
    that is left. A release that nothing can stand in for stays, and is told.

    Args:
        answer: what was resolved.
        repository: the indexes.
        environ: the process environment.
        listener: receives events of what is fetched and resolved.

    Raises:
        InstallError, IndexFailure: a wheel could not be had.
    """
    plan = answer.start.plan
    auditor = LockAuditor(
        plan.project, plan.settings, load_generations(), environ=environ, listener=listener
    )
    resolutions = answer.resolutions
    passed_over: list[_Release] = []
    needed: list[_Release] = []
    failing = _failing(answer, auditor, resolutions)
    for _ in range(_ROUNDS):
        release = next((each for each in failing if each not in needed), None)
        if release is None:
            break
        other = _without(answer, repository, [*passed_over, release], listener)
        if other is None:
            needed.append(release)
            continue
        passed_over.append(release)
        resolutions = other
        failing = _failing(answer, auditor, resolutions)
    notes = [*_notes(NoteKind.AUDIT_AVOIDED, passed_over)]
    for release, platforms in failing.items():
        notes += [
            ProjectNote(
                kind=NoteKind.AUDIT_FAILS,
                place=Place(file=f"pylock.{platform.value}.toml"),
                value="{} {}".format(*release),
            )
            for platform in platforms
        ]
    start = replace(answer.start, notes=(*answer.start.notes, *notes))
    return replace(answer, start=start, resolutions=resolutions)


def _notes(kind: NoteKind, releases: Sequence[_Release]) -> list[ProjectNote]:
    return [
        ProjectNote(kind=kind, place=Place(file=_OPTION), value="{} {}".format(*each))
        for each in releases
    ]


def _failing(
    answer: Answer, auditor: LockAuditor, resolutions: Sequence[Resolution]
) -> dict[_Release, list[Platform]]:
    locks = [lock_of_answer(answer.start.plan, each) for each in resolutions]
    found: dict[_Release, list[Platform]] = {}
    for each in auditor.audit(locks).packages:
        if fails(each, Level.FAILS_IN_FLET):
            found.setdefault((each.package, each.version), []).append(each.platform)
    return found


def _without(
    answer: Answer, repository: Repository, releases: Sequence[_Release], listener: Listener
) -> list[Resolution] | None:
    """The answer without some releases; None where there is none."""
    plan = answer.start.plan
    constraints = tuple(
        ProjectRequirement(
            requirement=Requirement(f"{package}!={version}"), place=Place(file=_OPTION)
        )
        for package, version in releases
    )
    project = replace(plan.project, constraints=(*plan.project.constraints, *constraints))
    try:
        found = resolve_plan(
            replace(plan, project=project),
            answer.start.versions,
            repository,
            listener,
            diagnosed=False,
            until=time.monotonic() + plan.settings.budget_seconds,
        )
    except (CannotLock, BudgetExceeded):
        return None
    return [with_hashes(each, repository) for each in found]
