"""`why` and `tree` read the locks beside an app, and nothing else."""

import shutil
import socket
from pathlib import Path
from typing import NoReturn

import pytest

from fakes.flet_versions import SHIPPED
from fakes.looks import LOCKS
from fakes.recorded import directory_options, lock_app
from flet_lock.lockfile.read_lock import lock_path, read_lock
from flet_lock.model.errors.lock import LockMissing, LockUnreadable
from flet_lock.model.target import Platform
from flet_lock.workflows.inspecting.locked_app import graph_of_lock, read_locked_app
from flet_lock.workflows.inspecting.tree import tree
from flet_lock.workflows.inspecting.why import why

APPS = sorted(path.name for path in LOCKS.iterdir())


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> NoReturn:
        raise AssertionError

    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    monkeypatch.setattr(socket.socket, "connect", refuse)


@pytest.fixture
def dashboard(tmp_path: Path) -> Path:
    shutil.copytree(LOCKS / "dashboard", tmp_path / "dashboard")
    return tmp_path / "dashboard"


@pytest.mark.parametrize("app", APPS)
@pytest.mark.parametrize("platform", Platform)
def test_every_locked_package_has_a_way_from_the_app(app: str, platform: Platform) -> None:
    graph = graph_of_lock(read_lock(lock_path(LOCKS / app, platform)))
    reached = graph.within_reach(None, upwards=False, depth=None)
    assert {name for name in reached if name is not None} == set(graph.nodes)


@pytest.mark.parametrize("app", APPS)
def test_a_graph_says_what_its_lock_says(app: str) -> None:
    for platform in Platform:
        lock = read_lock(lock_path(LOCKS / app, platform))
        graph = graph_of_lock(lock)
        for package in lock.packages:
            node = graph.nodes[package.package]
            assert node.slices == package.slices
            children = {link.child for link in graph.links_from(package.package)}
            assert children == set(package.dependencies)


def test_a_name_may_be_spelled_in_any_way(dashboard: Path) -> None:
    outcome = why(dashboard, "Flet_LibJPEG", options={}, environ=SHIPPED, everything=False)
    assert outcome.package == "flet-libjpeg"
    assert outcome.found


def test_a_platform_can_be_chosen(dashboard: Path) -> None:
    outcome = tree(
        dashboard, options={"platform": ["ios"]}, environ=SHIPPED, invert=None, depth=None
    )
    assert [each.locked.platform for each in outcome.platforms] == [Platform.IOS]


def test_one_lock_of_two_will_do(dashboard: Path) -> None:
    lock_path(dashboard, Platform.IOS).unlink()
    assert [
        each.platform for each in read_locked_app(dashboard, options={}, environ=SHIPPED).platforms
    ] == [Platform.ANDROID]
    with pytest.raises(LockMissing) as caught:
        read_locked_app(dashboard, options={"platform": ["ios"]}, environ=SHIPPED)
    assert caught.value.path == "pylock.ios.toml"


def test_without_a_lock_there_is_nothing_to_look_at(tmp_path: Path) -> None:
    with pytest.raises(LockMissing) as caught:
        read_locked_app(tmp_path, options={}, environ=SHIPPED)
    assert caught.value.path == "pylock.android.toml"


def test_a_damaged_lock_is_no_answer(dashboard: Path) -> None:
    lock_path(dashboard, Platform.ANDROID).write_text("lock-version = ")
    with pytest.raises(LockUnreadable):
        read_locked_app(dashboard, options={}, environ=SHIPPED)


def test_a_project_that_cannot_be_read_does_not_hide_the_locks(dashboard: Path) -> None:
    (dashboard / "pyproject.toml").write_text("[project\n")
    app = read_locked_app(dashboard, options={}, environ=SHIPPED)
    assert app.project_name == "dashboard"
    assert [each.in_step for each in app.platforms] == [None, None]


@pytest.mark.parametrize("app_copy", ["hello"], indirect=True)
def test_a_lock_that_has_fallen_behind_is_noticed(app_copy: Path) -> None:
    options = directory_options(app_copy.parent)
    pyproject = app_copy / "pyproject.toml"
    index = options["index"]
    assert isinstance(index, list)
    settings = f"""
[tool.flet-lock]
default-index = {options["default-index"]!r}
index = {[str(each) for each in index]!r}
"""
    pyproject.write_text(pyproject.read_text() + settings)
    lock_app(app_copy, {"no-cache": True})
    app = read_locked_app(app_copy, options={}, environ=SHIPPED)
    assert [each.in_step for each in app.platforms] == [True, True]
    pyproject.write_text(pyproject.read_text().replace('"flet', '"rich", "flet', 1))
    app = read_locked_app(app_copy, options={}, environ=SHIPPED)
    assert [each.in_step for each in app.platforms] == [False, False]
