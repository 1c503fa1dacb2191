"""The cache folder where nobody names one; apart from the cache, since `check` needs no pages."""

from pathlib import Path


def default_cache_dir() -> Path:
    """The user's cache folder for this program, as the operating system has it."""
    from platformdirs import user_cache_path  # noqa: PLC0415 - not needed with --cache-dir

    return user_cache_path("flet-lock", appauthor=False)
