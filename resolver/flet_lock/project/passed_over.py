"""What other tools' tables of pyproject.toml say, and neither `flet build` nor the lock obeys.

pip runs in the build and reads none of `[tool.uv.sources]`, Poetry's `source`, or the index tables
of uv, Poetry and PDM. A package of the same name may then come from a stranger. So each is a
warning, with the line that is read. Sources: uv's "Managing dependencies" and "Indexes", Poetry's
"Repositories", PDM's "Configuring package indexes", flet-cli's `build_base.py`.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Final
from urllib.parse import urlsplit

from packaging.utils import NormalizedName, canonicalize_name

from flet_lock.model.app.project import NoteKind
from flet_lock.model.app.requirement import ProjectRequirement
from flet_lock.model.app.settings import Settings
from flet_lock.model.toml_text import render_key, render_value
from flet_lock.project.diagnostics import toml_place
from flet_lock.project.document import Document, Keys, shown

_UV_SOURCES: Final = ("tool", "uv", "sources")
_POETRY: Final = ("tool", "poetry", "dependencies")
_INDEX_TABLES: Final = (
    ("tool", "uv", "index"),
    ("tool", "poetry", "source"),
    ("tool", "pdm", "source"),
)
_UV_INDEX_KEYS: Final = ("index-url", "extra-index-url", "default-index")
_UV_BOUNDS: Final = {
    "constraint-dependencies": "constraints",
    "override-dependencies": "overrides",
}
_FLUTTER: Final = (
    ("tool", "flet", "flutter", "dependencies"),
    ("tool", "flet", "flutter", "pubspec", "dependencies"),
)
_PYPI_HOSTS: Final = ("pypi.org", "pypi.python.org", "files.pythonhosted.org")
_OWN: Final = "[tool.flet-lock]"
_LOCATIONS: Final = ("path", "git", "url")


class PassedOver:
    """Looks for what is passed over, and adds a remark on each."""

    def __init__(
        self,
        document: Document,
        settings: Settings,
        requirements: Iterable[ProjectRequirement],
    ) -> None:
        """Looks at nothing yet.

        Args:
            document: pyproject.toml, which takes the remarks.
            settings: the settings; what they name is obeyed.
            requirements: all that the app asks for.
        """
        self._document = document
        self._indexes = {_address(index.location): index.name for index in settings.indexes}
        self._settled = {package for package, _ in settings.sources}
        self._asked = {each.package: each for each in requirements}

    def note(self) -> None:
        """Adds the remarks."""
        for name, source, path in self._sources():
            package = canonicalize_name(name)
            own = self._asked.get(package)
            if package in self._settled or (own is not None and own.requirement.url is not None):
                continue
            # uv takes sources of what the project itself asks for alone.
            if own is not None:
                self._note_source(package, name, source, path)
        for path, name, url in self._index_tables():
            host = urlsplit(url).hostname or ""
            if host not in _PYPI_HOSTS and _address(url) not in self._indexes:
                line = f"index = {render_value([f'{name}={url}' if name else url])}"
                self._add(path, NoteKind.INDEX_PASSED_OVER, url, line, _OWN)
        for key, own_key in _UV_BOUNDS.items():
            path = ("tool", "uv", key)
            value = self._value(path)
            entries = value if isinstance(value, list) else ()
            wanted = [each for each in entries if isinstance(each, str)]
            if wanted and self._value(("tool", "flet-lock", own_key)) is None:
                line = f"{own_key} = {render_value(wanted)}"
                self._add(path, NoteKind.BOUNDS_PASSED_OVER, ", ".join(wanted), line, _OWN)
        self._note_extensions()

    def _sources(self) -> Iterator[tuple[str, Mapping[str, object], Keys]]:
        """Name, what is said of its source, and where."""
        for path in (_UV_SOURCES, _POETRY):
            for name, value in self._table(path).items():
                for each in value if isinstance(value, list) else [value]:
                    if isinstance(each, dict) and (path is _UV_SOURCES or each.get("source")):
                        yield name, each, (*path, name)

    def _note_source(
        self, package: NormalizedName, name: str, source: Mapping[str, object], path: Keys
    ) -> None:
        index = source.get("index") or source.get("source")
        if isinstance(index, str) and index.lower() == "pypi":
            return
        if isinstance(index, str):
            line, table = f'{package} = "{index.lower()}"', "[tool.flet-lock.sources]"
            what = f'{"source" if source.get("source") else "index"} = "{index}"'
        else:
            where = _location(source)
            line = f"{render_key(name)} = {render_value(where)}" if where else ""
            table = "[tool.flet.dev_packages]"
            what = shown(", ".join(f"{key} = {value}" for key, value in source.items()))
        self._add(path, NoteKind.SOURCE_PASSED_OVER, what, line, table)

    def _index_tables(self) -> Iterator[tuple[Keys, str, str]]:
        for path in _INDEX_TABLES:
            value = self._value(path)
            for each in value if isinstance(value, list) else ():
                url = each.get("url") if isinstance(each, dict) else None
                if isinstance(url, str):
                    yield path, str(each.get("name") or "").lower(), url
        for key in _UV_INDEX_KEYS:
            path = ("tool", "uv", key)
            value = self._value(path)
            for url in value if isinstance(value, list) else [value]:
                if isinstance(url, str):
                    yield path, "", url

    def _note_extensions(self) -> None:
        """Flet's extensions are a Flutter package and a Python one, and an app needs both."""
        for path in _FLUTTER:
            for name in self._table(path):
                package = canonicalize_name(name)
                if name.startswith("flet_") and package not in self._asked:
                    line = f'"{package}"'
                    kind = NoteKind.EXTENSION_NOT_LISTED
                    self._add((*path, name), kind, name, line, "[project].dependencies")

    def _value(self, path: Keys) -> object:
        """What stands at a key; None where a table above it is none. Other tools find fault."""
        value: object = self._document.table("tool")
        for key in path[1:]:
            value = value.get(key) if isinstance(value, dict) else None
        return value

    def _table(self, path: Keys) -> Mapping[str, object]:
        value = self._value(path)
        return value if isinstance(value, dict) else {}

    def _add(self, path: Keys, kind: NoteKind, value: str, line: str, table: str) -> None:
        self._document.findings.note(toml_place(path), kind, value, line=line, table=table)


def _location(source: Mapping[str, object]) -> str:
    """What `dev_packages` takes: a folder or an address; `""` where there is none to write."""
    found = next((source[key] for key in _LOCATIONS if isinstance(source.get(key), str)), "")
    address = str(found)
    if "git" not in source:
        return address
    address = address if address.startswith("git+") else f"git+{address}"
    revision = source.get("rev") or source.get("tag") or source.get("branch")
    folder = source.get("subdirectory")
    at = f"@{revision}" if revision else ""
    return f"{address}{at}{f'#subdirectory={folder}' if folder else ''}"


def _address(location: str) -> str:
    """What two ways to write an index's address have in common."""
    return location.rstrip("/").removesuffix("/simple").lower()
