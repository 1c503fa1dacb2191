"""`flet-lock lock --fix N`: writes suggestions into the app's files, and locks."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from msgspec.structs import replace

from flet_lock.analysis.suggest_fixes import united
from flet_lock.lockfile.atomic_write import write_atomically
from flet_lock.model.app.fix import Suggestion, SuggestionState
from flet_lock.model.errors.project import ProjectNotWritten
from flet_lock.model.errors.resolution import CannotLock
from flet_lock.model.errors.usage import UsageError
from flet_lock.model.event import Listener
from flet_lock.project.edit.edited_files import CannotEditError, EditedFiles
from flet_lock.workflows.fixing.shown_list import (
    Shown,
    read_shown_list,
    was_shown_otherwise,
)
from flet_lock.workflows.locking.lock import lock
from flet_lock.workflows.locking.lock_plan import read_lock_plan
from flet_lock.workflows.outcome import LockOutcome


def fix(
    root: Path,
    *,
    numbers: str,
    options: Mapping[str, object],
    environ: Mapping[str, str],
    dry_run: bool,
    listener: Listener,
) -> LockOutcome:
    """Writes suggestions of the last failed lock into the app's files, and locks once.

    The edits are those that were shown. The files are written after the app was locked with them;
    where that fails, files and locks stay as they are. A suggestion that removes one of several
    blockers is written where it does that, and what is left is told.

    Where no list was ever shown of the app (or nothing is kept, `--no-cache`), the app is locked
    first: if that fails, its suggestions have the numbers that they would have been shown with.

    Args:
        root: the app's folder.
        numbers: of the suggestions, as they were shown: `1`, `1,3`.
        options: the layer of options.
        environ: the process environment.
        dry_run: change and write nothing, only show what would come of it.
        listener: gets the events of the run.

    Raises:
        UsageError: there is no suggestion of that number, the app is not as it was when the list
            was shown, or the suggestions cannot be taken together.
        ProjectNotWritten: the disk did not take a file of the app.
        CannotLock: what is left; `refusal.applied` has what was changed.
        FletLockError: see `lock`.
    """
    plan = read_lock_plan(root, options=options, environ=environ)
    shown = None if plan.settings.no_cache else read_shown_list(plan)
    if shown is None:
        if not plan.settings.no_cache and was_shown_otherwise(plan):
            detail = "the app, or an option, has changed since the list was shown: lock it again"
            raise UsageError(option="--fix", value=numbers, detail=detail)
        try:
            return lock(root, options=options, environ=environ, dry_run=dry_run, listener=listener)
        except CannotLock as error:
            shown = error.refusal.suggestions
    chosen = _chosen(numbers, shown)
    files = EditedFiles(root.resolve())
    try:
        lines = files.apply(united(edit for each in chosen for edit in each.edits))
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
        mended = {name for each in chosen for name in each.packages}
        is_better = not mended & {blocker.package for blocker in error.blockers}
        if is_better and not dry_run:
            write_edited(files, root)
        # What it depends on are not the files that were there when it was asked for.
        raise CannotLock(
            refusal=replace(error.refusal, applied=lines if is_better and not dry_run else ())
        ) from error
    if not dry_run and not outcome.refused:
        write_edited(files, root)
    return replace(outcome, fixed=lines, dependencies=None)


def _chosen(numbers: str, shown: Shown) -> Sequence[Suggestion]:
    """The suggestions of some numbers.

    Raises:
        UsageError: there is none of a number, it failed, or what it would write is not known yet.
    """
    by_number = {
        str(each.number): each
        for each in shown
        if each.edits and each.state is not SuggestionState.FAILED
    }
    chosen: list[Suggestion] = []
    for word in dict.fromkeys(word.strip() for word in numbers.split(",")):
        if word not in by_number:
            detail = "no such fix was shown" if by_number else "nothing that was tried helps"
            raise UsageError(option="--fix", value=word, detail=detail, choices=tuple(by_number))
        chosen.append(by_number[word])
    return chosen


def write_edited(files: EditedFiles, root: Path) -> None:
    """Writes edited files of an app, each in one step.

    Raises:
        ProjectNotWritten: the disk did not take one.
    """
    for name, text in files.texts.items():
        try:
            write_atomically(root / name, text.encode())
        except OSError as error:
            detail = error.strerror or str(error)
            raise ProjectNotWritten(path=name, detail=detail) from error
