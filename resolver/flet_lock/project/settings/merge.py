"""Merges `[tool.flet-lock]`, `FLET_LOCK_…` and options into one `Settings`.

Each key is described once, in `_KEYS`; all three layers use the same readers, so a value means the
same wherever it is set.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Final

from msgspec import Struct
from msgspec.structs import replace
from packaging.requirements import Requirement

from flet_lock.boundary.refusal import RefusedTextError
from flet_lock.boundary.requirement_text import parse_version
from flet_lock.model.app.fault import FaultKind
from flet_lock.model.app.requirement import ProjectRequirement
from flet_lock.model.app.settings import Settings
from flet_lock.model.facts.slices import SLICES_BY_NAME
from flet_lock.model.lazy_regex import lazy_regex
from flet_lock.model.target import Platform
from flet_lock.project.diagnostics import PYPROJECT, toml_place
from flet_lock.project.document import Document
from flet_lock.project.reference import BadReferenceError, parse_requirement
from flet_lock.project.settings.cutoff import InvalidCutoffError, parse_cutoff
from flet_lock.project.settings.index_layers import IndexChange
from flet_lock.project.settings.index_settings import (
    read_default_index,
    read_flet_index,
    read_indexes,
    read_no_flet_index,
)
from flet_lock.project.settings.setting_value import SettingValue
from flet_lock.project.settings.strict_table import read_strictness

TABLE: Final = ("tool", "flet-lock")
ENVIRONMENT_PREFIX: Final = "FLET_LOCK_"
_MINOR = lazy_regex(r"\d{1,2}\.\d{1,3}\Z")
_IOS_VERSION = lazy_regex(r"(?P<major>[0-9]{1,3})(\.(?P<minor>[0-9]{1,3})(\.[0-9]{1,3})?)?\Z")
"""The third number decides nothing: wheel tags have two (PEP 730)."""
_MOST_CONNECTIONS = 256
_MOST_MEGABYTES: Final = 1_000_000_000
_HIGHEST_API = 10_000


class MergedSettings(Struct, frozen=True, kw_only=True):
    """The settings, and what is needed to go on with them."""

    settings: Settings
    """Its `indexes` are the defaults still: see `index_changes`."""
    index_changes: tuple[IndexChange, ...]
    """What the layers change in the default indexes, weakest layer first."""
    constraints: tuple[ProjectRequirement, ...]
    """`settings.constraints` with their places."""
    overrides: tuple[ProjectRequirement, ...]
    """`settings.overrides` with their places."""
    values: Mapping[str, SettingValue]
    """For each key that somebody set, the value that won: for faults found later."""
    table: Mapping[str, object]
    """`[tool.flet-lock]` as it stands."""


def merge_settings(
    document: Document,
    *,
    environ: Mapping[str, str],
    options: Mapping[str, object],
    now: datetime | None = None,
) -> MergedSettings:
    """Merges the layers: defaults, `[tool.flet-lock]`, environment, options.

    Args:
        document: pyproject.toml; gets the faults of its own table.
        environ: the process environment.
        options: options of the command line by name, without dashes; None or an empty list is an
            option that was not given.
        now: the moment that a cutoff such as "7 days" is counted from, UTC; None: the clock.

    Raises:
        UsageError: an option or an environment variable has a value that it cannot have.
    """
    merger = _Merger(document, now or datetime.now(UTC))
    table = document.table(*TABLE)
    merger.read_table(table)
    merger.read_environment(environ)
    merger.read_options(options)
    return merger.result(table)


class _Merger:
    def __init__(self, document: Document, now: datetime) -> None:
        self.root = document.root
        self.now = now
        self.index_changes: list[IndexChange] = []
        self.requirements: dict[str, tuple[ProjectRequirement, ...]] = {}
        self._findings = document.findings
        # Any: the fields of Settings have types of their own, and each reader gives the right one.
        self._changes: dict[str, Any] = {}
        self._values: dict[str, SettingValue] = {}

    def read_table(self, table: Mapping[str, object]) -> None:
        for name, value in table.items():
            key = _BY_NAME.get(name)
            if key is None or key.option_only:
                self._unknown(name)
            else:
                self._read(
                    key,
                    SettingValue(
                        value=value,
                        label=name,
                        source=PYPROJECT,
                        path=(*TABLE, name),
                        base=self.root,
                        findings=self._findings,
                    ),
                )

    def read_environment(self, environ: Mapping[str, str]) -> None:
        for name, key in _BY_NAME.items():
            variable = ENVIRONMENT_PREFIX + name.upper().replace("-", "_")
            text = environ.get(variable)
            if text and text.strip():
                self._read(key, self._outside(text, variable, "environment"))

    def read_options(self, options: Mapping[str, object]) -> None:
        for name, key in _BY_NAME.items():
            value = options.get(name)
            if value not in (None, [], ()):
                self._read(key, self._outside(value, f"--{name}", "command line"))

    def result(self, table: Mapping[str, object]) -> MergedSettings:
        return MergedSettings(
            settings=replace(Settings(), **self._changes),
            index_changes=tuple(self.index_changes),
            constraints=self.requirements.get("constraints", ()),
            overrides=self.requirements.get("overrides", ()),
            values=self._values,
            table=table,
        )

    def _outside(self, value: object, label: str, source: str) -> SettingValue:
        return SettingValue(
            value=value,
            label=label,
            source=source,
            path=None,
            base=Path(),
            findings=self._findings,
        )

    def _read(self, key: "_Key", value: SettingValue) -> None:
        self._values[key.name] = value
        self._changes.update(key.read(self, value))

    def _unknown(self, name: str) -> None:
        import difflib  # noqa: PLC0415 - only for those who mistyped

        known = [each for each, key in _BY_NAME.items() if not key.option_only]
        key = _BY_NAME.get(name)
        self._findings.fault(
            toml_place((*TABLE, name)),
            FaultKind.UNKNOWN_KEY,
            name,
            detail="an option or a variable of the environment only" if key is not None else "",
            choices=difflib.get_close_matches(name, known, n=1),
        )


_Changes = dict[str, object]
_Reader = Callable[[_Merger, SettingValue], _Changes]


def _one(field: str, read: Callable[[SettingValue], object]) -> _Reader:
    """A field that one method of the value reads; None: it was refused."""
    return lambda _merger, value: _unless_refused(field, read(value))


def _flag(field: str) -> _Reader:
    return _one(field, SettingValue.flag)


def _integer(field: str, least: int, most: int) -> _Reader:
    return _one(field, lambda value: value.integer(least=least, most=most))


def _seconds(field: str) -> _Reader:
    return _one(field, lambda value: value.number(least=0))


def _names(field: str) -> _Reader:
    def read(_merger: _Merger, value: SettingValue) -> _Changes:
        names = (each.package_name() for each in value.words())
        return {field: tuple(dict.fromkeys(name for name in names if name is not None))}

    return read


def _requirements(field: str) -> _Reader:
    def read(merger: _Merger, value: SettingValue) -> _Changes:
        found: list[ProjectRequirement] = []
        for each in value.items():
            requirement = _requirement(each)
            if requirement is not None:
                found.append(ProjectRequirement(requirement=requirement, place=each.place()))
        merger.requirements[field] = tuple(found)
        return {field: tuple(each.requirement for each in found)}

    return read


def _requirement(value: SettingValue) -> Requirement | None:
    text = value.text()
    if text is None:
        return None
    try:
        return parse_requirement(text, value.base)
    except BadReferenceError as error:
        value.refuse(detail=error.detail, kind=error.kind)
        return None


def _unless_refused(field: str, value: object) -> _Changes:
    return {} if value is None else {field: value}


def _read_platforms(_merger: _Merger, value: SettingValue) -> _Changes:
    wanted = _among(value.words(), tuple(each.value for each in Platform), FaultKind.BAD_VALUE)
    platforms = tuple(each for each in Platform if each.value in wanted)
    return {"platforms": platforms} if platforms else _refused_empty(value)


def _read_archs(_merger: _Merger, value: SettingValue) -> _Changes:
    return {"archs": _among(value.words(), tuple(SLICES_BY_NAME), FaultKind.UNKNOWN_ARCH)}


def _among(
    values: Iterable[SettingValue], choices: tuple[str, ...], kind: FaultKind
) -> tuple[str, ...]:
    found: list[str] = []
    for each in values:
        if each.value in choices:
            found.append(str(each.value))
        else:
            each.refuse(kind=kind, choices=choices)
    return tuple(dict.fromkeys(found))


def _refused_empty(value: SettingValue) -> _Changes:
    if value.value in ([], ()):
        value.refuse(detail="empty")
    return {}


def _read_python_version(_merger: _Merger, value: SettingValue) -> _Changes:
    text = value.text()
    if text is not None and not _MINOR.match(text):
        value.refuse(detail="a minor release such as 3.13 is wanted")
        text = None
    return _unless_refused("python_version", text)


def _read_flet(_merger: _Merger, value: SettingValue) -> _Changes:
    text = value.text()
    try:
        return {} if text is None else {"flet": parse_version(text)}
    except RefusedTextError:
        value.refuse(detail="a version such as 0.28.3 is wanted")
        return {}


def _read_ios_version(_merger: _Merger, value: SettingValue) -> _Changes:
    text = value.text()
    found = None if text is None else _IOS_VERSION.match(text)
    if found is not None:
        return {"ios_version": (int(found["major"]), int(found["minor"] or 0))}
    if text is not None:
        value.refuse(detail="a version such as 14.0 is wanted")
    return {}


def _read_exclude_newer(merger: _Merger, value: SettingValue) -> _Changes:
    if not isinstance(value.value, str | date | datetime):
        value.refuse_type("date")
        return {}
    try:
        cutoff = parse_cutoff(value.value, now=merger.now)
    except InvalidCutoffError:
        value.refuse(choices=("2026-01-31", "2026-01-31T12:00:00Z", "7 days"))
        return {}
    return {"exclude_newer": cutoff.moment, "exclude_newer_span": cutoff.span}


def _read_prereleases(merger: _Merger, value: SettingValue) -> _Changes:
    if isinstance(value.value, bool):
        return {"prereleases": value.value}
    if isinstance(value.value, str) and not value.in_toml:
        word = value.value.strip().lower()
        if word in {"true", "false", "yes", "no", "on", "off", "1", "0"}:
            return _unless_refused("prereleases", value.flag())
    return _names("prereleases")(merger, value)


def _read_strict(_merger: _Merger, value: SettingValue) -> _Changes:
    """True or false; in pyproject.toml also a table of what is too much."""
    if not value.in_toml or not isinstance(value.value, dict):
        return _unless_refused("strict", value.flag())
    return {"strict": True, "strictness": read_strictness(value)}


def _index_changes(read: Callable[[SettingValue], list[IndexChange]]) -> _Reader:
    def read_changes(merger: _Merger, value: SettingValue) -> _Changes:
        merger.index_changes += read(value)
        return {}

    return read_changes


def _read_file_hosts(_merger: _Merger, value: SettingValue) -> _Changes:
    found = (each.index_location() for each in value.items())
    return {"file_hosts": tuple(one for one in found if one is not None)}


def _read_sources(_merger: _Merger, value: SettingValue) -> _Changes:
    """`{ package = "index" }`; in the other layers `PACKAGE=INDEX` words."""
    pairs: list[tuple[str, SettingValue]] = []
    if isinstance(value.value, dict):
        pairs = [(name, value.inside(index, name)) for name, index in value.value.items()]
    elif value.in_toml:
        value.refuse_type("table")
    else:
        for each in value.words():
            name, separator, index = str(each.value).partition("=")
            if separator:
                pairs.append((name, each.inside(index)))
            else:
                each.refuse(detail="PACKAGE=INDEX is wanted")
    found = {}
    for name, index_value in pairs:
        package = index_value.inside(name).package_name()
        wanted = index_value.text()
        if package is not None and wanted is not None:
            found[package] = wanted.lower()
    return {"sources": tuple(sorted(found.items()))}


class _Key(Struct, frozen=True):
    """A setting: its name as an option, and how its value is read."""

    name: str
    read: _Reader
    aliases: tuple[str, ...] = ()
    option_only: bool = False
    """Not allowed in pyproject.toml: it is about one run."""


_KEYS: Final = (
    _Key("platform", _read_platforms, ("platforms",)),
    _Key("arch", _read_archs, ("archs",)),
    _Key("flet", _read_flet),
    _Key("python-version", _read_python_version),
    _Key("android-api", _integer("android_api", 1, _HIGHEST_API)),
    _Key("ios-version", _read_ios_version),
    _Key("default-index", _index_changes(read_default_index)),
    _Key("index", _index_changes(read_indexes), ("indexes",)),
    _Key("flet-index", _index_changes(read_flet_index)),
    _Key("no-flet-index", _index_changes(read_no_flet_index)),
    _Key("sources", _read_sources, ("source",)),
    _Key("group", _names("groups"), ("groups",)),
    _Key("extra", _names("extras"), ("extras",)),
    _Key("constraints", _requirements("constraints"), ("constraint",)),
    _Key("overrides", _requirements("overrides"), ("override",)),
    _Key("exclude-newer", _read_exclude_newer),
    _Key("prereleases", _read_prereleases, ("prerelease",)),
    _Key("same-versions", _flag("same_versions")),
    _Key("strict", _read_strict),
    _Key("offline", _flag("offline")),
    _Key("refresh", _flag("refresh")),
    _Key("cache-dir", _one("cache_dir", SettingValue.folder)),
    _Key("no-cache", _flag("no_cache")),
    _Key("cache-limit", _integer("cache_limit_megabytes", 0, _MOST_MEGABYTES)),
    _Key("connections", _integer("connections", 1, _MOST_CONNECTIONS)),
    _Key("budget-seconds", _seconds("budget_seconds")),
    _Key("fix-budget", _seconds("fix_budget_seconds")),
    _Key("file-hosts", _read_file_hosts),
    _Key("allow-edited", _flag("allow_edited"), option_only=True),
    _Key("allow-unknown-sources", _flag("allow_unknown_sources"), option_only=True),
    _Key("upgrade", _flag("upgrade"), option_only=True),
    _Key("from", _one("versions_from", SettingValue.text), option_only=True),
    _Key("upgrade-package", _requirements("upgrade_packages"), option_only=True),
)
_BY_NAME: Final = {name: key for key in _KEYS for name in (key.name, *key.aliases)}
