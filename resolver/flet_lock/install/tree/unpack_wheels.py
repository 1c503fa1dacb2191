"""Writes the wheels of a plan into a fresh folder, one subfolder per slice.

Each wheel is read, decompressed and checked against its RECORD once, and written once: the slices
that share a pure wheel share its files, as names of one file (hard links) where the disk has such.
An app ships its pure code once for all slices anyway. What only one slice takes, all native code
among it, is that slice's alone, and no file is ever shared with the cache.
"""

import errno
import hashlib
import os
import zipfile
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from threading import Thread
from typing import Final, Self

from flet_lock.install.plan import InstallPlan, PlannedPackage
from flet_lock.install.tree.layout import SliceLayout, lay_out
from flet_lock.install.tree.unpacked import UnpackedSlice
from flet_lock.install.wheel.limits import LIMITS
from flet_lock.install.wheel.packed_member import UNREADABLE, unpack_in_pieces, unpack_member
from flet_lock.install.wheel.read_wheel import read_contents
from flet_lock.install.wheel.wheel_contents import WheelContents, WheelMember
from flet_lock.model.answer.wheel_fault import WheelFault, WheelFaultKind
from flet_lock.model.errors.install import InstallNotWritten, PathsClash, WheelRefused
from flet_lock.model.event import Listener, WheelUnpacked
from flet_lock.model.host_system import is_windows

_WHOLE_BYTES: Final = 1024 * 1024
"""Members up to this size are written in one piece."""
_PIECE_BYTES: Final = 256 * 1024
"""Of larger ones. What is used again and again stays in the processor's cache."""
_IN_MEMORY_BYTES: Final = 64 * 1024 * 1024
"""Wheels up to this size are read whole before they are unpacked."""
_THREADS: Final = max(2, min(8, os.cpu_count() or 2))
_ALONE_BYTES: Final = 4 * 1024 * 1024
"""Up to this much, unpacked, several threads only get in each other's way."""
# What systems and disks say that have no second names for a file, or no more of them.
_NO_LINKS: Final = frozenset(
    {errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS, errno.EINVAL, errno.EMLINK}
)
# O_EXCL: whatever is there already is not ours, and is not written through (links).
_FLAGS: Final = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)


def read_all_contents(
    plan: InstallPlan, wheels: Mapping[PlannedPackage, Path]
) -> dict[PlannedPackage, WheelContents]:
    """What each wheel of a plan would put where; nothing is unpacked.

    Raises:
        WheelRefused: a wheel holds what must not be unpacked.
        InstallNotWritten: a wheel cannot be read from the disk any more.
    """

    def read(planned: PlannedPackage) -> WheelContents:
        path = wheels[planned]
        filename = _wheel_name(planned, path)
        try:
            with _opened(planned, path, filename) as archive:
                return read_contents(
                    archive,
                    package=planned.package,
                    version=planned.version,
                    filename=filename,
                    limits=LIMITS,
                    windows=is_windows(),
                )
        except OSError as error:
            raise _os_error(error, path, planned, filename) from error

    return {planned: read(planned) for planned in plan.packages}


def lay_out_slices(
    plan: InstallPlan,
    contents: Mapping[PlannedPackage, WheelContents],
    *,
    ignores_case: bool,
) -> tuple[SliceLayout, ...]:
    """The future content of each slice's folder, in the plan's order.

    Args:
        plan: which package goes to which slice.
        contents: the files of each package's wheel.
        ignores_case: whether the file system takes `A` and `a` for one name.

    Raises:
        PathsClash: packages have different files at one path.
    """
    layouts = tuple(
        lay_out(
            name,
            [contents[planned] for planned in plan.for_slice(name)],
            ignores_case=ignores_case,
        )
        for name in plan.slices
    )
    clashes = tuple(clash for layout in layouts for clash in layout.clashes)
    if clashes:
        raise PathsClash(clashes=clashes)
    return layouts


