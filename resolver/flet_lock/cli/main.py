"""The command `flet-lock`: arguments in, exit code out.

Exit codes: 0 done; 1 the answer is no; 2 it could not be found out; 130 interrupted. Results go
to stdout, talk and progress to stderr; failures as text go to stderr, as JSON to stdout.
"""

import os
import signal
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, NoReturn

from msgspec.structs import replace

from flet_lock import __version__
from flet_lock.cli.answer_cache.tracked_environment import TrackedEnvironment
from flet_lock.cli.command_line import Invocation, parse_command_line
from flet_lock.cli.output import Output, choose_output, guess_output
from flet_lock.cli.streams import (
    UnwritableOutputError,
    flush_streams,
    prepare_streams,
    report_unwritable,
)
from flet_lock.model.errors import CannotLock, FletLockError, Interrupted, UsageError

if TYPE_CHECKING:  # events are many classes, and check has no use for one of them
    from flet_lock.model.event import Listener
    from flet_lock.workflows.outcome import LockOutcome

DONE = 0
NO = 1
_PROJECT_FILES = ("pyproject.toml", "requirements.txt")


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
    command = "lock"
    root = Path()
    try:
        invocation = parse_command_line(words)
        command = invocation.command.name
        output = choose_output(invocation, environ)
        if invocation.flag("version"):
            output.result(f"flet-lock {__version__}\n")
            return DONE
        if invocation.flag("help"):
            output.result(_help(invocation, output))
            return DONE
        if command in _WITHOUT_FOLDER:
            return _WITHOUT_FOLDER[command](invocation, output)
        root = _project_folder(invocation)
        return (_check if command == "check" else _lock)(invocation, output, root)
    except UnwritableOutputError:
        raise
    # Whatever happens, a user gets a message and a code, and a program its document.
    except (Exception, KeyboardInterrupt) as error:  # noqa: BLE001 - see above
        return _fail(error, output, words, root=root, command=command)


def _lock(invocation: Invocation, output: Output, root: Path) -> int:
    from flet_lock.workflows.locking.lock import lock  # noqa: PLC0415 - usage needs none of it

    run: Callable[..., LockOutcome]
    numbers = invocation.text("fix")
    if numbers is not None:
        from flet_lock.workflows.fixing.fix import fix  # noqa: PLC0415

        run = partial(fix, numbers=numbers)
    else:
        run = partial(lock, meanwhile=_import_drawing)
    with _listener(output) as listener:
        outcome = run(
            root,
            options=invocation.settings,
            environ=output.environ,
            dry_run=invocation.flag("dry-run"),
            listener=listener,
        )
    from flet_lock.cli.answer_cache.store import remember  # noqa: PLC0415
    from flet_lock.cli.drawing import draw_lock  # noqa: PLC0415

    code = NO if outcome.refused else DONE
    draw_lock(outcome, output, root=root, exit_code=code)
    if outcome.dependencies is not None:
        remember(
            invocation.argv,
            outcome.dependencies,
            output,
            lambda said: draw_lock(outcome.unchanged(), said, root=root, exit_code=code),
            code=code,
        )
    return code


def _import_drawing() -> None:
    """What an answer is told with, imported while the answer is on its way."""


def _check(invocation: Invocation, output: Output, root: Path) -> int:
    from flet_lock.cli.answer_cache.store import remember  # noqa: PLC0415
    from flet_lock.cli.drawing import draw_check  # noqa: PLC0415
    from flet_lock.workflows.locking.check import check  # noqa: PLC0415

    outcome = check(root, options=invocation.settings, environ=output.environ)
    code = DONE if outcome.in_step else NO
    draw_check(outcome, output, root=root, exit_code=code)
    if outcome.dependencies is not None:
        remember(
            invocation.argv,
            outcome.dependencies,
            output,
            lambda said: draw_check(outcome, said, root=root, exit_code=code),
            code=code,
        )
    return code


def _hand_over(invocation: Invocation, output: Output) -> int:
    from flet_lock.cli.cmd_build import run_env, run_run, run_verify  # noqa: PLC0415

    name = invocation.command.name
    if name == "verify":
        words = invocation.words
        # The folder to look at is the last word, unless the only one is plainly an app's.
        is_app = len(words) == 1 and any((Path(words[0]) / one).is_file() for one in _PROJECT_FILES)
        root = _project_folder(replace(invocation, words=words if is_app else words[:-1]))
        directory = Path(words[-1]) if words and not is_app else None
        with _listener(output) as listener:
            return run_verify(invocation, output, root=root, directory=directory, listener=listener)
    if name == "env":
        root = _project_folder(invocation)
        with _listener(output) as listener:
            return run_env(invocation, output, root=root, listener=listener)
    given = _project_folder(invocation) if invocation.words else None
    return run_run(invocation, output, project=given, listening=lambda: _listener(output))


