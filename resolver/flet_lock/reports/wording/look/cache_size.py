"""The cache, in words."""

from flet_lock.reports.layout.clean_text import clean
from flet_lock.reports.wording.lock.lock_summary import describe_bytes
from flet_lock.workflows.cache import CacheOutcome


def explain_cache(outcome: CacheOutcome) -> str:
    """`12.3 MB in /home/me/.cache/flet-lock`; of `dir` the path and nothing else."""
    if outcome.bytes is None:
        return outcome.path
    where, size = clean(outcome.path), describe_bytes(outcome.bytes)
    files = outcome.files_removed
    if files is None:
        return f"{size} in {where}"
    if not files:
        return f"Nothing to remove from {where}"
    noun = "1 file" if files == 1 else f"{files} files"
    return f"Removed {noun} ({size}) from {where}"
