"""Makes data/schemas: the JSON Schema of each document that `--output-format json` prints.

    python tools/make_schemas.py

msgspec makes the schemas of Structs. A document holds values of the program (versions, targets,
blockers), which `to_json` turns into JSON; `_Shapes` does with their types what `to_json` does with
the values, so that a schema says what is printed. Descriptions are the docstrings of classes and
fields.
"""

import ast
import importlib
import inspect
import json
import pkgutil
import sys
import textwrap
import typing
from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import datetime
from enum import Enum
from pathlib import Path, PurePath
from types import ModuleType, NoneType, UnionType
from typing import Annotated, Any, Final, Literal, Union

import msgspec
from msgspec import Meta, Struct, UnsetType, defstruct

from flet_lock.model import errors
from flet_lock.model.answer.drift import Drift
from flet_lock.model.answer.refusal import Refusal
from flet_lock.model.answer.rejection import Rejection
from flet_lock.model.app.requirement import Place
from flet_lock.model.errors.base import FletLockError
from flet_lock.model.errors.resolution import CannotLock
from flet_lock.model.index.artifact import Artifact
from flet_lock.model.target import Target
from flet_lock.reports.json.audit_json import AuditDocument
from flet_lock.reports.json.check_json import CheckDocument
from flet_lock.reports.json.diff_json import DiffDocument
from flet_lock.reports.json.document import SCHEMA_VERSION, Document
from flet_lock.reports.json.failure_json import ErrorDocument, FailureDocument
from flet_lock.reports.json.graph_json import TreeDocument, WhyDocument
from flet_lock.reports.json.handover_json import RunDocument, VerifyDocument
from flet_lock.reports.json.install_json import (
    CacheDocument,
    ExportDocument,
    InstallDocument,
    SchemaDocument,
)
from flet_lock.reports.json.lock_json import LockDocument
from flet_lock.reports.json.request_json import RequestDocument
from flet_lock.reports.json.sharing_json import (
    DownloadDocument,
    LicencesDocument,
    ReportDocument,
)
from flet_lock.reports.json.to_json import OMITTED, TYPED, PlaceDocument, Verbatim, type_name
from flet_lock.reports.json.upgrade_json import UpgradeDocument
from flet_lock.reports.json.wheels_json import ReleaseDocument, WheelsDocument

SCHEMAS = Path(__file__).parents[1] / "data" / "schemas"
DIALECT = "https://json-schema.org/draft/2020-12/schema"
ADDRESS = "https://raw.githubusercontent.com/flet-dev/flet-lock/main/data/schemas"


class EnvDocument(Struct, frozen=True, kw_only=True):
    """Environment variables for a build; the one document without the head of all others."""

    set: Mapping[str, str]
    unset: tuple[str, ...]
    """Names of variables that pip would listen to."""


DOCUMENTS: Final[Mapping[str, type[Struct]]] = {
    "audit": AuditDocument,
    "cache": CacheDocument,
    "check": CheckDocument,
    "diff": DiffDocument,
    "download": DownloadDocument,
    "env": EnvDocument,
    "export": ExportDocument,
    "failure": FailureDocument,
    "install": InstallDocument,
    "licenses": LicencesDocument,
    "lock": LockDocument,
    "report": ReportDocument,
    "request": RequestDocument,
    "run": RunDocument,
    "schema": SchemaDocument,
    "tree": TreeDocument,
    "upgrade-flet": UpgradeDocument,
    "verify": VerifyDocument,
    "wheels": WheelsDocument,
    "why": WhyDocument,
}
"""Command to its document; a run that fails prints `failure` instead."""


def main() -> int:
    """Writes a file per document."""
    SCHEMAS.mkdir(exist_ok=True)
    for name, text in schemas():
        (SCHEMAS / f"{name}.json").write_text(text, encoding="utf-8")
    return 0


