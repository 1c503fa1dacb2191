"""Sdists, folders and repositories of a lock: built here, refused unless the wheels are pure."""

import os
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest

from fakes.backend import backend_files
from fakes.locked_app import LockedApp, tree_of
from fakes.wheels import make_sdist
from flet_lock.lockfile.package import LockedTree
from flet_lock.model.errors.install import FileAltered, SourceNotBuilt, WheelRefused
from flet_lock.model.errors.lock import LockUnreadable, UnknownSources
from flet_lock.model.event import Event, SourceBuildStarted


@pytest.fixture(autouse=True)
def environment(app: LockedApp) -> None:
    # A build starts pip and git, which need to find themselves and a home.
    app.environ = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}


def lock_sdist(app: LockedApp, files: Mapping[str, bytes]) -> None:
    file = app.serve("demo", "demo-1.0.tar.gz", make_sdist("demo", "1.0", files=files))
    app.add("demo", "1.0", dict.fromkeys(app.slices, file), sdist=file)


def lock_tree(app: LockedApp, **changes: str | None) -> None:
    facts: dict[str, str | None] = {
        "name": "demo",
        "vcs": None,
        "url": None,
        "path": "libs/demo",
        "commit": None,
        "requested_revision": None,
        "subdirectory": None,
    }
    app.add("demo", "1.0", {}, tree=LockedTree(**{**facts, **changes}))  # type: ignore[arg-type]  # as above


def write(folder: Path, files: Mapping[str, bytes]) -> Path:
    folder.mkdir(parents=True)
    for name, content in files.items():
        (folder / name).write_bytes(content)
    return folder


def git(folder: Path, *words: str) -> str:
    settings = ["-c", "user.name=a", "-c", "user.email=a@b", "-c", "commit.gpgsign=false"]
    done = subprocess.run(
        ["git", *settings, *words], cwd=folder, check=True, capture_output=True, text=True
    )
    return done.stdout.strip()


def test_an_sdist_is_built_once_for_all_slices(app: LockedApp) -> None:
    lock_sdist(app, backend_files())
    events: list[Event] = []
    app.install(events=events)
    for name in app.slices:
        assert "demo/__init__.py" in tree_of(app.target / name)
    assert len([event for event in events if isinstance(event, SourceBuildStarted)]) == 1
    assert not app.install().changed, "its hash settles what it is"


def test_an_altered_sdist_is_not_even_unpacked(app: LockedApp) -> None:
    lock_sdist(app, backend_files(prelude="raise SystemExit('it ran')"))
    (app.root / "wheels" / "demo-1.0.tar.gz").write_bytes(make_sdist("demo", "1.0"))
    with pytest.raises(FileAltered):
        app.install()


@pytest.mark.parametrize(
    "files",
    [
        backend_files(tag="cp311-cp311-linux_x86_64"),
        backend_files(members=["demo/__init__.py", "demo/_speed.cpython-311-x86_64-linux-gnu.so"]),
    ],
    ids=["tag", "library"],
)
def test_what_comes_out_native_is_refused(app: LockedApp, files: dict[str, bytes]) -> None:
    lock_sdist(app, files)
    with pytest.raises(SourceNotBuilt) as caught:
        app.install()
    assert caught.value.package == "demo"
    assert caught.value.native
    assert not app.target.exists()


def test_a_build_that_fails_is_told_with_what_it_said(app: LockedApp) -> None:
    lock_sdist(app, backend_files(prelude="raise SystemExit('no compiler')"))
    with pytest.raises(SourceNotBuilt) as caught:
        app.install()
    assert "no compiler" in caught.value.detail


def test_a_build_of_another_version_is_refused(app: LockedApp) -> None:
    lock_sdist(app, backend_files(version="1.1"))
    with pytest.raises(WheelRefused) as caught:
        app.install()
    assert "1.1" in caught.value.faults[0].detail


def test_offline_builds_only_what_needs_nothing(app: LockedApp) -> None:
    lock_sdist(app, backend_files())
    assert app.install(offline=True).changed
    lock_sdist(app, backend_files(build_requires=["setuptools"]))
    with pytest.raises(SourceNotBuilt) as caught:
        app.install(offline=True)
    assert "offline" in caught.value.detail


