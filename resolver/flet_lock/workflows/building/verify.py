"""`flet-lock verify`: is a tree that something installed exactly what is locked?"""

import time
from collections.abc import Mapping
from pathlib import Path

from flet_lock.install.comparison.bytecode import find_python
from flet_lock.install.comparison.compare import TreeRules, compare_tree, stray_extensions
from flet_lock.install.comparison.difference import Difference, DifferenceKind
from flet_lock.install.comparison.expected_tree import expect_slice
from flet_lock.install.comparison.junk import Junk
from flet_lock.install.fetch_wheels import fetch_wheels
from flet_lock.install.handover.build_folder import BuildFolder
from flet_lock.install.handover.build_traces import read_build_traces
from flet_lock.install.plan import InstallPlan, PlannedPackage, plan_install
from flet_lock.install.tree.tree_digest import LITTER
from flet_lock.install.tree.unpack_wheels import read_all_contents
from flet_lock.lockfile.read_lock import lock_path
from flet_lock.model.app.project import Project
from flet_lock.model.errors.usage import UsageError
from flet_lock.model.event import Listener
from flet_lock.model.facts.generation import DistInfo, Generation
from flet_lock.model.host_system import is_windows
from flet_lock.model.target import Platform
from flet_lock.project.app import read_project
from flet_lock.project.package_cleanup import PackageCleanup, read_package_cleanup
from flet_lock.targets.generations import load_generations
from flet_lock.workflows.building.handover_outcome import Surprise, VerifyOutcome
from flet_lock.workflows.installing.install import chosen_slices
from flet_lock.workflows.installing.wheel_provider import open_wheel_provider
from flet_lock.workflows.outcome import shown_path
from flet_lock.workflows.trusted_lock import read_trusted_lock


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
        LockEdited, UnknownSources: see `read_trusted_lock`.
        InstallError: a wheel is not what was locked, or cannot be had.
        IndexFailure: a server could not be reached.
    """
    started = time.monotonic()
    if not directory.is_dir():
        raise UsageError(option="", value=str(directory), detail="no such folder")
    project, settings = read_project(
        root, options=options, environ=environ, generations=load_generations()
    )
    lock = read_trusted_lock(lock_path(project.root, platform), project, settings)
    directory = directory.resolve()
    is_slice = directory.name in lock.slices and not any(
        (directory / name).is_dir() for name in lock.slices
    )
    wanted = (directory.name,) if is_slice else chosen_slices(settings, platform)
    plan = plan_install(lock, wanted)
    generation = generation_of(project, lock.inputs.generation)
    cleanup = read_package_cleanup(project.root, platform, generation)
    with open_wheel_provider(
        settings, root=project.root, environ=environ, listener=listener
    ) as provider:
        fetched = fetch_wheels(plan, provider)
        return compare_with_lock(
            plan,
            fetched.wheels,
            directory.parent if is_slice else directory,
            project=project,
            generation=generation,
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
    generation: Generation,
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
        generation: how the Flet that built it does that.
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
                _junk(cleanup, generation, directory, plan) if cleanup.enabled else (),
                ignores_case=is_windows(),
            ),
            flutter_packages=extensions,
            interpreter=find_python((major, minor), (build.pythons,)),
        ),
    )
    differences = list(comparison.differences)
    if whole and directory.is_dir():
        differences += _strays_beside(directory, plan, generation)
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
        surprises=_surprises(build, plan, generation),
        seconds=time.monotonic() - started,
    )


def generation_of(project: Project, locked: str) -> Generation:
    """How the Flet that a lock was made for builds.

    Args:
        project: the app; its Flet counts where it is of the lock's generation.
        locked: name of the lock's generation.
    """
    if project.flet is not None and project.flet.generation.generation == locked:
        return project.flet.generation
    generations = load_generations()
    rows = [row for row in generations.rows if row.generation == locked]
    return rows[-1] if rows else generations.newest


def _junk(
    cleanup: PackageCleanup, generation: Generation, directory: Path, plan: InstallPlan
) -> tuple[str, ...]:
    """Globs of what may be gone.

    Some serious_python of a generation deletes every `.dist-info`, and not always tells its
    version: a tree without a single one is of such a build.
    """
    globs = (*cleanup.junk, *cleanup.globs)
    if generation.dist_info is DistInfo.MAY_GO and not any(
        path for name in plan.slices for path in (directory / name).glob("*.dist-info")
    ):
        return (*globs, "**.dist-info")
    return globs


def _surprises(
    build: BuildFolder, plan: InstallPlan, generation: Generation
) -> tuple[Surprise, ...]:
    """Tools of the last build in this folder that the lock did not count on."""
    traces = read_build_traces(build.path / "flutter", plan.python)
    found = []
    rows = [row for row in load_generations().rows if row.generation == generation.generation]
    serious_python = traces.serious_python
    if serious_python and not any(row.has_serious_python(serious_python) for row in rows):
        expected = f"{rows[0].serious_python}, {rows[-1].serious_python}"
        found.append(Surprise(tool="serious_python", expected=expected, found=serious_python))
    if traces.python and traces.python != plan.python_full_version:
        expected = plan.python_full_version
        found.append(Surprise(tool="Python", expected=expected, found=traces.python))
    if traces.pip and "pip" not in generation.unknown and traces.pip != generation.pip:
        found.append(Surprise(tool="pip", expected=generation.pip, found=traces.pip))
    return tuple(found)


def _strays_beside(directory: Path, plan: InstallPlan, generation: Generation) -> list[Difference]:
    """What else is where the slices are. serious_python keeps what starts with a dot there.

    The folder of an ABI that no app gets is empty where a lock was handed over.
    """
    return [
        _stray(entry.name)
        for entry in sorted(directory.iterdir())
        if entry.name not in plan.slices
        and entry.name not in LITTER
        and not entry.name.startswith(".")
        and not (entry.name in generation.unshipped_abis and not any(entry.iterdir()))
    ]


def _stray(path: str) -> Difference:
    return Difference(kind=DifferenceKind.STRAY, slice_name="", path=path, package=None)
