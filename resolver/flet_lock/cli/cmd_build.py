"""`flet-lock run`, `flet-lock verify` and `flet-lock env`."""

import sys
from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack
from pathlib import Path

from flet_lock.cli.command_line import Invocation
from flet_lock.cli.drawing import draw_annotations, draw_page
from flet_lock.cli.output import Output
from flet_lock.model.errors import UsageError
from flet_lock.model.event import Listener
from flet_lock.model.host_system import is_windows
from flet_lock.model.target import Platform

_DEFAULT_DIRECTORY = "build/site-packages"


def run_run(
    invocation: Invocation,
    output: Output,
    *,
    project: Path | None,
    listening: Callable[[], AbstractContextManager[Listener]],
) -> int:
    """Runs a build under its lock; what we say of it goes to stderr, stdout is the command's."""
    from flet_lock.workflows.building.run import run  # noqa: PLC0415 - help and usage need none of it

    platforms = _given_platforms(invocation)
    if len(platforms) > 1:
        raise _one_platform()
    with ExitStack() as live:
        outcome = run(
            project,
            invocation.to_run,
            platform=next(iter(platforms), None),
            options=invocation.settings,
            environ=output.environ,
            stdout_to_stderr=output.format == "json",
            listener=live.enter_context(listening()),
            before_command=live.close,
        )
    code = outcome.exit_code
    if output.format == "json":
        from flet_lock.reports.json.handover_json import run_document  # noqa: PLC0415
        from flet_lock.reports.json.json_report import render_json  # noqa: PLC0415

        output.result(render_json(run_document(outcome, exit_code=code)))
    elif output.format == "github":
        from flet_lock.reports.github.annotations import run_annotations  # noqa: PLC0415

        draw_annotations(run_annotations(outcome), output)
    elif output.shows(good=code == 0):
        from flet_lock.reports.text.verify_page import run_page  # noqa: PLC0415

        draw_page(run_page(outcome, verbose=bool(output.verbose)), sys.stderr, output)
    return code


def run_verify(
    invocation: Invocation,
    output: Output,
    *,
    root: Path,
    directory: Path | None,
    listener: Listener,
) -> int:
    """Says whether a tree is the lock."""
    from flet_lock.workflows.building.verify import verify  # noqa: PLC0415

    outcome = verify(
        root,
        platform=chosen_platform(invocation, root),
        directory=root / _DEFAULT_DIRECTORY if directory is None else directory,
        options=invocation.settings,
        environ=output.environ,
        listener=listener,
    )
    code = 0 if outcome.is_the_lock else 1
    if output.format == "json":
        from flet_lock.reports.json.handover_json import verify_document  # noqa: PLC0415
        from flet_lock.reports.json.json_report import render_json  # noqa: PLC0415

        output.result(render_json(verify_document(outcome, exit_code=code)))
    elif output.format == "github":
        from flet_lock.reports.github.annotations import verify_annotations  # noqa: PLC0415

        draw_annotations(verify_annotations(outcome), output)
    elif output.shows(good=code == 0):
        from flet_lock.reports.text.verify_page import verify_page  # noqa: PLC0415

        draw_page(verify_page(outcome, verbose=bool(output.verbose)), sys.stdout, output)
    return code


def run_env(invocation: Invocation, output: Output, *, root: Path, listener: Listener) -> int:
    """Prints the statements of a shell and nothing else."""
    from flet_lock.reports.text.shell_text import render_environment  # noqa: PLC0415
    from flet_lock.workflows.building.env import env  # noqa: PLC0415

    outcome = env(
        root,
        platform=chosen_platform(invocation, root),
        options=invocation.settings,
        environ=output.environ,
        listener=listener,
    )
    shell = invocation.text("shell")
    if output.format == "json":
        shell = "json"
    elif shell is None:
        shell = "powershell" if is_windows() else "sh"
    output.result(render_environment(shell, outcome.variables, outcome.stray))
    return 0


def _given_platforms(invocation: Invocation) -> list[Platform]:
    given = invocation.values.get("platform")
    names = given if isinstance(given, list) else []
    return list(dict.fromkeys(Platform(name) for name in names))


def chosen_platform(invocation: Invocation, root: Path) -> Platform:
    """The platform that is named; where none is, the one that has a lock."""
    platforms = _given_platforms(invocation)
    if not platforms:
        platforms = [one for one in Platform if (root / f"pylock.{one.value}.toml").is_file()]
    if len(platforms) != 1:
        raise _one_platform()
    return platforms[0]


def _one_platform() -> UsageError:
    return UsageError(
        option="--platform",
        value="",
        detail="say which lock, one of them",
        choices=tuple(platform.value for platform in Platform),
    )
