"""A place where the real `flet build` runs: stand-ins for Flutter and Dart, no network.

flet-cli itself is not patched. It finds a Flutter, a JDK and an Android SDK that are empty shells,
and its template in its own cache. For iOS it is told by a `sitecustomize` that this is a Mac.
"""

import io
import json
import os
import stat
import subprocess
import sys
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import flet.version
from flet_cli.utils.android_sdk import (  # type: ignore[import-untyped]  # it has no py.typed
    ANDROID_CMDLINE_TOOLS_VERSION,
    MINIMAL_PACKAGES,
)

from fakes.generation_environment import make_environment, python_for

OLDER_PACKAGES = (
    "cmdline-tools;latest",
    "platform-tools",
    "platforms;android-35",
    "build-tools;34.0.0",
)
"""What flet-cli looked for in an Android SDK before."""
FAKES = Path(__file__).parent
WINDOWS = sys.platform == "win32"
PYTHON = f"{sys.version_info.major}.{sys.version_info.minor}"
"""The minor that apps are built for: that of the Python at hand, so that one is enough."""
CPYTHON = f"cp{PYTHON.replace('.', '')}"
MAC = {"STANDIN_SYSTEM": "Darwin"}
"""Variables under which flet believes to be on a Mac."""


@dataclass(frozen=True, kw_only=True)
class Release:
    """A released Flet, and the tools that it builds with."""

    serious_python: str
    pip: str
    flutter: str
    python: str = "3.12"
    """The minor that apps get by default."""


RELEASES = {
    "0.25.2": Release(serious_python="0.8.7", pip="24.1.2", flutter="3.24.0"),
    "0.28.3": Release(serious_python="0.9.11", pip="24.3.1", flutter="3.29.2"),
    "0.80.5": Release(serious_python="0.9.9", pip="24.3.1", flutter="3.38.7"),
    "0.85.3": Release(serious_python="1.0.1", pip="24.3.1", flutter="3.41.7"),
    "0.86.5": Release(serious_python="4.5.1", pip="26.1.2", flutter="3.44.8", python="3.14"),
}
"""Besides the Flet of the tests' own environment."""


