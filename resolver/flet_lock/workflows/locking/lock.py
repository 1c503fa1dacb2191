"""`flet-lock lock`: reads the app, resolves it once per platform, writes the locks."""

import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from packaging.utils import NormalizedName

from flet_lock.lockfile.old_lock import LockedVersions, OldLock
from flet_lock.lockfile.read_lock import lock_path
from flet_lock.model.answer.answer_dependencies import AnswerDependencies, KeptPage
from flet_lock.model.answer.resolution import Resolution
from flet_lock.model.app.flet_choice import FletHints
from flet_lock.model.app.project import NoteKind, ProjectNote
from flet_lock.model.app.requirement import Place
from flet_lock.model.app.settings import Settings
from flet_lock.model.errors.lock import LockMissing, LockUnreadable
from flet_lock.model.errors.resolution import CannotLock
from flet_lock.model.event import Listener
from flet_lock.model.index.listing import IndexAnswer
from flet_lock.model.target import Platform
from flet_lock.workflows.cache_folder import cache_folder
from flet_lock.workflows.locking.find_catalogue import downloader
from flet_lock.workflows.locking.lock_plan import LockPlan, read_lock_plan
from flet_lock.workflows.repository import open_repository

if TYPE_CHECKING:  # see `lock`
    from flet_lock.index.repository import Repository
    from flet_lock.workflows.locking.pending_lock import PendingLock
    from flet_lock.workflows.outcome import LockOutcome


def lock(
    root: Path,
    *,
    options: Mapping[str, object],
    environ: Mapping[str, str],
    dry_run: bool,
    listener: Listener,
    texts: Mapping[str, str] | None = None,
    meanwhile: Callable[[], object] = lambda: None,
) -> "LockOutcome":
    """Locks an app. Either every platform's lock is written, or none is touched.

    With `--strict`, an answer with warnings is returned, but nothing is written.

    Args:
        root: the app's folder.
        options: the layer of options, keys as on the command line without dashes.
        environ: the process environment.
        dry_run: resolve and compare, but write nothing.
        listener: receives events.
        texts: files of the app as they are going to be, by name, instead of those on the disk.
        meanwhile: is called while the first pages are on their way: whatever will be needed.

    Raises:
        ProjectError, UsageError, UnsupportedPython, CatalogueError: see `read_lock_plan`.
        CannotLock: there is no answer, for the reasons it carries (all platforms' together).
        BudgetExceeded: it could not be found out in time.
        IndexFailure: an index could not be reached.
        DirectReferenceFailure: something that a requirement names cannot be used.
        LockUnreadable: a file of the lock's name is there that is not ours.
        LockNotWritten: the disk did not take it.
    """
    started = time.monotonic()
    read_from = time.time()

    def read(edited: Mapping[str, str] | None, hints: FletHints | None) -> LockPlan:
        return read_lock_plan(
            root,
            options=options,
            environ=environ,
            texts=edited,
            hints=hints,
            download=downloader(environ, listener),
        )

    plan = read(texts, None)
    locks, notes = _old_locks(plan)
    old = {platform: each.versions for platform, each in locks.items()}
    with closing(open_repository(plan, environ=environ, listener=listener)) as repository:
        repository.prefetch_listings(_first_packages(plan, old))
        # What works the answer out is imported while the first pages are on their way.
        meanwhile()
        from flet_lock.analysis.strict_rules import refused_packages  # noqa: PLC0415
        from flet_lock.lockfile.contents import artifacts_without_hashes  # noqa: PLC0415
        from flet_lock.workflows.locking.follow_flet import (  # noqa: PLC0415
            contradiction,
            other_flet,
        )
        from flet_lock.workflows.locking.pending_lock import (  # noqa: PLC0415
            make_pending_lock,
            with_hashes,
            write_pending_locks,
        )
        from flet_lock.workflows.outcome import LockOutcome, traffic_of  # noqa: PLC0415

        resolutions, error = _answer(plan, old, repository, listener)
        hints = other_flet(plan, resolutions, old, repository, listener)
        if hints is not None:
            plan = read(texts, hints)
            resolutions, error = _answer(plan, old, repository, listener)
        if error is not None:
            from flet_lock.workflows.fixing.enrich_failure import enrich  # noqa: PLC0415 - most runs lock

            refusal = enrich(
                error.refusal,
                plan,
                old,
                repository,
                reread=lambda edited: read(edited, hints),
                listener=listener,
                texts=texts,
            )
            # A package that nobody has is asked for each time: it may be uploaded any moment. And
            # what there was no time for may be tried the next time.
            dependencies = None
            if not repository.has_unknown and not refusal.untried:
                dependencies = _dependencies_of(
                    plan, repository.kept_pages(), read_from, written=()
                )
            raise CannotLock(refusal=refusal, dependencies=dependencies) from error
        pages = repository.kept_pages()
        bare = any(map(artifacts_without_hashes, resolutions))
        if bare:
            resolutions = [with_hashes(resolution, repository) for resolution in resolutions]
        traffic = traffic_of(repository)
    strictness = plan.settings.strictness
    is_refused = plan.settings.strict and any(
        refused_packages(resolution, strictness) for resolution in resolutions
    )
    pending = [
        make_pending_lock(plan, resolution, locks.get(resolution.platform))
        for resolution in resolutions
    ]
    dry = dry_run or is_refused
    outcomes = write_pending_locks(pending, dry_run=dry, listener=listener)
    return LockOutcome(
        project_name=plan.name,
        python_full_version=plan.targets[0].python_full_version,
        platforms=outcomes,
        notes=(*plan.project.notes, *contradiction(plan, resolutions), *notes),
        cutoff_exempt=_cutoff_exempt(plan.settings, resolutions),
        dry_run=dry_run,
        seconds=time.monotonic() - started,
        traffic=traffic,
        strict=plan.settings.strict,
        strictness=strictness,
        # A remark on the old lock is not to be made again, and digests of files that the index
        # does not promise are not on its pages.
        dependencies=None
        if notes or bare
        else _dependencies_of(plan, pages, read_from, written=() if dry else pending),
    )


