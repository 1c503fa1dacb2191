"""Where this program keeps what it has fetched."""

from pathlib import Path

from flet_lock.model.app.settings import Settings


def cache_folder(settings: Settings) -> Path:
    """Where pages and metadata are kept: `--cache-dir`, else the user's own cache folder."""
    if settings.cache_dir is not None:
        return Path(settings.cache_dir)
    from flet_lock.index.default_cache_dir import (  # noqa: PLC0415 - `check` asks seldom
        default_cache_dir,
    )

    return default_cache_dir()
