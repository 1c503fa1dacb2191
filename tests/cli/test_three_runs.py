"""Each command, three times in a row, in processes of its own and with what the last run kept.

A library that tears itself down badly, a cache that the next run cannot read and a client that is
made twice show themselves here, and in no test that stays in one process.
"""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from fakes.flet_versions import SHIPPED
from fakes.index_server import IndexServer
from fakes.trouble import write_app
from fakes.wheels import make_wheel

NAME = "demo-1.0-py3-none-any.whl"
COMMANDS = {
    "audit": (0, ("audit",)),
    "cache": (0, ("cache", "size")),
    "check": (0, ("check",)),
    "diff": (0, ("diff", "HEAD")),
    "download": (0, ("download", "wheels")),
    "env": (0, ("env", "--platform", "android")),
    "export": (0, ("export", "--platform", "android")),
    "install": (0, ("install", "--platform", "android")),
    "licenses": (0, ("licenses",)),
    "lock": (0, ("lock",)),
    "lock -U": (0, ("lock", "-U")),
    "report": (0, ("report", "-o", "report.html")),
    "request": (1, ("request", "demo")),  # pure: there is nothing to ask for
    "schema": (0, ("schema", "check")),
    "tree": (0, ("tree",)),
    "verify": (0, ("verify", "--platform", "android")),
    "wheels": (0, ("wheels", "demo")),
    "why": (0, ("why", "demo")),
}


@pytest.fixture(scope="module")
def index() -> Iterator[IndexServer]:
    with IndexServer() as server:
        server.add("demo", "1.0", make_wheel("demo", "1.0"), filename=NAME)
        yield server


@pytest.fixture(scope="module")
def app(index: IndexServer, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = write_app(tmp_path_factory.mktemp("three") / "app", "demo")
    for words in (("init", "-q"), ("add", "-A"), ("commit", "-q", "-m", "first")):
        if words[0] == "add":
            assert run(folder, index, "lock").returncode == 0
        identity = ("-c", "user.name=a", "-c", "user.email=a@example.org")
        subprocess.run(["git", *identity, *words], cwd=folder, check=True)
    assert run(folder, index, "install", "--platform", "android").returncode == 0
    return folder


def run(app: Path, index: IndexServer, *words: str) -> "subprocess.CompletedProcess[str]":
    kept = {name: os.environ[name] for name in ("PATH", "PYTHONPATH") if name in os.environ}
    environ = {
        **kept,
        **SHIPPED,
        "HOME": str(app.parent),
        "FLET_LOCK_DEFAULT_INDEX": index.url,
        "FLET_LOCK_NO_FLET_INDEX": "1",
    }
    return subprocess.run(
        [sys.executable, "-X", "dev", "-W", "ignore", "-m", "flet_lock", *words],
        cwd=app,
        env=environ,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


@pytest.mark.parametrize("command", COMMANDS)
def test_the_third_run_ends_as_the_first(command: str, app: Path, index: IndexServer) -> None:
    code, words = COMMANDS[command]
    done = [run(app, index, *words) for _ in range(3)]
    assert [each.returncode for each in done] == [code] * 3, done[-1].stderr
    for each in done:
        assert "Traceback" not in each.stderr
        assert "fault of its own" not in each.stderr
