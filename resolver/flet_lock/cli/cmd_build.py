"""`flet-lock run`, `flet-lock verify` and `flet-lock env`."""

from contextlib import ExitStack
from pathlib import Path

from flet_lock.cli.command_line import Invocation
from flet_lock.cli.listening import listening
from flet_lock.cli.output import Output
from flet_lock.cli.project_folder import (
    chosen_platform,
    found_app,
    given_platforms,
    one_platform,
    verify_words,
)
from flet_lock.reports.output_formats import FORMATS
from flet_lock.workflows.building.env import env
from flet_lock.workflows.building.handover_outcome import EnvOutcome, RunOutcome, VerifyOutcome
from flet_lock.workflows.building.run import name_the_app, run
from flet_lock.workflows.building.verify import verify

_DEFAULT_DIRECTORY = "build/site-packages"


def run_run(invocation: Invocation, output: Output, root: Path) -> RunOutcome:
    """Runs a build under its lock."""
    platforms = given_platforms(invocation)
    words = invocation.to_run
    if invocation.command.stands_for:
        words = name_the_app(words, found_app())
    if len(platforms) > 1:
        raise one_platform()
    with ExitStack() as live:
        return run(
            root if invocation.words else None,
            words,
            platform=next(iter(platforms), None),
            options=invocation.settings,
            environ=output.environ,
            stdout_to_stderr=FORMATS[output.format].owns_stdout,
            listener=live.enter_context(listening(output)),
            before_command=live.close,
        )


def run_verify(invocation: Invocation, output: Output, root: Path) -> VerifyOutcome:
    """Compares a tree with its lock."""
    _, directory = verify_words(invocation.words)
    with listening(output) as listener:
        return verify(
            root,
            platform=chosen_platform(invocation, root),
            directory=root / _DEFAULT_DIRECTORY if directory is None else Path(directory),
            options=invocation.settings,
            environ=output.environ,
            listener=listener,
        )


def run_env(invocation: Invocation, output: Output, root: Path) -> EnvOutcome:
    """Makes ready what a build's pip needs."""
    with listening(output) as listener:
        return env(
            root,
            platform=chosen_platform(invocation, root),
            options=invocation.settings,
            environ=output.environ,
            listener=listener,
        )
