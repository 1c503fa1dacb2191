"""Who imports whom, held against the table in ARCHITECTURE.md, and what an import costs."""

import ast
import graphlib
import importlib
import json
import re
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "resolver" / "flet_lock"
FOLDERS = sorted(path.name for path in PACKAGE.iterdir() if (path / "__init__.py").is_file())

HOMES: dict[str, set[str]] = {
    "build": {"index"},
    "certifi": {"index"},
    "cyclonedx": {"install"},
    "httpx": {"index"},
    "installer": {"install"},
    "jinja2": {"reports"},
    "keyring": {"index"},
    "networkx": {"analysis"},
    "platformdirs": {"index"},
    "resolvelib": {"resolution"},
    "rich": {"reports"},
    "tomlkit": {"project"},
}
"""Libraries that have one home, so that they can be exchanged there alone."""

NEVER: dict[str, set[str]] = {
    "model": set(FOLDERS),
    "resolution": {"index", "project", "lockfile", "workflows", "reports", "cli"},
    "index": {"resolution", "project", "targets", "lockfile", "workflows", "reports", "cli"},
    "lockfile": {"index", "resolution", "project"},
}
"""What no edit of the table may allow: these seams carry the design."""


@cache
def imports_of(path: Path) -> tuple[str, ...]:
    """Every module a file imports, at its top or later, for types or not."""
    found = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"), filename=str(path))):
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            assert node.module is not None
            found.append(node.module)
            # `from flet_lock.model import target` imports a module too.
            found += [
                f"{node.module}.{alias.name}"
                for alias in node.names
                if _file_of(f"{node.module}.{alias.name}") is not None
            ]
    return tuple(found)


def files() -> Iterator[Path]:
    return (path for path in sorted(PACKAGE.rglob("*.py")))


def _file_of(module: str) -> Path | None:
    parts = module.split(".")
    if parts[0] != "flet_lock":
        return None
    path = PACKAGE.joinpath(*parts[1:])
    for candidate in (path.with_suffix(".py"), path / "__init__.py"):
        if candidate.is_file():
            return candidate
    return None


def folder_of(path: Path) -> str:
    """The folder of the map a file belongs to; `""` for those beside the folders."""
    parts = path.relative_to(PACKAGE).parts
    return parts[0] if len(parts) > 1 else ""


def table() -> dict[str, set[str]]:
    """Folder to folders it may import, from ARCHITECTURE.md."""
    text = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    found = re.search(r"<!-- import-table.*?-->(.*?)<!-- /import-table -->", text, re.DOTALL)
    assert found is not None, "ARCHITECTURE.md has no import table"
    rows = {}
    for line in found[1].strip().splitlines()[2:]:
        folder, allowed = (cell.strip() for cell in line.strip().strip("|").split("|"))
        rows[folder] = {name.strip() for name in allowed.split(",") if name.strip()}
    return rows


def test_the_table_names_every_folder_and_nothing_else() -> None:
    rows = table()
    assert sorted(rows) == FOLDERS
    assert set().union(*rows.values()) <= set(FOLDERS)


def test_the_table_points_one_way() -> None:
    assert list(graphlib.TopologicalSorter(table()).static_order())


@pytest.mark.parametrize("folder", NEVER)
def test_the_table_keeps_the_seams(folder: str) -> None:
    assert not table()[folder] & NEVER[folder]


@pytest.mark.parametrize("folder", FOLDERS)
def test_a_folder_imports_what_the_table_allows(folder: str) -> None:
    allowed = table()[folder] | {folder}
    breaches = {
        f"{path.relative_to(PACKAGE)} imports {module}"
        for path in files()
        if folder_of(path) == folder
        for module in imports_of(path)
        if module.startswith("flet_lock.") and module.split(".")[1] not in allowed
    }
    assert breaches == set()


@pytest.mark.parametrize("library", HOMES)
def test_a_library_is_imported_at_home_only(library: str) -> None:
    breaches = {
        str(path.relative_to(PACKAGE))
        for path in files()
        for module in imports_of(path)
        if module.split(".")[0] == library and folder_of(path) not in HOMES[library]
    }
    assert breaches == set()