def schemas() -> Iterator[tuple[str, str]]:
    """Name and text of each schema."""
    for name, document in DOCUMENTS.items():
        shapes = _Shapes()
        schema = msgspec.json.schema(shapes.of(document))
        top = schema["$defs"][schema["$ref"].rpartition("/")[2]]
        if issubclass(document, Document):
            top["properties"]["schema_version"] |= {"const": SCHEMA_VERSION}
            if document is not FailureDocument:
                top["properties"]["command"] |= {"const": name}
        if document is FailureDocument:
            _add_unexpected(top["properties"]["error"], schema["$defs"])
        head = {
            "$schema": DIALECT,
            "$id": f"{ADDRESS}/{name}.json",
            "title": f"flet-lock {name}",
        }
        yield name, json.dumps(head | schema, indent=1) + "\n"


def _add_unexpected(error: dict[str, Any], definitions: dict[str, Any]) -> None:
    """A fault of the program itself has the name of any exception, and no facts."""
    known = [each["$ref"].rpartition("/")[2] for each in error["anyOf"]]
    pattern = definitions[known[0]]
    properties = {
        **pattern["properties"],
        "type": {"type": "string", "not": {"enum": [_tag(definitions[name]) for name in known]}},
        "facts": {"type": "object", "maxProperties": 0},
    }
    definitions["UnexpectedError"] = {
        "title": "UnexpectedError",
        "type": "object",
        "properties": properties,
        "required": pattern["required"],
    }
    error.pop("discriminator", None)
    error["anyOf"].append({"$ref": "#/$defs/UnexpectedError"})


def _tag(definition: Mapping[str, Any]) -> str:
    (tag,) = definition["properties"]["type"]["enum"]
    return str(tag)


class _Shapes:
    """Types of the program to types whose schema is that of what `to_json` makes of a value."""

    def __init__(self) -> None:
        self._made: dict[type, Any] = {}
        self._names: set[str] = set()
        # Forward references are looked up in the module of a class.
        self._module = ModuleType("flet_lock_schemas")
        sys.modules[self._module.__name__] = self._module

    def of(self, kind: Any) -> Any:  # noqa: ANN401, C901, PLR0911, PLR0912 - a row per type, as `to_json`
        """The shape of a type."""
        origin, arguments = typing.get_origin(kind), typing.get_args(kind)
        if origin in (Union, UnionType):
            # An array of one shape or of another one is an array of either's items.
            arrays = [each for each in arguments if typing.get_origin(each) is tuple]
            if len(arrays) > 1:
                items = [item for each in arrays for item in typing.get_args(each)]
                return list[self.of(_union(items))]  # type: ignore[misc] # made of data
            return _union(self.of(each) for each in arguments)
        if origin is Literal or kind in (None, NoneType, bool, int, float, str, UnsetType, Any):
            return kind
        if kind is object:
            return Any
        if isinstance(kind, typing.NewType):
            return self.of(kind.__supertype__)
        if origin is tuple and Ellipsis not in arguments:
            return tuple[tuple(self.of(each) for each in arguments)]  # type: ignore[misc] # made of data
        if origin is not None and issubclass(origin, Mapping):
            return dict[str, self.of(arguments[1])]  # type: ignore[misc]
        if origin is not None and issubclass(origin, Sequence | AbstractSet):
            return list[self.of(arguments[0])]  # type: ignore[misc]
        if issubclass(kind, Enum):
            return kind
        if kind in (Target, Verbatim):
            return str
        if kind is Place:
            kind = PlaceDocument
        if kind is ErrorDocument:
            for module in pkgutil.iter_modules(errors.__path__, f"{errors.__name__}."):
                importlib.import_module(module.name)
            return _union(self._error(each) for each in _leaves(FletLockError))
        if issubclass(kind, Struct):
            leaves = _leaves(kind) if issubclass(kind, Artifact) else (kind,)
            return _union(self._struct(each) for each in leaves)
        if issubclass(kind, datetime):
            return datetime
        if kind.__module__.startswith("packaging.") or issubclass(kind, PurePath):
            return str
        raise TypeError(kind)

    def _struct(self, kind: type[Struct], **more: Any) -> Any:  # noqa: ANN401 - types
        """A Struct with the keys of a value of a class, and further keys."""
        if kind in self._made and not more:
            return self._made[kind]
        tag = type_name(kind) if issubclass(kind, TYPED) else None
        name = self._name(kind.__name__.removesuffix("Document"))
        if not more:
            self._made[kind] = name  # a forward reference, for a class that holds itself
        hints = typing.get_type_hints(kind)
        docs = _field_docs(kind)
        fields: list[tuple[str, Any] | tuple[str, Any, Any]] = []
        for field, key in zip(kind.__struct_fields__, kind.__struct_encode_fields__, strict=True):
            if issubclass(kind, Artifact) and field in OMITTED:
                continue
            shape = self._refined(kind, field) or self.of(hints[field])
            if field in docs:
                shape = Annotated[shape, Meta(description=docs[field])]
            fields.append((key, shape, msgspec.UNSET) if _may_lack(hints[field]) else (key, shape))
        made = self._define(name, [*fields, *more.items()], tag, kind.__doc__)
        if not more:
            self._made[kind] = made
        return made

    def _refined(self, kind: type, field: str) -> Any:  # noqa: ANN401 - a type
        """Types of what a document holds as ready JSON."""
        if (kind, field) == (ReleaseDocument, "rejections"):
            leaves = [self._struct(each, targets=list[str]) for each in typing.get_args(Rejection)]
            return list[_union(leaves)]  # type: ignore[misc]
        if issubclass(kind, Drift) and field == "places":
            return list[str]
        return None

    def _error(self, error: type[FletLockError]) -> Any:  # noqa: ANN401 - a type
        """An `ErrorDocument` with the facts of one class of errors."""
        if error is CannotLock:
            facts = self.of(Refusal)
        else:
            hints, docs = (
                typing.get_type_hints(error, localns={"Rejection": Rejection}),
                _field_docs(error),
            )
            fields = [
                (name, Annotated[self.of(hints[name]), Meta(description=docs.get(name))])
                for name in error.fact_names()
            ]
            facts = self._define(self._name(f"{error.__name__}Facts"), fields, None, error.__doc__)
        hints = typing.get_type_hints(ErrorDocument)
        rest = [
            (name, self.of(hints[name]))
            for name in ErrorDocument.__struct_fields__
            if name not in ("type", "facts")
        ]
        name = self._name(error.__name__)
        return self._define(name, [*rest, ("facts", facts)], type_name(error), error.__doc__)

    def _define(self, name: str, fields: Iterable[Any], tag: str | None, doc: str | None) -> Any:  # noqa: ANN401
        made = defstruct(
            name,
            fields,
            kw_only=True,
            module=self._module.__name__,
            namespace={"__doc__": doc},
            tag=tag,
            tag_field=None if tag is None else "type",
        )
        setattr(self._module, name, made)
        return made

    def _name(self, wanted: str) -> str:
        name, number = wanted, 1
        while name in self._names:
            number += 1
            name = f"{wanted}{number}"
        self._names.add(name)
        return name


