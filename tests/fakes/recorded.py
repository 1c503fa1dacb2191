"""The example apps on the recorded index, in a folder that a test may write to."""

import os
import shutil
from collections.abc import Mapping
from pathlib import Path

from fakes.flet_versions import SHIPPED
from flet_lock.model.event import ignore_event
from flet_lock.workflows.locking.lock import lock
from flet_lock.workflows.outcome import LockOutcome

DATA = Path(__file__).parents[2] / "data"
LOCKABLE = (
    "album",
    "assistant",
    "client",
    "dashboard",
    "gallery",
    "hello",
    "journal",
    "notes",
    "tracker",
)
ON_0_28 = ("album", "journal", "tracker")
"""Of these, the apps that Flet 0.28.3 builds."""
UNLOCKABLE = "sync"
LOCKS = ("pylock.android.toml", "pylock.ios.toml")


def _link(source: str, target: str) -> None:
    try:
        os.link(source, target)
    except OSError:  # another disk, or a file system without links
        shutil.copyfile(source, target)


def copy_recorded(folder: Path) -> Path:
    """The whole of `data/`: links to the index, real copies of the apps. The folder of `apps`."""
    for part in ("pypi", "flet"):
        shutil.copytree(
            DATA / "index" / part, folder / "index" / part, copy_function=_link, symlinks=True
        )
    shutil.copytree(DATA / "apps", folder / "apps", ignore=shutil.ignore_patterns("pylock.*"))
    return folder / "apps"


def directory_options(apps: Path) -> dict[str, object]:
    """Options that name the recorded index as folders."""
    index = apps.parent / "index"
    return {
        "default-index": str(index / "pypi"),
        "index": [f"flet={index / 'flet'}"],
        "no-cache": True,
    }


def lock_app(
    root: Path, options: Mapping[str, object], *, dry_run: bool = False
) -> tuple[LockOutcome, dict[str, bytes]]:
    """Locks; gives the outcome and what the lock files hold now."""
    outcome = lock(root, options=options, environ=SHIPPED, dry_run=dry_run, listener=ignore_event)
    return outcome, read_locks(root)


def read_locks(root: Path) -> dict[str, bytes]:
    """The lock files that are there, by name."""
    return {path.name: path.read_bytes() for path in sorted(root.glob("pylock.*.toml"))}