def test_a_folder_is_built_each_time_for_its_content_is_not_locked(app: LockedApp) -> None:
    folder = write(app.root / "libs" / "demo", backend_files())
    lock_tree(app)
    assert app.install().changed
    write_again = backend_files(members=["demo/__init__.py", "demo/new.py"])
    (folder / "own_backend.py").write_bytes(write_again["own_backend.py"])
    assert app.install().changed
    assert "demo/new.py" in tree_of(app.target / "x86_64")


def test_a_folder_that_is_gone_is_told(app: LockedApp) -> None:
    lock_tree(app)
    with pytest.raises(SourceNotBuilt) as caught:
        app.install()
    assert caught.value.origin == "libs/demo"


@pytest.mark.parametrize("by_url", [True, False], ids=["url", "path"])
def test_a_repository_is_built_at_its_commit(app: LockedApp, tmp_path: Path, by_url: bool) -> None:
    checkout = tmp_path / "demo.git"
    write(checkout / "python", backend_files())
    git(checkout, "init", "-q", "-b", "main")
    git(checkout, "add", ".")
    git(checkout, "commit", "-q", "-m", "one")
    commit = git(checkout, "rev-parse", "HEAD")
    (checkout / "python" / "own_backend.py").write_bytes(b"raise SystemExit('a later commit')")
    git(checkout, "commit", "-q", "-a", "-m", "two")
    lock_tree(
        app,
        vcs="git",
        url=checkout.as_uri() if by_url else None,
        path=None if by_url else "../demo.git",
        commit=commit,
        requested_revision="main",
        subdirectory="python",
    )
    with pytest.raises(UnknownSources):  # no requirement names it
        app.install(offline=True)
    assert app.install(offline=True, allow_unknown_sources=True).changed
    assert "demo/__init__.py" in tree_of(app.target / "x86_64")
    assert not app.install(allow_unknown_sources=True).changed, "a commit settles what it is"


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"url": "https://git.example/demo.git"}, "offline"),
        ({"url": "file:///nowhere", "vcs": "hg"}, "hg"),
        ({"url": "file:///nowhere/demo.git"}, "nowhere"),
    ],
)
def test_a_repository_that_cannot_be_had(
    app: LockedApp, changes: dict[str, str], word: str
) -> None:
    lock_tree(app, **{"vcs": "git", "path": None, "commit": "c" * 40, **changes})
    with pytest.raises(UnknownSources):  # no requirement names it
        app.install(offline=True)
    with pytest.raises(SourceNotBuilt) as caught:
        app.install(offline=True, allow_unknown_sources=True)
    assert word in caught.value.detail


@pytest.mark.parametrize(
    "changes",
    [
        {"url": "--upload-pack=touch /tmp/evil"},
        {"url": "ext::sh -c evil"},
        {"url": "https://user:secret@git.example/demo.git"},
        {"url": "https://git.example/demo.git", "commit": "--help"},
        {"url": "https://git.example/demo.git", "commit": "main"},
        {"url": "https://git.example/demo.git", "requested_revision": "--help"},
        {"path": "--help", "url": None},
        {"subdirectory": "../other"},
        {"subdirectory": "/etc"},
        {"subdirectory": "a\\..\\..\\other"},
    ],
)
def test_a_repository_that_no_lock_may_name(app: LockedApp, changes: dict[str, str]) -> None:
    facts = {"vcs": "git", "url": "file:///nowhere", "path": None, "commit": "c" * 40}
    lock_tree(app, **{**facts, **changes})
    with pytest.raises(LockUnreadable):
        app.install(allow_unknown_sources=True)


def test_a_subdirectory_cannot_lead_outside(app: LockedApp) -> None:
    write(app.root / "libs" / "demo", {})
    write(app.root / "libs" / "other", backend_files())
    lock_tree(app, subdirectory="../other")
    with pytest.raises(LockUnreadable) as caught:
        app.install()
    assert "outside the source" in caught.value.detail
