"""Windows in the place of the system that the tests run on, as far as parts of ours look at it."""

import sys
from types import SimpleNamespace

import pytest

from flet_lock.model import host_system


def stand_on_windows(monkeypatch: pytest.MonkeyPatch) -> None:
    """Makes this program believe that it runs on Windows; its `msvcrt` locks with `flock`."""

    def locking(descriptor: int, _mode: int, _count: int) -> None:
        import fcntl  # noqa: PLC0415 - not on Windows, where nothing stands in

        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)

    monkeypatch.setattr(host_system, "system", "win32")
    if sys.platform != "win32":
        monkeypatch.setitem(sys.modules, "msvcrt", SimpleNamespace(locking=locking, LK_NBLCK=2))
