"""The expected content of a slice's folder, worked out from the locked wheels."""

import configparser
import zipfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final

from msgspec import Struct
from packaging.utils import NormalizedName
from packaging.version import Version

from flet_lock.install.plan import PlannedPackage
from flet_lock.install.wheel.wheel_contents import WheelContents

MADE_FILES: Final = frozenset({"RECORD", "INSTALLER", "REQUESTED", "direct_url.json"})
"""Files of a `.dist-info` that an installer writes ("Recording installed projects")."""
SCRIPT_FOLDER: Final = "bin"
"""Where `pip install --target` puts scripts, on every system but Windows."""
WINDOWS_SCRIPT_FOLDER: Final = "Scripts"


class ExpectedTreeFile(Struct, frozen=True, kw_only=True):
    """A file that a locked wheel brings."""

    package: NormalizedName
    """The package of the wheel."""
    wheel: Path
    """The archive it is in."""
    member: str
    """Its name in there."""
    size: int
    """Bytes."""
    sha256: bytes
    """Digest of the content."""


class ExpectedSlice(Struct, frozen=True, kw_only=True):
    """Everything that may be in a slice's folder."""

    slice_name: str
    """Name of the slice."""
    files: Mapping[str, ExpectedTreeFile]
    """By path, `/` between parts."""
    others: Mapping[str, tuple[ExpectedTreeFile, ...]]
    """Paths that further packages have with other bytes (`tests/__init__.py`, say). pip may keep
    either file; all are locked, so all are accepted."""
    versions: Mapping[NormalizedName, Version]
    """Package to its locked version."""
    dist_infos: Mapping[str, NormalizedName]
    """Name of the `.dist-info` folder to package."""
    scripts: Mapping[str, NormalizedName]
    """Names of files that pip may make in `bin`; a phone cannot run them."""
    headers: Mapping[str, ExpectedTreeFile]
    """End of a path below `include` to the C header that is there. Where exactly pip puts it
    depends on the build machine."""


def expect_slice(
    slice_name: str,
    packages: Iterable[PlannedPackage],
    contents: Mapping[PlannedPackage, WheelContents],
    wheels: Mapping[PlannedPackage, Path],
) -> ExpectedSlice:
    """Lays the wheels of a slice over each other.

    Args:
        slice_name: the slice.
        packages: what it gets, sorted by package.
        contents: what each wheel puts where, as RECORD says.
        wheels: where each wheel is; the bytes have been checked against the lock.
    """
    files: dict[str, ExpectedTreeFile] = {}
    others: dict[str, tuple[ExpectedTreeFile, ...]] = {}
    versions: dict[NormalizedName, Version] = {}
    dist_infos: dict[str, NormalizedName] = {}
    scripts: dict[str, NormalizedName] = {}
    headers: dict[str, ExpectedTreeFile] = {}
    for planned in packages:
        wheel = contents[planned]
        versions[wheel.package] = wheel.version
        for path in wheel.made:
            dist_infos[path.partition("/")[0]] = wheel.package
        for member in wheel.members:
            file = ExpectedTreeFile(
                package=wheel.package,
                wheel=wheels[planned],
                member=member.name,
                size=member.size,
                sha256=member.sha256,
            )
            first = files.setdefault(member.path, file)
            if first.sha256 != file.sha256:
                others[member.path] = (*others.get(member.path, ()), file)
        _add_extras(wheel.package, wheels[planned], scripts, headers)
    return ExpectedSlice(
        slice_name=slice_name,
        files=files,
        others=others,
        versions=versions,
        dist_infos=dist_infos,
        scripts=scripts,
        headers=headers,
    )


def _add_extras(
    package: NormalizedName,
    wheel: Path,
    scripts: dict[str, NormalizedName],
    headers: dict[str, ExpectedTreeFile],
) -> None:
    """What `flet-lock install` leaves out and pip does not: scripts and headers."""
    import hashlib  # noqa: PLC0415 - most wheels have no headers

    with zipfile.ZipFile(wheel) as archive:
        for info in archive.infolist():
            top, _, rest = info.filename.partition("/")
            if top.endswith(".dist-info") and rest == "entry_points.txt":
                for name in _script_names(archive.read(info).decode("utf-8", "replace")):
                    for made in (name, f"{name}.exe", f"{name}-script.py", f"{name}.exe.manifest"):
                        scripts[made] = package
            if not top.endswith(".data") or info.is_dir():
                continue
            kind, _, path = rest.partition("/")
            if kind == "scripts":
                scripts[path] = package
            elif kind == "headers":
                content = archive.read(info)
                headers[path] = ExpectedTreeFile(
                    package=package,
                    wheel=wheel,
                    member=info.filename,
                    size=len(content),
                    sha256=hashlib.sha256(content).digest(),
                )


def _script_names(text: str) -> tuple[str, ...]:
    """Names of the commands that entry points ask for."""
    parser = configparser.ConfigParser(delimiters=("=",), strict=False, interpolation=None)
    parser.optionxform = str  # type: ignore[method-assign,assignment]  # names keep their case
    try:
        parser.read_string(text)
    except configparser.Error:
        return ()
    return tuple(
        name
        for section in ("console_scripts", "gui_scripts")
        if parser.has_section(section)
        for name in parser[section]
    )