def _union(kinds: Iterable[Any]) -> Any:  # noqa: ANN401 - a type
    return Union[tuple(kinds)]  # noqa: UP007 - `|` does not take names of classes


def _may_lack(hint: Any) -> bool:  # noqa: ANN401 - a type
    return UnsetType in typing.get_args(hint)


def _leaves(kind: type) -> tuple[Any, ...]:
    """The classes below a base that have none below them, by name: imports decide their order."""
    classes: list[Any] = type.__subclasses__(kind)
    below = [each for each in classes if each.__module__.startswith("flet_lock.")]
    found: list[Any] = [leaf for each in below for leaf in _leaves(each)] if below else [kind]
    return tuple(sorted(dict.fromkeys(found), key=lambda each: each.__name__))


def _field_docs(kind: type) -> dict[str, str]:
    """Field to the docstring below it, of a class and its bases."""
    found: dict[str, str] = {}
    for base in reversed(kind.__mro__):
        if not base.__module__.startswith("flet_lock."):
            continue
        body = ast.parse(textwrap.dedent(inspect.getsource(base))).body[0]
        assert isinstance(body, ast.ClassDef)
        for field, doc in zip(body.body, body.body[1:], strict=False):
            match field, doc:
                case (
                    ast.AnnAssign(target=ast.Name(id=name)),
                    ast.Expr(value=ast.Constant(value=str(text))),
                ):
                    found[name] = inspect.cleandoc(text)
    return found


if __name__ == "__main__":
    raise SystemExit(main())