@dataclass(frozen=True, kw_only=True)
class FletBuild:
    """The machine of a developer."""

    home: Path
    """The user's folder, with the tools in it."""
    index: Path
    """What stands for PyPI, a directory index; the Flet index is `<index>-flet`."""
    pip_python: Path = Path(sys.executable)
    """The Python whose pip the build uses."""
    served: tuple[str, str] | None = None
    """Addresses of what stands for PyPI and the Flet index instead of these folders."""
    flet_version: str | None = None
    """One of `RELEASES`, in an environment of its own; None for that of the tests."""
    programs: Path = Path(sys.executable).parent
    """Where `flet` is."""
    flutter_version: str = flet.version.flutter_version

    @property
    def log(self) -> Path:
        """The command lines of the build's Python, a JSON list each."""
        return self.home / "python.log"

    @property
    def environ(self) -> dict[str, str]:
        """The environment of a terminal there."""
        kept = {
            name: os.environ[name]
            for name in ("SYSTEMROOT", "PATHEXT", "COMSPEC", "TEMP", "TMP", "TMPDIR", "LANG")
            if name in os.environ
        }
        default_index, flet_index = self.served or (self.index.as_uri(), self.flet_index.as_uri())
        path = [self.home / "tools", self.programs, Path(sys.executable).parent, *_system_path()]
        release = RELEASES.get(self.flet_version or "")
        standins = {}
        if release is not None:
            standins = {
                "STANDIN_SERIOUS_PYTHON": release.serious_python,
                "STANDIN_PIP_VERSION": release.pip,
            }
        return {
            **kept,
            **standins,
            "PATH": os.pathsep.join(map(str, path)),
            "HOME": str(self.home),
            "USERPROFILE": str(self.home),
            "XDG_CACHE_HOME": str(self.home / "cache"),
            "FLET_LOCK_CACHE_DIR": str(self.home / "cache" / "flet-lock"),
            "FLET_CACHE_DIR": str(self.home / "flet-cache"),
            "FLET_PYTHON_BUILD_MANIFEST": str(self.home / "manifest.json"),
            "FLET_CLI_SKIP_FLUTTER_DOCTOR": "true",
            "FLET_CLI_NO_RICH_OUTPUT": "true",
            "FLET_LOCK_DEFAULT_INDEX": default_index,
            "FLET_LOCK_INDEX": f"flet={flet_index}",
            "JAVA_HOME": str(self.home / "jdk"),
            "ANDROID_HOME": str(self.home / "android"),
            "PYTHONPATH": str(self.home / "mac"),
            "PYTHONUTF8": "1",
            # As a developer behind a mirror has it; a build under a lock must not listen to it.
            "PIP_INDEX_URL": default_index,
            "PIP_CACHE_DIR": str(self.home / "cache" / "pip"),
            "STANDIN_FLET_INDEX": flet_index,
            "STANDIN_PYTHON": str(self.pip_python),
            "STANDIN_FLUTTER_VERSION": self.flutter_version,
            "STANDIN_LOG": str(self.log),
        }

    @property
    def flet_index(self) -> Path:
        """What stands for pypi.flet.dev."""
        return self.index.with_name(f"{self.index.name}-flet")

    @property
    def pip_runs(self) -> list[list[str]]:
        """The command lines of pip so far."""
        if not self.log.exists():
            return []
        lines = self.log.read_text(encoding="utf-8").splitlines()
        return [words for words in map(json.loads, lines) if words[:2] == ["-m", "pip"]]

    def flet(self, app: Path, *words: str) -> "subprocess.CompletedProcess[str]":
        """Runs `flet` in an app's folder."""
        return self.run(app, [*self.flet_command, *words])

    @property
    def flet_command(self) -> list[str]:
        """The program `flet`."""
        return [str(self.programs / ("flet.exe" if WINDOWS else "flet"))]

    def flet_lock(self, app: Path, *words: str) -> "subprocess.CompletedProcess[str]":
        """Runs `flet-lock` in an app's folder."""
        return self.run(app, [sys.executable, "-m", "flet_lock", *words])

    def run(
        self, app: Path, command: Sequence[str], **variables: str
    ) -> "subprocess.CompletedProcess[str]":
        """Runs a command in an app's folder; returns whatever its exit code."""
        return subprocess.run(
            command,
            cwd=app,
            env={**self.environ, **variables},
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=False,
            timeout=300,
        )

    def build(
        self, app: Path, package: str, *words: str, under_lock: bool
    ) -> "subprocess.CompletedProcess[str]":
        """Runs `flet build PACKAGE …`, on a Mac for iOS; `under_lock` by `flet-lock run`."""
        command = [*self.flet_command, "build", package, *words]
        if under_lock:
            command = [sys.executable, "-m", "flet_lock", "run", "--", "flet", *command[1:]]
        return self.run(app, command, **(MAC if package == "ipa" else {}))

    def publish(self, filename: str, content: bytes, *, flet: bool = False) -> None:
        """Puts a wheel or an sdist on an index."""
        name = filename.partition("-")[0].replace("_", "-").lower()
        folder = (self.flet_index if flet else self.index) / name
        folder.mkdir(parents=True, exist_ok=True)
        (folder / filename).write_bytes(content)
        files = sorted(path.name for path in folder.iterdir() if path.suffix != ".html")
        links = "".join(f'<a href="{each}">{each}</a>\n' for each in files)
        (folder / "index.html").write_text(f"<!DOCTYPE html><html><body>\n{links}</body></html>")


def make_flet_build(
    home: Path,
    *,
    pip_python: Path | None = None,
    served: tuple[str, str] | None = None,
    manifest: bytes | None = None,
    flet_version: str | None = None,
) -> FletBuild:
    """Sets up a machine in an empty folder.

    Args:
        home: the folder.
        pip_python: the Python whose pip the build uses; None for the one at hand.
        served: addresses of the indexes; None for folders, see `FletBuild.publish`.
        manifest: python-build's manifest.json; None for one that has the Python at hand only.
        flet_version: one of `RELEASES`, with its pip; None for the Flet of the tests.
    """
    programs, flutter_version = Path(sys.executable).parent, flet.version.flutter_version
    version = flet_version or flet.version.flet_version
    if flet_version is not None:
        release = RELEASES[flet_version]
        names = (f"flet=={version}", f"flet-cli=={version}")
        programs, flutter_version = make_environment(*names).parent, release.flutter
        base = python_for(release.python)
        pip_python = pip_python or make_environment(f"pip=={release.pip}", python=base)
    tools = home / "tools"
    tools.mkdir(parents=True)
    _write_program(tools / "dart", FAKES / "dart_standin.py")
    _write_program(tools / "flutter", FAKES / "flutter_standin.py")
    (home / "jdk" / "bin").mkdir(parents=True)
    _write_javac(home / "jdk" / "bin" / "javac")
    for name in (
        f"cmdline-tools;{ANDROID_CMDLINE_TOOLS_VERSION};bin",
        "cmdline-tools;12.0;bin",
        *MINIMAL_PACKAGES,
        *OLDER_PACKAGES,
    ):
        home.joinpath("android", *name.split(";")).mkdir(parents=True, exist_ok=True)
    (home / "mac").mkdir()
    (home / "mac" / "sitecustomize.py").write_text(
        "import os, platform\n"
        "if os.environ.get('STANDIN_SYSTEM'):\n"
        "    platform.system = lambda: os.environ['STANDIN_SYSTEM']\n"
    )
    (home / "manifest.json").write_bytes(manifest or _manifest_of_this_python())
    template = home / "flet-cache" / "build-template" / f"v{version}"
    template.mkdir(parents=True)
    (template / "flet-build-template.zip").write_bytes(_template())
    if flet_version is not None:
        _write_template_repository(home, version)
    build = FletBuild(
        home=home,
        index=home / "index",
        pip_python=pip_python or Path(sys.executable),
        served=served,
        flet_version=flet_version,
        programs=programs,
        flutter_version=flutter_version,
    )
    build.index.mkdir()
    build.flet_index.mkdir()
    return build


