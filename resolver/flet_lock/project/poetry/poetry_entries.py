"""The entries of Poetry's dependency tables as requirements."""

import re
from collections.abc import Mapping
from functools import partial

from packaging.markers import InvalidMarker, Marker
from packaging.requirements import InvalidRequirement, Requirement
from packaging.specifiers import InvalidSpecifier
from packaging.utils import NormalizedName, canonicalize_name

from flet_lock.boundary.refusal import RefusedTextError
from flet_lock.boundary.requirement_text import parse_marker, parse_pep508
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

_READ_BY_BUILD = ("tool", "poetry", "dependencies")
_MARKER_KEYS = ("markers", "python", "platform")
_GIT_KEYS = ("git", "branch", "rev", "tag", "subdirectory")
_TEXT_KEYS = ("version", *_GIT_KEYS, "path", "file", "url", *_MARKER_KEYS, "source")
_FLAG_KEYS = ("optional", "develop", "allow-prereleases")
_PLATFORM = lazy_regex(r"(?P<operator>==|!=)?\s*(?P<name>[\w.-]+)\Z")


class PoetryEntries:
    """Reads the entries of one dependency table.

    Args:
        document: pyproject.toml.
        path: The table's keys.
        optional_wanted: Optional packages that an extra asks for; other optional ones are left out.
    """

    def __init__(
        self,
        document: Document,
        path: tuple[str, ...],
        optional_wanted: frozenset[NormalizedName],
    ) -> None:
        self._document = document
        self._path = path
        self._optional_wanted = optional_wanted
        self.requirements: list[ProjectRequirement] = []
        self.prereleases: list[NormalizedName] = []
        """Packages with `allow-prereleases`."""

    def read(self, entries: Mapping[str, object]) -> "PoetryEntries":
        """Reads name to entry; an entry is a text, a table, or a list of these."""
        for name, value in entries.items():
            if not isinstance(value, list):
                self._read_entry(name, value, (*self._path, name))
                continue
            if self._path == _READ_BY_BUILD:
                # Every flet-cli takes the list for a text, and ends with AttributeError.
                self._document.note((*self._path, name), NoteKind.CRASHES_BUILD, name)
            for index, entry in enumerate(value):
                self._read_entry(name, entry, (*self._path, name, index))
        return self

    def _read_entry(self, name: str, value: object, path: tuple[str | int, ...]) -> None:
        table: Mapping[str, object]
        if isinstance(value, str):
            table = {"version": value}
        elif isinstance(value, dict):
            table = value
        else:
            self._document.wrong_type(path, value, "string or table")
            return
        if not self._types_fit(table, path):
            return
        package = canonicalize_name(name)
        if table.get("optional") and package not in self._optional_wanted:
            self._document.note(path, NoteKind.OPTIONAL_LEFT_OUT, name)
            return
        requirement = self._requirement(name, table, path)
        if requirement is None:
            return
        if not isinstance(path[-1], int):
            self._note_differences(name, table, path, is_text=isinstance(value, str))
        if table.get("allow-prereleases"):
            self.prereleases.append(package)
        place = toml_place(path)
        self.requirements.append(ProjectRequirement(requirement=requirement, place=place))

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
            requirement = parse_pep508(f"{name}{bracketed}{need}")
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
        except RefusedTextError as error:
            fault(FaultKind.BAD_REQUIREMENT, shown(name), detail=str(error))
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


def _marker(text: Mapping[str, str]) -> Marker | None:
    """`markers`, `python` and `platform` together."""
    parts: list[Marker] = []
    if text["markers"]:
        parts.append(_written_marker(text["markers"]))
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


def _written_marker(text: str) -> Marker:
    try:
        return parse_marker(text)
    except RefusedTextError as error:
        raise InvalidMarker(str(error)) from error


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
