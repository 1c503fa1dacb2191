"""What `run` and `env` have in common: is this lock the one for this build, and how it gets there.

`run` knows the command; for `env`, and for commands that are not Flet's, the lock itself says
which slices and which Python.
"""

from collections.abc import Mapping
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from flet_lock.install.fetch_wheels import fetch_wheels
from flet_lock.install.handover.build_command import BuildCommand
from flet_lock.install.handover.handover_method import Reason, reasons_for_program
from flet_lock.install.handover.launcher import find_launcher
from flet_lock.install.handover.wheelhouse import Wheelhouse, write_wheelhouse
from flet_lock.install.plan import InstallPlan, plan_install
from flet_lock.lockfile.find_drift import find_drift
from flet_lock.lockfile.read_lock import lock_path, read_head, read_lock
from flet_lock.model.errors import LockOutOfStep, PythonNotLocked
from flet_lock.model.event import Listener
from flet_lock.model.target import Platform, Target
from flet_lock.targets.plan import choose_targets
from flet_lock.workflows.installing.install import chosen_slices
from flet_lock.workflows.installing.wheel_provider import open_wheel_provider
from flet_lock.workflows.locking.lock_plan import LockPlan, read_lock_plan


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


def plan_handover(
    root: Path,
    *,
    platform: Platform,
    command: BuildCommand | None,
    options: Mapping[str, object],
    environ: Mapping[str, str],
) -> Handover:
    """Sees that the lock is in step and covers the build, and decides how it gets there.

    Args:
        root: the app's folder.
        platform: which lock.
        command: what is built; None if that is not known: everything that is locked.
        options: the layer of options, keys as on the command line without dashes.
        environ: the process environment.

    Raises:
        ProjectError, UsageError, UnsupportedPython, CatalogueError: see `read_lock_plan`.
        LockUnreadable: the lock is damaged, or another tool's.
        LockOutOfStep: the project has changed since, or was never locked.
        SlicesNotLocked, PythonNotLocked: the lock was made for other builds.
        LauncherMissing: it takes `flet-lock-pip`, and that is not there.
    """
    own_options: dict[str, object] = {**options, "platform": [platform.value]}
    if command is not None and command.python_version is not None:
        own_options["python-version"] = command.python_version
    app = read_lock_plan(root, options=own_options, environ=environ)
    path = lock_path(app.project.root, platform)
    built = _build_targets(app, platform, command)
    if built is not None and path.is_file():
        _check_python(built[0], platform, read_head(path)[0].python)
    drifts = find_drift(path, app.inputs[platform], app.places[platform])
    if built is not None:
        # Fewer slices than are locked are no drift; others are told in the build's own terms.
        drifts = tuple(drift for drift in drifts if drift.kind != "slices")
    if drifts:
        raise LockOutOfStep(project_name=app.name, drifts=drifts)
    lock = read_lock(path)
    if built is None:
        wanted = chosen_slices(app.settings, platform)
    else:
        wanted = tuple(target.slice_name for target in built)
    plan = plan_install(lock, wanted)
    targets = tuple(target for target in lock.targets if target.slice_name in plan.slices)
    packages = () if command is None else command.source_packages
    reasons = reasons_for_program(plan, targets, app.project, source_packages=packages)
    return Handover(
        app=app,
        plan=plan,
        targets=targets,
        reasons=reasons,
        program=find_launcher() if reasons else None,
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
        return write_wheelhouse(folder, handover.plan, handover.targets, fetched.wheels)


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


def _check_python(target: Target, platform: Platform, locked: str) -> None:
    major, minor = target.python_version
    if locked != f"{major}.{minor}":
        raise PythonNotLocked(platform=platform, python=f"{major}.{minor}", locked=locked)