def flet_command() -> list[str]:
    """The program `flet` of the Python that runs the tests."""
    return [str(Path(sys.executable).parent / ("flet.exe" if WINDOWS else "flet"))]


def make_app(
    folder: Path, pyproject: str | None, *, files: Mapping[str, str] | None = None
) -> Path:
    """An app; returns its folder."""
    folder.mkdir(parents=True)
    (folder / "main.py").write_text("print('hello')\n")
    if pyproject is not None:
        (folder / "pyproject.toml").write_text(pyproject, encoding="utf-8")
    for name, text in (files or {}).items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def installed(app: Path) -> dict[str, dict[str, str]]:
    """Slice to package to version, as the `.dist-info` folders of the build say."""
    root = app / "build" / "site-packages"
    found: dict[str, dict[str, str]] = {}
    for folder in sorted(root.iterdir()) if root.is_dir() else ():
        names = [path.name.removesuffix(".dist-info") for path in folder.glob("*.dist-info")]
        found[folder.name] = dict(sorted(name.split("-", 1) for name in names))
    return found


def _manifest_of_this_python() -> bytes:
    release = {
        "full_version": "{}.{}.{}".format(*sys.version_info[:3]),
        "pyodide_version": "0.0",
        "pyodide_platform_tag": "none",
        "android_abis": ["arm64-v8a", "armeabi-v7a", "x86_64"],
    }
    manifest = {
        "default_python_version": PYTHON,
        "dart_bridge_version": "1.0",
        "pythons": {PYTHON: release},
    }
    return json.dumps(manifest).encode()


def _system_path() -> list[str]:
    """For `sh` and what it calls."""
    return os.defpath.split(os.pathsep) if not WINDOWS else [os.environ.get("PATH", "")]


def _write_program(path: Path, script: Path) -> None:
    # -I: what the test pretends to flet is not for the stand-ins.
    if WINDOWS:
        path.with_suffix(".bat").write_text(f'@"{sys.executable}" -I "{script}" %*\n')
        return
    path.write_text(f'#!/bin/sh\nexec "{sys.executable}" -I "{script}" "$@"\n')
    path.chmod(path.stat().st_mode | stat.S_IXUSR)


def _write_javac(path: Path) -> None:
    if WINDOWS:
        path.with_suffix(".bat").write_text("@echo javac 17.0.13\n")
        return
    path.write_text("#!/bin/sh\necho javac 17.0.13\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)


def _write_template_repository(home: Path, branch: str) -> None:
    """Up to 0.82 flet-cli clones its template from GitHub, the branch of its version."""
    repository = home / "templates" / "flet-build-template.git"
    with zipfile.ZipFile(io.BytesIO(_template())) as archive:
        archive.extractall(repository.parent)
    (repository.parent / "flet-build-template").rename(repository)
    github = "https://github.com/flet-dev/"
    (home / ".gitconfig").write_text(
        "[user]\nname = x\nemail = x@example.org\n"
        f'[url "{repository.parent.as_uri()}/"]\ninsteadOf = {github}\n'
    )
    environment = {**os.environ, "HOME": str(home), "USERPROFILE": str(home)}
    for words in (("init", "-q", "-b", branch), ("add", "-A"), ("commit", "-qm", "template")):
        subprocess.run(["git", *words], cwd=repository, env=environment, check=True)


def _template() -> bytes:
    buffer = io.BytesIO()
    top = "flet-build-template"
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(f"{top}/", "")
        archive.writestr(f"{top}/cookiecutter.json", json.dumps({"out_dir": "flutter"}))
        archive.writestr(f"{top}/{{{{cookiecutter.out_dir}}}}/", "")
        archive.writestr(
            f"{top}/{{{{cookiecutter.out_dir}}}}/pubspec.yaml",
            "name: app\ndependencies: {}\ndev_dependencies: {}\n"
            "flutter_launcher_icons: {web: {}, windows: {}, macos: {}}\n"
            "flutter_native_splash: {android_12: {}}\n",
        )
    return buffer.getvalue()
