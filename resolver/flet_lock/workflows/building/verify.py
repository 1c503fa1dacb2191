"""`flet-lock verify`: is a tree that something installed exactly what is locked?"""

import time
from collections.abc import Mapping
from pathlib import Path

from flet_lock.install.comparison.bytecode import find_python
from flet_lock.install.comparison.compare import TreeRules, compare_tree, stray_extensions
from flet_lock.install.comparison.difference import Difference, DifferenceKind
from flet_lock.install.comparison.expected_tree import expect_slice
from flet_lock.install.comparison.junk import JUNK_GLOBS, Junk
from flet_lock.install.fetch_wheels import fetch_wheels
from flet_lock.install.handover.build_folder import BuildFolder
from flet_lock.install.plan import InstallPlan, PlannedPackage, plan_install
from flet_lock.install.tree.tree_digest import LITTER
from flet_lock.install.tree.unpack_wheels import read_all_contents
from flet_lock.lockfile.read_lock import lock_path, read_lock
from flet_lock.model.app.project import Project
from flet_lock.model.errors import UsageError
from flet_lock.model.event import Listener
from flet_lock.model.host_system import is_windows
from flet_lock.model.target import Platform
from flet_lock.project.app import read_project
from flet_lock.project.package_cleanup import PackageCleanup, read_package_cleanup
from flet_lock.workflows.building.handover_outcome import VerifyOutcome
from flet_lock.workflows.installing.install import chosen_slices
from flet_lock.workflows.installing.wheel_provider import open_wheel_provider
from flet_lock.workflows.outcome import shown_path


def verify(
    root: Path,
    *,
    platform: Platform,
    directory: Path,
    options: Mapping[str, object],
    environ: Mapping[str, str],
    listener: Listener,
) -> VerifyOutcome:
    """Compares a tree with the locked wheels; nothing is changed.

    Args:
        root: the app's folder.
        platform: which lock.
        directory: holds one folder per slice, or is the folder of one slice, by its name.
        options: the layer of options, keys as on the command line without dashes; `arch` chooses
            slices of the lock.
        environ: the process environment.
        listener: receives events of wheels that are fetched.

    Raises:
        ProjectError, UsageError: the app or an option cannot be read, or there is no directory.
        LockMissing, LockUnreadable: there is no lock, or a damaged one.
        InstallError: a wheel is not what was locked, or cannot be had.
        IndexFailure: a server could not be reached.
    """
    started = time.monotonic()
    if not directory.is_dir():
        raise UsageError(option="", value=str(directory), detail="no such folder")
    project, settings = read_project(root, options=options, environ=environ)
    lock = read_lock(lock_path(project.root, platform))
    directory = directory.resolve()
    is_slice = directory.name in lock.slices and not any(
        (directory / name).is_dir() for name in lock.slices
    )
    wanted = (directory.name,) if is_slice else chosen_slices(settings, platform)
    plan = plan_install(lock, wanted)
    cleanup = read_package_cleanup(project.root, platform)
    with open_wheel_provider(
        settings, root=project.root, environ=environ, listener=listener
    ) as provider:
        fetched = fetch_wheels(plan, provider)
        return compare_with_lock(
            plan,
            fetched.wheels,
            directory.parent if is_slice else directory,
            project=project,
            cleanup=cleanup,
            whole=not is_slice,
            started=started,
        )


def compare_with_lock(
    plan: InstallPlan,
    wheels: Mapping[PlannedPackage, Path],
    directory: Path,
    *,
    project: Project,
    cleanup: PackageCleanup,
    whole: bool,
    started: float | None = None,
) -> VerifyOutcome:
    """Compares a tree with wheels that are on this machine.

    Args:
        plan: what should be in the tree.
        wheels: the wheel of each package, verified.
        directory: holds one folder per slice.
        project: the app.
        cleanup: what the build may have deleted.
        whole: whether files beside the folders of the slices are differences, too.
        started: `time.monotonic()` when the work began; None: now.
    """
    started = time.monotonic() if started is None else started
    contents = read_all_contents(plan, wheels)
    slices = [
        (expect_slice(name, plan.for_slice(name), contents, wheels), directory / name)
        for name in plan.slices
    ]
    major, minor = map(int, plan.python.split("."))
    build = BuildFolder(directory.parent)
    extensions = build.flutter_packages if build.flutter_packages.is_dir() else None
    comparison = compare_tree(
        slices,
        TreeRules(
            python=(major, minor),
            junk=Junk(
                (*JUNK_GLOBS, *cleanup.globs) if cleanup.enabled else (),
                ignores_case=is_windows(),
            ),
            flutter_packages=extensions,
            interpreter=find_python((major, minor), (build.pythons,)),
        ),
    )
    differences = list(comparison.differences)
    if whole and directory.is_dir():
        differences += _strays_beside(directory, plan)
    if extensions is not None and directory.name == build.site_packages.name:
        differences += [
            _stray(f"../{extensions.name}/{name}")
            for name in stray_extensions(extensions, [expected for expected, _ in slices])
        ]
    return VerifyOutcome(
        project_name=project.title,
        platform=plan.platform,
        lock_path=lock_path(project.root, plan.platform).name,
        directory=shown_path(directory, project.root),
        python=plan.python,
        slices=plan.slices,
        packages=plan.package_count,
        files=comparison.files,
        compiled=comparison.compiled,
        unproven=comparison.unproven,
        differences=tuple(differences),
        seconds=time.monotonic() - started,
    )


def _strays_beside(directory: Path, plan: InstallPlan) -> list[Difference]:
    """What else is where the slices are. serious_python keeps what starts with a dot there."""
    return [
        _stray(entry.name)
        for entry in sorted(directory.iterdir())
        if entry.name not in plan.slices
        and entry.name not in LITTER
        and not entry.name.startswith(".")
    ]


def _stray(path: str) -> Difference:
    return Difference(kind=DifferenceKind.STRAY, slice_name="", path=path, package=None)
