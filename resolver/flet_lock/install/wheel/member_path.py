"""Which names of a wheel's members may become files, by the name alone.

The same rules on every system, so that a lock installs everywhere or nowhere; only what Windows
alone cannot name is refused on Windows alone.
"""

import re
import unicodedata
from typing import Final

from flet_lock.model.answer.wheel_fault import WheelFaultKind

_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f]")
_DRIVE: Final = re.compile(r"[A-Za-z]:")
# "Naming Files, Paths, and Namespaces" (Microsoft): reserved with any extension too.
_DEVICE: Final = re.compile(
    r"(?:con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³])\s*(?:\.|$)", re.IGNORECASE
)
_WINDOWS_CHARACTERS: Final = re.compile(r'[<>:"|?*]')
# What nearly all names are like: nothing that any rule below is about.
_PLAIN: Final = re.compile(r"\w[\w+-]*(?:\.[\w+-]+)*(?:/\w[\w+-]*(?:\.[\w+-]+)*)*\Z", re.ASCII)
MAX_PART_BYTES: Final = 255
"""Longest name of a file on ext4, APFS and NTFS (there: UTF-16 units, never more)."""


MAX_CHARACTERS: Final = 1_000
"""Longest path within a wheel; APFS takes 1,024 bytes in all."""
MAX_PARTS: Final = 128
"""As many as a plain name can have. Trees are removed by a call within a call for each."""


def is_plain(name: str) -> bool:
    """Whether a name is like nearly all: a file's, short, and nothing that a rule is about."""
    return len(name) <= MAX_PART_BYTES and _PLAIN.match(name) is not None


def find_path_fault(name: str, *, windows: bool) -> tuple[WheelFaultKind, str] | None:
    """Why a member must not be unpacked under its name, with a detail; None where it may.

    Args:
        name: as in the archive; a folder's ends in `/`.
        windows: whether the files go to Windows.
    """
    if not windows and is_plain(name):
        return None
    # A backslash separates parts on Windows and is part of a name elsewhere. The zip format
    # (APPNOTE 4.4.17.1) has forward slashes only, so nobody loses anything.
    if name.startswith(("/", "\\")) or _DRIVE.match(name) or ".." in re.split(r"[/\\]", name):
        return WheelFaultKind.OUTSIDE, ""
    parts = name.removesuffix("/").split("/")
    detail = _name_fault(name, len(parts))
    for part in parts:
        detail = detail or _part_fault(part, windows=windows)
    return None if detail is None else (WheelFaultKind.BAD_NAME, detail)


def _name_fault(name: str, parts: int) -> str | None:
    if "\\" in name:
        return "a backslash"
    if _CONTROL.search(name):
        return "a control character"
    if parts > MAX_PARTS or len(name) > MAX_CHARACTERS:
        return f"{parts} folders deep, {len(name)} characters long"
    return None


def _part_fault(part: str, *, windows: bool) -> str | None:
    if part in ("", "."):
        return "an empty part"
    try:
        size = len(part.encode())
    except UnicodeEncodeError:
        return "not Unicode"
    if size > MAX_PART_BYTES:
        return f"a part of {size} bytes"
    return _windows_fault(part) if windows else None


def _windows_fault(part: str) -> str | None:
    if _WINDOWS_CHARACTERS.search(part):
        return "a character that Windows reserves"
    if part.endswith((".", " ")):
        return "Windows drops a blank or a dot at the end"
    if _DEVICE.match(part):
        return "a device of Windows"
    return None


def folded(path: str) -> str:
    """What a file system that ignores case takes a path for (APFS also ignores normal forms)."""
    if path.isascii():
        return path.lower()
    return unicodedata.normalize("NFC", path).casefold()
