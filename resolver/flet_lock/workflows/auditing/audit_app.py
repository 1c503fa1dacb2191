"""`flet-lock audit [PROJECT]`: holds the wheels of an app's locks to all rules."""

import time
from collections.abc import Callable, Mapping
from pathlib import Path

from flet_lock.lockfile.contents import Lock
from flet_lock.lockfile.read_lock import lock_path, read_lock
from flet_lock.model.answer.answer_dependencies import AnswerDependencies
from flet_lock.model.app.project import Project
from flet_lock.model.app.settings import Settings
from flet_lock.model.errors.lock import LockMissing
from flet_lock.model.event import Listener
from flet_lock.model.target import Platform
from flet_lock.project.app import read_project
from flet_lock.targets.generations import load_generations
from flet_lock.workflows.auditing.audit_lock import LockAuditor
from flet_lock.workflows.auditing.audit_outcome import AuditOutcome, AuditTerms, fails
from flet_lock.workflows.cache_folder import cache_folder
from flet_lock.workflows.installing.install import chosen_slices
from flet_lock.workflows.trusted_lock import read_trusted_lock


def audit_app(
    root: Path,
    *,
    options: Mapping[str, object],
    environ: Mapping[str, str],
    terms: AuditTerms,
    listener: Listener,
) -> AuditOutcome:
    """Audits every locked wheel that has binaries, and tries other releases for those that fail.

    Args:
        root: the app's folder.
        options: the layer of options; `platform` and `arch` choose locks and slices.
        environ: the process environment.
        terms: what fails the run, and what is to be shown.
        listener: receives events of what is fetched.

    Raises:
        ProjectError, UsageError: the app or an option cannot be read.
        LockMissing, LockUnreadable: there is no lock, or a damaged one.
        LockEdited, UnknownSources: see `read_trusted_lock`.
        InstallError, IndexFailure: a wheel could not be had.
    """
    started, read_from = time.monotonic(), time.time()
    generations = load_generations()
    project, settings = read_project(
        root, options=options, environ=environ, generations=generations
    )
    # What the wheels of a lock are made of is no reason to fetch them from just anywhere.
    locks = read_locks(
        project.root, options, lambda path: read_trusted_lock(path, project, settings)
    )
    auditor = LockAuditor(project, settings, generations, environ=environ, listener=listener)
    slices = {lock.platform: chosen_slices(settings, lock.platform) for lock in locks}
    found = auditor.audit(locks, slices)
    packages, read = found.packages, auditor.kept.read
    is_settled = not any(fails(each, terms.fail_on) for each in packages)
    if not is_settled:
        from flet_lock.workflows.auditing.find_remedies import (  # noqa: PLC0415 - most are clean
            find_remedies,
        )

        packages = find_remedies(
            packages,
            auditor,
            tuple(lock.platform for lock in locks),
            fail_on=terms.fail_on,
            root=root,
            options=options,
            environ=environ,
            listener=listener,
        )
    return AuditOutcome(
        subject=project.title,
        packages=packages,
        wheels=found.wheels,
        read=read,
        not_read=found.not_read,
        fail_on=terms.fail_on,
        with_sizes=terms.with_sizes,
        seconds=time.monotonic() - started,
        dependencies=_dependencies(project, settings, read_from) if is_settled else None,
    )


def _dependencies(
    project: Project, settings: Settings, read_from: float
) -> AnswerDependencies | None:
    """What an answer without a way out depends on: the app, its locks, and the facts shipped."""
    if settings.refresh or settings.no_cache or project.names_local_paths:
        return None
    return AnswerDependencies(
        files=(*project.files, *(lock_path(project.root, each) for each in Platform)),
        read_from=read_from,
        cache_folder=cache_folder(settings),
    )


def read_locks(
    root: Path, options: Mapping[str, object], read: Callable[[Path], Lock] = read_lock
) -> list[Lock]:
    """The locks that are there, or those of the platforms that are named.

    Raises:
        LockMissing: there is none, or none for a platform that was named.
        LockUnreadable: one is damaged, or another tool's.
    """
    given = options.get("platform")
    named = [Platform(str(one)) for one in given] if isinstance(given, list | tuple) else []
    locks = []
    for platform in Platform:
        path = lock_path(root, platform)
        if platform in named or (not named and path.is_file()):
            locks.append(read(path))
    if not locks:
        raise LockMissing(path=lock_path(root, Platform.ANDROID).name)
    return locks
