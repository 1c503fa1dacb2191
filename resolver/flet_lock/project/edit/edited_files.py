"""Edits of the user's files that keep comments and layout (tomlkit), held in memory.

Nothing is written here: the caller reads the texts as if they were on the disk, or writes them.
tomlkit is imported late: only few runs edit anything.
"""

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, assert_never

from msgspec.structs import replace
from packaging.requirements import Requirement

from flet_lock.boundary.bounds import PROJECT_FILE_BYTES
from flet_lock.boundary.regular_file import read_regular_file
from flet_lock.model.app.edited_line import EditedLine
from flet_lock.model.app.fix import (
    AddOverride,
    AllowPrereleases,
    BuildFromSource,
    ChoosePython,
    ChooseSlices,
    Edit,
    LetVersionsDiffer,
    MoveToDevelopment,
    RaiseMinimumOs,
    RemoveRequirement,
    RewriteRequirement,
)
from flet_lock.model.app.requirement import Place
from flet_lock.model.target import Platform
from flet_lock.model.toml_text import Value, render_key, render_value
from flet_lock.project.diagnostics import PYPROJECT, toml_place
from flet_lock.project.requirements_txt.requirement_line import NoSuchLineError, replace_requirement

if TYPE_CHECKING:
    from tomlkit import TOMLDocument

_OWN: Final = ("tool", "flet-lock")

Keys = tuple[str | int, ...]
"""Keys and positions from the top of a TOML document to a value."""


class CannotEditError(Exception):
    """A change that cannot be made by editing one value; the message says which."""


