"""What `run` and `env` have in common: is this lock the one for this build, and how it gets there.

`run` knows the command; for `env`, and for commands that are not Flet's, the lock itself says
which slices and which Python.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from flet_lock.install.fetch_wheels import fetch_wheels
from flet_lock.install.handover.build_command import BuildCommand
from flet_lock.install.handover.flet_cli import CalledFlet
from flet_lock.install.handover.handover_method import Reason, reasons_for_program
from flet_lock.install.handover.launcher import find_launcher
from flet_lock.install.handover.wheelhouse import Wheelhouse, write_wheelhouse
from flet_lock.install.plan import InstallPlan, plan_install
from flet_lock.lockfile.find_drift import find_drift
from flet_lock.lockfile.read_lock import lock_path, read_head
from flet_lock.model.answer.drift import DriftKind
from flet_lock.model.app.flet_choice import FletFound, FletOrigin
from flet_lock.model.app.project import NoteKind, ProjectNote
from flet_lock.model.app.requirement import Place
from flet_lock.model.errors.install import (
    BuildRefused,
    GenerationNotLocked,
    LockOutOfStep,
    PythonNotLocked,
)
from flet_lock.model.event import Listener, ignore_event
from flet_lock.model.facts.generation import Archs
from flet_lock.model.target import Platform, Target
from flet_lock.project.flet_version import pinned_python_build
from flet_lock.targets.plan import choose_targets
from flet_lock.workflows.installing.install import chosen_slices
from flet_lock.workflows.installing.wheel_provider import open_wheel_provider
from flet_lock.workflows.locking.find_catalogue import downloader
from flet_lock.workflows.locking.lock_plan import LockPlan, locked_hints, read_lock_plan
from flet_lock.workflows.trusted_lock import read_trusted_lock


class Handover(Struct, frozen=True, kw_only=True):
    """A lock that fits a build, and how it is handed over."""

    app: LockPlan
    """The project, read; its lock is in step with it."""
    plan: InstallPlan
    """What the build is to install."""
    targets: tuple[Target, ...]
    """Of the build, one for each slice of `plan`."""
    reasons: tuple[Reason, ...]
    """Why it takes `flet-lock-pip`; empty if pip's variables suffice."""
    program: Path | None
    """`flet-lock-pip`; None if it is not needed."""
    unshipped: tuple[str, ...]
    """Slices that the build's pip runs for, too, and that get nothing."""


def plan_handover(
    root: Path,
    *,
    platform: Platform,
    command: BuildCommand | None,
    called: FletFound | None,
    options: Mapping[str, object],
    environ: Mapping[str, str],
    listener: Listener = ignore_event,
) -> Handover:
    """Sees that the lock is in step and covers the build, and decides how it gets there.

    Args:
        root: the app's folder.
        platform: which lock.
        command: what is built; None if that is not known: everything that is locked.
        called: the Flet that builds; None if that is not known.
        options: the layer of options, keys as on the command line without dashes.
        environ: the process environment.
        listener: receives what is fetched.

    Raises:
        ProjectError, UsageError, UnsupportedFlet, UnsupportedPython, CatalogueError: see
            `read_lock_plan`.
        LockUnreadable: the lock is damaged, or another tool's.
        UnknownSources: see `read_trusted_lock`.
        LockOutOfStep: the project has changed since, or was never locked.
        SlicesNotLocked, PythonNotLocked, GenerationNotLocked: the lock is for other builds.
        BuildRefused: this Flet cannot build the app right, whatever is locked.
        LauncherMissing: it takes `flet-lock-pip`, and that is not there.
    """
    own_options: dict[str, object] = {**options, "platform": [platform.value]}
    if command is not None and command.python_version is not None:
        own_options["python-version"] = command.python_version
    app = read_lock_plan(
        root,
        options=own_options,
        environ=environ,
        hints=replace(locked_hints(root), called=called),
        download=downloader(environ, listener),
    )
    path = lock_path(app.project.root, platform)
    if called is not None and path.is_file():
        _check_generation(app, platform, read_head(path)[0].generation)
    archs = app.project.target_archs.get(platform, ())
    if command is not None and command.archs:
        archs = command.archs
    _check_archs(app, archs)
    built = _build_targets(app, platform, command)
    if built is not None and path.is_file():
        _check_python(app, built[0], platform, read_head(path)[0].python)
    drifts = find_drift(path, app.inputs[platform], app.places[platform])
    if built is not None:
        # Fewer slices than are locked are no drift; others are told in the build's own terms.
        drifts = tuple(drift for drift in drifts if drift.kind is not DriftKind.SLICES)
    if app.catalogue.wanted_date:
        drifts = tuple(drift for drift in drifts if drift.kind is not DriftKind.CATALOGUE)
    if app.settings.allow_edited:
        drifts = tuple(drift for drift in drifts if drift.kind is not DriftKind.DAMAGED)
    if drifts:
        raise LockOutOfStep(project_name=app.name, drifts=drifts)
    lock = read_trusted_lock(path, app.project, app.settings)
    if built is None:
        wanted = chosen_slices(app.settings, platform)
    else:
        wanted = tuple(target.slice_name for target in built)
    called_abis = app.generation.unshipped_abis if platform is Platform.ANDROID else ()
    called_abis = () if archs else called_abis
    wanted = lock.slices if wanted is None else wanted
    wanted += tuple(name for name in called_abis if name in lock.slices and name not in wanted)
    unshipped = tuple(name for name in called_abis if name not in wanted)
    plan = plan_install(lock, wanted)
    targets = tuple(target for target in lock.targets if target.slice_name in plan.slices)
    packages = () if command is None else command.source_packages
    reasons = reasons_for_program(
        plan, targets, app.project, source_packages=packages, unshipped=unshipped
    )
    return Handover(
        app=app,
        plan=plan,
        targets=targets,
        reasons=reasons,
        program=find_launcher() if reasons else None,
        unshipped=unshipped,
    )


