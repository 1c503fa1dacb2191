"""A project page (PEP 691): read from PyPI, and written again with what was recorded."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum, auto

import msgspec
from packaging.tags import Tag
from packaging.utils import (
    InvalidSdistFilename,
    InvalidWheelFilename,
    canonicalize_name,
    parse_sdist_filename,
    parse_wheel_filename,
)
from packaging.version import Version

from recording.targets import may_run, serves_desktop, serves_phones


class ListedFile(msgspec.Struct, frozen=True, kw_only=True, rename="kebab"):
    """A file as a page lists it (PEP 691, PEP 700)."""

    filename: str
    url: str
    hashes: dict[str, str]
    requires_python: str | None = None
    size: int | None = None
    upload_time: str | None = None
    yanked: bool | str = False
    core_metadata: bool | dict[str, str] = False


class _Page(msgspec.Struct, frozen=True, kw_only=True):
    files: list[ListedFile]


class Use(Enum):
    """What a recorded index has a file for."""

    PHONE = auto()
    """A wheel that some phone could use: its metadata is recorded."""
    DESKTOP = auto()
    """A wheel for x86-64 Linux and the newest Python, for comparison."""
    OTHER = auto()
    """Any other wheel: shows what exists elsewhere."""
    SOURCE = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectFile:
    """A file with what its name says."""

    listed: ListedFile
    version: Version
    use: Use
    tags: frozenset[Tag]
    """Empty for an sdist."""

    @property
    def uploaded(self) -> datetime | None:
        """UTC; None where the index does not say."""
        time = self.listed.upload_time
        return datetime.fromisoformat(time) if time else None


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectPage:
    """All wheels and sdists of a package; files with other names are left out."""

    name: str
    """Normalized."""
    files: Mapping[Version, Sequence[ProjectFile]]
    """Newest version first, each with its files by name."""


def parse_page(name: str, content: bytes) -> ProjectPage:
    """A page in JSON."""
    found: dict[Version, list[ProjectFile]] = {}
    for listed in msgspec.json.decode(content, type=_Page).files:
        file = _project_file(name, listed)
        if file is not None:
            found.setdefault(file.version, []).append(file)
    return ProjectPage(
        name=name,
        files={
            version: sorted(found[version], key=lambda file: file.listed.filename)
            for version in sorted(found, reverse=True)
        },
    )


def _project_file(name: str, listed: ListedFile) -> ProjectFile | None:
    try:
        if not listed.filename.endswith(".whl"):
            package, version = parse_sdist_filename(listed.filename)
            tags, use = frozenset[Tag](), Use.SOURCE
        else:
            package, version, _, tags = parse_wheel_filename(listed.filename)
            use = _wheel_use(listed, tags)
    except (InvalidWheelFilename, InvalidSdistFilename):
        return None
    if package != canonicalize_name(name):
        return None
    return ProjectFile(listed=listed, version=version, use=use, tags=tags)


def _wheel_use(listed: ListedFile, tags: frozenset[Tag]) -> Use:
    if not may_run(listed.requires_python):
        return Use.OTHER
    if serves_phones(tags):
        return Use.PHONE
    return Use.DESKTOP if serves_desktop(tags) else Use.OTHER


def render_page(
    name: str, files: Iterable[ProjectFile], metadata_sha256: Mapping[str, str]
) -> bytes:
    """The page of the recorded index, one file a line.

    Args:
        name: normalized.
        files: in page order.
        metadata_sha256: by file name, for the files whose metadata is recorded.
    """
    files = list(files)
    versions = [str(version) for version in sorted({file.version for file in files})]
    head = {"meta": {"api-version": "1.1"}, "name": name, "versions": versions}
    lines = [_entry(file.listed, metadata_sha256.get(file.listed.filename)) for file in files]
    text = json.dumps(head)[:-1] + ', "files": [\n' + ",\n".join(lines) + "\n]}\n"
    return text.encode()


def _entry(listed: ListedFile, metadata_sha256: str | None) -> str:
    entry: dict[str, object] = {
        "filename": listed.filename,
        "url": f"../../files/{listed.filename}",
        "hashes": {"sha256": listed.hashes["sha256"]},
    }
    if listed.requires_python:
        entry["requires-python"] = listed.requires_python
    if listed.size is not None:
        entry["size"] = listed.size
    if listed.upload_time:
        entry["upload-time"] = listed.upload_time
    if listed.yanked is not False:
        entry["yanked"] = listed.yanked
    if metadata_sha256:
        entry["core-metadata"] = {"sha256": metadata_sha256}
    return json.dumps(entry, separators=(",", ":"))
