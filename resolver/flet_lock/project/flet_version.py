"""Finds which Flet builds an app.

The installed `flet` decides, not the app's requirement (flet, `utils/pip.py`: it installs the
flet-cli of its own version), so what is nearest to the build comes first: see `FletOrigin`.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Final

from packaging.requirements import InvalidRequirement, Requirement
from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.utils import canonicalize_name
from packaging.version import InvalidVersion, Version

from flet_lock.boundary.refusal import RefusedTextError
from flet_lock.boundary.regular_file import read_regular_file
from flet_lock.boundary.requirement_text import parse_pep508, parse_version
from flet_lock.model.app.flet_choice import FletChoice, FletFound, FletOrigin
from flet_lock.model.app.requirement import Place
from flet_lock.model.errors.usage import UnsupportedFlet
from flet_lock.model.facts.generation import Generations
from flet_lock.model.lazy_regex import lazy_regex
from flet_lock.project.diagnostics import toml_place
from flet_lock.project.document import Document

TOOL_LOCKS: Final = ("uv.lock", "poetry.lock", "pdm.lock")
_NAMES: Final = ("flet", "flet-cli")
_MOST_BYTES: Final = 32 * 1024 * 1024
_LOCKED: Final = lazy_regex(
    r'^\[\[package\]\]\s*\nname = "(flet|flet-cli)"\s*\nversion = "([^"\n]+)"', re.MULTILINE
)
"""uv.lock, poetry.lock and pdm.lock begin a package with the same two lines."""
_REQUIREMENT_LINE: Final = lazy_regex(
    r"^[ \t]*(flet(?:-cli)?)[ \t]*(?:\[[^\]\n]*\])?[ \t]*===?[ \t]*([^\s;,#\\]+)", re.MULTILINE
)
_PINNED_DATE: Final = lazy_regex(r'^PYTHON_BUILD_RELEASE_DATE\s*=\s*"([0-9]{8})"', re.MULTILINE)
_DIST_INFO: Final = lazy_regex(r"flet-([0-9][^-]*)\.dist-info")


def choose_flet(
    found: Iterable[FletFound], generations: Generations, *, recorded: str = ""
) -> FletChoice:
    """The Flet that an app is locked for.

    Args:
        found: every version that something names.
        generations: the table.
        recorded: name of the generation that a lock was made for; decides where nothing was
            found, or where what is locked is of another one. `""` where there is no lock.

    Raises:
        UnsupportedFlet: what decides is older than the table.
    """
    order = list(FletOrigin)
    ranked = sorted(found, key=lambda each: order.index(each.origin))
    if not ranked or (ranked[0].origin is FletOrigin.LOCKED and recorded):
        rows = [row for row in generations.rows if row.generation == recorded]
        locked = generations.of(ranked[0].version) if ranked else None
        if not ranked or (rows and locked not in rows):
            return FletChoice(generation=rows[-1] if rows else generations.newest, found=None)
    decisive = ranked[0]
    generation = generations.of(decisive.version)
    if generation is None:
        raise UnsupportedFlet(found=decisive, oldest=generations.rows[0].since)
    others: dict[str, FletFound] = {}
    for each in ranked[1:]:
        # What is locked may be what is about to change: `lock` compares it with the answer.
        if each.origin is FletOrigin.LOCKED:
            continue
        row = generations.of(each.version)
        name = row.generation if row else ""
        if name != generation.generation:
            others.setdefault(name, each)
    return FletChoice(
        generation=generation,
        found=decisive,
        contradictions=tuple(others.values()),
        is_newer_than_known=decisive.version.release[:2]
        > Version(generations.known_to).release[:2],
    )


def find_pins(document: Document, texts: Mapping[str, str]) -> Iterator[FletFound]:
    """Exact requirements on flet, then on flet-cli, in the order in which they count.

    The app's dependencies, those of its platforms, its groups and extras, requirements.txt where
    pyproject.toml declares nothing, then the locks of uv, Poetry and PDM.

    Args:
        document: pyproject.toml.
        texts: files of the app as they might be, instead of those on the disk.
    """
    pins = [
        *_pyproject_pins(document),
        *_requirements_txt_pins(document, texts),
        *_tool_lock_pins(document.root),
    ]
    for name in _NAMES:
        for package, version, place, _ in pins:
            if package == name:
                yield FletFound(origin=FletOrigin.PIN, version=version, place=place)


def pinned_requirements(document: Document) -> Iterator[tuple[Place, Requirement]]:
    """The exact requirements on flet and flet-cli of pyproject.toml, groups and extras among it."""
    for _, _, place, requirement in _pyproject_pins(document):
        yield place, requirement


_Pin = tuple[str, Version, Place, Requirement]


def _pyproject_pins(document: Document) -> Iterator[_Pin]:
    arrays: list[tuple[str, ...]] = [("project", "dependencies")]
    tables: list[tuple[str, ...]] = [("tool", "poetry", "dependencies")]
    arrays += [("tool", "flet", platform, "dependencies") for platform in ("android", "ios")]
    arrays += _keys_under(document, "dependency-groups")
    arrays += _keys_under(document, "project", "optional-dependencies")
    tables += [(*path, "dependencies") for path in _keys_under(document, "tool", "poetry", "group")]
    tables.append(("tool", "poetry", "dev-dependencies"))
    for path in arrays:
        value = _plain(document, path)
        for index, text in enumerate(value if isinstance(value, list) else ()):
            if isinstance(text, str) and (pin := _exact(text)) is not None:
                name, pinned, requirement = pin
                yield name, pinned, toml_place((*path, index)), requirement
    for path in tables:
        value = _plain(document, path)
        for name, entry in (value if isinstance(value, dict) else {}).items():
            package = canonicalize_name(name)
            text = entry.get("version") if isinstance(entry, dict) else entry
            if package in _NAMES and isinstance(text, str):
                version = _poetry_version(text)
                if version is not None:
                    requirement = Requirement(f"{name}=={version}")
                    yield package, version, toml_place((*path, name)), requirement


def _plain(document: Document, path: tuple[str, ...]) -> object:
    """The value at a key; None where a table above it is none, which its own reader will tell."""
    value: object = document.get(path[0])
    for name in path[1:]:
        value = value.get(name) if isinstance(value, dict) else None
    return value


def _keys_under(document: Document, *path: str) -> list[tuple[str, ...]]:
    table = _plain(document, path)
    return [(*path, name) for name in table] if isinstance(table, dict) else []


def _exact(text: str) -> tuple[str, Version, Requirement] | None:
    """Package, version and all of `flet==0.28.3`; None for any other requirement."""
    if not text.lstrip().lower().startswith("flet"):
        return None
    try:
        requirement = parse_pep508(text)
    except (InvalidRequirement, RefusedTextError):
        return None
    package = canonicalize_name(requirement.name)
    version = _only_version(requirement.specifier)
    if package not in _NAMES or version is None:
        return None
    return package, version, requirement


def _poetry_version(text: str) -> Version | None:
    from flet_lock.project.poetry.poetry_constraint import (  # noqa: PLC0415 - few apps need it
        InexpressibleConstraintError,
        parse_constraint,
    )

    try:
        return _only_version(parse_constraint(text))
    except (InvalidSpecifier, InvalidVersion, InexpressibleConstraintError):
        return None


def _only_version(specifiers: SpecifierSet) -> Version | None:
    clauses = list(specifiers)
    if len(clauses) != 1 or clauses[0].operator not in ("==", "==="):
        return None
    return _version(clauses[0].version)


def _version(text: str) -> Version | None:
    try:
        return parse_version(text)
    except RefusedTextError:  # `0.28.*`, or anything after `===`
        return None


def _requirements_txt_pins(document: Document, texts: Mapping[str, str]) -> Iterator[_Pin]:
    declared = _plain(document, ("project", "dependencies"))
    if declared or _plain(document, ("tool", "poetry", "dependencies")):
        return
    name = "requirements.txt"
    text = texts.get(name)
    if text is None:
        text = _read(document.root / name)
    for match in _REQUIREMENT_LINE.finditer(text):
        version = _version(match[2])
        if version is not None:
            line = text.count("\n", 0, match.start(1)) + 1
            requirement = Requirement(f"{match[1]}=={version}")
            yield match[1], version, Place(file=name, line=line), requirement


def _tool_lock_pins(root: Path) -> Iterator[_Pin]:
    for name in TOOL_LOCKS:
        versions: dict[str, set[str]] = {}
        for match in _LOCKED.finditer(_read(root / name)):
            versions.setdefault(match[1], set()).add(match[2])
        for package, texts in versions.items():
            # Several: forks by marker, of which none is the app's.
            version = _version(texts.pop()) if len(texts) == 1 else None
            if version is not None:
                yield package, version, Place(file=name), Requirement(f"{package}=={version}")


def _read(path: Path) -> str:
    """The text; empty where there is none, or none that could be the app's."""
    try:
        return read_regular_file(path, most_bytes=_MOST_BYTES).decode("utf-8", "replace")
    except (OSError, ValueError):
        return ""