def called_flet(called: CalledFlet | None) -> FletFound | None:
    """What is known of the Flet that a build calls."""
    if called is None:
        return None
    return FletFound(
        origin=FletOrigin.CALLED,
        version=called.version,
        python_build=pinned_python_build(called.site_packages),
    )


def fill_wheelhouse(
    handover: Handover, folder: Path, *, environ: Mapping[str, str], listener: Listener
) -> Wheelhouse:
    """Fetches the wheels and fills a folder with them.

    Args:
        handover: the plan, its targets, and the app's settings.
        folder: is made; what an earlier call left in it is replaced.
        environ: credentials, proxies and certificates.
        listener: receives what is fetched.

    Raises:
        InstallError: a wheel is not what was locked, is not there, or cannot be written.
        IndexFailure: a server could not be reached.
    """
    settings, root = handover.app.settings, handover.app.project.root
    with open_wheel_provider(settings, root=root, environ=environ, listener=listener) as provider:
        fetched = fetch_wheels(handover.plan, provider)
        return write_wheelhouse(
            folder, handover.plan, handover.targets, fetched.wheels, unshipped=handover.unshipped
        )


def _build_targets(
    app: LockPlan, platform: Platform, command: BuildCommand | None
) -> tuple[Target, ...] | None:
    """The targets of the build: decided as flet-cli does, without `[tool.flet-lock]`."""
    if command is None:
        return None
    settings = replace(
        app.settings,
        platforms=(platform,),
        archs=command.archs,
        python_version=command.python_version,
    )
    return choose_targets(app.project, settings, app.catalogue)


def _check_generation(app: LockPlan, platform: Platform, locked: str) -> None:
    flet = app.project.flet
    if flet is not None and locked != app.generation.generation:
        raise GenerationNotLocked(platform=platform, flet=flet, locked=locked)


def _check_archs(app: LockPlan, archs: Sequence[str]) -> None:
    """Refuses what this Flet cannot build right; `--arch` of the command may be better."""
    notes = [note for note in app.project.notes if note.kind is NoteKind.CRASHES_BUILD]
    if len(archs) > 1 and app.generation.archs is not Archs.ALL:
        place, value = Place(file="--arch"), ", ".join(archs)
        kind = NoteKind.FIRST_ARCH_ONLY
        known = (note for note in app.project.notes if note.kind is kind and note.value == value)
        made = ProjectNote(kind=kind, place=place, value=value, flet=app.project.flet)
        notes.append(next(known, made))
    if notes:
        raise BuildRefused(notes=tuple(notes))


def _check_python(app: LockPlan, target: Target, platform: Platform, locked: str) -> None:
    python = ".".join(map(str, target.python_version))
    if locked != python:
        choosable = app.generation.reads_manifest
        raise PythonNotLocked(platform=platform, python=python, locked=locked, choosable=choosable)