def unpack_plan(
    plan: InstallPlan,
    wheels: Mapping[PlannedPackage, Path],
    folder: Path,
    *,
    ignores_case: bool,
    listener: Listener,
) -> tuple[UnpackedSlice, ...]:
    """Unpacks all wheels of a plan.

    Args:
        plan: what goes where.
        wheels: the wheel of each package, as `fetch_wheels` gives them.
        folder: an empty folder; it gets one folder per slice.
        ignores_case: whether its file system takes `A` and `a` for one name.
        listener: receives an event for each wheel.

    Raises:
        WheelRefused: a wheel holds what must not be unpacked, or not what its RECORD says.
        PathsClash: packages have different files at one path.
        InstallNotWritten: the disk does not take it.
    """
    contents = read_all_contents(plan, wheels)
    layouts = lay_out_slices(plan, contents, ignores_case=ignores_case)
    roots = {name: _long_path(folder / name) for name in plan.slices}
    try:
        for layout in layouts:
            _make_folders(roots[layout.slice_name], layout.folders)
    except OSError as error:
        raise _not_written(folder, error) from error
    not_written = {layout.slice_name: layout.not_written for layout in layouts}

    def unpack(planned: PlannedPackage) -> None:
        files = _unpack_wheel(
            planned,
            wheels[planned],
            contents[planned],
            [
                (roots[name], not_written[name].get(planned.package, frozenset()))
                for name in planned.slices
            ],
        )
        listener(WheelUnpacked(package=planned.package, version=planned.version, files=files))

    sizes = {one: sum(member.size for member in contents[one].members) for one in plan.packages}
    _in_threads(unpack, sizes)
    return tuple(
        UnpackedSlice(
            slice_name=layout.slice_name,
            packages=len(plan.for_slice(layout.slice_name)),
            files=layout.files,
            bytes=layout.bytes,
            shared=layout.shared,
        )
        for layout in layouts
    )


def _make_folders(root: str, folders: Iterable[str]) -> None:
    os.mkdir(root)  # noqa: PTH102 - a string on purpose: thousands of paths
    for folder in folders:  # parents first
        os.mkdir(f"{root}{os.sep}{_native(folder)}")  # noqa: PTH102 - see above


_Root = tuple[str, frozenset[str]]
"""A slice's folder, and paths that another package writes there."""


def _unpack_wheel(
    planned: PlannedPackage, path: Path, contents: WheelContents, roots: Sequence[_Root]
) -> int:
    files = 0
    try:
        with _Wheel(path) as wheel:
            for member in contents.members:
                targets = [
                    f"{root}{os.sep}{_native(member.path)}"
                    for root, others in roots
                    if member.path not in others
                ]
                found = _write_member(wheel, member, targets)
                if found is not None:
                    raise WheelRefused(
                        package=planned.package, filename=contents.filename, faults=(found,)
                    )
                files += len(targets)
        for name, content in contents.made.items():
            _write([f"{root}{os.sep}{_native(name)}" for root, _ in roots], content, 0o666)
            files += len(roots)
    except OSError as error:
        # Only opening a file tells which; writing to it does not.
        where = error.filename or roots[0][0]
        raise _os_error(error, where, planned, contents.filename) from error
    return files


