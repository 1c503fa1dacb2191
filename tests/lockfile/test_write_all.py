"""All of some files take their places, or none does: on a full disk, too."""

import errno
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from flet_lock.lockfile import atomic_write
from flet_lock.lockfile.atomic_write import WriteError, write_all_atomically

OLD = {"a": b"old a", "b": b"old b"}


@pytest.fixture
def paths(tmp_path: Path) -> dict[Path, bytes]:
    for name, content in OLD.items():
        (tmp_path / name).write_bytes(content)
    (tmp_path / "a").chmod(0o640)
    return {tmp_path / name: b"new" for name in ("a", "b", "c")}


def _tree(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def _failing(real: Callable[..., object], at: int, code: int) -> Callable[..., object]:
    calls = 0

    def call(*arguments: object) -> object:
        nonlocal calls
        calls += 1
        if calls == at:
            raise OSError(code, os.strerror(code))
        return real(*arguments)

    return call


def test_all_are_written_and_nothing_is_left_beside_them(
    tmp_path: Path, paths: dict[Path, bytes]
) -> None:
    assert write_all_atomically(paths) == dict.fromkeys(paths, True)
    assert _tree(tmp_path) == dict.fromkeys("abc", b"new")
    assert (tmp_path / "a").stat().st_mode & 0o777 == 0o640
    assert write_all_atomically(paths) == dict.fromkeys(paths, False)


@pytest.mark.parametrize("part", ["_write_new", "_replace", "_keep"])
@pytest.mark.parametrize("at", [1, 2, 3])
def test_where_one_fails_every_file_is_as_it_was(
    tmp_path: Path,
    paths: dict[Path, bytes],
    part: str,
    at: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    if part == "_keep" and at == 3:
        pytest.skip("there is no old file to keep")
    real = getattr(atomic_write, part)
    monkeypatch.setattr(atomic_write, part, _failing(real, at, errno.ENOSPC))
    with pytest.raises(WriteError) as caught:
        write_all_atomically(paths)
    assert caught.value.path == list(paths)[at - 1]
    assert caught.value.errno == errno.ENOSPC
    assert _tree(tmp_path) == OLD


def test_a_disk_without_second_names_is_copied_on(
    tmp_path: Path, paths: dict[Path, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "link", _failing(os.link, 1, errno.EPERM))
    monkeypatch.setattr(atomic_write, "_replace", _failing(atomic_write._replace, 3, errno.EIO))
    with pytest.raises(WriteError):
        write_all_atomically(paths)
    assert _tree(tmp_path) == OLD


def test_a_link_stays_one(tmp_path: Path) -> None:
    (tmp_path / "real").write_bytes(b"old")
    (tmp_path / "link").symlink_to("real")
    assert write_all_atomically({tmp_path / "link": b"new"}) == {tmp_path / "link": True}
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "real").read_bytes() == b"new"