def _answer(
    plan: LockPlan,
    old: Mapping[Platform, LockedVersions],
    repository: "Repository",
    listener: Listener,
) -> tuple[list[Resolution], CannotLock | None]:
    """The answer, or why there is none."""
    from flet_lock.workflows.locking.resolve_plan import resolve_plan  # noqa: PLC0415 - see `lock`

    try:
        return resolve_plan(plan, old, repository, listener), None
    except CannotLock as error:
        return [], error


def _first_packages(
    plan: LockPlan, old: Mapping[Platform, LockedVersions]
) -> dict[NormalizedName, None]:
    """Packages whose pages every resolution needs: direct dependencies, and locked packages."""
    direct = {
        wanted.package: None
        for wanted in plan.project.requirements
        if wanted.platform is None or wanted.platform in plan.inputs
        if wanted.requirement.url is None and wanted.requirement.marker is None
    }
    return {**direct, **{name: None for versions in old.values() for name in versions}}


def _dependencies_of(
    plan: LockPlan,
    pages: Sequence[KeptPage] | None,
    read_from: float,
    *,
    written: Sequence["PendingLock"],
) -> AnswerDependencies | None:
    """What an answer depends on; None if that is more than can be checked quickly."""
    # A cutoff may be counted from now; a page that is never fresh has to be asked for anyway.
    if plan.files is None or pages is None or plan.settings.exclude_newer is not None:
        return None
    if not all(page.fresh_seconds > 0 for page in pages):
        return None
    contents = {lock.path: lock.text.encode() for lock in written}
    locks = {lock_path(plan.project.root, platform) for platform in plan.inputs}
    return AnswerDependencies(
        files=(*plan.files, *sorted(locks - contents.keys())),
        read_from=read_from,
        written=tuple(contents.items()),
        pages=tuple(pages),
        cache_folder=cache_folder(plan.settings),
    )


# ------------------------------------------------------------------------- old locks


def _old_locks(plan: LockPlan) -> tuple[dict[Platform, OldLock], list[ProjectNote]]:
    """The locks that are there; a damaged one of ours is made anew, another tool's is kept."""
    found: dict[Platform, OldLock] = {}
    notes: list[ProjectNote] = []
    for platform in plan.inputs:
        path = lock_path(plan.project.root, platform)
        try:
            found[platform] = OldLock(path)
        except LockMissing:
            continue
        except LockUnreadable as error:
            if not _is_ours(path):
                raise
            notes.append(
                ProjectNote(
                    kind=NoteKind.OLD_LOCK_UNREADABLE,
                    place=Place(file=path.name, key=error.place),
                    value=error.detail,
                )
            )
    return found, notes


def _is_ours(path: Path) -> bool:
    try:
        return b"[tool.flet-lock" in path.read_bytes()
    except OSError:
        return False


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
