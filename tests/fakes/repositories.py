"""Opens a repository the way a test wants it, and closes it afterwards."""

from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

from packaging.utils import NormalizedName, canonicalize_name

from flet_lock.index.cache import Cache
from flet_lock.index.http.retry import RetryPolicy
from flet_lock.index.repository import Repository
from flet_lock.model.app.settings import Index
from flet_lock.model.event import Event

if TYPE_CHECKING:
    import httpx

QUICK = RetryPolicy(attempts=3, base_seconds=0.0, longest_seconds=0.05, jitter=lambda: 0.0)
"""Retries without waiting."""


class Opener:
    """Called with indexes, gives an open `Repository`."""

    def __init__(self, stack: ExitStack, folder: Path) -> None:
        self._stack = stack
        self.folder = folder
        self.events: list[Event] = []

    def __call__(
        self,
        *locations: str | Index,
        sources: Mapping[str, str] | None = None,
        cache: bool = True,
        connections: int = 8,
        offline: bool = False,
        refresh: bool = False,
        environ: Mapping[str, str] | None = None,
        retry: RetryPolicy = QUICK,
        transport: "httpx.BaseTransport | None" = None,
    ) -> Repository:
        """Opens one; plain locations become the indexes `one`, `two`, …"""
        repository = Repository(
            indexes=named(locations),
            sources={canonicalize_name(key): name for key, name in (sources or {}).items()},
            cache=Cache(self.folder / "cache") if cache else None,
            connections=connections,
            offline=offline,
            refresh=refresh,
            listener=self.events.append,
            environ=environ or {},
            root=self.folder,
            retry=retry,
            transport=transport,
        )
        return self._stack.enter_context(repository)


def named(locations: Sequence[str | Index]) -> list[Index]:
    """Indexes `one`, `two`, … for plain locations."""
    names = ("one", "two", "three")
    return [
        location if isinstance(location, Index) else Index(name=names[number], location=location)
        for number, location in enumerate(locations)
    ]


def package(name: str) -> NormalizedName:
    """The normalized name."""
    return canonicalize_name(name)
