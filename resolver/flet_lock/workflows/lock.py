"""`flet-lock lock`: reads the app, resolves it once per platform, writes the locks."""

import time
from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace
from packaging.utils import NormalizedName
from packaging.version import Version

from flet_lock.analysis.strict_rules import refused_packages
from flet_lock.index.repository import Repository
from flet_lock.lockfile.contents import (
    artifacts_without_hashes,
    lock_from_resolution,
    locked_versions,
)
from flet_lock.lockfile.read import lock_path
from flet_lock.lockfile.versions import LockedVersions, read_locked_versions
from flet_lock.lockfile.write import render_lock, write_lock
from flet_lock.model.errors import (
    CannotLock,
    LockMissing,
    LockUnreadable,
)
from flet_lock.model.event import Listener, LockWritten
from flet_lock.model.grounds import Grounds, KeptPage
from flet_lock.model.listing import IndexAnswer
from flet_lock.model.project import NoteKind, ProjectNote
from flet_lock.model.requirement import Place
from flet_lock.model.resolution import Resolution
from flet_lock.model.settings import Settings
from flet_lock.model.target import Platform
from flet_lock.workflows.inputs import Plan, public_location, read_plan
from flet_lock.workflows.outcome import LockOutcome, PlatformOutcome, Traffic
from flet_lock.workflows.repository import cache_folder, open_repository
from flet_lock.workflows.resolving import resolve_plan


def lock(
    root: Path,
    *,
    options: Mapping[str, object],
    environ: Mapping[str, str],
    dry_run: bool,
    listener: Listener,
    texts: Mapping[str, str] | None = None,
) -> LockOutcome:
    """Locks an app. Either every platform's lock is written, or none is touched.

    With `--strict`, an answer with warnings is returned, but nothing is written.

    Args:
        root: the app's folder.
        options: the layer of options, keys as on the command line without dashes.
        environ: the process environment.
        dry_run: resolve and compare, but write nothing.
        listener: is told what happens.
        texts: files of the app as they are going to be, by name, instead of those on the disk.

    Raises:
        ProjectError, UsageError, UnsupportedPython, CatalogueError: see `read_plan`.
        CannotLock: there is no answer, for the reasons it carries (all platforms' together).
        BudgetExceeded: it could not be found out in time.
        IndexFailure: an index could not be asked.
        DirectReferenceFailure: something that a requirement names cannot be used.
        LockUnreadable: a file of the lock's name is there that is not ours.
        LockNotWritten: the disk did not take it.
    """
    started = time.monotonic()
    read_from = time.time()
    plan = read_plan(root, options=options, environ=environ, texts=texts)
    old, notes = _old_locks(plan)
    with closing(open_repository(plan, environ=environ, listener=listener)) as repository:
        try:
            resolutions = resolve_plan(plan, old, repository, listener)
        except CannotLock as error:
            from flet_lock.workflows.refusal import told  # noqa: PLC0415 - most runs lock

            refused = told(
                error,
                plan,
                old,
                repository,
                reread=lambda edited: read_plan(
                    root, options=options, environ=environ, texts=edited
                ),
                listener=listener,
                texts=texts,
            )
            # A package that nobody has is asked for each time: it may be uploaded any moment. And
            # what there was no time for may be tried the next time.
            if not repository.has_unknown and not refused.ways_out.untried:
                refused.grounds = _grounds(plan, repository.kept_pages(), read_from, drafts=())
            raise refused from error
        pages = repository.kept_pages()
        bare = any(map(artifacts_without_hashes, resolutions))
        if bare:
            resolutions = [_with_hashes(resolution, repository) for resolution in resolutions]
        counted = repository.traffic
        traffic = Traffic(
            requests=counted.requests,
            bytes_received=counted.bytes_received,
            from_cache=counted.from_cache,
        )
    strictness = plan.settings.strictness
    is_refused = plan.settings.strict and any(
        refused_packages(resolution, strictness) for resolution in resolutions
    )
    drafts = [_draft(plan, resolution, old.get(resolution.platform)) for resolution in resolutions]
    dry = dry_run or is_refused
    outcomes = _write(drafts, dry_run=dry, listener=listener)
    return LockOutcome(
        project_name=plan.name,
        python_full_version=plan.targets[0].python_full_version,
        platforms=outcomes,
        notes=(*plan.project.notes, *notes),
        cutoff_exempt=_cutoff_exempt(plan.settings, resolutions),
        dry_run=dry_run,
        seconds=time.monotonic() - started,
        traffic=traffic,
        strict=plan.settings.strict,
        strictness=strictness,
        # A remark on the old lock is not to be made again, and digests of files that the index
        # does not promise are not on its pages.
        grounds=None
        if notes or bare
        else _grounds(plan, pages, read_from, drafts=() if dry else drafts),
    )


