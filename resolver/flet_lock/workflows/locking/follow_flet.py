"""Where nothing else names the Flet that builds an app, the flet that the lock resolves to does."""

from collections.abc import Mapping, Sequence

from msgspec.structs import replace
from packaging.version import Version

from flet_lock.lockfile.old_lock import LockedVersions
from flet_lock.model.answer.resolution import Resolution
from flet_lock.model.app.flet_choice import FletChoice, FletFound, FletHints, FletOrigin
from flet_lock.model.app.project import NoteKind, ProjectNote
from flet_lock.model.app.requirement import Place
from flet_lock.model.errors.resolution import CannotLock
from flet_lock.model.event import Listener
from flet_lock.model.target import Platform
from flet_lock.project.app import REQUIREMENTS_TXT
from flet_lock.project.diagnostics import PYPROJECT
from flet_lock.resolution.problem.candidate_source import CandidateSource
from flet_lock.targets.generations import load_generations
from flet_lock.workflows.locking.lock_plan import LockPlan
from flet_lock.workflows.locking.resolve_plan import resolve_plan

_FLET = "flet"


def other_flet(
    plan: LockPlan,
    resolutions: Sequence[Resolution],
    old: Mapping[Platform, LockedVersions],
    source: CandidateSource,
    listener: Listener,
) -> FletHints | None:
    """The flet of an answer that would be built otherwise than it was resolved for; None for none.

    Args:
        plan: what was resolved.
        resolutions: the answer; empty where there is none. Then flet alone is resolved: what has
            no wheels for one Python may have them for that of another flet.
        old: the locks that are there.
        source: the indexes.
        listener: is told what happens.
    """
    flet = plan.project.flet
    if flet is not None and flet.found is not None and flet.found.origin is not FletOrigin.LOCKED:
        return None
    version = _resolved(resolutions)
    if version is None and not resolutions:
        version = _resolved(_flet_alone(plan, old, source, listener))
    if version is None or load_generations().of(version) in (plan.generation, None):
        return None
    return FletHints(locked=version)


def contradiction(plan: LockPlan, resolutions: Sequence[Resolution]) -> list[ProjectNote]:
    """A remark where the flet of an answer is of another generation than the one that builds."""
    version, flet = _resolved(resolutions), plan.project.flet
    generations = load_generations()
    row = None if version is None else generations.of(version)
    if version is None or flet is None or flet.generation.generation == (row and row.generation):
        return []
    known = [generations.of(each.version) for each in flet.contradictions]
    if row is not None and row.generation in {each.generation for each in known if each}:
        return []  # a pin says so already
    found = FletFound(origin=FletOrigin.LOCKED, version=version)
    told = FletChoice(generation=flet.generation, found=flet.found, contradictions=(found,))
    place = Place(file=PYPROJECT)
    kind = NoteKind.FLET_CONTRADICTION
    return [ProjectNote(kind=kind, place=place, value=str(version), flet=told)]


def missing_flet(plan: LockPlan, resolutions: Sequence[Resolution]) -> list[ProjectNote]:
    """A warning where a lock has no flet: the app would end at its first import."""
    without = [
        each.platform.label
        for each in resolutions
        if not any(pin.package == _FLET for pin in each.pins)
    ]
    told = {note.kind for note in plan.project.notes}
    if not without or NoteKind.NOTHING_INSTALLED in told:
        return []
    place = next((each.place.owner for each in plan.project.requirements), None)
    file, path = (REQUIREMENTS_TXT, ()) if place is None else (place.file, place.path)
    if path[:2] == ("tool", "poetry"):
        path = path[:3]  # a table: its keys are the requirements
    list_ = Place(file=file, path=path)
    return [ProjectNote(kind=NoteKind.NO_FLET, place=list_, value=", ".join(without))]


def _resolved(resolutions: Sequence[Resolution]) -> Version | None:
    return next(
        (pin.version for each in resolutions for pin in each.pins if pin.package == _FLET), None
    )


def _flet_alone(
    plan: LockPlan,
    old: Mapping[Platform, LockedVersions],
    source: CandidateSource,
    listener: Listener,
) -> Sequence[Resolution]:
    own = tuple(each for each in plan.project.requirements if each.package == _FLET)
    if not own:
        return ()
    alone = replace(plan, project=replace(plan.project, requirements=own))
    try:
        return resolve_plan(alone, old, source, listener, diagnosed=False)
    except CannotLock:
        return ()
