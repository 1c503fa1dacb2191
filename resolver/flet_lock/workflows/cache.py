"""`flet-lock cache`: where the cache is, how large it is, and emptying it.

Works without a project: `[tool.flet-lock].cache-dir` of one app is not everybody's cache.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import ClassVar

from flet_lock.index.cache import cache_size, clean_cache
from flet_lock.project.diagnostics import ProjectDiagnostics
from flet_lock.project.document import Document
from flet_lock.project.settings.merge import merge_settings
from flet_lock.workflows.cache_folder import cache_folder
from flet_lock.workflows.command_outcome import CommandOutcome


def cache_dir(options: Mapping[str, object], environ: Mapping[str, str]) -> Path:
    """The cache's folder, absolute; it need not be there.

    Raises:
        UsageError: `--cache-dir` or `FLET_LOCK_CACHE_DIR` cannot be a path.
    """
    document = Document({}, root=Path.cwd(), findings=ProjectDiagnostics())
    merged = merge_settings(document, environ=environ, options=options)
    return cache_folder(merged.settings).absolute()


class CacheOutcome(CommandOutcome, frozen=True, kw_only=True):
    """The result of `flet-lock cache`."""

    kind: ClassVar[str] = "cache"
    action: str
    """`dir`, `size` or `clean`."""
    path: str
    """The cache's folder, absolute."""
    bytes: int | None = None
    """What the cache takes on the disk, or took before it was emptied; None for `dir`."""
    files_removed: int | None = None
    """None where nothing was to be removed."""


def cache(
    action: str, *, options: Mapping[str, object], environ: Mapping[str, str]
) -> CacheOutcome:
    """Tells where the cache is (`dir`), how large it is (`size`), or empties it (`clean`).

    Raises:
        UsageError: see `cache_dir`.
    """
    folder = cache_dir(options, environ)
    path = str(folder)
    if action == "dir":
        return CacheOutcome(action=action, path=path)
    if action == "size":
        return CacheOutcome(action=action, path=path, bytes=cache_size(folder).bytes)
    removed = clean_cache(folder)
    return CacheOutcome(action=action, path=path, bytes=removed.bytes, files_removed=removed.files)
