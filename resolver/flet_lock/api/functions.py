"""The functions of the API: each does what the command of its name does."""

import os
from collections.abc import Mapping, Sequence
from pathlib import Path

from flet_lock.api.options import Options
from flet_lock.lockfile.contents import Lock
from flet_lock.lockfile.read_lock import read_lock as _read_lock
from flet_lock.model.event import Listener, ignore_event
from flet_lock.model.target import Platform, Target
from flet_lock.workflows.inspecting.wheels import WheelsOutcome
from flet_lock.workflows.inspecting.wheels import wheels as _wheels
from flet_lock.workflows.installing.install import install as _install
from flet_lock.workflows.locking.check import CheckOutcome
from flet_lock.workflows.locking.check import check as _check
from flet_lock.workflows.locking.lock import lock as _lock
from flet_lock.workflows.locking.lock_plan import read_lock_plan as _read_lock_plan
from flet_lock.workflows.outcome import InstallOutcome, LockOutcome

_NONE = Options()


def lock(
    project: str | Path,
    options: Options = _NONE,
    *,
    dry_run: bool = False,
    listener: Listener = ignore_event,
    environ: Mapping[str, str] | None = None,
) -> LockOutcome:
    """Locks an app. Either every platform's lock is written, or none is touched.

    With `strict`, an answer with warnings is returned (`refused`), but nothing is written.

    Args:
        project: the app's folder.
        options: see `Options`.
        dry_run: resolve and compare, but write nothing.
        listener: receives an event for each thing that happens, in the threads where it does.
        environ: the process environment; None for `os.environ`.

    Raises:
        CannotLock: there is no answer; `refusal` has every blocker and what to do about it.
        BudgetExceeded: it could not be found out in time.
        ProjectError, UsageError: the app's files or an option have faults.
        IndexFailure: an index could not be reached.
        FletLockError: anything else that `flet-lock lock` reports.
    """
    return _lock(
        Path(project),
        options=options.as_layer(),
        environ=_environment(environ),
        dry_run=dry_run,
        listener=listener,
    )


def check(
    project: str | Path,
    options: Options = _NONE,
    *,
    environ: Mapping[str, str] | None = None,
) -> CheckOutcome:
    """Compares the locks of an app with the app. Offline, no index.

    Args:
        project: the app's folder.
        options: as the app was locked.
        environ: the process environment; None for `os.environ`.

    Raises:
        ProjectError, UsageError: the app's files or an option have faults.
        LockUnreadable: a lock is damaged, or another tool's.
        FletLockError: anything else that `flet-lock check` reports.
    """
    return _check(Path(project), options=options.as_layer(), environ=_environment(environ))


def install(
    project: str | Path,
    platform: Platform | str,
    options: Options = _NONE,
    *,
    target: str | Path | None = None,
    listener: Listener = ignore_event,
    environ: Mapping[str, str] | None = None,
) -> InstallOutcome:
    """Makes a folder hold what a platform's lock says, one folder per slice.

    Args:
        project: the app's folder.
        platform: which lock, `android` or `ios`.
        options: see `Options`; `arch` chooses slices of the lock.
        target: the folder; None for `build/site-packages` of the app.
        listener: receives an event for each thing that happens, in the threads where it does.
        environ: the process environment; None for `os.environ`.

    Raises:
        LockMissing, LockUnreadable: there is no lock, or a damaged one.
        InstallError: it could not be installed; the old tree is as it was.
        IndexFailure: a server could not be reached.
        FletLockError: anything else that `flet-lock install` reports.
        ValueError: there is no such platform.
    """
    return _install(
        Path(project),
        platform=Platform(platform),
        target=None if target is None else Path(target),
        options=options.as_layer(),
        environ=_environment(environ),
        listener=listener,
    )


def read_lock(path: str | Path) -> Lock:
    """Reads a lock, `pylock.android.toml`; `for_slice` lists the files of a slice.

    Raises:
        LockMissing: there is no such file.
        LockUnreadable: it is damaged, or another tool's.
    """
    return _read_lock(Path(path))


def targets(
    project: str | Path,
    options: Options = _NONE,
    *,
    environ: Mapping[str, str] | None = None,
) -> tuple[Target, ...]:
    """The targets that an app is locked for, Android before iOS. Offline, no index.

    Args:
        project: the app's folder.
        options: see `Options`.
        environ: the process environment; None for `os.environ`.

    Raises:
        ProjectError, UsageError: the app's files or an option have faults.
        FletLockError: no Python that Flet bundles fits, or anything else that `lock` reports first.
    """
    layer = options.as_layer()
    return _read_lock_plan(Path(project), options=layer, environ=_environment(environ)).targets


def wheels(
    names: Sequence[str],
    options: Options = _NONE,
    *,
    project: str | Path = ".",
    everything: bool = False,
    listener: Listener = ignore_event,
    environ: Mapping[str, str] | None = None,
) -> WheelsOutcome:
    """Finds which releases of packages run on which targets, and why not on the others.

    Args:
        names: `numpy`, `pandas>=2`.
        options: see `Options`.
        project: a folder; where it holds an app, the app's indexes are asked.
        everything: all versions, pre-releases and withdrawn ones included.
        listener: receives an event for each thing that happens, in the threads where it does.
        environ: the process environment; None for `os.environ`.

    Raises:
        UsageError: no name, one that is none, or an option that makes no sense.
        ProjectError: the app's files have faults.
        IndexFailure: an index could not be reached.
    """
    return _wheels(
        Path(project),
        names,
        options=options.as_layer(),
        environ=_environment(environ),
        everything=everything,
        listener=listener,
    )


def _environment(environ: Mapping[str, str] | None) -> Mapping[str, str]:
    return os.environ if environ is None else environ
