"""What all JSON documents have, and how a document is made of an outcome.

A document is a Struct: its fields are the keys, in order. `data/schemas` holds the JSON Schema of
each, made of these classes by `tools/make_schemas.py`.
"""

import json
from collections.abc import Mapping
from typing import Final, TypeVar

from msgspec import Struct

from flet_lock.model.target import Platform, Target
from flet_lock.reports.json.to_json import to_json
from flet_lock.workflows.command_outcome import CommandOutcome

SCHEMA_VERSION: Final = 1

_Part = TypeVar("_Part", bound=Struct)


class Document(Struct, frozen=True, kw_only=True):
    """Base: one document per run. Other keys may be added under the same version."""

    schema_version: int
    """1; raised when a key changes its meaning or goes away."""
    command: str
    """The command that was run."""
    ok: bool
    """True if `exit_code` is 0."""
    exit_code: int
    """0: done. 1: the answer is no. 2: it could not be found out. 130: interrupted."""


class TargetDocument(Struct, frozen=True, kw_only=True):
    """What one pip run of the build serves."""

    slice: str
    python_version: str
    """`3.14`."""
    python_full_version: str
    """`3.14.6`."""
    minimum_os: str
    """Android: the API level. iOS: `13.0`."""


def document_of(kind: type[_Part], outcome: CommandOutcome, /, **values: object) -> _Part:
    """A document of an outcome; see `part_of`."""
    head = {
        "schema_version": SCHEMA_VERSION,
        "command": outcome.kind,
        "ok": outcome.exit_code == 0,
        "exit_code": outcome.exit_code,
    }
    return part_of(kind, outcome, **head | values)


def part_of(kind: type[_Part], source: object, /, **values: object) -> _Part:
    """A part of a document, of a value that has most of its fields.

    Args:
        kind: the class of the part.
        source: has what is not in `values`, as attributes with the names of the fields.
        values: what `source` does not have, or has in another form.
    """
    names = [name for name in kind.__struct_fields__ if name not in values]
    found = {name: getattr(source, name) for name in names}
    if "seconds" in found:
        found["seconds"] = round(found["seconds"], 3)
    return kind(**found, **values)


def target_part(target: Target) -> TargetDocument:
    """A target as documents show it."""
    major, minor = target.minimum_os
    return part_of(
        TargetDocument,
        target,
        slice=target.slice_name,
        python_version=python_text(target),
        minimum_os=str(major) if target.platform is Platform.ANDROID else f"{major}.{minor}",
    )


def python_text(target: Target) -> str:
    """`3.14`."""
    return "{}.{}".format(*target.python_version)


def render_json(document: Struct | Mapping[str, object]) -> str:
    """The document as text. ASCII, so that no console's encoding can spoil it."""
    return json.dumps(to_json(document), indent=2) + "\n"