class _Wheel:
    """A wheel to be unpacked: in memory, and by zipfile for what is too large for that."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._opened = ExitStack()
        self._archive: zipfile.ZipFile | None = None
        self._bytes: memoryview | None = None

    def __enter__(self) -> Self:
        if self._path.stat().st_size <= _IN_MEMORY_BYTES:
            self._bytes = memoryview(self._path.read_bytes())
        return self

    def __exit__(self, *_error: object) -> None:
        self._opened.close()

    def read(self, member: WheelMember) -> bytes | memoryview:
        """The whole member."""
        if self._bytes is None:
            return self._on_disk().read(member.name)
        return unpack_member(self._bytes, member.packed)

    def pieces(self, member: WheelMember) -> Iterator[bytes | memoryview]:
        """The whole member, piece by piece."""
        if self._bytes is not None:
            yield from unpack_in_pieces(self._bytes, member.packed, _PIECE_BYTES)
            return
        with self._on_disk().open(member.name) as stream:
            while piece := stream.read(_PIECE_BYTES):
                yield piece

    def _on_disk(self) -> zipfile.ZipFile:
        if self._archive is None:
            self._archive = self._opened.enter_context(zipfile.ZipFile(self._path))
        return self._archive


def _write_member(wheel: _Wheel, member: WheelMember, targets: Sequence[str]) -> WheelFault | None:
    """Writes a member; what is wrong with it where it is not what RECORD says."""
    # The umask decides about the rest, as for any file that is made.
    mode = 0o777 if member.executable else 0o666
    try:
        if member.size <= _WHOLE_BYTES:
            content = wheel.read(member)
            digest = hashlib.sha256(content).digest()
            # Not written at all where it is wrong; a longer one is, and thrown away with the rest.
            if digest == member.sha256:
                _write(targets, content, mode)
        else:
            digest = _write_pieces(wheel, member, targets, mode)
    except UNREADABLE as error:
        detail = f"{type(error).__name__}: {error}"
        return WheelFault(kind=WheelFaultKind.UNREADABLE, path=member.name, detail=detail)
    if digest != member.sha256:
        return WheelFault(kind=WheelFaultKind.RECORD, path=member.name, detail="another hash")
    return None


def _write(targets: Sequence[str], content: bytes | memoryview, mode: int) -> None:
    for first in targets[:1]:
        descriptor = os.open(first, _FLAGS, mode)
        try:
            _write_all(descriptor, content)
        finally:
            os.close(descriptor)
    for target in targets[1:]:
        if not _link(targets[0], target):
            _write([target], content, mode)


def _write_pieces(wheel: _Wheel, member: WheelMember, targets: Sequence[str], mode: int) -> bytes:
    """Writes a large member; returns the digest of what was written."""
    running = hashlib.sha256()
    if not targets:  # another package has written the same
        for piece in wheel.pieces(member):
            running.update(piece)
    for first in targets[:1]:
        descriptor = os.open(first, _FLAGS, mode)
        try:
            for piece in wheel.pieces(member):
                running.update(piece)
                _write_all(descriptor, piece)
        finally:
            os.close(descriptor)
    digest = running.digest()
    for target in targets[1:]:
        if not _link(targets[0], target) and _write_pieces(wheel, member, [target], mode) != digest:
            return b""
    return digest


def _write_all(descriptor: int, content: bytes | memoryview) -> None:
    written = os.write(descriptor, content)
    while written < len(content):  # a nearly full disk takes a part, then refuses
        written += os.write(descriptor, memoryview(content)[written:])


def _link(first: str, target: str) -> bool:
    """Gives a file a second name; False where the disk has no such."""
    try:
        os.link(first, target)
    except OSError as error:
        if error.errno not in _NO_LINKS:
            raise
        return False
    return True


def _opened(planned: PlannedPackage, path: Path, filename: str) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(path)
    except (*UNREADABLE, ValueError) as error:
        raise _unreadable(error, planned, filename) from error


def _wheel_name(planned: PlannedPackage, path: Path) -> str:
    """The locked name; the one that a build gave its wheel."""
    return path.name if planned.wheel is None else planned.wheel.filename


def _unreadable(error: Exception, planned: PlannedPackage, filename: str) -> WheelRefused:
    fault = WheelFault(
        kind=WheelFaultKind.UNREADABLE, path="", detail=f"{type(error).__name__}: {error}"
    )
    return WheelRefused(package=planned.package, filename=filename, faults=(fault,))


def _os_error(
    error: OSError, path: Path | str, planned: PlannedPackage, filename: str
) -> WheelRefused | InstallNotWritten:
    """The error of the disk, or of the wheel: zipfile seeks to whatever offset a wheel gives."""
    if error.errno == errno.EINVAL and error.filename is None:
        return _unreadable(error, planned, filename)
    return _not_written(path, error)


def _not_written(path: Path | str, error: OSError) -> InstallNotWritten:
    return InstallNotWritten(path=str(path), detail=error.strerror or str(error))


def _native(path: str) -> str:
    return path.replace("/", "\\") if is_windows() else path


def _long_path(path: Path) -> str:
    """As text; on Windows in the form that has no limit of 260 characters."""
    absolute = os.path.abspath(path)  # noqa: PTH100 - links stay as they are
    return f"\\\\?\\{absolute}" if is_windows() and not absolute.startswith("\\\\") else absolute


def _in_threads(
    work: Callable[[PlannedPackage], None], sizes: Mapping[PlannedPackage, int]
) -> None:
    """Does it for all; the first failure ends what has not begun and is raised.

    Python runs in one thread at a time, and inflating, hashing and writing a large file need none
    of it. So this thread takes the smallest, thousands of quick calls, and others the largest.
    """
    todo = deque(sorted(sizes, key=lambda planned: -sizes[planned]))
    failures: list[BaseException] = []

    def take(following: Callable[[], PlannedPackage]) -> None:
        while not failures:
            try:
                planned = following()
            except IndexError:
                return
            try:
                work(planned)
            except BaseException as error:  # noqa: BLE001 - raised below, in the other thread
                failures.append(error)

    count = _THREADS - 1 if sum(sizes.values()) > _ALONE_BYTES else 0
    helpers = [Thread(target=take, args=(todo.popleft,)) for _ in range(count)]
    for helper in helpers:
        helper.start()
    try:
        take(todo.pop)
    finally:
        todo.clear()
        for helper in helpers:
            helper.join()
    if failures:
        raise failures[0]
