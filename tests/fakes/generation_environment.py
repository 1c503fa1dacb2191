"""Environments with a released flet-cli or pip in them, built when a test asks for the first time.

They are kept outside of the repository, in the user's cache or where
`FLET_LOCK_TEST_ENVIRONMENTS` says, one for each set of packages and Python.
"""

import hashlib
import os
import subprocess
import sys
import time
from functools import cache
from pathlib import Path

import platformdirs

WINDOWS = sys.platform == "win32"
PATIENCE_SECONDS = 300


@cache
def python_for(minor: str) -> Path:
    """A Python of a minor, `3.12`, where this machine has one; else the one that runs the tests.

    With the latter, `apps_python` makes pip believe that it runs on the wanted one.
    """
    if minor == "{}.{}".format(*sys.version_info):
        return Path(sys.executable)
    done = uv("python", "find", "--no-project", "--no-python-downloads", minor)
    return Path(done.stdout.strip()) if done.returncode == 0 else Path(sys.executable)


def uv(*words: str) -> "subprocess.CompletedProcess[str]":
    """Runs uv, which the tests' dependencies bring along."""
    command = [sys.executable, "-m", "uv", *words]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def make_environment(*requirements: str, python: Path | None = None) -> Path:
    """The interpreter of an environment that holds some packages of PyPI.

    Args:
        requirements: exact ones, `flet-cli==0.28.3`.
        python: what it is made of; None for the Python that runs the tests.
    """
    base = python or Path(sys.executable)
    key = hashlib.sha256("\n".join([str(base), *sorted(requirements)]).encode()).hexdigest()[:12]
    name = "-".join(each.replace("==", "-") for each in requirements)
    folder = _root() / f"{name}-{key}"
    program = folder / ("Scripts/python.exe" if WINDOWS else "bin/python")
    # Not `with_suffix`: it would take ".2-5371…" of "pip-24.1.2-5371…" for the suffix.
    ready, claim = (folder.with_name(folder.name + end) for end in (".ready", ".claim"))
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not ready.exists():
        try:
            claim.mkdir()
        except FileExistsError:  # another process of this test run is about to make it
            if time.monotonic() > deadline:
                raise
            time.sleep(0.2)
            continue
        try:
            for words in (
                ("venv", "--clear", "--python", str(base), str(folder)),
                ("pip", "install", "--python", str(program), *requirements),
            ):
                done = uv(*words)
                assert done.returncode == 0, done.stderr
            ready.touch()
        finally:
            claim.rmdir()
    return program


def _root() -> Path:
    named = os.environ.get("FLET_LOCK_TEST_ENVIRONMENTS")
    root = Path(named or platformdirs.user_cache_path("flet-lock-tests"))
    root.mkdir(parents=True, exist_ok=True)
    return root
