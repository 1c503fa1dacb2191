"""Which app a command is about, from anywhere in a project and for several of them."""

import json
import os
import sys
from pathlib import Path

import pytest

from fakes.wheels import make_wheel
from flet_lock.cli.main import main

Capture = pytest.CaptureFixture[str]
APP = """
[project]
name = "{name}"
dependencies = ["flet"]
"""
NO_APP = "[tool.ruff]\nline-length = 100\n"


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository with two apps, a folder that is none, and an index in a folder."""
    wheels = tmp_path / "wheels"
    wheels.mkdir()
    (wheels / "flet-1.0.5-py3-none-any.whl").write_bytes(make_wheel("flet", "1.0.5"))
    root = tmp_path / "repository"
    for name in ("one", "two"):
        (root / "apps" / name / "src" / "pages").mkdir(parents=True)
        (root / "apps" / name / "pyproject.toml").write_text(APP.format(name=name))
        (root / "apps" / name / "src" / "main.py").touch()
    (root / "apps" / "docs").mkdir()
    (root / "apps" / "README.md").touch()
    (root / "pyproject.toml").write_text(NO_APP)
    (root / ".git").mkdir()
    monkeypatch.setenv("FLET_LOCK_DEFAULT_INDEX", str(wheels))
    monkeypatch.setenv("FLET_LOCK_NO_FLET_INDEX", "1")
    monkeypatch.setenv("FLET_LOCK_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.setenv("COLUMNS", "100")
    for name in ("CI", "GITHUB_WORKSPACE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(root)
    return root


def locks(root: Path) -> list[str]:
    return sorted(path.relative_to(root).as_posix() for path in root.rglob("pylock.*"))


@pytest.mark.parametrize("below", ["src", "src/pages"])
def test_the_app_is_found_from_below_and_said(
    repository: Path, below: str, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    monkeypatch.chdir(repository / "apps" / "one" / below)
    up = "/".join([".."] * len(below.split("/")))
    for _ in range(2):  # an answer that is kept says nothing of where it is from
        assert main([]) == 0
        assert capsys.readouterr().err.replace(os.sep, "/") == f"flet-lock: the app in {up}\n"
    assert locks(repository) == ["apps/one/pylock.android.toml", "apps/one/pylock.ios.toml"]
    assert main(["check", "-q"]) == 0
    assert capsys.readouterr().err == ""


def test_an_app_in_src_is_found(
    tmp_path: Path, repository: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    assert repository.exists()
    app = tmp_path / "elsewhere" / "src"
    app.mkdir(parents=True)
    (app / "requirements.txt").write_text("flet\n")
    monkeypatch.chdir(app.parent)
    assert main([]) == 0
    assert "the app in src" in capsys.readouterr().err
    assert len(locks(app)) == 2


def test_the_way_up_ends_with_the_repository(
    repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (repository.parent / "pyproject.toml").write_text(APP.format(name="above"))
    monkeypatch.chdir(repository / "apps" / "docs")
    assert main(["-qq"]) == 2
    assert locks(repository.parent) == []


def test_every_app_of_a_repository_is_checked(repository: Path, capsys: Capture) -> None:
    words = sorted(str(path.relative_to(repository)) for path in (repository / "apps").iterdir())
    assert main(["check", *words]) == 1
    done = capsys.readouterr()
    assert "no app there" in done.err
    assert "README.md" in done.err
    assert "docs" in done.err
    assert [line for line in done.out.splitlines() if line.endswith(":")] == [
        "apps/one:",
        "apps/two:",
    ]
    assert main(["lock", "apps/one", "-qq"]) == 0
    assert main(["check", "apps/one", "apps/two", "--output-format", "json"]) == 1
    one, two = json.loads(capsys.readouterr().out)
    assert (one["project"], one["in_step"], two["in_step"]) == ("one", True, False)


def test_one_app_that_cannot_be_read_does_not_hide_the_others(
    repository: Path, capsys: Capture
) -> None:
    (repository / "apps" / "one" / "pyproject.toml").write_text("flet = [")
    assert main(["check", "apps/one", "apps/two"]) == 2
    assert "two has no lock" in capsys.readouterr().out


def test_files_stand_for_their_app_and_no_lock_is_written_where_there_is_none(
    repository: Path, capsys: Capture
) -> None:
    (repository / "apps" / "one" / "requirements").mkdir()
    (repository / "apps" / "one" / "requirements" / "dev.txt").touch()
    changed = ("pyproject.toml", "apps/one/pyproject.toml", "apps/one/requirements/dev.txt")
    assert main(["lock", *changed]) == 0
    assert "no app there: pyproject.toml" in capsys.readouterr().err
    assert locks(repository) == ["apps/one/pylock.android.toml", "apps/one/pylock.ios.toml"]
    assert main(["check", "apps/one/pylock.ios.toml"]) == 0
    (repository / "requirements.txt").touch()
    assert main(["lock", "requirements.txt", "apps/README.md"]) == 0
    assert len(locks(repository)) == 2


def test_build_names_the_app_that_it_was_started_in(
    repository: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    monkeypatch.chdir(repository / "apps" / "one" / "src")
    monkeypatch.setenv("PATH", str(Path(sys.executable).parent))
    assert main(["build", "apk", "--arch", "arm64-v8a"]) == 1
    assert "one has no lock for Android" in capsys.readouterr().err
