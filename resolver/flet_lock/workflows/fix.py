"""`flet-lock lock --fix N`: writes a way out into the app's files, and locks."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from flet_lock.analysis.ways_out import united
from flet_lock.lockfile.atomic_write import write_atomically
from flet_lock.model.errors import CannotLock, ProjectNotWritten, UsageError
from flet_lock.model.event import Listener
from flet_lock.model.way_out import WayOut, WaysOut
from flet_lock.project.edited_files import CannotEditError, EditedFiles
from flet_lock.workflows.lock import lock
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
    """Locks an app with ways out that a failed lock has told; an app that locks is just locked.

    The ways are those that are found now. The app's files are changed after the app was locked
    with the change, and locks and files stay as they are where that fails. A way that mends one of
    several blockers is written where it does that, and what is left is told.

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
    try:
        return lock(root, options=options, environ=environ, dry_run=dry_run, listener=listener)
    except CannotLock as error:
        ways = _chosen(numbers, error.ways_out)
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


def _chosen(numbers: str, ways_out: WaysOut) -> Sequence[WayOut]:
    choices = tuple(str(number) for number in range(1, len(ways_out.ways) + 1))
    words = [word.strip() for word in numbers.split(",")]
    for word in words:
        if word not in choices:
            detail = "no such way out" if choices else "nothing that was tried mends this app"
            raise UsageError(option="--fix", value=word, detail=detail, choices=choices)
    return [ways_out.ways[int(word) - 1] for word in dict.fromkeys(words)]


def _write(files: EditedFiles, root: Path) -> None:
    for name, text in files.texts.items():
        try:
            write_atomically(root / name, text.encode())
        except OSError as error:
            detail = error.strerror or str(error)
            raise ProjectNotWritten(path=name, detail=detail) from error
