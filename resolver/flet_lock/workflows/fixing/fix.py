"""`flet-lock lock --fix N`: writes a way out into the app's files, and locks."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from msgspec.structs import replace

from flet_lock.analysis.suggest_fixes import united
from flet_lock.lockfile.atomic_write import write_atomically
from flet_lock.model.app.fix import Fix, Fixes
from flet_lock.model.errors import CannotLock, ProjectNotWritten, UsageError
from flet_lock.model.event import Listener
from flet_lock.project.edit.edited_files import CannotEditError, EditedFiles
from flet_lock.workflows.fixing.remembered_fixes import Told, lines_of, read_told_ways
from flet_lock.workflows.locking.lock import lock
from flet_lock.workflows.locking.lock_plan import read_lock_plan
from flet_lock.workflows.outcome import LockOutcome
from flet_lock.workflows.repository import cache_folder

PATIENT_SECONDS = 60.0
"""For finding the ways again: at least as many as were told should be found."""


def fix(
    root: Path,
    *,
    numbers: str,
    options: Mapping[str, object],
    environ: Mapping[str, str],
    dry_run: bool,
    listener: Listener,
) -> LockOutcome:
    """Locks an app with ways out that a failed lock has told; an app that locks is just locked.

    The ways are found again, with more time, and those are taken that were told under these
    numbers last (where nothing is kept, those that have these numbers now). The app's files are
    changed after the app was locked with the change, and locks and files stay as they are where
    that fails. A way that mends one of several blockers is written where it does that, and what is
    left is told.

    Args:
        root: the app's folder.
        numbers: of the ways, as they were told: `1`, `1,3`.
        options: the layer of options.
        environ: the process environment.
        dry_run: change and write nothing, only show what would come of it.
        listener: is told what happens.

    Raises:
        UsageError: there is no way of that number, or the ways cannot be taken together.
        ProjectNotWritten: the disk did not take a file of the app.
        CannotLock: what is left; `applied` has what was changed.
        FletLockError: see `lock`.
    """
    settings = read_lock_plan(root, options=options, environ=environ).settings
    told = None if settings.no_cache else read_told_ways(cache_folder(settings), root)
    patient = {**options, "fix-budget": max(settings.fix_budget_seconds, PATIENT_SECONDS)}
    try:
        return lock(root, options=patient, environ=environ, dry_run=dry_run, listener=listener)
    except CannotLock as error:
        ways = _chosen(numbers, error.ways_out, told)
    files = EditedFiles(root.resolve())
    try:
        lines = files.apply(united(edit for way in ways for edit in way.edits))
    except CannotEditError as error:
        raise UsageError(option="--fix", value=numbers, detail=f"{error}: one at a time") from error
    try:
        outcome = lock(
            root,
            options=options,
            environ=environ,
            dry_run=dry_run,
            listener=listener,
            texts=files.texts,
        )
    except CannotLock as error:
        mended = {name for way in ways for name in way.packages}
        if not dry_run and not mended & {blocker.package for blocker in error.blockers}:
            _write(files, root)
            error.applied = lines
        # The answer is about files that are not as they were when it was asked for.
        error.grounds = None
        raise
    if not dry_run and not outcome.refused:
        _write(files, root)
    return replace(outcome, fixed=lines, grounds=None)


def _chosen(numbers: str, ways_out: Fixes, told: Told | None) -> Sequence[Fix]:
    found = ways_out.ways if told is None else _as_told(told, ways_out.ways)
    choices = tuple(str(number) for number, way in enumerate(found, 1) if way is not None)
    chosen: list[Fix] = []
    for word in dict.fromkeys(word.strip() for word in numbers.split(",")):
        way = found[int(word) - 1] if word in choices else None
        if way is None:
            detail = "no such way out" if choices else "nothing that was tried mends this app"
            raise UsageError(option="--fix", value=word, detail=detail, choices=choices)
        chosen.append(way)
    return chosen


def _as_told(told: Told, ways: Sequence[Fix]) -> Sequence[Fix | None]:
    """The ways in the order in which they were told; None for one that is not found any more.

    Where none of them is, the app has changed since, and the numbers are those of now.
    """
    by_lines = {lines_of(way): way for way in ways}
    found = [by_lines.get(lines) for lines in told]
    return found if any(found) else ways


def _write(files: EditedFiles, root: Path) -> None:
    for name, text in files.texts.items():
        try:
            write_atomically(root / name, text.encode())
        except OSError as error:
            detail = error.strerror or str(error)
            raise ProjectNotWritten(path=name, detail=detail) from error