def find_environment_flet(root: Path, environ: Mapping[str, str]) -> FletFound | None:
    """The flet of `.venv`, else of the environment that is active (`VIRTUAL_ENV`)."""
    active = environ.get("VIRTUAL_ENV")
    for folder, name in ((root / ".venv", ".venv"), (Path(active or ""), "VIRTUAL_ENV")):
        if name == "VIRTUAL_ENV" and not active:
            continue
        for entry in _site_packages_entries(folder):
            match = _DIST_INFO.fullmatch(entry.name)
            version = _version(match[1]) if match else None
            if version is not None:
                return FletFound(
                    origin=FletOrigin.ENVIRONMENT,
                    version=version,
                    place=Place(file=name),
                    python_build=pinned_python_build(entry.parent),
                )
    return None


def pinned_python_build(site_packages: Path) -> str:
    """The date of the manifest that the flet-cli of an environment reads; `""` where none is said.

    Read as text: the version in use may be newer than the table of generations.
    """
    found = _PINNED_DATE.search(_read(site_packages / "flet_cli" / "utils" / "python_versions.py"))
    return "" if found is None else found[1]


def _site_packages_entries(folder: Path) -> Iterator[Path]:
    for pattern in ("lib/python3*/site-packages", "Lib/site-packages"):
        try:
            for site_packages in sorted(folder.glob(pattern)):
                yield from site_packages.glob("flet-[0-9]*.dist-info")
        except OSError:
            continue


def environment_files(root: Path, environ: Mapping[str, str]) -> tuple[Path, ...]:
    """Files that change when another flet comes into the app's environments."""
    folders = [root / ".venv"]
    if environ.get("VIRTUAL_ENV"):
        folders.append(Path(environ["VIRTUAL_ENV"]).absolute())
    found: list[Path] = []
    for folder in folders:
        found += [folder / "pyvenv.cfg", folder / "bin" / "flet", folder / "Scripts" / "flet.exe"]
        found += [entry / "METADATA" for entry in _site_packages_entries(folder)]
    return tuple(found)
