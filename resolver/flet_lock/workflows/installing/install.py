"""`flet-lock install`: unpacks exactly what a lock says, one folder per slice.

No index page is requested and nothing is resolved: the lock alone decides.
"""

import time
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final

from msgspec import Struct
from msgspec.structs import asdict

from flet_lock.install.plan import InstallPlan, plan_install
from flet_lock.install.tree.installed_note import foreign_entries, installed_digest, write_note
from flet_lock.install.tree.staging import Staging, clear_up
from flet_lock.install.tree.unpacked import UnpackedSlice
from flet_lock.lockfile.read_lock import lock_path
from flet_lock.model.answer.answer_dependencies import AnswerDependencies, KeptTree
from flet_lock.model.app.project import Project
from flet_lock.model.app.settings import Settings
from flet_lock.model.errors.install import InstallNotWritten, TargetOccupied
from flet_lock.model.event import Listener, TreeReplaced
from flet_lock.model.facts.slices import SLICES_BY_NAME, all_slice_names
from flet_lock.model.target import Platform
from flet_lock.project.app import read_project
from flet_lock.targets.generations import load_generations
from flet_lock.workflows.cache_folder import cache_folder
from flet_lock.workflows.outcome import InstallOutcome, shown_path
from flet_lock.workflows.trusted_lock import read_trusted_lock

if TYPE_CHECKING:  # a run that has nothing to do needs neither the network nor zip files
    from flet_lock.install.fetch_wheels import Fetched

DEFAULT_TARGET: Final = "build/site-packages"
"""Where `flet build` puts the packages, relative to the app's folder."""


class _Done(Struct, frozen=True, kw_only=True):
    """What was done, in the terms of `InstallOutcome`."""

    changed: bool = False
    unpacked: tuple[UnpackedSlice, ...] = ()
    downloaded: int = 0
    bytes_received: int = 0
    from_cache: int = 0


def install(
    root: Path,
    *,
    platform: Platform,
    target: Path | None,
    options: Mapping[str, object],
    environ: Mapping[str, str],
    listener: Listener,
) -> InstallOutcome:
    """Makes a folder hold what a platform's lock says, and nothing else.

    Either all of it is replaced, or it is as it was. Where it holds exactly that already, as the
    last installation left it, nothing is done.

    Args:
        root: the app's folder.
        platform: which lock.
        target: the folder; gets one folder per slice. None: `build/site-packages` of the app.
        options: the layer of options, keys as on the command line without dashes; `arch` chooses
            slices of the lock, `refresh` writes the folder anew in any case.
        environ: the process environment.
        listener: receives events.

    Raises:
        ProjectError, UsageError: the app or an option cannot be read.
        LockMissing, LockUnreadable: there is no lock, or a damaged one.
        LockEdited, UnknownSources: see `read_trusted_lock`.
        InstallError: it could not be installed; the class says why.
        IndexFailure: a server could not be reached.
    """
    started, read_from = time.monotonic(), time.time()
    project, settings = read_project(
        root, options=options, environ=environ, generations=load_generations()
    )
    lock_file = lock_path(project.root, platform)
    lock = read_trusted_lock(lock_file, project, settings)
    plan = plan_install(lock, slices_of_options(settings, platform, options))
    folder = project.root / DEFAULT_TARGET if target is None else target.resolve()
    clear_up(folder)
    before = _slices_there(folder)
    done = _Done()
    digest = None if settings.refresh else installed_digest(folder, plan)
    if digest is None:
        done, digest = _replace(
            plan,
            folder,
            project=project,
            settings=settings,
            environ=environ,
            listener=listener,
        )
    listener(TreeReplaced(path=str(folder), changed=done.changed))
    return InstallOutcome(
        project_name=project.title,
        platform=platform,
        lock_path=lock_file.name,
        target=shown_path(folder, project.root),
        slices=plan.slices,
        packages=plan.package_count,
        removed_slices=tuple(name for name in before if name not in plan.slices),
        **asdict(done),
        seconds=time.monotonic() - started,
        dependencies=_dependencies(
            plan, project, settings, read_from, KeptTree(folder=folder, digest=digest)
        ),
    )


