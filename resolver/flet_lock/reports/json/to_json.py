"""Values as JSON, without losing a fact: every field of every value, under its own name.

Classes that share a base (errors, blockers, rejections) carry their own name as `type`, in
kebab case. A target is named by its slice, which is unique among the six.
"""

import re
from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from datetime import datetime
from enum import Enum
from pathlib import PurePath
from typing import get_args

from msgspec import UNSET, Struct

from flet_lock.audit.finding import AnyFinding
from flet_lock.model.answer.blocker import Blocker
from flet_lock.model.answer.drift import Drift
from flet_lock.model.answer.rejection import Rejection
from flet_lock.model.app.fix import Edit
from flet_lock.model.app.requirement import Place
from flet_lock.model.errors.base import FletLockError
from flet_lock.model.index.artifact import Artifact
from flet_lock.model.index.source import SourceFinding, SourceNotSeen
from flet_lock.model.target import Target
from flet_lock.reports.layout.clean_text import GLUE, clean

Json = None | bool | int | float | str | list["Json"] | dict[str, "Json"]

OMITTED = ("tags", "core_metadata")
"""Fields of an artifact: tags are in its name, and the full set of a wheel is long."""
_UNIONS = Blocker | Rejection | Edit | SourceFinding | SourceNotSeen | AnyFinding
TYPED = (FletLockError, Artifact, *get_args(_UNIONS))
_WORD_START = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


class PlaceDocument(Struct, frozen=True, kw_only=True):
    """Where in the user's files something stands."""

    file: str
    """Relative to the project's folder, `/` between parts: `pyproject.toml`."""
    line: int | None
    """1-based, for line-oriented files."""
    key: str | None
    """Table path, for TOML: `[project].dependencies[2]`."""


class Verbatim(Struct, frozen=True):
    """Text of ours that is given as it is, line breaks and all."""

    text: str


def to_json(value: object) -> Json:  # noqa: C901, PLR0912 - one flat table, a row per type
    """Plain JSON values; credentials and control characters are removed from text."""
    result: Json
    if isinstance(value, Enum):
        result = to_json(value.value)
    elif value is None or isinstance(value, bool | int | float):
        result = value
    elif isinstance(value, Verbatim):
        result = value.text
    elif isinstance(value, str):
        result = clean(value).replace(GLUE, " ")
    elif isinstance(value, datetime):
        result = value.isoformat().replace("+00:00", "Z")
    elif isinstance(value, PurePath):
        result = value.as_posix()
    elif isinstance(value, Target):
        result = value.slice_name
    elif isinstance(value, Place):
        result = to_json(PlaceDocument(file=value.file, line=value.line, key=value.key))
    elif isinstance(value, Struct):
        result = _fields(value, value.__struct_fields__, value.__struct_encode_fields__)
    elif isinstance(value, FletLockError):
        result = _fields(value, value.fact_names(), value.fact_names())
    elif isinstance(value, Mapping):
        result = {str(to_json(key)): to_json(item) for key, item in value.items()}
    elif isinstance(value, AbstractSet):
        result = sorted((to_json(item) for item in value), key=str)
    elif isinstance(value, tuple | list):
        result = [to_json(item) for item in value]
    else:
        # Version, Requirement, SpecifierSet: their text is their canonical form.
        result = clean(str(value))
    return result


def facts_of(value: Struct | FletLockError) -> dict[str, Json]:
    """The fields of a value by name."""
    found = to_json(value)
    assert isinstance(found, dict)  # noqa: S101 - it has fields
    return found


def type_name(value: object) -> str:
    """`NoUsableRelease` → `no-usable-release`, of a class or of an instance."""
    kind = value if isinstance(value, type) else type(value)
    return _WORD_START.sub("-", kind.__name__).lower()


def _fields(value: object, names: Iterable[str], keys: Iterable[str]) -> Json:
    found: dict[str, Json] = {"type": type_name(value)} if isinstance(value, TYPED) else {}
    for name, key in zip(names, keys, strict=True):
        if isinstance(value, Artifact) and name in OMITTED:
            continue
        item = getattr(value, name)
        if isinstance(value, Drift) and name == "places":
            item = [str(place or "") for place in value.places]
        if item is not UNSET:
            found[key] = to_json(item)
    return found
