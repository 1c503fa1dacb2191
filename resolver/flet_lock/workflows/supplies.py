"""Wires what `install` needs from the world: a store, a file server, a builder of wheels."""

import tempfile
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path

from flet_lock.index.cache import Cache
from flet_lock.index.cache_bound import bound_cache
from flet_lock.index.fetch import FileServer
from flet_lock.install.fetch import Supplies
from flet_lock.install.plan import PlannedFile
from flet_lock.install.store import FileStore
from flet_lock.model.event import Event, Listener
from flet_lock.model.settings import Settings
from flet_lock.workflows.inputs import public_location
from flet_lock.workflows.repository import cache_folder
from flet_lock.workflows.source_wheels import SourceWheels

_KIND = "wheels"


@contextmanager
def open_supplies(
    settings: Settings,
    *,
    root: Path,
    lock_dir: Path,
    environ: Mapping[str, str],
    listener: Listener,
) -> Iterator[Supplies]:
    """Where the files of a lock come from, for the length of a `with` block.

    Args:
        settings: cache, connections, indexes with their credentials, `offline`.
        root: the app's folder.
        lock_dir: the lock's folder, where paths in it start.
        environ: the process environment.
        listener: is told of what is asked again, and of builds.
    """
    with ExitStack() as opened:
        scratch = Path(
            opened.enter_context(
                tempfile.TemporaryDirectory(prefix="flet-lock-", ignore_cleanup_errors=True)
            )
        )
        store = FileStore(_store_folder(settings, scratch))
        builder = SourceWheels(
            scratch=scratch / "builds",
            lock_dir=lock_dir,
            environ=environ,
            offline=settings.offline,
            listener=listener,
        )
        if settings.offline:
            download = None
        else:
            server = opened.enter_context(
                FileServer(
                    indexes=settings.indexes,
                    connections=settings.connections,
                    environ=environ,
                    root=root,
                    listener=listener,
                )
            )
            download = _download(server, settings, root)
        if not settings.no_cache and not settings.offline:
            opened.callback(_bound, settings)
        yield Supplies(
            lock_dir=lock_dir,
            store=store,
            download=download,
            build=builder,
            connections=settings.connections,
        )


def _store_folder(settings: Settings, scratch: Path) -> Path:
    """The cache's folder for wheels; one that is gone afterwards where there is no cache."""
    if not settings.no_cache:
        try:
            return Cache(cache_folder(settings)).folder(_KIND)
        except OSError:
            # A cache that cannot be written is no reason to stop.
            pass
    return scratch / _KIND


def _bound(settings: Settings) -> None:
    """Wheels are the largest part of the cache."""
    bound_cache(cache_folder(settings), limit_bytes=settings.cache_limit_megabytes * 1_000_000)


def _download(
    server: FileServer, settings: Settings, root: Path
) -> "Callable[[PlannedFile, Callable[[], Callable[[bytes], object]]], bool]":
    """The port's function; the lock names indexes by where they are, credentials by name."""
    names = {public_location(index, root): index.name for index in settings.indexes}

    def download(file: PlannedFile, begin: Callable[[], Callable[[bytes], object]]) -> bool:
        assert file.url is not None  # noqa: S101 - files with a path are here already
        index = None if file.index is None else names.get(file.index)
        return server.fetch(file.url, index=index, begin=begin)

    return download


def one_at_a_time(listener: Listener) -> Listener:
    """A listener that several threads may call: `install` works in several."""
    lock = threading.Lock()

    def listen(event: Event) -> None:
        with lock:
            listener(event)

    return listen
