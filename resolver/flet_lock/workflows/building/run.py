"""`flet-lock run`: a build that installs exactly the lock, and proof of it afterwards."""

import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from flet_lock.install.handover.build_command import (
    PLATFORMS,
    BuildCommand,
    flet_program,
    parse_build_command,
)
from flet_lock.install.handover.build_folder import BuildFolder
from flet_lock.install.handover.flet_cli import find_called_flet
from flet_lock.install.handover.pip_environment import handover_environment, handover_variables
from flet_lock.install.handover.process import run_command
from flet_lock.model.errors.usage import UsageError
from flet_lock.model.event import Listener
from flet_lock.model.target import Platform
from flet_lock.project.package_cleanup import read_package_cleanup
from flet_lock.workflows.building.handover_outcome import RunOutcome
from flet_lock.workflows.building.plan_handover import (
    called_flet,
    fill_wheelhouse,
    plan_handover,
)
from flet_lock.workflows.building.verify import compare_with_lock


def run(
    project: Path | None,
    words: Sequence[str],
    *,
    platform: Platform | None,
    options: Mapping[str, object],
    environ: Mapping[str, str],
    stdout_to_stderr: bool,
    listener: Listener,
    before_command: Callable[[], None],
) -> RunOutcome:
    """Runs a build's command so that its pip installs what is locked, then verifies it.

    Args:
        project: the app's folder; None for the one that the command names.
        words: the command.
        platform: which lock, for a command that is not Flet's; None to read it off the command.
        options: the layer of options, keys as on the command line without dashes.
        environ: the process environment.
        stdout_to_stderr: whether what the command prints goes to stderr.
        listener: receives events of wheels that are fetched.
        before_command: is called when the terminal is the command's from here on.

    Raises:
        UsageError: no lock of ours is about this command, or nobody can tell which.
        ProjectError, LockError, InstallError, IndexFailure: see `plan_handover` and
            `fill_wheelhouse`; the command was not run.
        CommandNotStarted, FletCliMissing: it cannot be run.
    """
    command = parse_build_command(words)
    platform = _platform(command, platform, words)
    root = _app_folder(project, command)
    called = find_called_flet(words, environ)
    if called is not None and flet_program(words) is not None:
        called.check_cli()
    handover = plan_handover(
        root,
        platform=platform,
        command=command,
        called=called_flet(called),
        options=options,
        environ=environ,
        listener=listener,
    )
    root = handover.app.project.root
    cleanup = read_package_cleanup(
        root,
        platform,
        handover.app.generation,
        requested=command is not None and command.cleanup_packages,
        files=() if command is None else command.cleanup_package_files,
    )
    build = BuildFolder(root / "build")
    digest = handover.plan.digest
    with tempfile.TemporaryDirectory(prefix="flet-lock-", ignore_cleanup_errors=True) as scratch:
        house = fill_wheelhouse(
            handover, Path(scratch) / "handover", environ=environ, listener=listener
        )
        environment = handover_environment(environ, handover_variables(house, handover.program))
        installs_anew = not build.remembers(digest)
        if installs_anew:
            build.invalidate()
        before_command()
        code = run_command(words, environment, stdout_to_stderr=stdout_to_stderr)
        verification = None
        if code == 0:
            verification = compare_with_lock(
                handover.plan,
                house.wheels,
                build.site_packages,
                project=handover.app.project,
                generation=handover.app.generation,
                cleanup=cleanup,
                whole=True,
            )
    if verification is not None and verification.is_the_lock:
        build.remember(digest)
    else:
        # Flet stamps what it was asked for, not what came of it.
        build.invalidate()
    return RunOutcome(
        project_name=handover.app.name,
        command=tuple(words),
        command_exit_code=code,
        reasons=handover.reasons,
        installed_anew=installs_anew,
        verification=verification,
    )


def name_the_app(words: Sequence[str], app: Path) -> tuple[str, ...]:
    """The command `flet build …` with the folder of the app that it builds, where it names none.

    Raises:
        UsageError: as for `parse_build_command`.
    """
    command = parse_build_command(words)
    if command is None or command.app is not None or app == Path():
        return tuple(words)
    built = next(at for at, word in enumerate(words) if word.lower() in PLATFORMS)
    return (*words[: built + 1], str(app), *words[built + 1 :])


def _platform(
    command: BuildCommand | None, given: Platform | None, words: Sequence[str]
) -> Platform:
    if command is None:
        if given is None:
            raise UsageError(
                option="--platform",
                value="",
                detail=f"{words[0]} is not flet build: say which lock it needs",
                choices=tuple(platform.value for platform in Platform),
            )
        return given
    if given is not None and given is not command.platform:
        raise UsageError(
            option="--platform",
            value=given.value,
            detail=f"the command builds for {command.platform.label}",
            choices=(command.platform.value,),
        )
    return command.platform


def _app_folder(project: Path | None, command: BuildCommand | None) -> Path:
    """The folder of the app that is built: an argument of flet's, else the working directory."""
    if command is None:
        return Path() if project is None else project
    built = Path(command.app or ".")
    if not built.is_dir():
        raise UsageError(option="", value=str(built), detail="no such folder")
    if project is not None and project.resolve() != built.resolve():
        raise UsageError(
            option="",
            value=str(project),
            detail=f"the command builds another app: {built.resolve()}",
        )
    return built
