"""Opens the indexes that a plan names, with the cache the settings ask for."""

from collections.abc import Mapping

from flet_lock.index.cache import Cache, default_cache_dir
from flet_lock.index.repository import Repository
from flet_lock.model.event import Listener
from flet_lock.workflows.inputs import Plan


def open_repository(plan: Plan, *, environ: Mapping[str, str], listener: Listener) -> Repository:
    """The indexes of a plan; close it when done."""
    settings = plan.settings
    cache = None if settings.no_cache else Cache(default_cache_dir(settings.cache_dir))
    return Repository(
        indexes=settings.indexes,
        sources=dict(settings.sources),
        cache=cache,
        connections=settings.connections,
        offline=settings.offline,
        refresh=settings.refresh,
        listener=listener,
        environ=environ,
        root=plan.project.root,
    )
