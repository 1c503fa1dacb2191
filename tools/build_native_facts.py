"""Makes data/catalog/native-symbols.json: what a binary may ask of Android and of Python.

    python tools/build_native_facts.py --maps DIR --python 3.13=libpython3.13.so
        --python 3.14=pyodide.asm.wasm --source "platform/bionic at 731631f (2025-03-26)"

DIR holds the map files of AOSP that the NDK's stub libraries are made from: libc, libm, libdl and
libstdc++ (platform/bionic), libz (platform/external/zlib), liblog (platform/system/logging). What a
line means is said by AOSP's `tools/ndkstubgen/symbolfile.py`. A Python is its library for Linux, or
Pyodide's WebAssembly module: which functions a minor has does not depend on the platform, but for
those in `_NOT_IN_WASM`.
"""

import argparse
import json
import re
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from flet_lock.audit.elf import read_elf

CATALOG = Path(__file__).parents[1] / "data" / "catalog"
ARCHITECTURES = ("arm", "arm64", "x86", "x86_64")
LIBRARIES = ("libc", "libm", "libdl", "libstdc++", "libz", "liblog")
OTHER_ARCHITECTURE = "-"
_SECTION = re.compile(r"(?P<name>[\w.]+)\s*\{\s*(?:#(?P<tags>.*))?")
_SYMBOL = re.compile(r"(?P<name>[^\s;]+)\s*;\s*(?:#(?P<tags>.*))?")
_MISSPELT = {"introduced-x64_64": "introduced-x86_64"}

_NOT_IN_WASM = (
    "PyThread_get_thread_native_id",
    "_PyObject_DebugMallocStats",
    "_Py_trampoline_func_end",
    "_Py_trampoline_func_start",
)
"""What Pyodide 0.28.3 lacks of the exports of Python 3.13.0 for Linux: it has no threads."""

LIBRARY_LEVELS = {
    **dict.fromkeys(("libc.so", "libm.so", "libdl.so", "libstdc++.so", "libz.so", "liblog.so"), 1),
    "libEGL.so": 9,
    "libGLESv1_CM.so": 4,
    "libGLESv2.so": 5,
    "libGLESv3.so": 18,
    "libOpenMAXAL.so": 14,
    "libOpenSLES.so": 9,
    "libaaudio.so": 26,
    "libamidi.so": 29,
    "libandroid.so": 9,
    "libbinder_ndk.so": 29,
    "libcamera2ndk.so": 24,
    "libicu.so": 31,
    "libjnigraphics.so": 8,
    "libmediandk.so": 21,
    "libnativehelper.so": 31,
    "libnativewindow.so": 26,
    "libneuralnetworks.so": 27,
    "libsync.so": 26,
    "libvulkan.so": 24,
}
"""The NDK's public libraries and the API level that each came with: `meta/system_libs.json` of the
NDK, developer.android.com/ndk/guides/stable_apis for those before its oldest level."""


def tags_of(text: str | None) -> dict[str, str]:
    """The tags of a line: name to value, `""` without one."""
    found = {}
    for word in (text or "").split():
        name, _, value = word.partition("=")
        found[_MISSPELT.get(name, name)] = value
    return found


def level_on(architecture: str, *tags: Mapping[str, str]) -> str:
    """The API level from which a symbol is there, `0` for always; the nearest tag counts.

    Args:
        architecture: one of ARCHITECTURES.
        tags: those of the symbol, then those of its section.
    """
    for each in tags:
        named = [name for name in (*ARCHITECTURES, "riscv64") if name in each]
        if named and architecture not in named:
            return OTHER_ARCHITECTURE
    for each in tags:
        level = each.get(f"introduced-{architecture}", each.get("introduced"))
        if level is not None:
            return level
    return "0"


def symbols_of(text: str) -> Iterator[tuple[str, list[str]]]:
    """Each global symbol of a map file, and its level on each architecture.

    What is on devices and not for apps (`LIBC_PRIVATE`, `# apex`) is there all the same: who needs
    it can be loaded.
    """
    section: dict[str, str] = {}
    is_local = False
    for line in text.splitlines():
        words = line.strip()
        if not words or words.startswith(("#", "}")):
            continue
        if opened := _SECTION.fullmatch(words):
            section, is_local = tags_of(opened["tags"]), False
        elif words.startswith(("global:", "local:")):
            # What is local to the library is in the same list: `*`, and names of zlib.
            is_local = words.startswith("local:")
        elif (found := _SYMBOL.fullmatch(words)) and not is_local:
            tags = tags_of(found["tags"])
            yield found["name"], [level_on(name, tags, section) for name in ARCHITECTURES]


def library_table(path: Path) -> dict[str, str]:
    """Levels on each architecture to the symbols that have them, as words."""
    levels: dict[str, list[str]] = {}
    for name, own in symbols_of(path.read_text(encoding="utf-8")):
        # Some stand in two sections, each for its architectures.
        levels[name] = list(map(_earlier, levels.get(name, own), own))
    groups: defaultdict[str, set[str]] = defaultdict(set)
    for name, own in levels.items():
        groups[" ".join(own)].add(name)
    groups.pop(" ".join([OTHER_ARCHITECTURE] * len(ARCHITECTURES)), None)
    return {group: " ".join(sorted(names)) for group, names in sorted(groups.items())}


def _earlier(one: str, other: str) -> str:
    if OTHER_ARCHITECTURE in (one, other):
        return other if one == OTHER_ARCHITECTURE else one
    return min(one, other, key=int)


def python_table(libraries: Mapping[str, Path]) -> dict[str, str]:
    """What each minor's Python exports; under `all` what every one of them does."""
    exports = {minor: _exports(path) for minor, path in sorted(libraries.items())}
    in_all = set.intersection(*exports.values())
    return {
        "all": _words(in_all),
        **{minor: _words(names - in_all) for minor, names in exports.items()},
    }


def _words(names: set[str]) -> str:
    return " ".join(sorted(names))


def _exports(path: Path) -> set[str]:
    content = path.read_bytes()
    if content[:4] == b"\0asm":
        names = {*_exports_of_wasm(content), *_NOT_IN_WASM}
    else:
        names = set(read_elf(content, exports=True).exports)
    return {name for name in names if re.match(r"_?Py(?!Init_)", name)}


def _exports_of_wasm(content: bytes) -> Iterator[str]:
    """Names in the export section (WebAssembly specification, "Binary Format", "Modules")."""
    position = 8

    def number() -> int:
        nonlocal position
        value = shift = 0
        while True:
            byte = content[position]
            position += 1
            value |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                return value

    while position < len(content):
        section = number()
        end = number() + position
        for _ in range(number() if section == 7 else 0):
            length = number()
            yield content[position : position + length].decode()
            position += length + 1  # the kind of the export
            number()
        position = end


def main(argv: Sequence[str] | None = None) -> int:
    """Writes the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--maps", type=Path, required=True, metavar="DIR")
    parser.add_argument("--source", action="append", default=[], metavar="TEXT")
    parser.add_argument("--python", action="append", default=[], metavar="X.Y=FILE")
    options = parser.parse_args(argv)
    libraries = {}
    for each in options.python:
        minor, _, path = each.partition("=")
        libraries[minor] = Path(path)
    document = {
        "sources": options.source,
        "levels": LIBRARY_LEVELS,
        "symbols": {
            f"{name}.so": library_table(next(options.maps.rglob(f"{name}.map.txt")))
            for name in LIBRARIES
        },
        "python": python_table(libraries),
    }
    text = json.dumps(document, indent=1, ensure_ascii=True)
    (CATALOG / "native-symbols.json").write_text(f"{text}\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
