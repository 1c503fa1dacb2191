"""What no new version explains is said: other bytes under an old name, another index."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from fakes.index_server import IndexServer
from fakes.trouble import lock_on, write_app
from fakes.wheels import make_wheel


@pytest.fixture
def index() -> Iterator[IndexServer]:
    with IndexServer() as server:
        server.add("flet", "1.0", make_wheel("flet", "1.0"))
        yield server


@pytest.fixture
def app(tmp_path: Path) -> Path:
    return write_app(tmp_path / "app", "flet")


def lock(app: Path, index: str, *words: str) -> str:
    code, out, err = lock_on(app, index, *words)
    assert code == 0, out + err
    return out


def test_a_file_that_changed_under_its_name_is_said(app: Path, index: IndexServer) -> None:
    assert "altered" not in lock(app, index.url)
    with IndexServer() as other:
        other.add("flet", "1.0", make_wheel("flet", "1.0", requires=["flet ; extra == 'x'"]))
        document = json.loads(lock(app, other.url, "--dry-run", "--output-format", "json"))
        told = " ".join(lock(app, other.url).split())

    assert "altered flet-1.0-py3-none-any.whl (sha256" in told
    assert "find out why before you commit" in told
    (android, ios) = document["platforms"]
    assert [change["package"] for change in android["altered"]] == ["flet"]
    assert android["altered"] == ios["altered"]
    assert android["altered"][0]["old"] != android["altered"][0]["new"]


def test_a_package_that_another_index_serves_is_said(app: Path, index: IndexServer) -> None:
    first = lock(app, index.url)
    assert "moved" not in first
    with IndexServer() as other:
        other.add("flet", "1.0", make_wheel("flet", "1.0"))
        told = " ".join(lock(app, other.url).split())

    assert f"moved flet from {index.url} to {other.url}" in told
    assert "altered" not in told


def test_what_is_as_it_was_is_not_worth_a_word(app: Path, index: IndexServer) -> None:
    lock(app, index.url)
    again = lock(app, index.url)
    assert "moved" not in again
    assert "altered" not in again
