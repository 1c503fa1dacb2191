"""`[tool.poetry]`: dependencies, groups and extras as requirements.

`flet build` prefers `[tool.poetry.dependencies]` to `[project].dependencies`, but reads it more
coarsely than Poetry does; here everything means what Poetry says, and a note tells where the two
differ. Source: Poetry's documentation, "Dependency specification" and "Managing dependencies".
"""

import re
from collections.abc import Iterable, Mapping
from functools import partial

from packaging.markers import InvalidMarker, Marker
from packaging.requirements import InvalidRequirement, Requirement
from packaging.specifiers import InvalidSpecifier
from packaging.utils import NormalizedName, canonicalize_name

from flet_lock.model.app.fault import FaultKind
from flet_lock.model.app.project import NoteKind
from flet_lock.model.app.requirement import ProjectRequirement
from flet_lock.model.facts.generation import COMMAS, POETRY_TABLES
from flet_lock.model.lazy_regex import lazy_regex
from flet_lock.project.diagnostics import toml_place
from flet_lock.project.document import Document, shown
from flet_lock.project.poetry.poetry_constraint import (
    InexpressibleConstraintError,
    breaks_build,
    is_narrower_in_poetry,
    parse_constraint,
    python_marker,
)
from flet_lock.project.reference import BadReferenceError, absolute_url

DEPENDENCIES = ("tool", "poetry", "dependencies")
_PYTHON = "python"
_MARKER_KEYS = ("markers", "python", "platform")
_GIT_KEYS = ("git", "branch", "rev", "tag", "subdirectory")
_TEXT_KEYS = ("version", *_GIT_KEYS, "path", "file", "url", *_MARKER_KEYS, "source")
_FLAG_KEYS = ("optional", "develop", "allow-prereleases")
_PLATFORM = lazy_regex(r"(?P<operator>==|!=)?\s*(?P<name>[\w.-]+)\Z")


