"""The real pre-commit runs our hooks on a throw-away repository."""

import os
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

from fakes.recorded import LOCKS, copy_recorded

ROOT = Path(__file__).parents[2]
GIT = shutil.which("git")
pytestmark = pytest.mark.skipif(GIT is None, reason="git is not installed")


class Checkout:
    """A repository of an app, with pre-commit set up to take the hooks from our manifest."""

    def __init__(self, app: Path, hooks: Path, environ: dict[str, str], *, language: str) -> None:
        self.app = app
        self._environ = environ
        override = f"\n        language: {language}" if language else ""
        (app / ".pre-commit-config.yaml").write_text(
            f"repos:\n  - repo: {hooks}\n    rev: v1\n    hooks:\n"
            f"      - id: flet-lock-check{override}\n"
            f"      - id: flet-lock{override}\n        stages: [manual]\n"
        )
        self.run("git", "init", "-q", "-b", "main")
        self.commit_all()

    def run(self, *command: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            command,
            cwd=self.app,
            env=self._environ,
            check=False,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def commit_all(self) -> None:
        assert self.run("git", "add", "-A").returncode == 0
        assert self.run("git", "commit", "-q", "--no-verify", "-m", "all").returncode == 0

    def hook(self, name: str) -> subprocess.CompletedProcess[str]:
        stage = "manual" if name == "flet-lock" else "pre-commit"
        command = ("-m", "pre_commit", "run", name, "--all-files", "--hook-stage", stage)
        return self.run(sys.executable, *command)


def _hooks_repository(folder: Path, environ: dict[str, str], *, whole: bool) -> Path:
    """A git repository with our manifest (and our whole source, where it is to be installed)."""
    folder.mkdir()
    parts = [".pre-commit-hooks.yaml"]
    if whole:
        parts += [
            "pyproject.toml",
            "README.md",
            "LICENSE",
            "resolver",
            "data/catalog",
            "data/schemas",
        ]
    for part in parts:
        source, target = ROOT / part, folder / part
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, target)
    for command in (
        ("git", "init", "-q", "-b", "main"),
        ("git", "add", "-A"),
        ("git", "commit", "-q", "-m", "hooks"),
        ("git", "tag", "v1"),
    ):
        subprocess.run(command, cwd=folder, env=environ, check=True)
    return folder


def _environ(tmp_path: Path, apps: Path) -> dict[str, str]:
    index = apps.parent / "index"
    scripts = sysconfig.get_path("scripts")
    return {
        **{name: value for name, value in os.environ.items() if not name.startswith("GIT_")},
        "PATH": os.pathsep.join([scripts, os.environ.get("PATH", "")]),
        "PRE_COMMIT_HOME": str(tmp_path / "pre-commit"),
        "PRE_COMMIT_COLOR": "never",
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_AUTHOR_NAME": "A",
        "GIT_AUTHOR_EMAIL": "a@example.org",
        "GIT_COMMITTER_NAME": "A",
        "GIT_COMMITTER_EMAIL": "a@example.org",
        "FLET_LOCK_DEFAULT_INDEX": str(index / "pypi"),
        "FLET_LOCK_INDEX": f"flet={index / 'flet'}",
        "FLET_LOCK_CACHE_DIR": str(tmp_path / "cache"),
    }


def _walk_through(tmp_path: Path, *, language: str) -> None:
    apps = copy_recorded(tmp_path / "data")
    environ = _environ(tmp_path, apps)
    hooks = _hooks_repository(tmp_path / "hooks", environ, whole=not language)
    checkout = Checkout(apps / "hello", hooks, environ, language=language)

    missing = checkout.hook("flet-lock-check")
    assert missing.returncode == 1
    assert "has no lock for Android and iOS" in missing.stdout

    # pre-commit sees changes of files that git knows: new ones pass.
    assert checkout.hook("flet-lock").returncode == 0
    checkout.commit_all()
    assert {path.name for path in checkout.app.glob("pylock.*")} == set(LOCKS)
    assert checkout.hook("flet-lock").returncode == 0
    assert checkout.hook("flet-lock-check").returncode == 0

    pyproject = checkout.app / "pyproject.toml"
    text = pyproject.read_text()
    assert "dependencies = [" in text
    pyproject.write_text(f"# a comment changes nothing\n{text}")
    checkout.commit_all()
    assert checkout.hook("flet-lock-check").returncode == 0

    pyproject.write_text(text.replace("dependencies = [", 'dependencies = ["httpx>=0.27",', 1))
    checkout.commit_all()
    drifted = checkout.hook("flet-lock-check")
    assert drifted.returncode == 1
    assert "httpx>=0.27" in drifted.stdout
    assert "flet-lock" in drifted.stdout

    locked_again = checkout.hook("flet-lock")
    assert locked_again.returncode == 1, "pre-commit fails where a hook changed a file"
    assert "files were modified by this hook" in locked_again.stdout
    checkout.commit_all()
    assert checkout.hook("flet-lock").returncode == 0
    assert checkout.hook("flet-lock-check").returncode == 0


@pytest.mark.slow
def test_pre_commit_checks_and_locks_again(tmp_path: Path) -> None:
    # The command that is installed here runs; pre-commit's own installing needs PyPI: see below.
    _walk_through(tmp_path, language="system")


@pytest.mark.live
def test_pre_commit_installs_the_hooks_from_the_manifest_alone(tmp_path: Path) -> None:
    _walk_through(tmp_path, language="")
