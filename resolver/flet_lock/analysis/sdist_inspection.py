"""Looks into an sdist without unpacking or running it: would its wheel run on any machine?

Two things are held together: what the build files say is compiled (`build_settings`), and which
native sources are there to be compiled. Sources alone prove little: test data, examples and
vendored code that no build touches have the same suffixes.
"""

import re
import tarfile
import zipfile
import zlib
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path, PurePosixPath
from typing import IO, Final

from msgspec import Struct, field
from packaging.utils import canonicalize_name
from packaging.version import Version

from flet_lock.analysis.build_settings import BuildSettings, read_build_settings
from flet_lock.model.index.source import SourceFinding, SourceKind

MAX_MEMBERS: Final = 100_000
MAX_UNPACKED_BYTES: Final = 1024**3
"""A tar archive has to be decompressed to be listed; more than this is no Python package."""
_MAX_SETTINGS_BYTES: Final = 1024**2
_EVIDENCE_SHOWN: Final = 5
_SETTINGS: Final = ("pyproject.toml", "setup.py", "meson.build")
_METADATA: Final = ("PKG-INFO",)

_LANGUAGES: Final = {
    ".c": "C",
    ".cc": "C++",
    ".cpp": "C++",
    ".cxx": "C++",
    ".c++": "C++",
    ".pyx": "Cython",
    ".rs": "Rust",
    ".f": "Fortran",
    ".for": "Fortran",
    ".f77": "Fortran",
    ".f90": "Fortran",
    ".f95": "Fortran",
    ".mm": "Objective-C",
    ".cu": "CUDA",
    ".go": "Go",
    ".zig": "Zig",
    ".asm": "assembler",
}
"""Suffix to language. Headers and `.pxd` alone are compiled into nothing; `.m` is also Matlab's."""
_BUILD_FILES: Final = {
    "Cargo.toml": "Rust",
    "CMakeLists.txt": "CMake",
    "meson.build": "Meson",
}
_MACHINE_CODE: Final = re.compile(r"\.(?:so(?:\.\d+)*|pyd|dylib|dll|jnilib)$", re.IGNORECASE)
_ASIDE: Final = frozenset(
    {"test", "tests", "testing", "doc", "docs", "example", "examples", "sample", "samples"}
    | {"demo", "demos", "benchmark", "benchmarks", "bench", "tutorial", "tutorials", "fuzz"}
    | {"contrib", ".github", "ci", "fixtures", "testdata", "node_modules"}
)
"""Folders whose files no build compiles."""
_VENDORED: Final = frozenset(
    {"vendor", "vendored", "_vendor", "third_party", "third-party", "thirdparty", "external"}
    | {"extern", "deps", "subprojects"}
)
_MESON_LANGUAGE: Final = re.compile(
    r"\bproject\s*\(.*?'(c|cpp|cython|fortran|rust|objc|cuda)'", re.DOTALL | re.IGNORECASE
)


class InspectionError(Exception):
    """The archive cannot be looked into; the message says why."""


class _Contents(Struct, kw_only=True):
    """The telling names in an archive, and the build files of its top folder."""

    sources: list[str] = field(default_factory=list)
    vendored: list[str] = field(default_factory=list)
    machine_code: list[str] = field(default_factory=list)
    build_files: list[str] = field(default_factory=list)
    settings: dict[str, str] = field(default_factory=dict)
    package: str
    """The package's own name: a folder called so is no folder aside, not even `demo`."""


def inspect_sdist(archive: Path, *, filename: str, version: Version) -> SourceFinding:
    """Decides whether the wheel of an sdist would be pure.

    Args:
        archive: where its bytes are.
        filename: its own name; the suffix tells a tar archive from a zip.
        version: of the release.

    Raises:
        InspectionError: damaged, far too large, or not what its name says.
    """
    contents = _Contents(package=canonicalize_name(filename.rpartition("-")[0]))
    for path, content in _members(archive, filename, _SETTINGS):
        _note(path, content, contents)
    return _judge(contents, filename=filename, version=version)


def read_pkg_info(archive: Path, *, filename: str) -> bytes | None:
    """The metadata of an sdist; None where it has none, as some old ones.

    Raises:
        InspectionError: as `inspect_sdist`.
    """
    return next(
        (content for _, content in _members(archive, filename, _METADATA) if content is not None),
        None,
    )


# --------------------------------------------------------------------------- reading


def _members(
    archive: Path, filename: str, wanted: Collection[str]
) -> Iterator[tuple[PurePosixPath, bytes | None]]:
    """Every file by its path in the top folder; the wanted ones with their content."""
    try:
        with archive.open("rb") as stream:
            read = _zip_members if filename.endswith(".zip") else _tar_members
            yield from read(stream, wanted)
    except (tarfile.TarError, zipfile.BadZipFile, zlib.error, EOFError) as error:
        raise InspectionError(f"not a readable archive: {error}") from error
    except (OSError, RuntimeError, ValueError, NotImplementedError) as error:
        raise InspectionError(str(error) or type(error).__name__) from error


def _tar_members(
    stream: IO[bytes], wanted: Collection[str]
) -> Iterator[tuple[PurePosixPath, bytes | None]]:
    unpacked = 0
    # As a stream: each block is decompressed once and forgotten.
    with tarfile.open(fileobj=stream, mode="r|*") as tar:
        for number, member in enumerate(tar):
            unpacked += member.size
            _refuse_bomb(number, unpacked)
            if not member.isfile():
                continue
            path = _inner_path(member.name)
            content = None
            if str(path) in wanted and member.size <= _MAX_SETTINGS_BYTES:
                file = tar.extractfile(member)
                content = None if file is None else file.read(_MAX_SETTINGS_BYTES)
            yield path, content


