"""What a wheel would put where: read from its table of contents and RECORD, nothing unpacked.

Most wheels are plain, and read in one pass (`plain_wheel`). Whatever is not, and whatever is wrong,
goes through `installer`'s recipe (`installer_recipe`), which says what is wrong with it.
"""

import stat
import zipfile
from collections.abc import Iterator
from typing import Final

from packaging.utils import NormalizedName
from packaging.version import Version

from flet_lock.install.wheel.limits import Limits
from flet_lock.install.wheel.member_path import find_path_fault
from flet_lock.install.wheel.packed_member import METHODS
from flet_lock.install.wheel.plain_wheel import read_plain_contents
from flet_lock.install.wheel.wheel_contents import WheelContents
from flet_lock.model.answer.wheel_fault import WheelFault, WheelFaultKind
from flet_lock.model.errors.install import WheelRefused

_ENCRYPTED: Final = 0x1


def read_contents(
    archive: zipfile.ZipFile,
    *,
    package: NormalizedName,
    version: Version,
    filename: str,
    limits: Limits,
    windows: bool,
) -> WheelContents:
    """Plans a wheel.

    Args:
        archive: the wheel, open for reading.
        package: the locked name.
        version: the locked version.
        filename: the locked file name.
        limits: how much it may unpack to.
        windows: whether the files go to Windows.

    Raises:
        WheelRefused: it holds what must not be unpacked, or is not what was locked.
    """
    faults = list(_member_faults(archive.infolist(), limits, windows=windows))
    if not faults:
        plain = read_plain_contents(
            archive, package=package, version=version, filename=filename, limits=limits
        )
        if plain is not None:
            return plain
        from flet_lock.install.wheel.installer_recipe import (  # noqa: PLC0415 - brings installer, email
            read_by_recipe,
        )

        found = read_by_recipe(
            archive, package=package, version=version, filename=filename, limits=limits
        )
        if isinstance(found, WheelContents):
            return found
        faults += found
    raise WheelRefused(package=package, filename=filename, faults=tuple(faults))


def _member_faults(
    members: list[zipfile.ZipInfo], limits: Limits, *, windows: bool
) -> Iterator[WheelFault]:
    """The faults in the table of contents."""
    total, packed = (sum(m.file_size for m in members), sum(m.compress_size for m in members))
    if len(members) > limits.members:
        yield _fault(WheelFaultKind.BOMB, "", f"{len(members)} members")
    if total > limits.unpacked_bytes:
        yield _fault(WheelFaultKind.BOMB, "", f"{total} bytes")
    if total > limits.ratio_from_bytes and total > limits.ratio * packed:
        yield _fault(WheelFaultKind.BOMB, "", f"{packed} bytes become {total}")
    seen: set[str] = set()
    for member in members:
        # `filename` is what zipfile makes of it: cut at a zero byte, on Windows with `/` for `\`.
        name = member.orig_filename
        found = find_path_fault(name, windows=windows)
        if found is not None:
            yield _fault(found[0], name, found[1])
        elif name in seen:
            yield _fault(WheelFaultKind.TWICE, name)
        kind = stat.S_IFMT(member.external_attr >> 16)
        if kind not in (0, stat.S_IFDIR if name.endswith("/") else stat.S_IFREG):
            yield _fault(WheelFaultKind.NOT_A_FILE, name, _KINDS.get(kind, oct(kind)))
        if member.flag_bits & _ENCRYPTED:
            yield _fault(WheelFaultKind.UNREADABLE, name, "encrypted")
        if member.compress_type not in METHODS:
            detail = f"neither stored nor deflated: method {member.compress_type}"
            yield _fault(WheelFaultKind.UNREADABLE, name, detail)
        seen.add(name)


_KINDS: Final = {
    stat.S_IFLNK: "a symbolic link",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
    stat.S_IFIFO: "a pipe",
    stat.S_IFSOCK: "a socket",
    stat.S_IFDIR: "a folder",
    stat.S_IFREG: "a file named like a folder",
}


def _fault(kind: WheelFaultKind, path: str, detail: str = "") -> WheelFault:
    return WheelFault(kind=kind, path=path, detail=detail)
