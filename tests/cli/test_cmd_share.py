"""`licenses` and `download` from the command line, and pip on what was downloaded."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from fakes.wheels import make_wheel
from flet_lock.cli.main import main

Capture = pytest.CaptureFixture[str]
PROJECT = """
[project]
name = "app"
dependencies = ["alpha"]

[tool.flet-lock]
default-index = "wheels"
no-flet-index = true
cache-dir = "cache"
"""


def metadata(name: str, *lines: str) -> bytes:
    return "\n".join(
        ["Metadata-Version: 2.4", f"Name: {name}", "Version: 1.0", *lines, ""]
    ).encode()


@pytest.fixture
def app(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An app with three locked packages, whose folder is this one."""
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.chdir(tmp_path)
    wheels = tmp_path / "wheels"
    wheels.mkdir()
    (tmp_path / "pyproject.toml").write_text(PROJECT)
    contents = {
        "alpha": metadata(
            "alpha", "License-Expression: MIT", "Requires-Dist: beta", "Requires-Dist: gamma"
        ),
        "beta": metadata("beta", "Classifier: License :: OSI Approved :: BSD License"),
        "gamma": metadata("gamma", "License: UNKNOWN"),
    }
    for name, text in contents.items():
        content = make_wheel(name, "1.0", metadata=text)
        (wheels / f"{name}-1.0-py3-none-any.whl").write_bytes(content)
    assert main(["lock", "-qq"]) == 0
    return tmp_path


@pytest.mark.usefixtures("app")
def test_licences_are_those_of_the_wheels(capsys: Capture) -> None:
    assert main(["licenses"]) == 0
    text = capsys.readouterr().out
    assert text == (
        "app: 3 packages under 2 licences, 1 not told\n\n"
        "BSD License\n  beta\u00a01.0\n\nMIT\n  alpha\u00a01.0\n\nnot told\n  gamma\u00a01.0\n"
    ).replace("\u00a0", " ")
    assert main(["licenses", "--output-format", "json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert {each["name"]: each["licenses"] for each in found["packages"]} == {
        "alpha": ["MIT"],
        "beta": ["BSD License"],
        "gamma": [],
    }
    assert found["packages"][0]["platforms"] == ["android", "ios"]


def test_licences_are_kept_by_the_digest_of_the_wheel(app: Path, capsys: Capture) -> None:
    assert main(["licenses"]) == 0
    first = capsys.readouterr().out
    for wheel in (app / "wheels").iterdir():
        wheel.unlink()
    assert main(["licenses", "--offline"]) == 0
    assert capsys.readouterr().out == first
    assert main(["licenses", "--no-cache"]) == 0
    assert "3 not told" in capsys.readouterr().out


def test_a_damaged_note_of_licences_is_read_anew(app: Path, capsys: Capture) -> None:
    assert main(["licenses"]) == 0
    first = capsys.readouterr().out
    (note,) = (app / "cache").rglob("by-digest.json")
    note.write_bytes(b'{"x": 1}')
    assert main(["licenses"]) == 0
    assert capsys.readouterr().out == first


def test_the_page_of_a_report_has_the_licences(app: Path) -> None:
    assert main(["report", "-o", "report.html"]) == 0
    page = (app / "report.html").read_text(encoding="utf-8")
    assert "<dt>MIT <small>1</small></dt><dd>alpha</dd>" in page
    assert "<dt>not told <small>1</small></dt><dd>gamma</dd>" in page


def test_a_wheelhouse_has_every_file_and_pip_takes_it(app: Path, capsys: Capture) -> None:
    assert main(["download", "house"]) == 0
    assert capsys.readouterr().out == (
        "house: 3 files of pylock.android.toml and pylock.ios.toml, verified; 3 new\n"
    )
    wheels = app / "wheels"
    for wheel in (app / "house").iterdir():
        assert wheel.read_bytes() == (wheels / wheel.name).read_bytes()
    assert main(["export", "--platform", "android"]) == 0
    (app / "requirements.lock").write_text(capsys.readouterr().out)
    for wheel in wheels.iterdir():
        wheel.unlink()
    command = [
        *(sys.executable, "-m", "pip", "install", "-q", "--disable-pip-version-check", "--no-deps"),
        *("--no-index", "--find-links", "house", "--require-hashes", "-r", "requirements.lock"),
        *("--target", "out", "--isolated"),
    ]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert {path.name for path in (app / "out").iterdir()} >= {"alpha", "beta", "gamma"}


def test_what_is_there_stays_and_what_was_altered_is_mended(app: Path, capsys: Capture) -> None:
    assert main(["download", "house", "-q"]) == 0
    one, *_ = sorted((app / "house").iterdir())
    one.write_bytes(b"altered")
    (app / "house" / "mine.txt").write_text("stays")
    assert main(["download", "house"]) == 0
    assert "verified; 1 new" in capsys.readouterr().out
    assert one.read_bytes() == (app / "wheels" / one.name).read_bytes()
    assert (app / "house" / "mine.txt").read_text() == "stays"


def test_an_altered_wheel_is_refused_and_not_copied(app: Path, capsys: Capture) -> None:
    (app / "wheels" / "beta-1.0-py3-none-any.whl").write_bytes(make_wheel("beta", "1.0"))
    assert main(["download", "house"]) == 1
    assert "beta" in capsys.readouterr().err
    assert not (app / "house").exists()


def test_a_folder_that_cannot_be_made_is_told(app: Path, capsys: Capture) -> None:
    (app / "file").write_text("")
    assert main(["download", "file/house"]) == 2
    assert "file/house" in capsys.readouterr().err.replace("\\", "/")


def test_download_needs_a_folder_and_a_lock(app: Path, capsys: Capture) -> None:
    assert main(["download"]) == 2
    assert "DIR is missing" in capsys.readouterr().err
    (app / "pylock.ios.toml").unlink()
    assert main(["download", "house", "--platform", "ios"]) == 1
    assert main(["download", "house"]) == 0
    assert "of pylock.android.toml, verified" in capsys.readouterr().out


@pytest.mark.parametrize(
    "command", [["download", "house"], ["licenses"], ["export", "--platform", "ios"]]
)
def test_a_lock_that_was_edited_is_not_obeyed(
    command: list[str], app: Path, capsys: Capture
) -> None:
    lock = app / "pylock.ios.toml"
    lock.write_text(lock.read_text().replace("alpha-1.0", "alpha-2.0"))
    assert main(command) != 0
    assert capsys.readouterr().out == ""
    assert not (app / "house").exists()