def _dependencies(
    plan: InstallPlan, project: Project, settings: Settings, read_from: float, tree: KeptTree
) -> AnswerDependencies | None:
    unknown = settings.refresh or settings.no_cache or project.names_local_paths
    if unknown or not plan.repeatable:
        return None
    return AnswerDependencies(
        # Which locks there are decides which one is meant where no platform is named.
        files=(*project.files, *(lock_path(project.root, each) for each in Platform)),
        read_from=read_from,
        trees=(tree,),
        cache_folder=cache_folder(settings),
    )


def chosen_slices(settings: Settings, platform: Platform) -> tuple[str, ...] | None:
    """The slices that `--arch` chooses of this platform; None for all of the lock."""
    own = all_slice_names(platform)
    chosen = tuple(name for name in settings.archs if name in own)
    # To name only what no app gets is to add it to the others: see `choose_targets`.
    return chosen if any(SLICES_BY_NAME[name].is_shipped for name in chosen) else None


def slices_of_options(
    settings: Settings, platform: Platform, options: Mapping[str, object]
) -> tuple[str, ...] | None:
    """The slices that `--arch` chooses of this platform; None for all of the lock.

    On the command line, slices of the other platform alone do not mean "all". In
    `[tool.flet-lock]` they do: that table is for both platforms.

    Args:
        settings: all layers merged.
        platform: which lock.
        options: the layer of options.
    """
    given = options.get("arch")
    if isinstance(given, list | tuple) and not set(given) & set(all_slice_names(platform)):
        return tuple(str(name) for name in given) or None
    return chosen_slices(settings, platform)


def _slices_there(folder: Path) -> tuple[str, ...]:
    """Slices in a target folder.

    Raises:
        TargetOccupied: there is something else too, which replacing the folder would remove.
    """
    try:
        entries = foreign_entries(folder, frozenset(SLICES_BY_NAME))
    except OSError as error:
        if isinstance(error, NotADirectoryError) and folder.exists():
            raise TargetOccupied(path=str(folder), entries=()) from error
        raise _not_written(folder, error) from error
    if entries:
        raise TargetOccupied(path=str(folder), entries=entries)
    return tuple(name for name in SLICES_BY_NAME if (folder / name).is_dir())


def _replace(
    plan: InstallPlan,
    folder: Path,
    *,
    project: Project,
    settings: Settings,
    environ: Mapping[str, str],
    listener: Listener,
) -> "tuple[_Done, str]":
    """Puts a new tree in the place of the old one; returns its digest too."""
    from flet_lock.install.fetch_wheels import fetch_wheels  # noqa: PLC0415 - see above
    from flet_lock.workflows.installing.wheel_provider import open_wheel_provider  # noqa: PLC0415

    root = project.root
    with open_wheel_provider(settings, root=root, environ=environ, listener=listener) as provider:
        fetched = fetch_wheels(plan, provider)
        try:
            with Staging(folder) as staging:
                unpacked = _unpack(plan, fetched, staging, folder, provider.listener)
                digest = write_note(staging.tree, plan)
                staging.replace()
        except OSError as error:
            raise _not_written(folder, error) from error
    done = _Done(
        changed=True,
        unpacked=unpacked,
        downloaded=fetched.downloaded,
        bytes_received=fetched.bytes_received,
        from_cache=fetched.from_cache,
    )
    return done, digest


def _unpack(
    plan: InstallPlan,
    fetched: "Fetched",
    staging: Staging,
    folder: Path,
    listener: Listener,
) -> tuple[UnpackedSlice, ...]:
    from flet_lock.install.tree.unpack_wheels import unpack_plan  # noqa: PLC0415 - see above

    try:
        return unpack_plan(
            plan,
            fetched.wheels,
            staging.tree,
            ignores_case=staging.ignores_case(),
            listener=listener,
        )
    except InstallNotWritten as error:
        # The user knows the target, not the folder beside it that is gone by now.
        error.path = error.path.replace(str(staging.tree), str(folder))
        raise


def _not_written(folder: Path, error: OSError) -> InstallNotWritten:
    return InstallNotWritten(path=str(folder), detail=error.strerror or str(error))
