"""`flet-lock cache`: where the cache is, how large it is, and emptying it.

Works without a project: `[tool.flet-lock].cache-dir` of one app is not everybody's cache.
"""

from collections.abc import Mapping
from pathlib import Path

from flet_lock.index import cache
from flet_lock.project.diagnostics import ProjectDiagnostics
from flet_lock.project.document import Document
from flet_lock.project.settings.merge import merge_settings
from flet_lock.workflows.repository import cache_folder


def cache_dir(options: Mapping[str, object], environ: Mapping[str, str]) -> Path:
    """The cache's folder, absolute; it need not be there.

    Raises:
        UsageError: `--cache-dir` or `FLET_LOCK_CACHE_DIR` cannot be a path.
    """
    document = Document({}, root=Path.cwd(), findings=ProjectDiagnostics())
    merged = merge_settings(document, environ=environ, options=options)
    return cache_folder(merged.settings).absolute()


def cache_size(options: Mapping[str, object], environ: Mapping[str, str]) -> int:
    """Bytes that the cache holds; none where there is no cache."""
    return cache.cache_size(cache_dir(options, environ)).bytes


def clean_cache(options: Mapping[str, object], environ: Mapping[str, str]) -> tuple[int, int]:
    """Deletes what this program keeps in the cache; says how many files and bytes that was."""
    removed = cache.clean_cache(cache_dir(options, environ))
    return removed.files, removed.bytes
