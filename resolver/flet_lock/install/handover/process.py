"""Runs the build's command as if it had been typed: its terminal, its signals, its exit code."""

import contextlib
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from types import FrameType
from typing import Final

from flet_lock.model.errors.handover import CommandNotStarted
from flet_lock.model.host_system import is_windows

_SIGNALS: Final = tuple(
    getattr(signal, name)
    for name in ("SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT", "SIGUSR1", "SIGUSR2", "SIGBREAK")
    if hasattr(signal, name)
)
_FROM_TERMINAL: Final = tuple(
    getattr(signal, name) for name in ("SIGINT", "SIGQUIT", "SIGBREAK") if hasattr(signal, name)
)
"""Those that a terminal sends to everybody who runs in it: the command has got them already."""
_SIGNALLED: Final = 128
"""What shells add to a signal's number."""


def run_command(
    words: Sequence[str], environment: Mapping[str, str], *, stdout_to_stderr: bool
) -> int:
    """Runs a command to its end and returns its exit code; 128 + N for one that signal N ended.

    Signals that reach this process meanwhile are the command's: it decides what to do about them.

    Args:
        words: the command; its program is looked up in the `PATH` of `environment`.
        environment: all of its environment.
        stdout_to_stderr: whether what it prints is talk, because stdout carries a document.

    Raises:
        CommandNotStarted: there is no such program, or it cannot be run.
    """
    # On Windows the program may be `flet.exe`, `flet.cmd`, …: which() tries what PATHEXT says.
    program = shutil.which(words[0], path=environment.get("PATH"))
    if program is None:
        raise CommandNotStarted(command=words[0], detail="")
    sys.stdout.flush()
    sys.stderr.flush()
    try:
        process = subprocess.Popen(  # noqa: S603 - what the user asked for
            [program, *words[1:]],
            env=dict(environment),
            stdout=sys.stderr.fileno() if stdout_to_stderr else None,
        )
    except OSError as error:
        raise CommandNotStarted(command=words[0], detail=error.strerror or str(error)) from error
    with _forwarding(process):
        code = process.wait()
    return _SIGNALLED - code if code < 0 else code


@contextlib.contextmanager
def _forwarding(process: "subprocess.Popen[bytes]") -> Iterator[None]:
    in_terminal = _is_in_terminal()

    def forward(number: int, _frame: FrameType | None) -> None:
        if number in _FROM_TERMINAL and in_terminal:
            return
        with contextlib.suppress(OSError, ValueError):
            process.send_signal(number)

    before = {}
    try:
        for number in _SIGNALS:
            before[number] = signal.signal(number, forward)
    except ValueError:  # not the main thread: whoever runs us there handles signals
        pass
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _is_in_terminal() -> bool:
    try:
        return sys.stdin is not None and sys.stdin.isatty()
    except ValueError:  # closed
        return False


def find_interpreter(program: str, environment: Mapping[str, str]) -> Path | None:
    """The Python that a script installed by pip or uv runs on; None where it does not say so."""
    found = shutil.which(program, path=environment.get("PATH"))
    if found is None:
        return None
    if is_windows():
        # `Scripts\flet.exe` of a virtual environment, beside it or above it.
        for folder in (Path(found).parent, Path(found).parent.parent):
            if (folder / "python.exe").is_file():
                return folder / "python.exe"
        return None
    try:
        with Path(found).open("rb") as stream:
            first = stream.readline(4096)
    except OSError:
        return None
    if not first.startswith(b"#!"):
        return None
    interpreter = Path(first[2:].strip().decode("utf-8", "surrogateescape"))
    # `#!/usr/bin/env python3` and the like have blanks, and are no file.
    return interpreter if interpreter.name.startswith("python") and interpreter.is_file() else None
