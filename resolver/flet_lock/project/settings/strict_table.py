"""`[tool.flet-lock].strict` as a table: what `--strict` fails on.

strict = { level = "minor", older-than = "1 year", packages = { numpy = "any" }, allow = ["x"] }
"""

from datetime import timedelta
from typing import Final

from packaging.utils import NormalizedName

from flet_lock.model.app.fault import FaultKind
from flet_lock.model.app.strictness import Step, Strictness
from flet_lock.project.settings.cutoff import parse_span
from flet_lock.project.settings.setting_value import SettingValue

_KEYS: Final = ("level", "older-than", "packages", "allow")
_STEPS: Final = tuple(step.value for step in Step)


def read_strictness(value: SettingValue) -> Strictness:
    """The table; what is wrong in it is refused at its own key, and left out."""
    table = value.value if isinstance(value.value, dict) else {}
    inside = {name: value.inside(item, name) for name, item in table.items()}
    for name, item in inside.items():
        if name not in _KEYS:
            item.refuse(name, kind=FaultKind.UNKNOWN_KEY, choices=_KEYS)
    return Strictness(
        step=_step(inside["level"]) if "level" in inside else None,
        older_than=_span(inside["older-than"]) if "older-than" in inside else None,
        packages=_packages(inside["packages"]) if "packages" in inside else (),
        allow=_names(inside["allow"]) if "allow" in inside else (),
    )


def _step(value: SettingValue) -> Step | None:
    if value.value in _STEPS:
        return Step(str(value.value))
    value.refuse(choices=_STEPS)
    return None


def _span(value: SettingValue) -> timedelta | None:
    text = value.text()
    span = None if text is None else parse_span(text)
    if text is not None and span is None:
        value.refuse(choices=("90 days", "6 months", "1 year"))
    return span


def _packages(value: SettingValue) -> tuple[tuple[NormalizedName, Step], ...]:
    if not isinstance(value.value, dict):
        value.refuse_type("table")
        return ()
    found: dict[NormalizedName, Step] = {}
    for name, item in value.value.items():
        package = value.inside(name, name).package_name()
        step = _step(value.inside(item, name))
        if package is not None and step is not None:
            found[package] = step
    return tuple(sorted(found.items()))


def _names(value: SettingValue) -> tuple[NormalizedName, ...]:
    names = (each.package_name() for each in value.items())
    return tuple(sorted({name for name in names if name is not None}))
