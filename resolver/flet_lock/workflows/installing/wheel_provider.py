"""Opens what an installation needs: a store, a file server, a builder of wheels."""

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct, field

from flet_lock.index.cache import Cache
from flet_lock.install.fetch_wheels import WheelProvider
from flet_lock.install.store import FileStore
from flet_lock.lockfile.package import LockedFile
from flet_lock.model.app.settings import Settings
from flet_lock.model.event import Event, Listener
from flet_lock.workflows.cache_folder import cache_folder
from flet_lock.workflows.installing.source_wheels import SourceWheels

if TYPE_CHECKING:  # a run whose files are all here has no use for a server
    from flet_lock.index.files.file_server import FileServer

_KIND = "wheels"


@contextmanager
def open_wheel_provider(
    settings: Settings,
    *,
    root: Path,
    environ: Mapping[str, str],
    listener: Listener,
) -> Iterator[WheelProvider]:
    """Where the files of a lock come from, for the length of a `with` block.

    Args:
        settings: cache, connections, indexes with their credentials, `offline`.
        root: the app's folder, which is that of its locks.
        environ: the process environment.
        listener: receives what is fetched, repeated and built; called by one thread at a time.
    """
    listener = _one_at_a_time(listener)
    with ExitStack() as opened:
        scratch = _Scratch(opened)
        yield WheelProvider(
            lock_dir=root,
            store=FileStore(_store_folder(settings, scratch)),
            download=None
            if settings.offline
            else _Downloads(
                opened=opened, settings=settings, root=root, environ=environ, listener=listener
            ),
            build=SourceWheels(
                scratch=scratch,
                lock_dir=root,
                environ=environ,
                offline=settings.offline,
                listener=listener,
            ),
            connections=settings.connections,
            listener=listener,
        )


class _Scratch:
    """A temporary folder, made on first use and removed at the end."""

    def __init__(self, opened: ExitStack) -> None:
        self._opened = opened
        self._folder: Path | None = None

    def __call__(self) -> Path:
        if self._folder is None:
            from tempfile import TemporaryDirectory  # noqa: PLC0415 - few runs build anything

            folder = TemporaryDirectory(prefix="flet-lock-", ignore_cleanup_errors=True)
            self._folder = Path(self._opened.enter_context(folder))
        return self._folder


def _store_folder(settings: Settings, scratch: _Scratch) -> Path:
    """The cache's folder for wheels; one that is gone afterwards where there is no cache."""
    if not settings.no_cache:
        try:
            return Cache(cache_folder(settings)).folder(_KIND)
        except OSError:
            # A cache that cannot be written is no reason to stop.
            pass
    return scratch() / _KIND


class _Downloads(Struct, kw_only=True):
    """Satisfies `install.fetch_wheels.Download`; opens the server with the first file."""

    opened: ExitStack
    settings: Settings
    root: Path
    environ: Mapping[str, str]
    listener: Listener
    opening: threading.Lock = field(default_factory=threading.Lock)
    server: "FileServer | None" = None
    names: dict[str, str] = {}
    """Location to name of each index: the lock has locations, credentials go by names."""

    def __call__(self, file: LockedFile, begin: Callable[[], Callable[[bytes], object]], /) -> bool:
        assert file.url is not None  # noqa: S101 - files with a path are here already
        with self.opening:
            server = self.server or self._open()
        index = None if file.index is None else self.names.get(file.index)
        return server.fetch(file.url, index=index, begin=begin)

    def _open(self) -> "FileServer":
        from flet_lock.index.files.file_server import FileServer  # noqa: PLC0415 - see above
        from flet_lock.workflows.locking.lock_plan import public_location  # noqa: PLC0415

        settings = self.settings
        if not settings.no_cache:
            self.opened.callback(_bound, settings)
        self.names = {public_location(index, self.root): index.name for index in settings.indexes}
        self.server = self.opened.enter_context(
            FileServer(
                indexes=settings.indexes,
                connections=settings.connections,
                environ=self.environ,
                root=self.root,
                listener=self.listener,
            )
        )
        return self.server


def _bound(settings: Settings) -> None:
    """Wheels are the largest part of the cache, and some have just been added."""
    from flet_lock.index.cache_bound import bound_cache  # noqa: PLC0415 - see above

    bound_cache(cache_folder(settings), limit_bytes=settings.cache_limit_megabytes * 1_000_000)


def _one_at_a_time(listener: Listener) -> Listener:
    """A listener that several threads may call."""
    lock = threading.Lock()

    def listen(event: Event) -> None:
        with lock:
            listener(event)

    return listen
