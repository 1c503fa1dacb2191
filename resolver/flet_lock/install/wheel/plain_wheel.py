"""The contents of a plain wheel, read in one pass over its table of contents and RECORD.

Nearly every wheel is plain: ordinary names, one SHA-256 and size per file, nothing in `.data`. For
those `installer`'s recipe comes to the same contents (a test holds both side by side) in three
times as long, and importing it takes as long as planning a small app. Whatever is not plain to the
letter, including any fault, gives None and is left to `installer_recipe`.
"""

import base64
import binascii
import re
import stat
import zipfile
from collections.abc import Mapping
from hashlib import sha256
from typing import Final

from packaging.utils import NormalizedName, canonicalize_name
from packaging.version import InvalidVersion, Version

from flet_lock.install.wheel.limits import Limits
from flet_lock.install.wheel.member_path import is_plain
from flet_lock.install.wheel.packed_member import UNREADABLE, packed_member
from flet_lock.install.wheel.wheel_contents import INSTALLER, WheelContents, WheelMember

# Five or six parts ("File name convention").
_FILENAME: Final = re.compile(r"([^-]+)-[^-]+(?:-[0-9][^-]*)?-[^-]+-[^-]+-[^-]+\.whl", re.ASCII)
# PEP 376: urlsafe base64 without padding. 32 bytes are 42 characters and four bits of another one,
# whose other two are zero, so that writing it again gives the same text.
_LINE: Final = re.compile(r"([^,\"]+),sha256=([\w-]{42}[AEIMQUYcgkosw048]),([0-9]+)\r?", re.ASCII)
_FIELD: Final = re.compile(r"([A-Za-z0-9-]+):[ \t]*(.*)")
# What the recipe has rules for: an INSTALLER is left out, signatures are not to be recorded.
_LEFT_OUT: Final = frozenset({"INSTALLER", "RECORD.jws", "RECORD.p7s"})


def read_plain_contents(
    archive: zipfile.ZipFile,
    *,
    package: NormalizedName,
    version: Version,
    filename: str,
    limits: Limits,
) -> WheelContents | None:
    """The contents of a wheel whose table of contents is in order; None where it is not plain.

    Args: see `read_contents`.
    """
    try:
        dist_info = _dist_info(archive, filename)
        if dist_info is None or not _is_as_locked(archive, dist_info, package, version, limits):
            return None
        recorded = _recorded(archive, f"{dist_info}/RECORD", limits)
        if recorded is None:
            return None
        members = _members(archive, dist_info, recorded)
    except (*UNREADABLE, KeyError, InvalidVersion):
        return None
    # RECORD must tell of no more than there is.
    if members is None or len(members) != len(recorded):
        return None
    return WheelContents(
        package=package,
        version=version,
        filename=filename,
        members=members,
        made=_made(dist_info, recorded),
    )


def _dist_info(archive: zipfile.ZipFile, filename: str) -> str | None:
    """The only folder of its kind, if it is called as the file is."""
    tops = {name.partition("/")[0] for name in archive.NameToInfo}
    found = [top for top in tops if top.endswith(".dist-info")]
    parts = _FILENAME.fullmatch(filename)
    if len(found) != 1 or parts is None:
        return None
    # As `installer` compares them: up to the last hyphen but one, "alpha-1.0.dist-info".
    name = found[0].rsplit("-", 2)[0]
    return found[0] if canonicalize_name(name) == canonicalize_name(parts[1]) else None


def _is_as_locked(
    archive: zipfile.ZipFile,
    dist_info: str,
    package: NormalizedName,
    version: Version,
    limits: Limits,
) -> bool:
    wheel = _fields(_read(archive, f"{dist_info}/WHEEL", limits))
    described = _fields(_read(archive, f"{dist_info}/METADATA", limits))
    return (
        [text[:2] for text in wheel.get("wheel-version", ())] == ["1."]
        and list(map(canonicalize_name, described.get("name", ()))) == [package]
        and list(map(Version, described.get("version", ()))) == [version]
    )


def _fields(content: bytes) -> dict[str, list[str]]:
    """The fields before the first empty line, by name in lower case.

    None where a parser of e-mails might see something else in them.
    """
    fields: dict[str, list[str]] = {}
    values: list[str] = []
    head = content.partition(b"\n\n")[0].decode("utf-8", "replace").removesuffix("\n")
    if "\r" in head:
        return {}
    for line in head.split("\n"):
        field = _FIELD.fullmatch(line)
        if field is not None:
            values = fields.setdefault(field[1].lower(), [])
            values.append(field[2])
        elif line[:1] in (" ", "\t") and values:
            values[-1] += f"\n{line}"
        else:
            return {}
    return fields


def _recorded(
    archive: zipfile.ZipFile, path: str, limits: Limits
) -> dict[str, tuple[str, str]] | None:
    """Path to digest and size, of all lines of RECORD but its own."""
    lines = _read(archive, path, limits).decode().removesuffix("\n").split("\n")
    recorded: dict[str, tuple[str, str]] = {}
    own = 0
    for line in lines:
        found = _LINE.fullmatch(line)
        if found is not None:
            recorded[found[1]] = (found[2], found[3])
        elif line.removesuffix("\r") == f"{path},,":
            own += 1
        else:
            return None
    return recorded if own == 1 and len(recorded) == len(lines) - 1 else None


def _members(
    archive: zipfile.ZipFile, dist_info: str, recorded: Mapping[str, tuple[str, str]]
) -> tuple[WheelMember, ...] | None:
    """All files but RECORD, in the order of the archive; None where one is not plain."""
    record_path = f"{dist_info}/RECORD"
    special = (
        f"{dist_info.removesuffix('.dist-info')}.data",
        *(f"{dist_info}/{name}" for name in _LEFT_OUT),
    )
    members = []
    for info in archive.infolist():
        name = info.filename
        if name == record_path:
            continue
        digest, size = recorded[name]
        if (
            size != str(info.file_size)
            or name != info.orig_filename
            or not is_plain(name)
            or "__pycache__" in name
            or name.startswith(special)
        ):
            return None
        mode = info.external_attr >> 16
        members.append(
            WheelMember(
                path=name,
                name=name,
                size=info.file_size,
                sha256=binascii.a2b_base64(digest.replace("-", "+").replace("_", "/") + "="),
                executable=stat.S_ISREG(mode) and mode & 0o111 != 0,
                packed=packed_member(info),
            )
        )
    return tuple(members)


def _made(dist_info: str, recorded: Mapping[str, tuple[str, str]]) -> dict[str, bytes]:
    """What an installer writes, as `installer` writes it."""
    installer, record = f"{dist_info}/INSTALLER", f"{dist_info}/RECORD"
    digest = base64.urlsafe_b64encode(sha256(INSTALLER).digest()).decode().rstrip("=")
    lines = {
        **{path: f"{path},sha256={found},{size}" for path, (found, size) in recorded.items()},
        installer: f"{installer},sha256={digest},{len(INSTALLER)}",
        record: f"{record},,",
    }
    text = "".join(f"{lines[path]}\n" for path in sorted(lines))
    return {installer: INSTALLER, record: text.encode()}


def _read(archive: zipfile.ZipFile, path: str, limits: Limits) -> bytes:
    """A file of `.dist-info`.

    Raises:
        zipfile.BadZipFile: it is too large, or damaged.
        KeyError: it is not there.
    """
    info = archive.getinfo(path)
    if info.file_size > limits.description_bytes:
        raise zipfile.BadZipFile(path)
    return archive.read(info)
