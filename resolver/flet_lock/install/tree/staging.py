"""A fresh folder beside the one to replace, and the step that puts it in its place.

    <parent>/.<name>.flet-lock-XXXXXXXX/     the workshop of one run
        alive                                locked by the run that works here
        tree/                                the new tree; after the swap, the old one
        old/                                 the old tree, where two renames are needed

Linux and macOS swap two folders in one step (`renameat2`, `renamex_np`), so a kill at any moment
leaves the old tree or the new one. Elsewhere (Windows, some network disks) the old tree is moved
away before the new one comes; a kill between these two renames leaves neither in place, and the
next run puts the old one back before it does anything else.

The kernel gives up the lock on `alive` when its run dies, however that happens: so what the dead
left is told from what the living are working on, and removed.
"""

import contextlib
import errno
import os
import shutil
import stat
import sys
import time
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO, Final, Self

from flet_lock.install.tree.tree_digest import workshop_prefix
from flet_lock.model.host_system import is_windows

_ALIVE: Final = "alive"
_TREE: Final = "tree"
_OLD: Final = "old"
_RENAMES: Final = 10
"""Virus scanners and file managers hold a folder open for a moment, and Windows then refuses."""
_YOUNG_SECONDS: Final = 5.0
"""Age below which a workshop without a lock is left alone: its run may be about to lock it."""
_NO_EXCHANGE: Final = frozenset(
    {errno.EINVAL, errno.ENOSYS, errno.ENOTSUP, errno.EOPNOTSUPP, errno.EPERM, errno.EXDEV}
)
"""What systems and disks say that cannot swap."""


class Staging:
    """A fresh tree for a target folder. Leaving the context without `replace` throws it away."""

    def __init__(self, target: Path) -> None:
        """Names the target: a folder that may not exist yet, links in its path followed.

        Args:
            target: absolute.
        """
        self._target = Path(os.path.realpath(target))
        self._workshop = (
            self._target.parent / f"{workshop_prefix(self._target.name)}{os.urandom(4).hex()}"
        )
        self._alive: BinaryIO | None = None
        self.tree = self._workshop / _TREE
        """The fresh folder, empty."""

    def __enter__(self) -> Self:
        """Clears up after dead runs and makes the folder.

        Raises:
            OSError: the disk does not take it.
        """
        self._target.parent.mkdir(parents=True, exist_ok=True)
        clear_up(self._target)
        self._workshop.mkdir()
        try:
            self._alive = _make_locked(self._workshop / _ALIVE)
            self.tree.mkdir()
        except BaseException:
            self._leave()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._leave()

    def ignores_case(self) -> bool:
        """Whether the file system here takes `A` and `a` for one name."""
        return (self._workshop / _ALIVE.upper()).exists()

    def replace(self) -> None:
        """Puts the tree in the target's place.

        Raises:
            OSError: it cannot be done; the target is as it was.
        """
        swap_in(self.tree, self._target, self._workshop / _OLD, exchange=_exchange)

    def _leave(self) -> None:
        # Unlocked before it is removed: Windows removes no open files. A run that clears up in
        # between removes the same folder, and both are content.
        if self._alive is not None:
            self._alive.close()
            self._alive = None
        remove_tree(self._workshop)


def clear_up(target: Path) -> None:
    """Removes what dead runs left beside a target, and puts back what they took away."""
    target = Path(os.path.realpath(target))
    prefix = workshop_prefix(target.name)
    with contextlib.suppress(OSError):
        for workshop in sorted(target.parent.iterdir()):
            if not workshop.name.startswith(prefix) or workshop.is_symlink():
                continue
            if not _is_dead(workshop):
                continue
            if not target.exists():
                # Killed between the two renames.
                with contextlib.suppress(OSError):
                    (workshop / _OLD).rename(target)
            remove_tree(workshop)


