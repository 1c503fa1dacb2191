"""The settings that change the indexes of a run: `index`, `default-index`, `flet-index`."""

from flet_lock.model.app.fault import FaultKind
from flet_lock.model.app.settings import FLET, PYPI
from flet_lock.model.lazy_regex import lazy_regex
from flet_lock.project.settings.index_layers import IndexChange, RemoveIndex, SetIndex
from flet_lock.project.settings.setting_value import SettingValue

_NAME = lazy_regex(r"[a-z0-9](?:[a-z0-9._-]*[a-z0-9])?\Z")
_KEYS = ("name", "url", "explicit")


def read_default_index(value: SettingValue) -> list[IndexChange]:
    """`default-index = "URL"`."""
    return _set(PYPI, value)


def read_flet_index(value: SettingValue) -> list[IndexChange]:
    """`flet-index = false`, or another location of it."""
    if isinstance(value.value, bool):
        return [] if value.value else [RemoveIndex(name=FLET)]
    return _set(FLET, value)


def read_no_flet_index(value: SettingValue) -> list[IndexChange]:
    """`no-flet-index = true`."""
    return [RemoveIndex(name=FLET)] if value.flag() else []


def read_indexes(value: SettingValue) -> list[IndexChange]:
    """Indexes by name, in the order in which they stand.

    `{ name = "URL" }`, `{ name = { url = "…", explicit = true } }`, an array of
    `{ name, url, explicit }`, or `NAME=URL` strings; outside pyproject.toml only these.
    """
    content = value.value
    if isinstance(content, dict):
        return [
            change
            for name, entry in content.items()
            for change in _named(name, value.inside(entry, name))
        ]
    if not value.in_toml:
        parts = content if isinstance(content, list | tuple) else str(content).split()
        return [change for part in parts for change in _assigned(value.inside(part))]
    if not isinstance(content, list):
        return _assigned(value)
    changes: list[IndexChange] = []
    for position, entry in enumerate(content):
        inner = value.inside(entry, position)
        if isinstance(entry, dict):
            name = inner.inside(entry.get("name", ""), "name").text()
            changes += _named(name, inner) if name is not None else []
        else:
            changes += _assigned(inner)
    return changes


def _named(name: str, value: SettingValue) -> list[IndexChange]:
    """An index whose name is known: its location, or a table about it."""
    if not _is_name(name, value):
        return []
    if not isinstance(value.value, dict):
        return _set(name, value, explicit=False)
    for key in value.value:
        if key not in _KEYS:
            value.inside(key, key).refuse(kind=FaultKind.UNKNOWN_KEY, choices=_KEYS[1:])
    explicit = value.inside(value.value.get("explicit", False), "explicit").flag()
    url = value.inside(value.value.get("url", ""), "url")
    return _set(name, url, explicit=explicit or False)


def _assigned(value: SettingValue) -> list[IndexChange]:
    """`NAME=URL`."""
    text = value.text()
    if text is None:
        return []
    name, separator, location = text.partition("=")
    if not separator or not location.strip():
        value.refuse(detail="NAME=URL is wanted")
        return []
    if not _is_name(name.strip(), value):
        return []
    return _set(name.strip(), value.inside(location))


def _is_name(name: str, value: SettingValue) -> bool:
    if _NAME.match(name.lower()):
        return True
    value.refuse(name, detail="the name of an index has letters, digits, '.', '_' and '-' only")
    return False


def _set(name: str, value: SettingValue, *, explicit: bool | None = None) -> list[IndexChange]:
    """Names are compared without regard to case; a lock has them in lower case."""
    location = value.index_location()
    if location is None:
        return []
    return [SetIndex(name=name.lower(), location=location, explicit=explicit)]
