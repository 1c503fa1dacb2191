"""What is native in a wheel, as values: its binaries, and which source loads them by path."""

import re
from collections.abc import Mapping
from typing import Final

from msgspec import Struct

from flet_lock.audit.elf import ElfFile
from flet_lock.audit.macho import MachOFile

_NATIVE: Final = re.compile(r"\.(so|dylib)(\.\d+)*$")
_MODULE: Final = re.compile(r"\.(cpython-[^/]+|abi3)\.so$")
"""What serious_python 4.5.1 takes for a module: its `android/build.gradle`."""


class Unreadable(Struct, frozen=True, kw_only=True, tag="unreadable"):
    """A file that is not what its name says, or is damaged."""

    detail: str


class Binary(Struct, frozen=True, kw_only=True):
    """A native file of a wheel."""

    path: str
    """In the wheel."""
    size: int
    """Bytes, installed."""
    content: ElfFile | MachOFile | Unreadable
    digest: str = ""
    """Of a library that is no module: equal for equal bytes."""

    @property
    def name(self) -> str:
        """The last part of its path."""
        return self.path.rpartition("/")[2]

    @property
    def is_module_by_name(self) -> bool:
        """Whether a Flet build takes it for a module of Python."""
        return is_module_name(self.path)


class WheelBinaries(Struct, frozen=True, kw_only=True):
    """What is native in a wheel, whatever app it is for."""

    binaries: tuple[Binary, ...] = ()
    loaders: Mapping[str, str] = {}
    """Name of a library to the source of the wheel that looks for it beside `__file__`."""
    requires_others: bool = False
    """Whether its metadata asks for other packages, which may bring libraries."""
    installed_bytes: int = 0
    compressed_bytes: int = 0
    fault: str = ""
    """Why it cannot be read as a wheel; `""` where it can."""


def is_module_name(path: str) -> bool:
    """Whether a Flet build takes a file of this name for a module of Python."""
    return _MODULE.search(path) is not None


def is_native_name(path: str) -> bool:
    """Whether a member of a wheel is a binary, by its name."""
    if _NATIVE.search(path):
        return True
    folder, _, name = path.rpartition("/")
    return folder.rpartition("/")[2] == f"{name}.framework"
