"""What an sdist says about its own build: pyproject.toml and setup.py, read and never run."""

import ast
import re
import tomllib
from collections.abc import Iterator, Mapping
from typing import Final

from msgspec import Struct
from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name

_COMPILING_BACKENDS: Final = frozenset(
    {"maturin", "scikit_build_core", "sipbuild", "pyqtbuild", "py_build_cmake", "cmeel"}
)
"""Backends that exist to compile, by the first part of `build-backend`. Not mesonpy: it also
builds pure packages."""
_PURE_BACKENDS: Final = frozenset({"flit_core", "flit", "uv_build", "flit_scm"})
"""Backends that cannot compile."""
_DECLARATIVE_BACKENDS: Final = frozenset(
    {"hatchling", "poetry", "poetry_dynamic_versioning", "pdm"}
)
"""Backends that compile only where a hook or a build script is named."""
_COMPILERS: Final = frozenset(
    {"cffi", "cython", "hatch-cython", "hatch-mypyc", "mypy", "nanobind", "pybind11"}
    | {"scikit-build", "setuptools-golang", "setuptools-rust", "swig"}
)
"""Build requirements that are there to compile something."""
_PURE_HATCH_HOOKS: Final = frozenset({"vcs", "version", "jupyter-builder", "build-scripts"})
_EXTENSION_KEYWORDS: Final = frozenset({"ext_modules", "rust_extensions", "cffi_modules"})
_EXTENSION_CALLS: Final = frozenset(
    {"Extension", "CppExtension", "CUDAExtension", "Pybind11Extension", "RustExtension"}
    | {"CMakeExtension", "cythonize", "mypycify"}
)
_SPOKEN: Final = re.compile(r"\b(ext_modules|rust_extensions|cffi_modules|Extension\s*\()")


class BuildSettings(Struct, frozen=True, kw_only=True):
    """What the build files say, taken together."""

    backend: str | None
    """`build-backend`; None where there is none."""
    compiles: tuple[str, ...]
    """Where it is said that native code is built: `setup.py: ext_modules`."""
    may_compile: tuple[str, ...]
    """Where it is said that native code may be built: optional extensions, build scripts."""
    cannot_compile: bool
    """The backend builds Python only, or nothing tells it to compile."""


def read_build_settings(pyproject: str | None, setup_py: str | None) -> BuildSettings:
    """Reads the two files of an sdist's top folder; None: it does not have the file."""
    tables = _tables(pyproject)
    backend = _backend(tables)
    root = "setuptools" if backend is None else re.split(r"[.:]", backend)[0]
    compiles: list[str] = []
    may: list[str] = []
    if root in _COMPILING_BACKENDS:
        compiles.append(f"pyproject.toml: build-backend {backend}")
    if _has(tables, "tool", "setuptools", "ext-modules"):
        compiles.append("pyproject.toml: [tool.setuptools] ext-modules")
    hooks = _hooks(tables, root)
    may += hooks
    if root not in _PURE_BACKENDS:
        for name in _compilers(tables):
            may.append(f"pyproject.toml: build-system.requires {name}")
    if root not in _PURE_BACKENDS | _DECLARATIVE_BACKENDS and setup_py is not None:
        script = read_setup_script(setup_py)
        (may if script.optional else compiles).extend(script.extensions)
        may += script.unclear
    return BuildSettings(
        backend=backend,
        compiles=tuple(compiles),
        may_compile=tuple(may),
        cannot_compile=root in _PURE_BACKENDS
        or (root in _DECLARATIVE_BACKENDS and not hooks and not compiles),
    )


def _tables(pyproject: str | None) -> Mapping[str, object]:
    try:
        return tomllib.loads(pyproject or "")
    except tomllib.TOMLDecodeError:
        return {}


def _get(tables: Mapping[str, object], *path: str) -> object:
    value: object = tables
    for part in path:
        value = value.get(part) if isinstance(value, Mapping) else None
    return value


def _has(tables: Mapping[str, object], *path: str) -> bool:
    return bool(_get(tables, *path))


def _backend(tables: Mapping[str, object]) -> str | None:
    backend = _get(tables, "build-system", "build-backend")
    return backend if isinstance(backend, str) and backend else None