class EditedFiles:
    """The app's files with edits applied, beside what is on the disk."""

    def __init__(self, root: Path, texts: Mapping[str, str] | None = None) -> None:
        """Begins with the files on the disk, or with some of them as they are going to be.

        Args:
            root: the app's folder.
            texts: by name relative to the folder.
        """
        self._root = root
        self._texts = dict(texts or {})

    @property
    def texts(self) -> Mapping[str, str]:
        """The files that are not as on the disk, by their name relative to the app's folder."""
        return dict(self._texts)

    def apply(self, edits: Sequence[Edit]) -> tuple[EditedLine, ...]:
        """Applies edits and tells what each comes to, in their order.

        Raises:
            CannotEditError: one of them cannot be made; none of them counts then.
        """
        before = dict(self._texts)
        lines: dict[int, list[EditedLine]] = {}
        # What goes away goes last, and from the end: positions in lists stay true until then.
        numbered = sorted(
            enumerate(edits),
            key=lambda item: (
                isinstance(item[1], RemoveRequirement | MoveToDevelopment),
                tuple(-n for n in _numbers(item[1])),
            ),
        )
        try:
            for number, edit in numbered:
                lines[number] = [replace(line, edit=number) for line in _changed(self._apply(edit))]
        except BaseException:
            self._texts = before
            raise
        return tuple(
            replace(line, begins_file=self._is_new(line.file, before))
            for number in sorted(lines)
            for line in lines[number]
        )

    def _is_new(self, name: str, before: Mapping[str, str]) -> bool:
        return name not in before and not (self._root / name).exists()

    def _apply(self, edit: Edit) -> list[EditedLine]:  # noqa: C901, PLR0911, PLR0912 - a flat table, a row per edit
        match edit:
            case RewriteRequirement(place=place, before=before, after=after):
                return [self._requirement(place, before, after)]
            case RemoveRequirement(place=place, before=before):
                return [self._requirement(place, before, None)]
            case MoveToDevelopment(place=place, before=before):
                text = _get(self._data(), place.path)
                if not isinstance(text, str):
                    raise CannotEditError(f"{place} is no requirement in a list")
                removed = self._requirement(place, before, None)
                return [removed, self._extend(("dependency-groups", "dev"), (text,))]
            case BuildFromSource(packages=packages, platforms=platforms):
                paths = {
                    self._flet_key(platform, "source_packages"): None for platform in platforms
                }
                return [self._extend(path, packages) for path in paths]
            case LetVersionsDiffer():
                return [self._assign((*_OWN, "same-versions"), False)]
            case AllowPrereleases(package=package):
                return [self._extend((*_OWN, "prereleases"), (package,))]
            case AddOverride(requirement=requirement):
                return [self._extend((*_OWN, "overrides"), (requirement,))]
            case RaiseMinimumOs(platform=platform, minimum_os=(major, minor)):
                if platform is Platform.IOS:
                    return [self._assign((*_OWN, "ios-version"), f"{major}.{minor}")]
                own = (*_OWN, "android-api")
                build = ("tool", "flet", platform.value, "min_sdk_version")
                return [self._assign(own if _get(self._data(), own) else build, major)]
            case ChooseSlices(platform=platform, slices=slices):
                path = ("tool", "flet", platform.value, "target_arch")
                return [self._assign(path, list(slices))]
            case ChoosePython(minor=minor, specifier=specifier):
                own = (*_OWN, "python-version")
                # No [project] table is begun: it would need a name, and other tools read it.
                if _get(self._data(), own) or not isinstance(self._data().get("project"), dict):
                    return [self._assign(own, minor)]
                return [self._assign(("project", "requires-python"), specifier)]
            case _:
                assert_never(edit)

    def assign(self, path: Keys, value: object) -> EditedLine:
        """Gives a key of pyproject.toml a value.

        Raises:
            CannotEditError: it cannot be done by changing that value alone.
        """
        [line] = _changed([self._assign(path, value)]) or [
            EditedLine(file=PYPROJECT, table=_table(path), line=None, before="", after="")
        ]
        return line

    # ------------------------------------------------------------------ requirements

    def _requirement(self, place: Place, before: Requirement, after: str | None) -> EditedLine:
        if place.file != PYPROJECT:
            return self._requirement_line(place, after)
        path = place.path
        if path[:2] == ("tool", "poetry"):
            return self._poetry(path, before, after)
        old = _get(self._data(), path)
        if not isinstance(old, str) or place.position is None:
            raise CannotEditError(f"{place} is no requirement in a list")
        self._change(path, after)
        return EditedLine(
            file=PYPROJECT,
            table=place.owner.key or "",
            line=None,
            before=old,
            after=after or "",
        )

    def _poetry(self, path: Keys, before: Requirement, after: str | None) -> EditedLine:
        """Poetry's own tables: a version as text, or a table with `version` and `markers`."""
        old = _get(self._data(), path)
        new: Any = None
        if after is not None:
            wanted = Requirement(after)
            new = dict(old) if isinstance(old, dict) else {"version": old}
            if wanted.specifier != before.specifier:
                new["version"] = after_name(after) or "*"
            if wanted.marker is not None and str(wanted.marker) != str(before.marker or ""):
                new["markers"] = str(wanted.marker).replace('"', "'")
            if not isinstance(old, dict) and set(new) == {"version"}:
                new = new["version"]
        elif isinstance(path[-1], int):
            raise CannotEditError("one of several entries of a package")
        self._change(path, new)
        at = path[:-1] if isinstance(path[-1], int) else path
        name = render_key(str(at[-1]))
        return EditedLine(
            file=PYPROJECT,
            table=_table(at[:-1]),
            line=None,
            before=f"{name} = {render_value(old)}",
            after="" if new is None else f"{name} = {render_value(new)}",
        )

    def _requirement_line(self, place: Place, after: str | None) -> EditedLine:
        if place.line is None:
            raise CannotEditError(f"{place} is not in a file of the app")
        try:
            text, old, new = replace_requirement(self._text(place.file), place.line, after)
        except NoSuchLineError as error:
            raise CannotEditError(str(error)) from error
        self._texts[place.file] = text
        return EditedLine(file=place.file, table="", line=place.line, before=old, after=new)

    # ------------------------------------------------------------------ settings

    def _flet_key(self, platform: Platform, name: str) -> Keys:
        """The key that `flet build` reads: the platform's own where it is there."""
        own = ("tool", "flet", platform.value, name)
        return own if _get(self._data(), own) is not None else ("tool", "flet", name)

    def _extend(self, path: Keys, values: Iterable[str]) -> EditedLine:
        """Adds to a list of strings what is not there yet."""
        known = _get(self._data(), path)
        if known is None:
            return self._assign(path, list(values))
        if not isinstance(known, list):
            if not isinstance(known, str):
                raise CannotEditError(f"{toml_place(path)} is no list")
            return self._assign(path, [known, *(value for value in values if value != known)])
        length = len(known)
        for value in dict.fromkeys(values):
            if value not in known:
                self._change((*path, length), value)
                length += 1
        return self._line(path, known)

    def _assign(self, path: Keys, value: object) -> EditedLine:
        before = _get(self._data(), path)
        self._change(path, value)
        return self._line(path, before)

    def _line(self, path: Keys, before: Value | None) -> EditedLine:
        name = render_key(str(path[-1]))
        return EditedLine(
            file=PYPROJECT,
            table=_table(path[:-1]),
            line=None,
            before="" if before is None else f"{name} = {render_value(before)}",
            after=f"{name} = {render_value(_get(self._data(), path))}",
        )

    # ------------------------------------------------------------------ text

    def _text(self, name: str) -> str:
        """A file's text, line ends as they are; empty where pyproject.toml is not there."""
        known = self._texts.get(name)
        if known is not None:
            return known
        path = self._root / name
        if name == PYPROJECT and not path.exists():
            return ""
        try:
            return read_regular_file(path, most_bytes=PROJECT_FILE_BYTES).decode("utf-8")
        except (OSError, UnicodeDecodeError, ValueError) as error:
            raise CannotEditError(f"{name} cannot be read as UTF-8") from error

    def _data(self) -> dict[str, Any]:
        return tomllib.loads(self._text(PYPROJECT))

    def _change(self, path: Keys, value: object) -> None:
        """Sets one value of pyproject.toml, or removes it (None), and nothing else."""
        import tomlkit  # noqa: PLC0415 - see the top
        from tomlkit.exceptions import TOMLKitError  # noqa: PLC0415 - see the top

        text = self._text(PYPROJECT)
        wanted = _with(tomllib.loads(text), path, value)
        new_table = _first_new_table(tomllib.loads(text), path)
        try:
            document = tomlkit.parse(text)
            _change_document(document, path, value)
            edited = _apart(document.as_string(), new_table)
            if "\r\n" in text:
                edited = re.sub(r"(?<!\r)\n", "\r\n", edited)
            same = tomllib.loads(edited) == wanted
        except (TOMLKitError, KeyError, TypeError, ValueError, AttributeError) as error:
            raise CannotEditError(str(toml_place(path))) from error
        if not same:
            raise CannotEditError(f"{toml_place(path)} cannot be changed alone")
        self._texts[PYPROJECT] = edited


