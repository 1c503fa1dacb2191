"""`wheels`, `why` and `tree` from the command line: streams, formats and exit codes."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from fakes.index_server import IndexServer
from fakes.looks import LOCKS
from fakes.wheels import make_wheel
from flet_lock.cli.main import main

Capture = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def plain_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("CI", "FORCE_COLOR", "NO_COLOR", "GITHUB_WORKSPACE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def app(tmp_path: Path) -> Path:
    """The dashboard's locks, in this folder."""
    for lock in (LOCKS / "dashboard").iterdir():
        shutil.copy(lock, tmp_path)
    return tmp_path


def document(capture: Capture) -> dict[str, Any]:
    done = capture.readouterr()
    assert done.err == ""
    found = json.loads(done.out)
    assert isinstance(found, dict)
    return found


@pytest.mark.usefixtures("app")
def test_why_tells_and_exits_with_0(capsys: Capture) -> None:
    assert main(["why", "NumPy"]) == 0
    assert capsys.readouterr().out.startswith("numpy 2.4.6 for Android and iOS: binary\n")


@pytest.mark.usefixtures("app")
def test_why_of_what_is_not_locked_exits_with_1(capsys: Capture) -> None:
    assert main(["why", "numpi"]) == 1
    assert "did you mean numpy?" in capsys.readouterr().out
    assert main(["why", "numpi", "--output-format", "json"]) == 1
    assert document(capsys)["closest"] == ["numpy"]


def test_why_in_another_folder(app: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(app.parent)
    assert main(["why", "numpy", app.name, "--platform", "ios"]) == 0
    assert "for iOS" in capsys.readouterr().out


@pytest.mark.parametrize("command", [["why", "numpy"], ["tree"]])
def test_without_a_lock_the_answer_is_no(command: list[str], capsys: Capture) -> None:
    assert main(command) == 1
    failed = capsys.readouterr()
    assert failed.out == ""
    assert "there is no pylock.android.toml" in failed.err


@pytest.mark.usefixtures("app")
def test_tree_draws_in_each_format(capsys: Capture) -> None:
    beginnings = {
        "text": "Android: Python 3.14.6, 27 packages\n",
        "mermaid": "flowchart LR\n",
        "dot": "digraph ",
        "json": "{\n",
    }
    for name, beginning in beginnings.items():
        assert main(["tree", "--format", name]) == 0
        assert capsys.readouterr().out.startswith(beginning)


@pytest.mark.usefixtures("app")
def test_both_ways_to_ask_for_json_give_one_document(capsys: Capture) -> None:
    assert main(["tree", "--depth", "1", "--format", "json"]) == 0
    first = document(capsys)
    assert main(["tree", "--depth", "1", "--output-format", "json"]) == 0
    assert document(capsys) == first
    assert {link["parent"] for link in first["platforms"][0]["links"]} == {None}


def test_who_asks_for_json_gets_it_for_failures_too(capsys: Capture) -> None:
    assert main(["tree", "--format", "json"]) == 1
    assert document(capsys)["error"]["type"] == "lock-missing"


@pytest.mark.usefixtures("app")
def test_a_diagram_of_nothing_is_no_diagram(capsys: Capture) -> None:
    assert main(["tree", "--invert", "nobody", "--format", "dot"]) == 1
    done = capsys.readouterr()
    assert done.out == ""
    assert "nobody is not in the lock" in done.err


@pytest.mark.parametrize(
    "words",
    [
        ["why"],
        ["wheels"],
        ["why", "a", "b", "c"],
        ["tree", "--depth", "-1"],
        ["tree", "--depth", "two"],
        ["tree", "--format", "requirements"],
        ["tree", "--all"],
        ["wheels", "numpy", "--upgrade"],
        ["wheels", "numpy>"],
    ],
    ids=" ".join,
)
def test_what_makes_no_sense_exits_with_2(words: list[str], capsys: Capture) -> None:
    assert main(words) == 2
    failed = capsys.readouterr()
    assert failed.out == ""
    assert failed.err.startswith("✗ ")


def test_wheels_asks_and_draws(capsys: Capture) -> None:
    with IndexServer() as index:
        index.add("demo", "1.0", make_wheel("demo", "1.0"))
        words = ["wheels", "demo", "--default-index", index.url, "--no-flet-index", "--no-cache"]
        assert main(words) == 0
        out = capsys.readouterr().out
        assert out.startswith("demo on pypi\n")
        assert "1.0 is the newest for every target" in out
        assert main([*words, "nobody", "--output-format", "json"]) == 1
        found = document(capsys)
    assert [each["found"] for each in found["packages"]] == [True, False]
    assert (found["command"], found["ok"], found["exit_code"]) == ("wheels", False, 1)


def test_an_index_that_is_down_is_not_an_answer(capsys: Capture) -> None:
    with IndexServer() as index:
        address = index.url
    words = ["wheels", "demo", "--default-index", address, "--no-flet-index", "--no-cache"]
    assert main(words) == 2
    assert capsys.readouterr().out == ""


@pytest.mark.usefixtures("app")
def test_quiet_twice_leaves_the_exit_code(capsys: Capture) -> None:
    assert main(["why", "numpy", "-qq"]) == 0
    assert main(["why", "nobody", "-qq"]) == 1
    assert main(["tree", "-qq"]) == 0
    assert main(["tree", "-qq", "--format", "dot"]) == 0
    done = capsys.readouterr()
    assert (done.out, done.err) == ("", "")