class PoetryTables:
    """Reads the dependency tables of `[tool.poetry]`."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self.prereleases: list[NormalizedName] = []
        """Packages with `allow-prereleases`, of the tables that were read."""

    @property
    def declares_dependencies(self) -> bool:
        """flet-cli's rule: the table has a key besides `python`."""
        return any(name != _PYTHON for name in self._document.table(*DEPENDENCIES))

    @property
    def extras(self) -> tuple[NormalizedName, ...]:
        """Names of `[tool.poetry.extras]`, normalized."""
        return tuple(canonicalize_name(name) for name in self._document.table(*_EXTRAS))

    @property
    def groups(self) -> tuple[NormalizedName, ...]:
        """Names of the groups, normalized; `dev` for the old `dev-dependencies` table, too."""
        names = [canonicalize_name(name) for name in self._document.table(*_GROUPS)]
        if self._document.table(*_OLD_DEV):
            names.append(canonicalize_name("dev"))
        return tuple(dict.fromkeys(names))

    def main(self, extras: Iterable[NormalizedName]) -> list[ProjectRequirement]:
        """`[tool.poetry.dependencies]`, with the optional ones that the extras ask for."""
        return self._read_table(DEPENDENCIES, self._packages_of(set(extras)))

    def group(self, wanted: NormalizedName) -> list[ProjectRequirement]:
        """A group's dependencies, with those of the groups it includes; empty if unknown."""
        found: list[ProjectRequirement] = []
        self._collect_group(wanted, (), found)
        return found

    def _collect_group(
        self,
        wanted: NormalizedName,
        including: tuple[NormalizedName, ...],
        found: list[ProjectRequirement],
    ) -> None:
        if wanted == "dev":
            found += self._read_table(_OLD_DEV, frozenset())
        for name in self._document.table(*_GROUPS):
            if canonicalize_name(name) != wanted:
                continue
            found += self._read_table((*_GROUPS, name, "dependencies"), frozenset())
            path = (*_GROUPS, name, "include-groups")
            for index, text in self._document.strings(*path):
                other = canonicalize_name(text)
                at = (*path, index)
                if other in (*including, wanted):
                    detail = " → ".join((*including, wanted, other))
                    self._document.fault(at, FaultKind.CYCLE, text, detail=detail)
                elif other not in self.groups:
                    choices = sorted(self.groups)
                    self._document.fault(at, FaultKind.UNKNOWN_GROUP, text, choices=choices)
                else:
                    self._collect_group(other, (*including, wanted), found)

    def _packages_of(self, extras: set[NormalizedName]) -> frozenset[NormalizedName]:
        packages: set[NormalizedName] = set()
        for extra in self._document.table(*_EXTRAS):
            if canonicalize_name(extra) in extras:
                for _, text in self._document.strings(*_EXTRAS, extra):
                    packages.add(canonicalize_name(text))
        return frozenset(packages)

    def _read_table(
        self, path: tuple[str, ...], optional_wanted: frozenset[NormalizedName]
    ) -> list[ProjectRequirement]:
        found: list[ProjectRequirement] = []
        for name, value in self._document.table(*path).items():
            if name == _PYTHON:
                continue
            entries = value if isinstance(value, list) else [value]
            for index, entry in enumerate(entries):
                place: tuple[str | int, ...] = (*path, name)
                if isinstance(value, list):
                    place = (*place, index)
                read = self._read_entry(name, entry, place, optional_wanted)
                if read is not None:
                    found.append(read)
        return found

    def _read_entry(
        self,
        name: str,
        value: object,
        path: tuple[str | int, ...],
        optional_wanted: frozenset[NormalizedName],
    ) -> ProjectRequirement | None:
        table: Mapping[str, object]
        if isinstance(value, str):
            table = {"version": value}
        elif isinstance(value, dict):
            table = value
        else:
            self._document.wrong_type(path, value, "string or table")
            return None
        if not self._types_fit(table, path):
            return None
        package = canonicalize_name(name)
        if table.get("optional") and package not in optional_wanted:
            self._document.note(path, NoteKind.OPTIONAL_LEFT_OUT, name)
            return None
        requirement = self._requirement(name, table, path)
        if requirement is None:
            return None
        self._note_differences(name, table, path, is_text=isinstance(value, str))
        if table.get("allow-prereleases"):
            self.prereleases.append(package)
        return ProjectRequirement(requirement=requirement, place=toml_place(path))

    def _types_fit(self, table: Mapping[str, object], path: tuple[str | int, ...]) -> bool:
        before = len(self._document.findings.faults)
        for keys, kind, wanted in ((_TEXT_KEYS, str, "string"), (_FLAG_KEYS, bool, "boolean")):
            for key in keys:
                if not isinstance(table.get(key, kind()), kind):
                    self._document.wrong_type((*path, key), table[key], wanted)
        self._document.strings_of((*path, "extras"), table.get("extras"))
        return len(self._document.findings.faults) == before

    def _requirement(
        self, name: str, table: Mapping[str, object], path: tuple[str | int, ...]
    ) -> Requirement | None:
        text = {key: str(table.get(key) or "") for key in _TEXT_KEYS}
        extras = [each for _, each in self._document.strings_of((), table.get("extras"))]
        shown_value = text["version"] or text["git"] or text["path"] or text["url"]
        fault = partial(self._document.fault, path)
        try:
            need = self._requirement_text(text)
            if need is None:
                choices = ("version", "git", "path", "url")
                fault(FaultKind.BAD_VALUE, shown(dict(table)), choices=choices)
                return None
            marker = _marker(text)
            bracketed = f"[{','.join(extras)}]" if extras else ""
            requirement = Requirement(f"{name}{bracketed}{need}")
        except InexpressibleConstraintError:
            detail = "no list of PEP 440 specifiers means the same"
            fault(FaultKind.UNSUPPORTED, shown_value, detail=detail)
        except InvalidSpecifier as error:
            fault(FaultKind.BAD_SPECIFIER, shown_value, detail=str(error))
        except InvalidMarker as error:
            value = " ".join(filter(None, (text[key] for key in _MARKER_KEYS)))
            fault(FaultKind.BAD_MARKER, value, detail=str(error).partition("\n")[0])
        except InvalidRequirement as error:
            fault(FaultKind.BAD_REQUIREMENT, name, detail=str(error).partition("\n")[0])
        except BadReferenceError as error:
            fault(error.kind, shown_value, detail=error.detail)
        except RecursionError:
            fault(FaultKind.BAD_MARKER, name, detail="nested too deeply")
        else:
            requirement.marker = marker
            return requirement
        return None

    def _requirement_text(self, text: Mapping[str, str]) -> str | None:
        """What follows the name. flet-cli's order: a version wins over git, path and url."""
        if text["version"]:
            return str(parse_constraint(text["version"]))
        if text["git"]:
            return f" @ {self._git_url(text)}"
        location = text["path"] or text["file"] or text["url"]
        if not location:
            return None
        subdirectory = f"#subdirectory={text['subdirectory']}" if text["subdirectory"] else ""
        return f" @ {absolute_url(location, self._document.root)}{subdirectory}"

    def _git_url(self, text: Mapping[str, str]) -> str:
        # absolute_url turns git@host:path into git+ssh and a folder into a file URL.
        url = absolute_url(text["git"], self._document.root)
        url = url if url.startswith("git+") else f"git+{url}"
        revision = text["branch"] or text["rev"] or text["tag"]
        subdirectory = f"#subdirectory={text['subdirectory']}" if text["subdirectory"] else ""
        return f"{url}{f'@{revision}' if revision else ''}{subdirectory}"

    def _note_differences(
        self,
        name: str,
        table: Mapping[str, object],
        path: tuple[str | int, ...],
        *,
        is_text: bool,
    ) -> None:
        version = str(table.get("version") or "")
        flet = self._document.flet
        if version and breaks_build(version, () if flet is None else flet.generation.breaks):
            value = f'{name} = "{version}"'
            self._document.note(path, NoteKind.POETRY_BROKEN_IN_BUILD, value)
        elif version and is_narrower_in_poetry(version):
            self._document.note(path, NoteKind.POETRY_LOOSER_IN_BUILD, f'{name} = "{version}"')
        if "," in version and self._document.breaks(COMMAS):
            self._document.note(path, NoteKind.COMMA_BREAKS_BUILD, f'{name} = "{version}"')
        if "markers" not in table and not is_text and self._document.breaks(POETRY_TABLES):
            self._document.note(path, NoteKind.CRASHES_BUILD, name)
        # flet-cli drops these.
        for key in ("extras", "python", "platform"):
            if table.get(key):
                value = f"{name}: {key} = {shown(table[key])}"
                self._document.note(path, NoteKind.POETRY_LOOSER_IN_BUILD, value)
        if table.get("source"):
            value = f'{name}: source = "{table["source"]}"'
            self._document.note(path, NoteKind.OPTION_IGNORED, value)