def _compilers(tables: Mapping[str, object]) -> Iterator[str]:
    requires = _get(tables, "build-system", "requires")
    for line in requires if isinstance(requires, list) else ():
        try:
            name = canonicalize_name(Requirement(str(line)).name)
        except InvalidRequirement:
            continue
        if name in _COMPILERS:
            yield name


def _hooks(tables: Mapping[str, object], root: str) -> list[str]:
    """Programs of the project's own, or of others, that take part in the build."""
    found = []
    if root == "hatchling":
        for table in (("build", "hooks"), ("build", "targets", "wheel", "hooks")):
            hooks = _get(tables, "tool", "hatch", *table)
            names = set(hooks) if isinstance(hooks, Mapping) else set()
            found += [
                f"pyproject.toml: [tool.hatch.{'.'.join(table)}.{name}]"
                for name in sorted(names - _PURE_HATCH_HOOKS)
            ]
    elif root.startswith("poetry") and _has(tables, "tool", "poetry", "build"):
        found.append("pyproject.toml: [tool.poetry] build")
    elif root == "pdm":
        build = _get(tables, "tool", "pdm", "build")
        if isinstance(build, str) or _has(tables, "tool", "pdm", "build", "run-setuptools"):
            found.append("pyproject.toml: [tool.pdm] build")
    return found


class SetupScript(Struct, frozen=True, kw_only=True):
    """What a setup.py says about extensions."""

    extensions: tuple[str, ...]
    """Where it names some."""
    optional: bool
    """It installs without them where they cannot be compiled."""
    unclear: tuple[str, ...] = ()
    """Where it may name some: settings that come from elsewhere."""


def read_setup_script(text: str) -> SetupScript:
    """Reads a setup.py as a syntax tree; one that is not today's Python, word by word."""
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        spoken = _SPOKEN.findall(text)
        return SetupScript(
            extensions=(),
            optional=False,
            unclear=(f"setup.py: {spoken[0].rstrip(' (')}",) if spoken else (),
        )
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    # Of any call: `setup(ext_modules=…)`, `dict(ext_modules=…)` that is spread out later.
    keywords = [
        keyword.arg
        for call in calls
        for keyword in call.keywords
        if keyword.arg in _EXTENSION_KEYWORDS and not _is_nothing(keyword.value)
    ]
    made = [call for call in calls if _name(call.func) in _EXTENSION_CALLS]
    # setup(**settings): what is in `settings` is said elsewhere in the script.
    spread = any(
        keyword.arg is None
        for call in calls
        if _name(call.func) == "setup"
        for keyword in call.keywords
    )
    named = any(
        isinstance(node, ast.Constant) and node.value in _EXTENSION_KEYWORDS
        for node in ast.walk(tree)
    )
    words = [f"setup.py: {word}" for word in dict.fromkeys(filter(None, keywords))]
    if not words and made and (spread or named):
        words = [f"setup.py: {_name(made[0].func)}"]
    optional = bool(made) and all(_is_optional(call) for call in made)
    return SetupScript(
        extensions=tuple(words),
        optional=optional or any(_survives_failure(node) for node in ast.walk(tree)),
        unclear=() if words or not made else (f"setup.py: {_name(made[0].func)}",),
    )


def _name(function: ast.expr) -> str:
    if isinstance(function, ast.Name):
        return function.id
    return function.attr if isinstance(function, ast.Attribute) else ""


def _is_nothing(value: ast.expr) -> bool:
    """`ext_modules=[]`, `ext_modules=None`."""
    if isinstance(value, ast.List | ast.Tuple):
        return not value.elts
    return isinstance(value, ast.Constant) and not value.value


def _survives_failure(node: ast.AST) -> bool:
    """The well-known recipe: a `build_ext` of its own that goes on without the extension."""
    return (
        isinstance(node, ast.ClassDef)
        and any(_name(base).casefold().endswith(("build_ext", "buildext")) for base in node.bases)
        and any(isinstance(inner, ast.Try) for inner in ast.walk(node))
    )


def _is_optional(call: ast.Call) -> bool:
    """`optional=True`, or an expression that is meant to be true somewhere."""
    return any(
        keyword.arg == "optional" and not _is_nothing(keyword.value) for keyword in call.keywords
    )
