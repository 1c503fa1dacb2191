"""What wheels say about themselves: the licence in METADATA, and bills of materials (PEP 770)."""

import hashlib
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import msgspec
from msgspec import Struct

from flet_lock.install.cyclonedx_export import CarriedComponent, WheelPapers
from flet_lock.package_requests.licence import read_licence

_LARGEST: Final = 8_000_000
"""Bytes of a member that are read; pillow's bill of materials has 22 kB."""
_MOST: Final = 16
"""Bills of materials of one wheel that are read."""


def read_papers(wheel: Path) -> WheelPapers:
    """Reads a wheel that was verified; what cannot be read is left out."""
    try:
        with zipfile.ZipFile(wheel) as archive:
            return _read(archive)
    except (zipfile.BadZipFile, zlib.error, OSError, NotImplementedError, RuntimeError):
        return WheelPapers()


def _read(archive: zipfile.ZipFile) -> WheelPapers:
    licence = None
    sboms: list[tuple[str, str]] = []
    carried: list[CarriedComponent] = []
    for member in sorted(archive.infolist(), key=lambda each: each.filename):
        folder, _, rest = member.filename.partition("/")
        if not folder.endswith(".dist-info") or member.file_size > _LARGEST:
            continue
        if rest == "METADATA":
            licence = read_licence(archive.read(member))
        elif rest.startswith("sboms/") and not member.is_dir() and len(sboms) < _MOST:
            content = archive.read(member)
            sboms.append((rest, hashlib.sha256(content).hexdigest()))
            carried += _components(content)
    return WheelPapers(licence=licence, sboms=tuple(sboms), carried=tuple(carried))


class _Component(Struct):
    name: str
    version: str | None = None
    purl: str | None = None
    components: "list[_Component]" = []


class _Bom(Struct):
    format: str = msgspec.field(name="bomFormat")
    components: list[_Component] = []


def _components(content: bytes) -> Iterator[CarriedComponent]:
    """The components of a CycloneDX document in JSON; none of anything else."""
    try:
        bom = msgspec.json.decode(content, type=_Bom)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return
    if bom.format != "CycloneDX":
        return
    waiting = bom.components[::-1]
    while waiting:
        one = waiting.pop()
        yield CarriedComponent(name=one.name, version=one.version, purl=one.purl)
        waiting += one.components[::-1]