def _zip_members(
    stream: IO[bytes], wanted: Collection[str]
) -> Iterator[tuple[PurePosixPath, bytes | None]]:
    with zipfile.ZipFile(stream) as archive:
        for number, member in enumerate(archive.infolist()):
            _refuse_bomb(number, 0)
            if member.filename.endswith("/"):
                continue
            path = _inner_path(member.filename)
            content = None
            if str(path) in wanted and member.file_size <= _MAX_SETTINGS_BYTES:
                with archive.open(member) as file:
                    content = file.read(_MAX_SETTINGS_BYTES)
            yield path, content


def _refuse_bomb(members: int, unpacked: int) -> None:
    if members >= MAX_MEMBERS:
        raise InspectionError(f"more than {MAX_MEMBERS} files")
    if unpacked > MAX_UNPACKED_BYTES:
        raise InspectionError(f"more than {MAX_UNPACKED_BYTES // 1024**2} MB unpacked")


def _inner_path(name: str) -> PurePosixPath:
    """Source distribution format: everything is in one folder `<name>-<version>`."""
    parts = [part for part in PurePosixPath(name).parts if part not in ("/", ".")]
    return PurePosixPath(*parts[1:])


def _note(path: PurePosixPath, content: bytes | None, contents: _Contents) -> None:
    text = str(path)
    if content is not None:
        contents.settings[text] = content.decode("utf-8", "replace")
    folders = {
        part.casefold() for part in path.parts[:-1] if canonicalize_name(part) != contents.package
    }
    if folders & _ASIDE:
        return
    if path.suffix.casefold() in _LANGUAGES:
        (contents.vendored if folders & _VENDORED else contents.sources).append(text)
    elif path.name in _BUILD_FILES:
        contents.build_files.append(text)
    elif _MACHINE_CODE.search(path.name):
        contents.machine_code.append(text)


# --------------------------------------------------------------------------- judging


def _judge(contents: _Contents, *, filename: str, version: Version) -> SourceFinding:
    settings = read_build_settings(
        contents.settings.get("pyproject.toml"), contents.settings.get("setup.py")
    )
    kind, evidence = _kind(contents, settings)
    return SourceFinding(
        filename=filename,
        version=version,
        kind=kind,
        evidence=tuple(dict.fromkeys(evidence))[:_EVIDENCE_SHOWN],
        languages=() if kind is SourceKind.PURE else _languages(contents, settings),
        backend=settings.backend,
    )


def _kind(contents: _Contents, settings: BuildSettings) -> tuple[SourceKind, Iterable[str]]:
    sources = sorted(contents.sources, key=_depth)
    if contents.machine_code and not settings.compiles:
        # Nothing has to be compiled for it, and it runs on one kind of machine all the same.
        return SourceKind.NATIVE, sorted(contents.machine_code, key=_depth)
    if settings.compiles:
        return SourceKind.NATIVE, [*settings.compiles, *sources]
    if settings.backend is not None and settings.backend.startswith("mesonpy"):
        return _judge_meson(contents, sources)
    if settings.cannot_compile:
        backend = settings.backend or "setuptools"
        return SourceKind.PURE, [f"pyproject.toml: build-backend {backend}"]
    if settings.may_compile:
        certain = sources and not any("setup.py" in one for one in settings.may_compile)
        kind = SourceKind.NATIVE if certain else SourceKind.UNSURE
        return kind, [*settings.may_compile, *sources]
    return _judge_setuptools(contents, settings, sources)


def _judge_meson(contents: _Contents, sources: list[str]) -> tuple[SourceKind, Iterable[str]]:
    language = _MESON_LANGUAGE.search(contents.settings.get("meson.build", ""))
    if language is not None:
        return SourceKind.NATIVE, [f"meson.build: project in {language[1]}", *sources]
    if sources:
        return SourceKind.UNSURE, sources
    return SourceKind.PURE, ["meson.build: no language"]


def _judge_setuptools(
    contents: _Contents, settings: BuildSettings, sources: list[str]
) -> tuple[SourceKind, Iterable[str]]:
    """No setting speaks of native code."""
    script = contents.settings.get("setup.py")
    if settings.backend is None and script is None and "pyproject.toml" not in contents.settings:
        return SourceKind.UNSURE, ["no build settings to read"]
    known = settings.backend is None or settings.backend.startswith("setuptools.build_meta")
    if not known:
        # A backend nobody has heard of, often the project's own (`backend-path`).
        evidence = [f"pyproject.toml: build-backend {settings.backend}"]
        return SourceKind.UNSURE if sources else SourceKind.PURE, [*evidence, *sources]
    if sources and script is not None:
        # setuptools compiles what setup.py hands it, and that may come from another module.
        return SourceKind.UNSURE, sources
    source_file = "setup.py" if script is not None else "pyproject.toml"
    return SourceKind.PURE, [f"{source_file}: no extensions"]


def _languages(contents: _Contents, settings: BuildSettings) -> tuple[str, ...]:
    found = {_LANGUAGES[PurePosixPath(path).suffix.casefold()] for path in contents.sources}
    if not found:
        found = {_BUILD_FILES[PurePosixPath(path).name] for path in contents.build_files}
    if not found and settings.compiles:
        found = {_LANGUAGES[PurePosixPath(path).suffix.casefold()] for path in contents.vendored}
    return tuple(sorted(found))


def _depth(path: str) -> tuple[int, str]:
    return (path.count("/"), path)
