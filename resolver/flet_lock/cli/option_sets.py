"""Options that several commands have, by their long names."""

from typing import Final

from flet_lock.cli.options import OPTIONS, Group

EVERYWHERE: Final = ("--output-format", "--color", "--quiet", "--verbose", "--help", "--version")
DECIDING: Final = (
    *(option.names[0] for option in OPTIONS if option.group is Group.LOCKED_FOR),
    "--default-index",
    "--index",
    "--no-flet-index",
    "--exclude-newer",
    "--prereleases",
    "--same-versions",
)
"""What a lock is made for; `check` needs the same to compare."""
FETCHING: Final = (
    "--offline",
    "--connections",
    "--cache-dir",
    "--cache-limit",
    "--no-cache",
    "--no-progress",
)
"""Of commands that fetch the wheels of a lock."""
TRUSTING: Final = ("--allow-edited", "--allow-unknown-sources")
"""Of commands that take files from where a lock says."""
INDEXES: Final = ("--default-index", "--index", "--no-flet-index")
INSTALLING: Final = (*FETCHING, *INDEXES, *TRUSTING)
"""Of `install`: the lock says where files are, an index's address how to get in."""
LOOKING: Final = (
    "--platform",
    "--arch",
    "--python-version",
    "--android-api",
    "--ios-version",
    "--default-index",
    "--index",
    "--no-flet-index",
    "--exclude-newer",
    "--prereleases",
    "--offline",
    "--refresh",
    "--connections",
    "--cache-dir",
    "--cache-limit",
    "--no-cache",
    "--no-progress",
)
"""Of commands that ask the indexes and lock nothing."""
AUDITING: Final = (
    "--fail-on",
    "--sizes",
    "--heads",
    "--fix",
    "--fix-budget",
    *LOOKING,
    *TRUSTING,
)
"""Of `audit`, which fetches the wheels of a lock, and asks the indexes for better ones."""
