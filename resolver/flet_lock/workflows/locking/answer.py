"""The answer of a lock run: resolved, or refused with reasons; then written.

Imported by `lock` while the first pages are on their way.
"""

import time
from collections.abc import Callable, Mapping, Sequence

from msgspec import Struct
from msgspec.structs import replace
from packaging.utils import canonicalize_name

from flet_lock.analysis.strict_rules import refused_packages
from flet_lock.index.repository import Repository
from flet_lock.lockfile.contents import artifacts_without_hashes
from flet_lock.lockfile.old_lock import LockedVersions
from flet_lock.lockfile.read_lock import lock_path
from flet_lock.model.answer.answer_dependencies import AnswerDependencies, KeptPage
from flet_lock.model.answer.resolution import Resolution
from flet_lock.model.app.flet_choice import FletHints
from flet_lock.model.app.project import NoteKind, ProjectNote
from flet_lock.model.app.requirement import Place
from flet_lock.model.app.settings import Settings
from flet_lock.model.errors.resolution import CannotLock
from flet_lock.model.event import Listener
from flet_lock.model.index.listing import IndexAnswer
from flet_lock.model.target import Platform
from flet_lock.workflows.auditing.known_faults import notes_on_faults
from flet_lock.workflows.cache_folder import cache_folder
from flet_lock.workflows.locking.follow_flet import contradiction, missing_flet, other_flet
from flet_lock.workflows.locking.lock_plan import LockPlan
from flet_lock.workflows.locking.pending_lock import (
    PendingLock,
    make_pending_lock,
    with_hashes,
    write_pending_locks,
)
from flet_lock.workflows.locking.resolve_plan import resolve_plan
from flet_lock.workflows.locking.starting_point import StartingPoint
from flet_lock.workflows.outcome import LockOutcome, Traffic, traffic_of

GRACE_SECONDS = 1.0
"""Beyond the budget: for what is waited for to say what is known."""


class Answer(Struct, frozen=True, kw_only=True):
    """The resolutions of all platforms, and what they depend on."""

    start: StartingPoint
    """The project that they are of, read for the Flet that they have, and its locks."""
    resolutions: list[Resolution]
    """One per platform, Android first; every file in them has a strong hash."""
    pages: Sequence[KeptPage] | None
    """The pages they were made from; None if these cannot be checked quickly."""
    traffic: Traffic
    """What was requested for them."""
    withdrawn: Sequence[ProjectNote] = ()
    """Remarks on locked releases that were left because their authors withdrew them."""


Read = Callable[[Mapping[str, str] | None, FletHints | None], LockPlan]
"""Reads the project: with texts of files by name instead of those on the disk, and with what is
known of the Flet that builds."""


def resolve_or_refuse(
    start: StartingPoint,
    repository: Repository,
    *,
    read: Read,
    texts: Mapping[str, str] | None,
    listener: Listener,
) -> Answer:
    """Resolves all platforms; again, where the answer has another Flet than was assumed.

    Args:
        start: the project and its locks.
        repository: the indexes.
        read: reads the project again.
        texts: texts of files by name, read instead of those on the disk; None: no such texts.
        listener: receives events.

    Raises:
        CannotLock: there is no answer; with suggestions, tried.
        BudgetExceeded, IndexFailure, DirectReferenceFailure: see `resolve_plan`.
    """
    versions = start.versions
    until = start.started + start.plan.settings.budget_seconds
    # What the newest releases lack is told even when the time is over, which takes a few pages.
    with repository.patient_until(until + GRACE_SECONDS):
        resolutions, error = _resolve(start.plan, versions, repository, listener, until)
        hints = other_flet(start.plan, resolutions, versions, repository, listener)
        if hints is not None:
            start = replace(start, plan=read(texts, hints))
            resolutions, error = _resolve(start.plan, versions, repository, listener, until)
    if error is not None:
        from flet_lock.workflows.fixing.enrich_failure import enrich  # noqa: PLC0415 - most runs lock

        refusal = enrich(
            error.refusal,
            start.plan,
            versions,
            repository,
            reread=lambda edited: read(edited, hints),
            until=until,
            listener=listener,
            texts=texts,
        )
        # A package that nobody has is requested each time: it may be uploaded any moment. And what
        # there was no time for may be tried the next time.
        again = repository.has_unknown or refusal.untried or refusal.partial
        pages = None if again else repository.kept_pages()
        dependencies = _dependencies(start, pages, written=())
        raise CannotLock(refusal=refusal, dependencies=dependencies) from error
    if any(resolution.downgrades for resolution in resolutions):
        from flet_lock.workflows.locking.judge_old import judge_old_releases  # noqa: PLC0415

        resolutions = judge_old_releases(
            resolutions,
            start.plan,
            repository,
            reread=lambda edited: read(edited, hints),
            until=until,
            listener=listener,
        )
    pages = repository.kept_pages()
    if any(map(artifacts_without_hashes, resolutions)):
        resolutions = [with_hashes(resolution, repository) for resolution in resolutions]
        pages = None  # digests of files that the index does not give are not on its pages
    return Answer(
        start=start,
        resolutions=resolutions,
        pages=pages,
        traffic=traffic_of(repository),
        withdrawn=_withdrawn(start, resolutions, repository),
    )


