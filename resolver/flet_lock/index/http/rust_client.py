"""The one place that makes pyreqwest's client, and keeps one for the whole process.

pyreqwest 0.15.1 brings an allocator that belongs to the thread which loads the library: a client
made after that thread has ended crashes the process. So a thread that lives as long as the process
loads it. Where that cannot be (no such library, a process that forked), httpx does everything.
"""

import atexit
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flet_lock.index.http.pyreqwest_transport import PyreqwestTransport

_ALLOCATOR_OPTION = "MIMALLOC_ALLOW_THP"


class _Shared:
    """What the process has of pyreqwest."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.loaded: bool | None = None
        """None: not tried yet; False: the library is not there, or of another version."""
        self.kept: PyreqwestTransport | None = None
        """The client, while nobody uses it."""


_shared = _Shared()


def lease_client(*, connections: int) -> "PyreqwestTransport | None":
    """The process' client, for one user at a time: whoever comes meanwhile gets one of their own.

    Args:
        connections: Kept open per host.

    Returns:
        None where pyreqwest cannot be used.
    """
    with _shared.lock:
        if _shared.loaded is None:
            _shared.loaded = _load()
        if not _shared.loaded:
            return None
        kept, _shared.kept = _shared.kept, None
    try:
        from flet_lock.index.http.pyreqwest_transport import PyreqwestTransport  # noqa: PLC0415 - see above
    except ImportError:
        return None
    if kept is not None:
        if kept.connections == connections:
            return kept
        kept.close()
    return PyreqwestTransport(connections=connections)


def give_back(client: "PyreqwestTransport") -> None:
    """Keeps a client for the next user; one with requests under way is closed, which ends them."""
    with _shared.lock:
        if _shared.kept is None and _shared.loaded and not client.is_busy:
            _shared.kept = client
            return
    client.close()


def _load() -> bool:
    """Loads the library in a thread of its own, which stays."""
    done = threading.Event()
    found: list[bool] = []

    def load() -> None:
        try:
            with _small_pages():
                import pyreqwest.client  # noqa: F401, PLC0415 - see above
            found.append(True)
        except ImportError:
            return
        finally:
            done.set()
        threading.Event().wait()

    threading.Thread(target=load, name="pyreqwest", daemon=True).start()
    done.wait()
    if found:
        atexit.register(_close)
    return bool(found)


@contextmanager
def _small_pages() -> Iterator[None]:
    """While pyreqwest is imported, its allocator is told to do without huge pages.

    mimalloc reads its options once. With huge pages (2 MB, all of it zeroed when the first byte is
    used, for each thread) a run takes 16 MB more, and the time to zero them.
    """
    before = os.environ.get(_ALLOCATOR_OPTION)
    os.environ[_ALLOCATOR_OPTION] = "0" if before is None else before
    try:
        yield
    finally:
        if before is None:
            del os.environ[_ALLOCATOR_OPTION]


def _close() -> None:
    """Closes the client before the interpreter takes itself apart."""
    with _shared.lock:
        kept, _shared.kept = _shared.kept, None
        _shared.loaded = False
    if kept is not None:
        kept.close()


def _forget() -> None:
    """In the child of a fork neither the thread nor the connections are there: httpx serves it."""
    _shared.__init__()  # type: ignore[misc]  # the lock may have been held
    _shared.loaded = False


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget)