_EXTRAS = ("tool", "poetry", "extras")
_GROUPS = ("tool", "poetry", "group")
_OLD_DEV = ("tool", "poetry", "dev-dependencies")


def _marker(text: Mapping[str, str]) -> Marker | None:
    """`markers`, `python` and `platform` together."""
    parts: list[Marker] = []
    if text["markers"]:
        parts.append(Marker(text["markers"]))
    if text["python"] and (marker := _python_marker(text["python"])) is not None:
        parts.append(marker)
    if text["platform"]:
        parts.append(_platform_marker(text["platform"]))
    if not parts:
        return None
    result = parts[0]
    for part in parts[1:]:
        result &= part
    return result


def _python_marker(text: str) -> Marker | None:
    try:
        return python_marker(text)
    except InvalidSpecifier as error:
        raise InvalidMarker(str(error)) from error


def _platform_marker(text: str) -> Marker:
    """Poetry's `platform` is about `sys.platform`; alternatives are separated by `|` or `||`."""
    alternatives: list[str] = []
    for each in re.split(r"\|\|?", text):
        match = _PLATFORM.match(each.strip())
        if match is None:
            raise InvalidMarker(text)
        alternatives.append(f'sys_platform {match["operator"] or "=="} "{match["name"]}"')
    return Marker(" or ".join(alternatives))
