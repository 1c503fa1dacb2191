"""What Android, Python and their processors have for a binary: the table in `data/catalog`.

`data/catalog/README.md` says where the facts come from; `tools/build_native_facts.py` makes them.
"""

import hashlib
from collections.abc import Mapping
from functools import cache
from typing import Final

import msgspec
from msgspec import Struct

from flet_lock.model.errors.usage import CatalogueError
from flet_lock.model.facts.slices import SLICES_BY_NAME
from flet_lock.targets.shipped_data import shipped_path

_READER: Final = 1
"""Goes up when the same wheel would be read to other contents than before."""
_ARCHITECTURES: Final = ("arm", "arm64", "x86", "x86_64")
_EVERYWHERE: Final = "0 0 0 0"
_ALL: Final = "all"


class Processor(Struct, frozen=True, kw_only=True):
    """The processor of an ABI or a slice."""

    name: str
    """As the NDK's map files and Apple name it."""
    elf: tuple[int, int]
    """Bits, `e_machine`."""
    macho: int
    """`cputype`; 0 where no iOS slice has it."""
    has_large_pages: bool
    """Whether Google Play asks for pages of 16 KB on it
    (developer.android.com/guide/practices/page-sizes)."""


ARM: Final = Processor(name="arm", elf=(32, 40), macho=12, has_large_pages=False)
ARM64: Final = Processor(name="arm64", elf=(64, 183), macho=0x0100000C, has_large_pages=True)
X86: Final = Processor(name="x86", elf=(32, 3), macho=7, has_large_pages=False)
X86_64: Final = Processor(name="x86_64", elf=(64, 62), macho=0x01000007, has_large_pages=True)
PROCESSORS: Final = (ARM, ARM64, X86, X86_64)
_MACHINES: Final = {"aarch64": ARM64, "arm64": ARM64, "armv7l": ARM, "i686": X86, "x86_64": X86_64}


def processor_of(slice_name: str) -> Processor:
    """The processor of a slice."""
    return _MACHINES[SLICES_BY_NAME[slice_name].machines[0]]


class _Document(Struct, frozen=True):
    sources: list[str]
    levels: Mapping[str, int]
    symbols: Mapping[str, Mapping[str, str]]
    python: Mapping[str, str]
    """Minor to what it alone exports; `all` to what every one of them does."""


class NativeFacts:
    """The table, as rules ask for it."""

    def __init__(self, document: _Document, version: str) -> None:
        self.version = version
        """Changes with the table and with what is read from a wheel."""
        self.library_levels = document.levels
        """The NDK's public libraries to the API level that each came with."""
        self.known_libraries = frozenset(document.symbols)
        """Those whose symbols are known."""
        self._levels: dict[str, str] = {}
        for groups in document.symbols.values():
            for group, names in groups.items():
                self._levels.update(dict.fromkeys(names.split(), group))
        self._always = frozenset(
            name for name, group in self._levels.items() if group == _EVERYWHERE
        )
        self._exports = {
            minor: frozenset(names.split()) for minor, names in document.python.items()
        }
        self._in_all_pythons = self._exports[_ALL]

    def questionable(self, names: frozenset[str]) -> frozenset[str]:
        """Those of some undefined symbols that not every Android and every Python has."""
        return names - self._always - self._in_all_pythons

    def android_level(self, name: str, processor: Processor) -> int | None:
        """The API level from which a symbol of Android is there; None where it is not there."""
        group = self._levels.get(name)
        if group is None:
            return None
        level = group.split()[_ARCHITECTURES.index(processor.name)]
        return None if level == "-" else int(level)

    def python_lacks(self, name: str, minor: tuple[int, int]) -> bool:
        """Whether a Python is known not to have a symbol; False where that is not known.

        A public name is held against what the minor exports: a patch release adds none. A private
        one is missing where an older minor had it and this one has not.
        """
        own = self._exports.get("{}.{}".format(*minor))
        if own is None or name in own or name in self._in_all_pythons:
            return False
        if name.startswith("Py") and not name.startswith("PyUnstable_"):
            return True
        return any(
            name in names and _minor(other) < minor
            for other, names in self._exports.items()
            if other != _ALL
        )


def is_of_python(name: str) -> bool:
    """Whether a symbol is libpython's, by its name."""
    return name.startswith(("Py", "_Py"))


def _minor(text: str) -> tuple[int, int]:
    major, _, minor = text.partition(".")
    return int(major), int(minor)


@cache
def load_native_facts() -> NativeFacts:
    """The shipped table.

    Raises:
        CatalogueError: it cannot be read.
    """
    path = shipped_path("native-symbols.json")
    try:
        content = path.read_bytes()
        document = msgspec.json.decode(content, type=_Document)
    except (OSError, msgspec.DecodeError) as error:
        raise CatalogueError(path=str(path), detail=str(error)) from error
    digest = hashlib.sha256(content).hexdigest()[:16]
    return NativeFacts(document, f"{_READER}-{digest}")