def _resolve(
    plan: LockPlan,
    old: Mapping[Platform, LockedVersions],
    repository: Repository,
    listener: Listener,
    until: float,
) -> tuple[list[Resolution], CannotLock | None]:
    """The answer, or why there is none."""
    try:
        return resolve_plan(plan, old, repository, listener, until=until), None
    except CannotLock as error:
        return [], error


def write_answer(answer: Answer, *, dry_run: bool, listener: Listener) -> LockOutcome:
    """Writes every lock, or none: on a dry run, and where `--strict` refuses the answer.

    Args:
        answer: the resolutions.
        dry_run: True to write nothing.
        listener: receives a `LockWritten` for each lock.

    Raises:
        LockNotWritten: the disk did not take it.
    """
    start = answer.start
    plan, settings = start.plan, start.plan.settings
    notes = (
        *plan.project.notes,
        *contradiction(plan, answer.resolutions),
        *missing_flet(plan, answer.resolutions),
        *_not_needed(settings, answer.resolutions),
        *_not_taken(start, answer.resolutions),
        *answer.withdrawn,
        *start.notes,
        *notes_on_faults(answer.resolutions, settings, start.notes),
    )
    dry = dry_run or (
        settings.strict
        and (
            any(note.is_warning for note in notes)
            or any(refused_packages(each, settings.strictness) for each in answer.resolutions)
        )
    )
    pending = [
        make_pending_lock(plan, each, start.locks.get(each.platform)) for each in answer.resolutions
    ]
    platforms = write_pending_locks(pending, dry_run=dry, listener=listener)
    # A remark on the old lock is not to be repeated by the next run.
    pages = None if start.notes else answer.pages
    return LockOutcome(
        project_name=plan.name,
        python_full_version=plan.targets[0].python_full_version,
        platforms=platforms,
        notes=notes,
        cutoff_exempt=_cutoff_exempt(settings, answer.resolutions),
        dry_run=dry_run,
        seconds=time.monotonic() - start.started,
        traffic=answer.traffic,
        strict=settings.strict,
        strictness=settings.strictness,
        places={each.package: each.place for each in plan.project.requirements},
        dependencies=_dependencies(start, pages, written=() if dry else pending),
    )


def _not_needed(settings: Settings, resolutions: Sequence[Resolution]) -> list[ProjectNote]:
    """Packages that `-P` names and that no lock has: most likely another name was meant."""
    locked = {pin.package for each in resolutions for pin in each.pins}
    return [
        ProjectNote(kind=NoteKind.NOT_NEEDED, place=Place(file="-P"), value=str(wanted))
        for wanted in settings.upgrade_packages
        if canonicalize_name(wanted.name) not in locked
    ]


def _withdrawn(
    start: StartingPoint, resolutions: Sequence[Resolution], repository: Repository
) -> list[ProjectNote]:
    """Locked releases that the answer leaves and whose every file is withdrawn (PEP 592)."""
    found: dict[ProjectNote, None] = {}
    for each in resolutions:
        old = start.locks.get(each.platform)
        place = Place(file=lock_path(start.plan.project.root, each.platform).name)
        for pin in each.pins if old is not None else ():
            version = old.versions.get(pin.package) if old is not None else None
            if version is None or version == pin.version:
                continue
            listing = repository.listing(pin.package)
            files = listing.artifacts(version) if version in listing.versions else ()
            if files and all(file.yanked is not None for file in files):
                value = f"{pin.package} {version}"
                found[ProjectNote(kind=NoteKind.WAS_WITHDRAWN, place=place, value=value)] = None
    return list(found)


def _not_taken(start: StartingPoint, resolutions: Sequence[Resolution]) -> list[ProjectNote]:
    """Versions of `--from` that are not those of the answer."""
    source = start.plan.settings.versions_from
    found = {
        f"{pin.package} {pin.version} instead of {wanted}": None
        for each in resolutions
        for pin in each.pins
        if (wanted := start.preferred.get(pin.package)) not in (None, pin.version)
    }
    if source is None or not found:
        return []
    place = Place(file=source)
    return [ProjectNote(kind=NoteKind.NOT_TAKEN, place=place, value=", ".join(found))]


def _dependencies(
    start: StartingPoint, pages: Sequence[KeptPage] | None, *, written: Sequence[PendingLock]
) -> AnswerDependencies | None:
    """What an answer depends on; None if that is more than can be checked quickly."""
    plan = start.plan
    # A cutoff may be counted from now; a page that is never fresh has to be asked for anyway.
    if plan.files is None or pages is None or plan.settings.exclude_newer is not None:
        return None
    if not all(page.fresh_seconds > 0 for page in pages):
        return None
    contents = {lock.path: lock.text.encode() for lock in written}
    locks = {lock_path(plan.project.root, platform) for platform in plan.inputs}
    return AnswerDependencies(
        files=(*plan.files, *sorted(locks - contents.keys())),
        read_from=start.read_from,
        written=tuple(contents.items()),
        pages=tuple(pages),
        cache_folder=cache_folder(plan.settings),
    )


def _cutoff_exempt(settings: Settings, resolutions: list[Resolution]) -> tuple[str, ...]:
    """Indexes to which `--exclude-newer` could not be applied, because they give no times."""
    if settings.exclude_newer is None:
        return ()
    return tuple(
        sorted(
            {
                reply.index
                for resolution in resolutions
                for reply in resolution.replies
                if reply.answer is IndexAnswer.FOUND and not reply.gives_upload_times
            }
        )
    )