def swap_in(
    tree: Path, target: Path, aside: Path, *, exchange: Callable[[Path, Path], bool]
) -> None:
    """Puts a folder in the place of another, which may not exist.

    Args:
        tree: the new folder; afterwards the old one, or gone.
        target: the place.
        aside: where the old folder goes if it takes two renames; does not exist.
        exchange: swaps two folders in one step; False where the system cannot.

    Raises:
        OSError: it cannot be done; the target is as it was.
    """
    if not os.path.lexists(target):
        with contextlib.suppress(FileExistsError):
            _rename(tree, target)
            return
    if exchange(tree, target):
        return
    _rename(target, aside)
    try:
        _rename(tree, target)
    except BaseException:
        _rename(aside, target)
        raise


def remove_tree(folder: Path) -> None:
    """Removes a folder with all that is in it, as far as that can be done."""

    def make_writable(function: Callable[[str], object], path: str, _error: object) -> None:
        # A folder or (on Windows) a file without permission to write.
        with contextlib.suppress(OSError):
            Path(path).parent.chmod(stat.S_IRWXU)
            Path(path).chmod(stat.S_IRWXU)
            function(path)

    # What is too deep to be removed stays: it is no reason to end a run.
    with contextlib.suppress(OSError, RecursionError):
        if sys.version_info >= (3, 12):
            shutil.rmtree(folder, onexc=make_writable)
        else:
            shutil.rmtree(folder, onerror=make_writable)


def _rename(source: Path, target: Path) -> None:
    for attempt in range(_RENAMES if is_windows() else 0):
        try:
            source.rename(target)
        except PermissionError:
            time.sleep(0.02 * (attempt + 1))
        else:
            return
    try:
        source.rename(target)
    except OSError as error:
        # POSIX: "ENOTEMPTY or EEXIST" for a folder that is not empty.
        if error.errno == errno.ENOTEMPTY:
            raise FileExistsError(*error.args) from error
        raise


def _exchange(one: Path, other: Path) -> bool:
    """Swaps two folders in one step; False where this system or disk cannot.

    Raises:
        OSError: it can, but not these.
    """
    call = _exchange_call()
    if call is None:
        return False
    number = call(os.fsencode(one), os.fsencode(other))
    if number == 0:
        return True
    if number in _NO_EXCHANGE:
        return False
    raise OSError(number, os.strerror(number), str(other))


def _exchange_call() -> Callable[[bytes, bytes], int] | None:
    """The system's call, as a function that returns 0 or the error's number."""
    if is_windows():
        return None
    import ctypes  # noqa: PLC0415 - only where there is a tree to replace

    library = ctypes.CDLL(None, use_errno=True)
    if hasattr(library, "renameat2"):
        # renameat2(2): AT_FDCWD is -100, RENAME_EXCHANGE is 2.
        return lambda one, other: (
            ctypes.get_errno() if library.renameat2(-100, one, -100, other, 2) else 0
        )
    if hasattr(library, "renamex_np"):
        # renamex_np(2): RENAME_SWAP is 2.
        return lambda one, other: ctypes.get_errno() if library.renamex_np(one, other, 2) else 0
    return None


def _make_locked(path: Path) -> BinaryIO:
    """Makes a file that is locked from the moment it is visible to other runs.

    Raises:
        OSError: it cannot be made.
    """
    if is_windows():  # where an open file cannot be renamed
        return _lock(path)
    hidden = path.with_suffix(".new")
    file = _lock(hidden)
    hidden.rename(path)
    return file


def _lock(path: Path) -> BinaryIO:
    """Opens a file, or makes it, and locks it until it is closed or the process ends.

    Raises:
        OSError: it cannot be made, or another process has locked it.
    """
    file = path.open("ab")
    try:
        if is_windows():
            msvcrt: Any = import_module("msvcrt")
            file.seek(0)
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            fcntl: Any = import_module("fcntl")
            try:
                fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError as error:
                # A disk without locks: then nobody is found alive, and age decides.
                if error.errno not in (errno.ENOTSUP, errno.ENOSYS, errno.EINVAL, errno.ENOLCK):
                    raise
    except BaseException:
        file.close()
        raise
    return file


def _is_dead(workshop: Path) -> bool:
    alive = workshop / _ALIVE
    try:
        if time.time() - workshop.stat().st_mtime < _YOUNG_SECONDS and not alive.exists():
            return False
        _lock(alive).close()
    except OSError:
        return False
    return True
