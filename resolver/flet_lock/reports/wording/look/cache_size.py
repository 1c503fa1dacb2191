"""The cache, in words."""

from pathlib import Path

from flet_lock.reports.layout.clean_text import clean
from flet_lock.reports.wording.lock.lock_summary import describe_bytes


def describe_size(size: int, path: Path) -> str:
    """`12.3 MB in /home/me/.cache/flet-lock`."""
    return f"{describe_bytes(size)} in {clean(str(path))}"


def describe_cleaned(files: int, size: int, path: Path) -> str:
    """`Removed 120 files (12.3 MB) from …`."""
    if not files:
        return f"Nothing to remove from {clean(str(path))}"
    noun = "1 file" if files == 1 else f"{files} files"
    return f"Removed {noun} ({describe_bytes(size)}) from {clean(str(path))}"
