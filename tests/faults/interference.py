"""Calls that fail, streams that take nothing, an interrupt at a moment that is counted."""

import errno
import io
import os
import pickle
import sys
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any


@contextmanager
def failing_call(name: str, error: str, at: int) -> Iterator[None]:
    """Lets a function of `os` fail once, the `at`th time (0: each time)."""
    real = getattr(os, name)
    calls = 0

    def call(*arguments: Any, **named: Any) -> Any:  # noqa: ANN401 - stands for any function
        nonlocal calls
        calls += 1
        if at in (0, calls):
            if error == "MemoryError":
                raise MemoryError
            code = getattr(errno, error)
            raise OSError(code, os.strerror(code), str(arguments[0]) if arguments else None)
        return real(*arguments, **named)

    setattr(os, name, call)
    try:
        yield
    finally:
        setattr(os, name, real)


@contextmanager
def interrupt_at(call_number: int) -> Iterator[None]:
    """Raises KeyboardInterrupt in the nth call of a function of ours."""
    calls = 0

    def count(frame: FrameType, event: str, _argument: object) -> None:
        nonlocal calls
        # A generator that goes on, or is closed while nobody looks, is no new call.
        is_new = event == "call" and frame.f_lasti <= 0
        if is_new and "flet_lock" in frame.f_code.co_filename:
            calls += 1
            if calls == call_number:
                sys.setprofile(None)
                raise KeyboardInterrupt

    sys.setprofile(count)
    try:
        yield
    finally:
        sys.setprofile(None)


class Capture(io.RawIOBase):
    """A stream that keeps what it is given, or refuses it."""

    def __init__(self, how: str | None, after: int) -> None:
        super().__init__()
        self.content = bytearray()
        self._how = how
        self._after = after
        self._descriptor = os.open(os.devnull, os.O_WRONLY)

    def fileno(self) -> int:
        return self._descriptor

    def close(self) -> None:
        if not self.closed:
            os.close(self._descriptor)
        super().close()

    def writable(self) -> bool:
        return True

    def write(self, data: Any, /) -> int:  # noqa: ANN401 - any buffer
        if self._how is not None and len(self.content) + len(data) > self._after:
            code = getattr(errno, self._how)
            raise OSError(code, os.strerror(code))
        self.content += bytes(data)
        return len(data)


@contextmanager
def streams(
    how: str | None, which: str, after: int, encoding: str
) -> Iterator[tuple[Capture, Capture]]:
    """stdout and stderr of a run; the one that is named fails after so many bytes."""
    before = sys.stdout, sys.stderr
    raw = [
        Capture(how if which in (name, "both") else None, after) for name in ("stdout", "stderr")
    ]
    texts = [
        io.TextIOWrapper(io.BufferedWriter(each), encoding=encoding, errors="strict")
        for each in raw
    ]
    sys.stdout, sys.stderr = texts
    try:
        yield raw[0], raw[1]
    finally:
        for text in texts:
            try:
                text.flush()
            except (OSError, ValueError):
                continue
        sys.stdout, sys.stderr = before
        # What could not be written is nobody's any more: its own end must not raise.
        for each in raw:
            each._how = None


def isolated(run: Callable[[], tuple[int | str, str]]) -> tuple[int | str, str]:
    """Runs something in a process of its own, whose crash is an answer like any other."""
    reader, writer = os.pipe()
    with warnings.catch_warnings():
        # The index server's thread is not used in the child.
        warnings.simplefilter("ignore", DeprecationWarning)
        child = os.fork()
    if child == 0:
        try:
            os.close(reader)
            with os.fdopen(writer, "wb") as stream:
                stream.write(pickle.dumps(run()))
        finally:
            os._exit(0)
    os.close(writer)
    with os.fdopen(reader, "rb") as stream:
        content = stream.read()
    _, status = os.waitpid(child, 0)
    if not content or status:
        return f"crashed: {os.waitstatus_to_exitcode(status)}", ""
    code, said = pickle.loads(content)
    return code, said
