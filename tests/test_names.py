"""The field's words in identifiers, and declared libraries, held against ARCHITECTURE.md."""

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "resolver" / "flet_lock"

NOT_USED = {
    "contest",
    "crew",
    "grounds",
    "lean",
    "mending",
    "promise",
    "promises",
    "shelf",
    "shelves",
    "standing",
    "watch",
    "wire",
    "wires",
    "wish",
    "wishes",
}
"""Words that the glossary rules out, or that once meant several things here."""


def identifiers(tree: ast.Module) -> Iterator[tuple[str, int]]:
    """Names that a file gives to something, with their lines."""
    for node in ast.walk(tree):
        match node:
            case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
                yield name, node.lineno
            case ast.arg(arg=name):
                yield name, node.lineno
            case ast.Name(id=name, ctx=ast.Store()) | ast.Attribute(attr=name, ctx=ast.Store()):
                yield name, node.lineno
            case _:
                pass


def words_of(identifier: str) -> list[str]:
    return [word.lower() for word in re.findall(r"[A-Z]?[a-z]+|[A-Z]+", identifier)]


def test_identifiers_are_the_words_of_the_glossary() -> None:
    found = [
        f"{path.relative_to(PACKAGE)}:{line}: {name}"
        for path in sorted(PACKAGE.rglob("*.py"))
        for name, line in identifiers(ast.parse(path.read_text(encoding="utf-8")))
        if NOT_USED & {*words_of(name)}
    ]
    assert found == []


@pytest.mark.parametrize("name", ["make_wishes", "WireFormat", "self_standing"])
def test_such_an_identifier_would_be_found(name: str) -> None:
    assert NOT_USED & {*words_of(name)}


def test_the_glossary_rules_them_out() -> None:
    text = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    ruled_out = {
        word.strip()
        for row in re.findall(r"^\| [^|]+ \| [^|]+ \| ([^|]*) \|$", text, re.MULTILINE)
        for word in row.split(",")
    }
    assert {"crew", "grounds", "promise", "wire", "wish"} <= ruled_out


def imported_roots() -> set[str]:
    """Modules outside the standard library that the program imports, wherever in a file."""
    roots: set[str] = set()
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                roots |= {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module:
                roots.add(node.module.partition(".")[0])
    return roots - {*sys.stdlib_module_names, "flet_lock"}


def declared() -> set[str]:
    """Packages of [project].dependencies and its extras."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    lines = list(project["dependencies"])
    for extra in project["optional-dependencies"].values():
        lines += extra
    return {canonicalize_name(Requirement(line).name) for line in lines}


def test_what_is_imported_is_declared_and_what_is_declared_is_imported() -> None:
    providers = packages_distributions()
    imported = {
        canonicalize_name(name) for root in imported_roots() for name in providers.get(root, [root])
    }
    # Namespaces such as `cyclonedx` belong to one distribution here; keyring may be absent.
    assert imported == declared()
