"""The tools that are compared, each with its own cache, each asked for the same thing."""

import os
import shutil
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from comparison.measurement import Cost, run, total
from comparison.workload import App
from flet_lock.model.target import Platform
from flet_lock.targets.generations import load_generations

UV_TARGETS: Mapping[str, Platform] = {
    "aarch64-linux-android": Platform.ANDROID,
    "x86_64-linux-android": Platform.ANDROID,
    "arm64-apple-ios": Platform.IOS,
    "arm64-apple-ios-simulator": Platform.IOS,
    "x86_64-apple-ios-simulator": Platform.IOS,
}
"""uv knows no armeabi-v7a."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Indexes:
    """Where a run finds the recorded indexes."""

    pypi: str
    flet: str | None
    """None: PyPI alone."""


class Contender(Protocol):
    """A tool."""

    name: str

    def forget(self) -> None:
        """Empties cache and results, so that the next run is cold."""
        ...

    def lock(self, app: App, indexes: Indexes, *, timeout_seconds: float) -> Cost:
        """Resolves an app for all targets that the tool knows."""
        ...


class FletLock:
    """All six targets in one process."""

    name = "flet-lock"

    def __init__(self, home: Path, *, program: Path | None = None) -> None:
        self._home = home
        self._cache = home / "flet-lock-cache"
        self._program = program or beside_python("flet-lock")
        self._app: App | None = None

    def forget(self) -> None:
        """See `Contender`."""
        shutil.rmtree(self._cache, ignore_errors=True)
        if self._app is not None:
            for lock in self._app.folder.glob("pylock.*.toml"):
                lock.unlink()

    def lock(self, app: App, indexes: Indexes, *, timeout_seconds: float) -> Cost:
        """See `Contender`."""
        self._app = app
        command = [str(self._program), str(app.folder), "--no-progress", "-q"]
        command += ["--python-version", app.workload.python, "--cache-dir", str(self._cache)]
        command += ["--default-index", indexes.pypi]
        command += (
            ["--no-flet-index"] if indexes.flet is None else ["--index", f"flet={indexes.flet}"]
        )
        command += app.workload.options
        return run(command, self._home / "flet-lock.log", timeout_seconds=timeout_seconds)


class Uv:
    """One run for each of its five mobile targets, one after the other."""

    name = "uv"

    def __init__(self, home: Path) -> None:
        self._home = home
        self._cache = home / "uv-cache"
        self._results = home / "uv-results"
        self._program = beside_python("uv")

    def forget(self) -> None:
        """See `Contender`. What uv found out about the interpreter stays: it is no index work."""
        if self._cache.is_dir():
            for folder in self._cache.iterdir():
                if folder.is_dir() and not folder.name.startswith("interpreter"):
                    shutil.rmtree(folder)
        shutil.rmtree(self._results, ignore_errors=True)

    def lock(self, app: App, indexes: Indexes, *, timeout_seconds: float) -> Cost:
        """See `Contender`."""
        self._results.mkdir(exist_ok=True)
        return total(self._runs(app, indexes, timeout_seconds))

    def _runs(self, app: App, indexes: Indexes, timeout_seconds: float) -> Iterator[Cost]:
        for target, platform in UV_TARGETS.items():
            command = [str(self._program), "pip", "compile", str(app.inputs[platform])]
            command += ["-c", str(app.constraints[platform]), "--quiet", "--no-config"]
            command += ["--only-binary", ":all:", "--python-platform", target]
            command += ["--python", sys.executable]
            command += ["--python-version", app.workload.python]
            command += ["--index-strategy", "unsafe-best-match", "--default-index", indexes.pypi]
            command += [] if indexes.flet is None else ["--index", indexes.flet]
            command += ["--cache-dir", str(self._cache)]
            command += ["--output-file", str(self._results / f"{target}.txt")]
            log = self._home / f"uv-{target}.log"
            yield run(command, log, timeout_seconds=timeout_seconds)


class Pip:
    """One run for one target; pip believes in part that it is on the build machine."""

    name = "pip"

    def __init__(self, home: Path) -> None:
        self._home = home
        self._cache = home / "pip-cache"

    def forget(self) -> None:
        """See `Contender`."""
        shutil.rmtree(self._cache, ignore_errors=True)

    def lock(self, app: App, indexes: Indexes, *, timeout_seconds: float) -> Cost:
        """See `Contender`."""
        command = [sys.executable, "-m", "pip", "--isolated", "--disable-pip-version-check"]
        command += [
            "--no-input",
            "--cache-dir",
            str(self._cache),
            "install",
            "--quiet",
            "--dry-run",
        ]
        command += ["--report", str(self._home / "pip.json"), "--only-binary", ":all:"]
        command += ["--platform", "android_24_arm64_v8a"]
        command += ["--python-version", app.workload.python]
        command += [
            "--implementation",
            "cp",
            "--abi",
            f"cp{app.workload.python.replace('.', '')}",
            "--abi",
            "abi3",
            "--abi",
            "none",
        ]
        command += ["--target", str(self._home / "pip-target"), "--index-url", indexes.pypi]
        command += [] if indexes.flet is None else ["--extra-index-url", indexes.flet]
        command += ["-r", str(app.inputs[Platform.ANDROID])]
        command += ["-c", str(app.constraints[Platform.ANDROID])]
        return run(command, self._home / "pip.log", timeout_seconds=timeout_seconds)


@contextmanager
def manifest_at_hand(data: Path) -> Iterator[None]:
    """Runs inside find python-build's manifest where flet-cli keeps it, as after a first build.

    Args:
        data: Folder with `catalog/`.
    """
    with tempfile.TemporaryDirectory(prefix="flet-cache-") as folder:
        kept = Path(folder) / "python-build"
        kept.mkdir()
        date = load_generations().newest.python_build
        shutil.copy(data / "catalog/python-releases.json", kept / f"manifest-{date}.json")
        before = os.environ.get("FLET_CACHE_DIR")
        os.environ["FLET_CACHE_DIR"] = folder
        try:
            yield
        finally:
            if before is None:
                del os.environ["FLET_CACHE_DIR"]
            else:
                os.environ["FLET_CACHE_DIR"] = before


def beside_python(name: str) -> Path:
    """A program of the environment that the benchmark runs in."""
    path = Path(sys.executable).parent / name
    if not path.exists():
        raise FileNotFoundError(f"{path}: install the project with its test dependencies")
    return path
