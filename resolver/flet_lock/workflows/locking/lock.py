"""`flet-lock lock`: reads the app, resolves it once per platform, writes the locks."""

from collections.abc import Callable, Mapping
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from flet_lock.model.app.flet_choice import FletHints
from flet_lock.model.event import Listener
from flet_lock.workflows.locking.find_catalogue import downloader
from flet_lock.workflows.locking.lock_plan import LockPlan, read_lock_plan
from flet_lock.workflows.locking.starting_point import read_starting_point
from flet_lock.workflows.repository import open_repository

if TYPE_CHECKING:  # see `lock`
    from flet_lock.workflows.outcome import LockOutcome


def lock(
    root: Path,
    *,
    options: Mapping[str, object],
    environ: Mapping[str, str],
    dry_run: bool,
    listener: Listener,
    audited: bool = False,
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
        audited: prefer releases that pass an audit; fetches the wheels that have binaries.
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

    def read(edited: Mapping[str, str] | None, hints: FletHints | None) -> LockPlan:
        return read_lock_plan(
            root,
            options=options,
            environ=environ,
            texts=edited,
            hints=hints,
            download=downloader(environ, listener),
        )

    start = read_starting_point(lambda: read(texts, None))
    with closing(open_repository(start.plan, environ=environ, listener=listener)) as repository:
        repository.prefetch_listings(start.first_packages)
        # What works the answer out is imported while the first pages are on their way.
        meanwhile()
        from flet_lock.workflows.locking.answer import (  # noqa: PLC0415
            resolve_or_refuse,
            write_answer,
        )

        answer = resolve_or_refuse(start, repository, read=read, texts=texts, listener=listener)
        if audited:
            from flet_lock.workflows.auditing.prefer_clean import (  # noqa: PLC0415 - seldom
                prefer_clean,
            )

            answer = prefer_clean(answer, repository, environ=environ, listener=listener)
    return write_answer(answer, dry_run=dry_run, listener=listener)
