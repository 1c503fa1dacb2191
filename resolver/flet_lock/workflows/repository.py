"""Opens the indexes of a plan, with the cache of its settings."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from flet_lock.index.cache import Cache
from flet_lock.model.app.settings import Settings
from flet_lock.model.event import Listener
from flet_lock.workflows.cache_folder import cache_folder

if TYPE_CHECKING:  # `install` needs the cache's place, and no index
    from flet_lock.index.repository import Repository
    from flet_lock.workflows.locking.lock_plan import LockPlan


def open_repository(
    plan: "LockPlan", *, environ: Mapping[str, str], listener: Listener
) -> "Repository":
    """The indexes of a plan; close it when done.

    Args:
        plan: its settings name the indexes, its project the folder.
        environ: credentials, proxies and certificates.
        listener: receives events of what is fetched.
    """
    return open_indexes(plan.settings, root=plan.project.root, environ=environ, listener=listener)


def open_indexes(
    settings: Settings, *, root: Path, environ: Mapping[str, str], listener: Listener
) -> "Repository":
    """The indexes of settings; close it when done.

    Args:
        settings: the indexes, cache and connections.
        root: where relative directories start.
        environ: credentials, proxies and certificates.
        listener: receives events of what is fetched.
    """
    from flet_lock.index.repository import Repository  # noqa: PLC0415 - see above

    return Repository(
        indexes=settings.indexes,
        sources=dict(settings.sources),
        cache=None if settings.no_cache else Cache(cache_folder(settings)),
        cache_limit_bytes=settings.cache_limit_megabytes * 1_000_000,
        connections=settings.connections,
        offline=settings.offline,
        refresh=settings.refresh,
        listener=listener,
        environ=environ,
        root=root,
    )