def _install(invocation: Invocation, output: Output) -> int:
    from flet_lock.cli.cmd_install import run_export, run_install  # noqa: PLC0415

    root = _project_folder(invocation)
    if invocation.command.name == "export":
        return run_export(invocation, output, root=root)
    with _listener(output) as listener:
        return run_install(invocation, output, root=root, listener=listener)


def _understand(invocation: Invocation, output: Output) -> int:
    from flet_lock.cli.cmd_inspect import run_tree, run_wheels, run_why  # noqa: PLC0415

    if invocation.command.name == "wheels":
        with _listener(output) as listener:
            return run_wheels(invocation, output, listener=listener)
    if invocation.command.name == "tree":
        return run_tree(invocation, output, root=_project_folder(invocation))
    # The folder to look at is the last word.
    folder = replace(invocation, words=invocation.words[1:])
    return run_why(invocation, output, root=_project_folder(folder))


def _request(invocation: Invocation, output: Output) -> int:
    from flet_lock.cli.cmd_request import run_request  # noqa: PLC0415

    with _listener(output) as listener:
        return run_request(invocation, output, listener=listener)


def _cache(invocation: Invocation, output: Output) -> int:
    from flet_lock.cli.cmd_cache import run_cache  # noqa: PLC0415

    run_cache(invocation.words[0], options=invocation.settings, output=output)
    return DONE


_WITHOUT_FOLDER: Mapping[str, Callable[[Invocation, Output], int]] = {
    "cache": _cache,
    "env": _hand_over,
    "export": _install,
    "install": _install,
    "request": _request,
    "run": _hand_over,
    "tree": _understand,
    "verify": _hand_over,
    "wheels": _understand,
    "why": _understand,
}
"""Commands that find the app's folder themselves, or need none."""


@contextmanager
def _listener(output: Output) -> Iterator["Listener"]:
    """Who is told of a run's events: a log, a live line, or nobody."""
    if output.verbose:
        from flet_lock.reports.progress.live_progress import EventLog  # noqa: PLC0415

        yield EventLog(output.talk)
    elif output.shows_progress:
        from flet_lock.reports.progress.live_progress import LiveProgress  # noqa: PLC0415

        with LiveProgress(sys.stderr, colour=output.is_coloured(sys.stderr)) as progress:
            yield progress
    else:
        from flet_lock.model.event import ignore_event  # noqa: PLC0415

        yield ignore_event


def _help(invocation: Invocation, output: Output) -> str:
    from flet_lock.cli.commands import command_help, overview  # noqa: PLC0415
    from flet_lock.reports.layout.glyphs import can_show, to_ascii  # noqa: PLC0415

    width = output.width
    text = command_help(invocation.command, width) if invocation.named else overview(width)
    return text if can_show(sys.stdout.encoding) else to_ascii(text)


def _project_folder(invocation: Invocation) -> Path:
    """The app's folder; naming its pyproject.toml or requirements.txt will do.

    Raises:
        UsageError: there is no such folder.
    """
    given = Path(invocation.words[0]) if invocation.words else Path()
    folder = given.parent if given.name in _PROJECT_FILES and given.is_file() else given
    if folder.is_dir():
        return folder
    detail = "this is a file, give the app's folder" if folder.exists() else "no such folder"
    raise UsageError(option="", value=str(given), detail=detail)


def _fail(
    error: BaseException, output: Output, words: Sequence[str], *, root: Path, command: str
) -> int:
    from flet_lock.cli.drawing import draw_failure  # noqa: PLC0415 - only where something failed
    from flet_lock.reports.wording.failure.errors import (  # noqa: PLC0415
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
            import traceback  # noqa: PLC0415

            output.talk("".join(traceback.format_exception(error)))
    draw_failure(error, explanation, output, root=root, command=command)
    if isinstance(error, CannotLock) and error.dependencies is not None:
        from flet_lock.cli.answer_cache.store import remember  # noqa: PLC0415

        remember(
            words,
            error.dependencies,
            output,
            lambda said: draw_failure(error, explanation, said, root=root, command=command),
            code=explanation.exit_code,
        )
    return explanation.exit_code


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
