"""The command `flet-lock`: arguments in, exit code out.

Exit codes: 0 done; 1 the answer is no; 2 it could not be found out; 130 interrupted. Results go
to stdout, talk and progress to stderr; failures as text go to stderr, as JSON to stdout.
"""

import os
import signal
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, NoReturn

from msgspec.structs import replace

from flet_lock import __version__
from flet_lock.cli.answer_cache.tracked_environment import TrackedEnvironment
from flet_lock.cli.command_line import Invocation, parse_command_line
from flet_lock.cli.output import Output, choose_output, guess_output
from flet_lock.cli.project_folder import project_folders
from flet_lock.cli.streams import (
    UnwritableOutputError,
    flush_streams,
    prepare_streams,
    report_unwritable,
)
from flet_lock.model.errors.base import FletLockError, Interrupted
from flet_lock.reports.output_formats import render
from flet_lock.reports.render import Rendered, View

if TYPE_CHECKING:
    from flet_lock.reports.failure import Failure
    from flet_lock.reports.render import Outcome

    Run = Callable[[Invocation, Output, Path], Outcome]

# ruff: noqa: PLC0415 - a run imports what it needs, and nothing of what it does not


def main(argv: Sequence[str] | None = None) -> int:
    """Runs a command and returns its exit code; never raises but for a second Ctrl-C.

    Args:
        argv: The words after `flet-lock`; None takes them from the process.
    """
    prepare_streams()
    words = sys.argv[1:] if argv is None else list(argv)
    with _terminations_as_interrupts():
        try:
            code = _run(words, TrackedEnvironment(os.environ))
            flush_streams()
        except UnwritableOutputError as error:
            return report_unwritable(error)
    return code


def _run(words: Sequence[str], environ: Mapping[str, str]) -> int:
    output = guess_output(words, environ)
    command, form = "lock", None
    try:
        invocation = parse_command_line(words)
        command = invocation.command.name
        output = choose_output(invocation, environ)
        if invocation.flag("version"):
            output.result(f"flet-lock {__version__}\n")
            return 0
        if invocation.flag("help"):
            output.result(_help(invocation, output))
            return 0
        roots, strays = project_folders(invocation)
        form = invocation.text("format") or invocation.text("shell")
        run = _runner(command)
    except UnwritableOutputError:
        raise
    # Whatever happens, a user gets a message and a code, and a program its document.
    except (Exception, KeyboardInterrupt) as error:  # noqa: BLE001 - see above
        return _show(_failure(error, command, output), output, output.view(Path(), form), words)
    if len(roots) != 1 or strays:
        from flet_lock.cli.several_apps import run_several

        return run_several(
            roots,
            strays,
            lambda root: _outcome(run, invocation, output, root),
            output=output,
            form=form,
        )
    root = roots[0]
    outcome = _outcome(run, invocation, output, root)
    if not invocation.words and root != Path():
        # Which app that is depends on more than an answer that is kept could rest on.
        outcome = replace(outcome, dependencies=None)
        output.say_which_app(root)
    return _show(outcome, output, output.view(root, form), words)


def _outcome(run: "Run", invocation: Invocation, output: Output, root: Path) -> "Outcome":
    try:
        return run(invocation, output, root)
    except UnwritableOutputError:
        raise
    except (Exception, KeyboardInterrupt) as error:  # noqa: BLE001 - see `_run`
        return _failure(error, invocation.command.name, output)


def _runner(command: str) -> "Run":  # noqa: C901, PLR0911, PLR0912 - one flat table
    """What runs a command; each loads its own workflow."""
    match command:
        case "lock":
            from flet_lock.cli.cmd_lock import run_lock

            return run_lock
        case "upgrade-flet":
            from flet_lock.cli.cmd_lock import run_upgrade_flet

            return run_upgrade_flet
        case "check":
            from flet_lock.cli.cmd_lock import run_check

            return run_check
        case "diff":
            from flet_lock.cli.cmd_inspect import run_diff

            return run_diff
        case "install":
            from flet_lock.cli.cmd_install import run_install

            return run_install
        case "export":
            from flet_lock.cli.cmd_install import run_export

            return run_export
        case "run" | "build":
            from flet_lock.cli.cmd_build import run_run

            return run_run
        case "verify":
            from flet_lock.cli.cmd_build import run_verify

            return run_verify
        case "env":
            from flet_lock.cli.cmd_build import run_env

            return run_env
        case "audit":
            from flet_lock.cli.cmd_audit import run_audit

            return run_audit
        case "wheels":
            from flet_lock.cli.cmd_inspect import run_wheels

            return run_wheels
        case "why":
            from flet_lock.cli.cmd_inspect import run_why

            return run_why
        case "tree":
            from flet_lock.cli.cmd_inspect import run_tree

            return run_tree
        case "request":
            from flet_lock.cli.cmd_request import run_request

            return run_request
        case "report":
            from flet_lock.cli.cmd_share import run_report

            return run_report
        case "licenses":
            from flet_lock.cli.cmd_share import run_licenses

            return run_licenses
        case "download":
            from flet_lock.cli.cmd_share import run_download

            return run_download
        case "schema":
            from flet_lock.cli.cmd_inspect import run_schema

            return run_schema
        case "cache":
            from flet_lock.cli.cmd_inspect import run_cache

            return run_cache
    raise ValueError(command)


def _show(outcome: "Outcome", output: Output, view: View, words: Sequence[str]) -> int:
    """Draws and writes an outcome, keeps the answer for the next run, returns the exit code."""
    rendered = render(outcome, output.format, view)
    output.write(rendered)
    code = outcome.exit_code
    if outcome.dependencies is None:
        return code
    # The answer is given: that it cannot be kept changes nothing of it.
    with suppress(MemoryError):
        from flet_lock.cli.answer_cache.store import remember

        unchanged = outcome.unchanged()

        def next_answer() -> Rendered:
            return rendered if unchanged is outcome else render(unchanged, output.format, view)

        # What was news once is none the next time.
        code_then = unchanged.exit_code
        remember(words, outcome.dependencies, output, next_answer, code=code_then)
    return code


def _failure(error: BaseException, command: str, output: Output) -> "Failure":
    from flet_lock.model.errors.resolution import CannotLock
    from flet_lock.reports.failure import Failure
    from flet_lock.reports.wording.failure.errors import (
        explain,
        explain_interrupted,
        explain_unexpected,
    )

    if isinstance(error, KeyboardInterrupt):
        explanation = explain_interrupted()
    elif isinstance(error, FletLockError):
        explanation = explain(error)
    else:
        explanation = explain_unexpected(error)
        if output.verbose:
            import traceback

            output.talk("".join(traceback.format_exception(error)))
    return Failure(
        error=error,
        explanation=explanation,
        command=command,
        dependencies=error.dependencies if isinstance(error, CannotLock) else None,
    )


def _help(invocation: Invocation, output: Output) -> str:
    from flet_lock.cli.commands import command_help, overview
    from flet_lock.reports.layout.glyphs import can_show, to_ascii

    width = output.width
    text = command_help(invocation.command, width) if invocation.named else overview(width)
    return text if can_show(sys.stdout.encoding) else to_ascii(text)


@contextmanager
def _terminations_as_interrupts() -> Iterator[None]:
    """SIGTERM ends a run as Ctrl-C does, so that the terminal and the locks are left in order."""

    def interrupt(_number: int, _frame: FrameType | None) -> NoReturn:
        raise Interrupted

    try:
        before = signal.signal(signal.SIGTERM, interrupt)
    except ValueError:  # not the main thread: whoever runs us there handles signals
        yield
        return
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
