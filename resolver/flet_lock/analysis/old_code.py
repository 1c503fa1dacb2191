"""What the code of a wheel tells of its age: what it imports, and for which Pythons it was made."""

import ast
import re
import tomllib
import warnings
import zipfile
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

from flet_lock.model.answer.old_release import OldCode
from flet_lock.targets.shipped_data import shipped_path

LARGEST_BYTES = 2_000_000
"""Of a wheel that is looked into; an old pure one is seldom larger."""
_LARGEST_MODULE = 400_000
_MOST_MODULES = 400
_CLASSIFIER = re.compile(
    rb"^Classifier: Programming Language :: Python :: (3\.\d+)\s*$", re.MULTILINE
)


@cache
def removed_modules() -> Mapping[str, str]:
    """Module to the Python that no longer has it: `data/catalog/removed-modules.toml`."""
    table = tomllib.loads(shipped_path("removed-modules.toml").read_text(encoding="utf-8"))
    return {module: python for python, modules in table.items() for module in modules}


def look_into_old_code(path: Path, filename: str, python: tuple[int, int]) -> OldCode | None:
    """What a wheel's modules import that a Python no longer has; None where it cannot be read.

    Counts what runs when a module is imported, and is not guarded by `try` or `if`; tests and
    scripts of a package are left out.

    Args:
        path: the wheel.
        filename: its name.
        python: the app's Python, major and minor.
    """
    gone = {
        module: removed
        for module, removed in removed_modules().items()
        if tuple(map(int, removed.split("."))) <= python
    }
    found: dict[str, str] = {}
    unreadable = newest = ""
    try:
        with zipfile.ZipFile(path) as archive:
            for name, content in _members(archive):
                if name.endswith("METADATA"):
                    newest = _newest_python(content)
                    continue
                tree = _parsed(content)
                if tree is None:
                    unreadable = unreadable or name
                    continue
                own = set(name.removesuffix(".py").split("/"))
                for module in _imported(tree):
                    if module in gone and module not in own:
                        found[module] = gone[module]
    except (OSError, zipfile.BadZipFile, RuntimeError, NotImplementedError):
        return None
    return OldCode(
        filename=filename,
        removed_modules=tuple(sorted(found.items())),
        unreadable=unreadable,
        newest_python=newest,
    )


def _members(archive: zipfile.ZipFile) -> Iterator[tuple[str, bytes]]:
    wanted = [
        member
        for member in archive.infolist()
        if member.filename.endswith((".py", ".dist-info/METADATA"))
        and member.file_size <= _LARGEST_MODULE
        and not _is_aside(member.filename)
    ]
    for member in wanted[:_MOST_MODULES]:
        yield member.filename, archive.read(member)


def _is_aside(name: str) -> bool:
    folders = name.split("/")[:-1]
    return any(each in {"tests", "test", "docs", "examples"} or ".data" in each for each in folders)


def _newest_python(metadata: bytes) -> str:
    named = [each.decode() for each in _CLASSIFIER.findall(metadata)]
    return max(named, key=lambda each: int(each.partition(".")[2]), default="")


def _parsed(content: bytes) -> ast.Module | None:
    try:
        with warnings.catch_warnings(action="ignore"):
            return ast.parse(content)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def _imported(tree: ast.Module) -> Iterator[str]:
    """First names of modules that are imported whenever this one is."""
    for statement in tree.body:
        match statement:
            case ast.Import(names=names):
                for alias in names:
                    yield alias.name.partition(".")[0]
            case ast.ImportFrom(module=str(module), level=0):
                yield module.partition(".")[0]
            case _:
                pass
