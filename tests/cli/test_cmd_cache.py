"""`flet-lock cache` finds, measures and empties the cache, and touches nothing else."""

import json
from pathlib import Path

import pytest

from flet_lock.cli.main import main
from flet_lock.index.cache import Cache
from flet_lock.workflows.cache import cache_dir

Capture = pytest.CaptureFixture[str]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A cache with something in it, and a file beside it that is not ours."""
    folder = tmp_path / "cache"
    Cache(folder)._write(str(folder / "v1" / "pages" / "abcd"), b"x" * 1_500)
    (folder / "mine.txt").write_text("keep me")
    return folder


def test_the_folder_is_that_of_the_option_then_of_the_environment(
    tmp_path: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FLET_LOCK_CACHE_DIR", str(tmp_path / "environment"))
    assert main(["cache", "dir"]) == 0
    assert capsys.readouterr().out == f"{tmp_path / 'environment'}\n"
    assert main(["cache", "dir", "--cache-dir", str(tmp_path / "option")]) == 0
    assert capsys.readouterr().out == f"{tmp_path / 'option'}\n"
    monkeypatch.delenv("FLET_LOCK_CACHE_DIR")
    assert cache_dir({}, {}).name == "flet-lock"


def test_the_size_is_told_in_words_and_in_bytes(folder: Path, capsys: Capture) -> None:
    size = sum(path.stat().st_size for path in folder.glob("v1/**/*") if path.is_file())
    assert size >= 1_500
    assert main(["cache", "size", "--cache-dir", str(folder)]) == 0
    assert capsys.readouterr().out == f"1.5 kB in {folder}\n"
    assert main(["cache", "size", "--cache-dir", str(folder), "--output-format", "json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert (document["action"], document["bytes"]) == ("size", size)
    assert document["path"] == str(folder)


def test_cleaning_removes_what_is_ours_and_says_how_much(folder: Path, capsys: Capture) -> None:
    assert main(["cache", "clean", "--cache-dir", str(folder)]) == 0
    assert capsys.readouterr().out == f"Removed 1 file (1.5 kB) from {folder}\n"
    assert [path.name for path in folder.iterdir()] == ["mine.txt"]
    assert main(["cache", "clean", "--cache-dir", str(folder)]) == 0
    assert capsys.readouterr().out == f"Nothing to remove from {folder}\n"
