"""The first file of ours that a process runs: from here on Ctrl-C is "Stopped", 130.

Loading what a command needs takes longer than many commands; Python's own answer to Ctrl-C in that
time is a traceback through whatever was being loaded.
"""

import os

TYPE_CHECKING = False
if TYPE_CHECKING:  # typing is not needed to start
    from signal import SIG_IGN, SIGINT, default_int_handler, getsignal, signal
    from types import FrameType
    from typing import NoReturn
else:  # `signal` brings enum
    from _signal import SIG_IGN, SIGINT, default_int_handler, getsignal, signal

STOPPED = 130
"""128 + SIGINT, as shells have it."""
_LOADING = "<frozen importlib"


def _stop(_number: int = 0, _frame: "FrameType | None" = None) -> "NoReturn":
    """Ends the process as it is, which loses nothing: files take their places in one step."""
    try:
        os.write(2, b"Stopped\n")
    finally:
        os._exit(STOPPED)


def interrupt(number: int, frame: "FrameType | None") -> None:
    """Ends a run in order; at once while a module is loaded, or where it was asked to before."""
    signal(SIGINT, _stop)
    while frame is not None:
        if frame.f_code.co_filename.startswith(_LOADING):
            _stop()
        frame = frame.f_back
    default_int_handler(number, None)


def main() -> "NoReturn":
    """Runs the command line of the process, and ends it with the exit code.

    At once: the interpreter would first take itself apart, object by object, which frees memory
    that the system takes back anyway. Whatever has to be closed was closed before.
    """
    try:
        from flet_lock.cli.streams import open_closed_streams  # noqa: PLC0415 - see the top

        open_closed_streams()
        from flet_lock.cli.entry import run_process  # noqa: PLC0415 - see the top

        if getsignal(SIGINT) is _stop:
            signal(SIGINT, interrupt)
        code = run_process()
    except KeyboardInterrupt:
        _stop()
    os._exit(code)


# Who starts a process with Ctrl-C switched off (`nohup`, a shell in the background) keeps it so.
if getsignal(SIGINT) is not SIG_IGN:
    signal(SIGINT, _stop)