def standing(outcome: LockOutcome) -> LockOutcome:
    """What the next run finds if nothing that decides changes in between.

    The locks have the versions of this answer then, and an answer prefers the versions of its
    locks: it is the same one again.
    """
    if outcome.dry_run or outcome.refused:
        return replace(outcome, standing=True)
    platforms = tuple(replace(each, written=False, changes=()) for each in outcome.platforms)
    return replace(outcome, platforms=platforms, standing=True)


def _grounds(
    plan: Plan,
    pages: Sequence[KeptPage] | None,
    read_from: float,
    *,
    drafts: Sequence["_Draft"],
) -> Grounds | None:
    """What an answer rests on; None where it rests on more than can be looked at quickly."""
    # A cutoff may be counted from now; a page that is never fresh has to be asked for anyway.
    if plan.files is None or pages is None or plan.settings.exclude_newer is not None:
        return None
    if not all(page.fresh_seconds > 0 for page in pages):
        return None
    written = {draft.path: draft.text.encode() for draft in drafts}
    locks = {lock_path(plan.project.root, platform) for platform in plan.inputs}
    return Grounds(
        files=(*plan.files, *sorted(locks - written.keys())),
        read_from=read_from,
        written=tuple(written.items()),
        pages=tuple(pages),
        cache_folder=cache_folder(plan.settings),
    )


# ------------------------------------------------------------------------- old locks


def _old_locks(plan: Plan) -> tuple[dict[Platform, LockedVersions], list[ProjectNote]]:
    """The locks that are there; a damaged one of ours is made anew, another tool's is kept."""
    found: dict[Platform, LockedVersions] = {}
    notes: list[ProjectNote] = []
    for platform in plan.inputs:
        path = lock_path(plan.project.root, platform)
        try:
            found[platform] = read_locked_versions(path)
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


# ----------------------------------------------------------------- what was chosen


def _with_hashes(resolution: Resolution, repository: Repository) -> Resolution:
    """The same answer, with a digest for files whose index promises none (PEP 751 wants one)."""
    bare = artifacts_without_hashes(resolution)
    if not bare:
        return resolution
    digested = {artifact.url: repository.hashed(artifact) for artifact in bare}
    return replace(
        resolution,
        pins=tuple(
            replace(
                pin,
                artifacts={
                    target: digested.get(artifact.url, artifact)
                    for target, artifact in pin.artifacts.items()
                },
            )
            for pin in resolution.pins
        ),
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


# --------------------------------------------------------------------------- writing


class _Draft(Struct, frozen=True, kw_only=True):
    """A lock, rendered, before anything is written."""

    resolution: Resolution
    path: Path
    text: str
    changes: tuple[tuple[NormalizedName, Version | None, Version | None], ...]


def _write(
    drafts: Sequence[_Draft], *, dry_run: bool, listener: Listener
) -> tuple[PlatformOutcome, ...]:
    outcomes = []
    for draft in drafts:
        written = False if dry_run else write_lock(draft.path, draft.text)
        if not dry_run:
            listener(
                LockWritten(
                    platform=draft.resolution.platform, path=draft.path.name, changed=written
                )
            )
        outcomes.append(
            PlatformOutcome(
                resolution=draft.resolution,
                lock_path=draft.path.name,
                written=written,
                changes=draft.changes,
            )
        )
    return tuple(outcomes)


def _draft(plan: Plan, resolution: Resolution, old: LockedVersions | None) -> _Draft:
    root = plan.project.root
    path = lock_path(root, resolution.platform)
    made = lock_from_resolution(
        resolution,
        plan.inputs[resolution.platform],
        index_urls={index.name: public_location(index, root) for index in plan.settings.indexes},
        python_full_version=resolution.targets[0].python_full_version,
        project_root=root,
        lock_dir=path.parent,
    )
    before = old or {}
    after = locked_versions(made)
    return _Draft(
        resolution=resolution,
        path=path,
        text=render_lock(made),
        changes=tuple(
            (name, before.get(name), after.get(name))
            for name in sorted({*before, *after})
            if before.get(name) != after.get(name)
        ),
    )