def _changed(lines: list[EditedLine]) -> list[EditedLine]:
    if all(line.before == line.after for line in lines):
        raise CannotEditError("that is what the file says already")
    return lines


def after_name(text: str) -> str:
    """The specifier of a requirement as it is written: `>=1,<2`."""
    match = re.match(r"[^\[<>=!~;]*(?:\[[^\]]*\])?(?P<specifier>[^;]*)", text)
    return "" if match is None else match["specifier"].strip()


def _numbers(edit: Edit) -> tuple[int, ...]:
    """Where in its list or file a requirement stands."""
    if not isinstance(edit, RewriteRequirement | RemoveRequirement | MoveToDevelopment):
        return ()
    if edit.place.line is not None:
        return (edit.place.line,)
    return tuple(step for step in edit.place.path if isinstance(step, int))


def _get(data: object, path: Keys) -> Any:  # noqa: ANN401 - any value of TOML
    for step in path:
        if isinstance(data, dict):
            data = data.get(step)
        elif isinstance(data, list) and isinstance(step, int) and step < len(data):
            data = data[step]
        else:
            return None
    return data


def _with(data: dict[str, Any], path: Keys, value: object) -> dict[str, Any]:
    """The document as it shall be, as plain values."""
    inner: Any = data
    for step in path[:-1]:
        if isinstance(inner, dict):
            inner = inner.setdefault(str(step), {})
        elif isinstance(inner, list) and isinstance(step, int):
            inner = inner[step]
        else:
            raise CannotEditError(f"{toml_place(path)} is inside something that is no table")
    last: Any = path[-1]
    if not isinstance(inner, list if isinstance(last, int) else dict):
        raise CannotEditError(f"{toml_place(path)} is inside something that is no table")
    if value is None:
        del inner[last]
    elif isinstance(inner, list) and last == len(inner):
        inner.append(value)
    else:
        inner[last] = value
    return data


def _change_document(document: "TOMLDocument", path: Keys, value: object) -> None:
    import tomlkit  # noqa: PLC0415 - see the top
    from tomlkit.items import String  # noqa: PLC0415 - see the top

    inner: Any = document
    for depth, step in enumerate(path[:-1]):
        if isinstance(step, str) and step not in inner:
            inner[step] = tomlkit.table(is_super_table=depth < len(path) - 2)
        inner = inner[step]
    last = path[-1]
    known = _get(inner, (last,))
    if value is None:
        del inner[last]
    elif isinstance(inner, list) and last == len(inner):
        inner.append(value)
    elif isinstance(value, str) and isinstance(known, String):
        literal = known.as_string().startswith("'") and "'" not in value
        inner[last] = tomlkit.string(value, literal=literal)
    elif isinstance(value, dict) and isinstance(known, dict):
        for key, item in value.items():
            if known.get(key) != item:
                known[key] = item
    elif isinstance(value, dict):
        table = tomlkit.inline_table()
        table.update(value)
        inner[last] = table
    else:
        inner[last] = value


def _first_new_table(data: object, path: Keys) -> str:
    """The header that an edit adds; `""` for one that finds its table there."""
    for depth in range(1, len(path)):
        if _get(data, path[:depth]) is None:
            return _table(path[:-1])
    return ""


def _apart(text: str, header: str) -> str:
    """The text with a blank line before a header that was added."""
    if not header:
        return text
    return re.sub(rf"(?<=[^\n])\n(?={re.escape(header)}\n)", "\n\n", f"\n{text}")[1:]


def _table(path: Keys) -> str:
    return f"[{'.'.join(render_key(str(step)) for step in path)}]"