def test_files_do_not_import_each_other_in_a_circle() -> None:
    graph: defaultdict[Path, set[Path]] = defaultdict(set)
    for path in files():
        graph[path] |= {file for module in imports_of(path) if (file := _file_of(module))}
        graph[path] -= {path}
    assert list(graphlib.TopologicalSorter(graph).static_order())


@pytest.mark.parametrize("folder", ["", *FOLDERS])
def test_a_package_lists_what_it_offers(folder: str) -> None:
    path = PACKAGE / folder / "__init__.py"
    offered = [
        alias.asname or alias.name
        for node in ast.parse(path.read_text(encoding="utf-8")).body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    ]
    module = importlib.import_module(f"flet_lock.{folder}".rstrip("."))
    listed = getattr(module, "__all__", [])
    assert list(listed) == sorted(listed)
    assert set(offered) <= set(listed)
    assert [name for name in listed if not hasattr(module, name)] == []


HEAVY = {
    "asyncio",
    "build",
    "email",
    "httpx",
    "installer",
    "keyring",
    "networkx",
    "resolvelib",
    "rich",
    "tomlkit",
}


@pytest.mark.parametrize(
    ("module", "besides"),
    [
        ("flet_lock.model.errors.install", {"flet_lock.targets", "flet_lock.project"}),
        ("flet_lock.project", {"flet_lock.index", "flet_lock.resolution"}),
        ("flet_lock.targets.plan", {"flet_lock.index", "flet_lock.resolution"}),
        ("flet_lock.lockfile.read_lock", {"flet_lock.index", "flet_lock.resolution"}),
        ("flet_lock.workflows.locking.check", {"flet_lock.index", "flet_lock.resolution"}),
    ],
)
def test_what_check_needs_is_cheap_to_import(module: str, besides: set[str]) -> None:
    # `check` runs before every commit, in 0.15 s; Python alone takes a tenth of that.
    code = f"import json, sys, {module}; print(json.dumps(sorted(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = set(json.loads(done.stdout))
    assert module in loaded
    assert loaded & (HEAVY | besides) == set()


PARTS: dict[str, tuple[str, ...]] = {
    "cli": ("answer_cache",),
    "index": ("http", "pages", "files", "metadata", "loading", "sources"),
    "install": ("wheel", "tree", "comparison", "handover"),
    "lockfile": ("format",),
    "model": ("facts", "app", "index answer", "errors"),
    "project": ("poetry", "requirements_txt", "settings", "edit"),
    "reports": ("layout", "wording", "html", "progress", "sarif", "text", "json", "github"),
    "resolution": ("problem", "search", "answer", "diagnosis"),
    "workflows": ("auditing building fixing inspecting installing locking requesting",),
}
"""The sub-folders of each folder: one may import those before it. Parts in one string lean on each
other: a listing carries rejections, and a command's workflow uses what another found out."""


def part_of(path: Path) -> str:
    """The sub-folder that a file belongs to; `""` for those beside the sub-folders."""
    parts = path.relative_to(PACKAGE).parts
    return parts[1] if len(parts) > 2 else ""


def test_every_sub_folder_has_its_place() -> None:
    there = {
        folder: sorted(each.name for each in (PACKAGE / folder).iterdir() if each.is_dir())
        for folder in FOLDERS
    }
    there = {
        folder: [name for name in names if not name.startswith("_")]
        for folder, names in there.items()
    }
    listed = {folder: sorted(" ".join(parts).split()) for folder, parts in PARTS.items()}
    assert {folder: names for folder, names in there.items() if names} == listed


@pytest.mark.parametrize("folder", PARTS)
def test_a_part_imports_those_before_it(folder: str) -> None:
    place = {name: at for at, names in enumerate(PARTS[folder]) for name in names.split()}
    breaches = {
        f"{path.relative_to(PACKAGE)} imports {module}"
        for path in files()
        if folder_of(path) == folder and part_of(path)
        for module in imports_of(path)
        if (file := _file_of(module)) is not None
        and folder_of(file) == folder
        and part_of(file)
        and place[part_of(file)] > place[part_of(path)]
    }
    assert breaches == set()
