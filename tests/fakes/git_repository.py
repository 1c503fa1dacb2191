"""A repository of Git in a folder of a test, made by Git itself, whatever the user's settings."""

import os
import subprocess
from pathlib import Path


def git(folder: Path, *words: str, check: bool = True) -> "subprocess.CompletedProcess[str]":
    """Runs git in a folder."""
    environ = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    return subprocess.run(
        ["git", "-c", "user.name=a", "-c", "user.email=a@example.org", *words],
        cwd=folder,
        env={**environ, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=check,
    )


def make_repository(folder: Path) -> None:
    """Makes a repository of a folder, with one commit of all that is there, on `main`."""
    git(folder, "init", "-q", "-b", "main")
    commit_all(folder)


def commit_all(folder: Path, message: str = "change") -> None:
    """Commits everything."""
    git(folder, "add", "-A")
    git(folder, "commit", "-q", "-m", message)
