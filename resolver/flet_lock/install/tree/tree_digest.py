"""Whether a tree is as an installation left it, decided without opening a file.

Imports nothing that takes time: most installations find that nothing is to be done, and the command
line asks here before it loads anything else.
"""

import os

NOTE = ".flet-lock-installed.json"
"""The note of an installation, in its target folder."""
LITTER = frozenset({NOTE, ".DS_Store", "Thumbs.db", "desktop.ini"})
"""Files beside the slices that are no part of the tree: ours, and those of file managers."""


def is_as_left(folder: str, digest: str) -> bool:
    """Whether a target folder has a digest, and no run has died or is at work beside it.

    Raises:
        OSError: it cannot be read.
    """
    target = os.path.realpath(folder)
    prefix = workshop_prefix(os.path.basename(target))
    if any(name.startswith(prefix) for name in os.listdir(os.path.dirname(target))):
        return False
    return digest_tree(target)[0] == digest


def workshop_prefix(name: str) -> str:
    """What the names of folders begin with in which the new tree of a target is made."""
    return f".{name}.flet-lock-"


def digest_tree(folder: str, *, windows: bool = os.name == "nt") -> tuple[str, int]:
    """A digest over everything below a folder but the note, and the number of files.

    Args:
        folder: its path.
        windows: whether the system gives a file's status with its name, but not its number.

    Raises:
        OSError: it cannot be read.
    """
    import hashlib  # noqa: PLC0415 - see the top

    lines: list[str] = []
    files = 0
    looked_at: dict[tuple[int, str], str] = {}
    folders = [""]
    for prefix in folders:  # grows while it is gone through
        # Below the slice's folder; slices share files under the same path.
        inside = prefix.partition("/")[2]
        with os.scandir(os.path.join(folder, prefix)) as entries:
            for entry in entries:
                name = entry.name
                if entry.is_dir(follow_symlinks=False):
                    lines.append(f"{prefix}{name}/")
                    folders.append(f"{prefix}{name}/")
                    continue
                if not prefix and name == NOTE:
                    continue
                files += 1
                # One file under several names has one status.
                number = (0 if windows else entry.inode(), inside + name)
                status = looked_at.get(number)
                if status is None or windows:
                    found = entry.stat(follow_symlinks=False)
                    status = (
                        f"\0{found.st_mode}\0{found.st_size}\0{found.st_mtime_ns}"
                        f"\0{found.st_ctime_ns}"
                    )
                    looked_at[number] = status
                lines.append(f"{prefix}{name}{status}")
    lines.sort()
    text = "\n".join(lines)
    return hashlib.sha256(text.encode("utf-8", "surrogateescape")).hexdigest(), files
