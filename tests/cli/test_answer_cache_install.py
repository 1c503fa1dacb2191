"""That nothing is to be installed is said again only while the folder is as it was left."""

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from fakes.index_server import IndexServer
from fakes.locked_app import LockedApp
from flet_lock.cli.answer_cache.lookup import Recalled, recall
from flet_lock.cli.main import main
from flet_lock.install.tree.tree_digest import NOTE
from flet_lock.lockfile.read_lock import lock_path
from flet_lock.model.target import Platform

Capture = pytest.CaptureFixture[str]
WORDS = ["install", ".", "--cache-dir", "../cache", "--no-progress"]


@pytest.fixture
def app(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> LockedApp:
    for name in ("CI", "FORCE_COLOR", "NO_COLOR", "GITHUB_WORKSPACE", "FLET_LOCK_QUIET"):
        monkeypatch.delenv(name, raising=False)
    root = tmp_path / "app"
    root.mkdir()
    monkeypatch.chdir(root)
    app = LockedApp(root=root)
    app.pure("alpha", files={"alpha/__init__.py": b"", "alpha/data.txt": b"text"})
    app.binary("beta")
    app.write()
    time.sleep(0.02)  # a file that changes while a run begins is not trusted
    return app


def again() -> Recalled | None:
    return recall(WORDS, os.environ, time.time())


def test_what_is_said_again_is_what_a_second_run_says(app: LockedApp, capsys: Capture) -> None:
    assert again() is None
    assert main(WORDS) == 0
    found = again()
    capsys.readouterr()
    assert app.install(cache_dir="../cache").changed is False
    assert main(WORDS) == 0
    out, err = capsys.readouterr()
    assert found == (0, out, err)
    assert "holds what pylock.android.toml says already" in out


def test_files_that_come_over_the_network_are_no_reason_to_look_again(
    app: LockedApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    with IndexServer() as server:
        app.server = server
        monkeypatch.setenv("FLET_LOCK_INDEX", f"served={server.url}")
        app.pure("alpha")
        app.binary("beta")
        app.write()
        time.sleep(0.02)
        assert main(WORDS) == 0
    assert again() is not None


def _edit(app: LockedApp) -> None:
    (app.target / "x86_64" / "alpha" / "data.txt").write_bytes(b"TEXT")


def _replace(app: LockedApp) -> None:
    path = app.target / "arm64-v8a" / "beta" / "_native.so"
    content = path.read_bytes()
    path.unlink()
    path.write_bytes(content)


def _touch(app: LockedApp) -> None:
    (app.target / "x86_64" / "alpha" / "data.txt").touch()


def _make_executable(app: LockedApp) -> None:
    (app.target / "x86_64" / "beta" / "_native.so").chmod(0o755)


def _add(app: LockedApp) -> None:
    (app.target / "armeabi-v7a" / "stray.py").touch()


def _add_folder(app: LockedApp) -> None:
    (app.target / "armeabi-v7a" / "stray").mkdir()


def _remove(app: LockedApp) -> None:
    (app.target / "x86_64" / "alpha" / "__init__.py").unlink()


def _move(app: LockedApp) -> None:
    app.target.rename(app.root / "elsewhere")


def _link(app: LockedApp) -> None:
    # A file of one slice, of the same bytes and times as before, under the name of another.
    path = app.target / "x86_64" / "beta" / "_native.so"
    path.unlink()
    path.hardlink_to(app.target / "arm64-v8a" / "beta" / "_native.so")


def _die(app: LockedApp) -> None:
    (app.target.parent / f".{app.target.name}.flet-lock-0123").mkdir()


def _lock(app: LockedApp) -> None:
    app.pure("alpha", "2.0")
    app.write()


def _lock_other(app: LockedApp) -> None:
    # Which platform is meant is open from now on.
    lock_path(app.root, Platform.IOS).write_text("")


def _change_project(app: LockedApp) -> None:
    with (app.root / "pyproject.toml").open("a") as file:
        file.write("# a remark\n")


@pytest.mark.parametrize(
    "change",
    [
        *(_edit, _replace, _touch, _make_executable, _add, _add_folder, _remove, _move, _link),
        *(_die, _lock, _lock_other, _change_project),
    ],
)
def test_after_any_change_it_is_looked_into(
    app: LockedApp, change: Callable[[LockedApp], None]
) -> None:
    assert main(WORDS) == 0
    assert again() is not None
    change(app)
    assert again() is None


@pytest.mark.usefixtures("app")
@pytest.mark.parametrize("option", ["--refresh", "--no-cache"])
def test_some_installations_are_never_recalled(option: str) -> None:
    words = [*WORDS, option]
    assert main(words) == 0
    assert recall(words, os.environ, time.time()) is None


def test_an_answer_from_elsewhere_does_not_stand(app: LockedApp) -> None:
    """A cache that somebody else filled, for the very same app, says nothing about this folder."""
    assert main(WORDS) == 0
    note = (app.target / NOTE).read_bytes()
    copied = app.root / "copy"
    subprocess.run(["cp", "-r", str(app.target), str(copied)], check=True)
    app.target.rename(app.root / "before")
    copied.rename(app.target)
    assert (app.target / NOTE).read_bytes() == note
    assert again() is None


@pytest.mark.usefixtures("app")
def test_recalling_imports_next_to_nothing() -> None:
    main(WORDS)
    code = (
        "import sys; before = set(sys.modules); from flet_lock.cli.entry import run_process; "
        f"sys.argv[1:] = {WORDS!r}; code = run_process(); "
        "print(code, sorted(set(sys.modules) - before))"
    )
    # Another process has another search path, so it works the answer out once.
    subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    last = done.stdout.splitlines()[-1]
    assert last.startswith("0 [")
    loaded = set(last[3:-1].replace("'", "").split(", "))
    assert {name for name in loaded if name.startswith("flet_lock.")} == {
        "flet_lock.cli",
        "flet_lock.cli.entry",
        "flet_lock.cli.answer_cache",
        "flet_lock.cli.answer_cache.lookup",
        "flet_lock.cli.streams",
        "flet_lock.install",
        "flet_lock.install.tree",
        "flet_lock.install.tree.tree_digest",
        "flet_lock.workflows",
        "flet_lock.workflows.installing",
        "flet_lock.workflows.installing.installed_tree",
    }
    assert not loaded & {"pathlib", "msgspec", "json", "packaging", "typing"}
