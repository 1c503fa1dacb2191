"""stdout and stderr, safe to print to: no signs that a console lacks, no trace of a full disk."""

import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:  # typing is not needed to print
    from typing import TextIO


class UnwritableOutputError(Exception):
    """stdout or stderr does not take what is written: a full disk, say."""


def write(stream: "TextIO", text: str) -> None:
    """Writes; a reader that went away is no error.

    Raises:
        UnwritableOutputError: the disk is full, say.
    """
    try:
        stream.write(text)
    except BrokenPipeError:
        _point_at_nothing(stream)
    except OSError as error:
        raise UnwritableOutputError(error.strerror or str(error)) from error


def open_closed_streams() -> None:
    """Gives a process that was started without one of its streams (`2>&-`) one that leads nowhere.

    First of all: the next file that is opened would get its number, and whatever is printed.
    """
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            stream = open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123, SIM115 - stays open; pathlib is slow
            setattr(sys, name, stream)
            setattr(sys, f"__{name}__", stream)


def prepare_streams() -> None:
    """Makes printing safe: what a console's encoding lacks is replaced, it never raises."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="replace")


def flush_streams() -> None:
    """Writes out what is buffered.

    Raises:
        UnwritableOutputError: the disk is full, say. A reader that went away (`| head`) is no
            error.
    """
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except BrokenPipeError:
            _point_at_nothing(stream)
        except OSError as error:
            raise UnwritableOutputError(error.strerror or str(error)) from error
        except ValueError:  # closed by its owner
            continue


def _point_at_nothing(stream: "TextIO") -> None:
    """So that the interpreter's own flush at exit finds something to write to."""
    nothing = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nothing, stream.fileno())
    os.close(nothing)


def report_unwritable(error: UnwritableOutputError) -> int:
    """Stdout cannot take the result: say so on stderr, where that may still be possible."""
    from contextlib import suppress  # noqa: PLC0415 - seldom needed

    from flet_lock.reports.wording.failure.errors import explain_unwritable  # noqa: PLC0415

    explanation = explain_unwritable(str(error))
    for stream in (sys.stderr, sys.stdout):
        with suppress(OSError, ValueError):
            if stream is sys.stderr:
                stream.write(f"flet-lock: {explanation.summary}\n")
            # A closed stream has nothing left that the interpreter would try to write at its end.
            stream.close()
    return explanation.exit_code
