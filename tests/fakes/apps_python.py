"""Makes pip believe that the Python it runs on is of the version that an app is built with.

serious_python runs pip on a Python of the app's minor, and `dart_standin` on the one at hand. pip
asks for the version in four of its modules and, for markers, in `platform`; these are told the
app's. Everything else sees the Python that there is, since pip and what it brings along choose
their imports by it. Imported by the build's `sitecustomize`, and imports nothing of ours.
"""

import platform
import sys
from collections.abc import Sequence
from importlib.machinery import ModuleSpec, PathFinder
from types import ModuleType, SimpleNamespace
from typing import Any, NamedTuple

ASKING = (
    "pip._internal.models.target_python",  # `data-requires-python` of files
    "pip._internal.resolution.resolvelib.candidates",  # `Requires-Python` of metadata
    "pip._vendor.packaging.markers",
    "pip._vendor.packaging.tags",
)


class VersionInfo(NamedTuple):
    """`sys.version_info`, which cannot be made by anybody else."""

    major: int
    minor: int
    micro: int
    releaselevel: str = "final"
    serial: int = 0


class AppsSys:
    """`sys` of another version."""

    def __init__(self, version: VersionInfo) -> None:
        self.version_info = version
        self.implementation = SimpleNamespace(**{**vars(sys.implementation), "version": version})

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever sys has
        return getattr(sys, name)


class Finder:
    """Finds the modules that ask as they are found anyhow, and has them ask an `AppsSys`."""

    def __init__(self, version: VersionInfo) -> None:
        self._version = version

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """As `importlib` calls it."""
        spec = PathFinder.find_spec(name, path, target) if name in ASKING else None
        if spec is None or spec.loader is None:
            return None
        execute = spec.loader.exec_module

        def exec_module(module: Any) -> None:  # noqa: ANN401 - what is set is unknown to mypy
            execute(module)
            module.sys = AppsSys(self._version)
            if hasattr(module, "interpreter_version"):  # it is a variable of Python's build
                module.interpreter_version = lambda **_: "{}{}".format(*self._version)

        spec.loader.exec_module = exec_module  # type: ignore[method-assign]  # of this one loader
        return spec


def pretend(full_version: str) -> None:
    """From here on; does nothing on a Python of the same minor."""
    major, minor, micro = map(int, full_version.split("."))
    if sys.version_info[:2] == (major, minor):
        return
    sys.meta_path.insert(0, Finder(VersionInfo(major, minor, micro)))
    platform.python_version = lambda: full_version
    platform.python_version_tuple = lambda: (str(major), str(minor), str(micro))
