"""The store believes nothing, and nothing half gets into it."""

import hashlib
import os
from pathlib import Path

import pytest
from packaging.utils import canonicalize_name

from flet_lock.install.store import FileStore
from flet_lock.lockfile.package import LockedFile
from flet_lock.model.errors.install import FileAltered

CONTENT = b"a wheel, or so"


def planned(content: bytes = CONTENT, **algorithms: str) -> LockedFile:
    return LockedFile(
        package=canonicalize_name("alpha"),
        filename="alpha-1.0-py3-none-any.whl",
        url="https://files.example/alpha-1.0-py3-none-any.whl",
        path=None,
        hashes=algorithms or {"sha256": hashlib.sha256(content).hexdigest()},
        size=len(content),
        upload_time=None,
    )


def put(store: FileStore, file: LockedFile, content: bytes = CONTENT) -> Path:
    with store.receive(file) as incoming:
        incoming.begin()
        incoming.write(content)
        return incoming.keep()


def files_in(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def test_what_was_put_in_is_found(tmp_path: Path) -> None:
    store = FileStore(tmp_path)
    assert store.find(planned()) is None
    path = put(store, planned())
    assert store.find(planned()) == path
    assert path.read_bytes() == CONTENT
    assert files_in(tmp_path) == [path]


def test_a_file_is_kept_by_its_digest_whatever_it_is_called(tmp_path: Path) -> None:
    store = FileStore(tmp_path)
    put(store, planned())
    other = planned(sha512=hashlib.sha512(CONTENT).hexdigest())
    assert store.find(other) is None, "another algorithm is another place"
    assert put(store, other) != store.path_of(planned())


@pytest.mark.parametrize("garbage", [b"", CONTENT[:-1], CONTENT + b"!", CONTENT[:-1] + b"!"])
def test_garbage_is_thrown_away_and_counts_as_missing(tmp_path: Path, garbage: bytes) -> None:
    store = FileStore(tmp_path)
    path = put(store, planned())
    path.write_bytes(garbage)
    assert store.find(planned()) is None
    assert not path.exists()
    assert put(store, planned()).read_bytes() == CONTENT


def test_a_folder_where_a_file_should_be_counts_as_missing(tmp_path: Path) -> None:
    store = FileStore(tmp_path)
    store.path_of(planned()).mkdir(parents=True)
    assert store.find(planned()) is None


@pytest.mark.parametrize("content", [b"", CONTENT[:-1], CONTENT[:-1] + b"!"])
def test_what_is_not_the_locked_file_is_not_kept(tmp_path: Path, content: bytes) -> None:
    store = FileStore(tmp_path)
    with pytest.raises(FileAltered):
        put(store, planned(), content)
    assert files_in(tmp_path) == []


def test_more_than_was_locked_is_refused_before_it_is_whole(tmp_path: Path) -> None:
    with FileStore(tmp_path).receive(planned()) as incoming:
        incoming.begin()
        incoming.write(CONTENT)
        with pytest.raises(FileAltered) as caught:
            incoming.write(b"!")
    assert caught.value.algorithm == "size"
    assert files_in(tmp_path) == []


def test_an_attempt_that_was_given_up_does_not_count(tmp_path: Path) -> None:
    with FileStore(tmp_path).receive(planned()) as incoming:
        for part in (b"something", CONTENT):
            incoming.begin()
            incoming.write(part)
        assert incoming.keep().read_bytes() == CONTENT


def test_two_that_bring_one_file_are_both_content(tmp_path: Path) -> None:
    store = FileStore(tmp_path)
    with store.receive(planned()) as one, store.receive(planned()) as other:
        for incoming in (one, other):
            incoming.begin()
            incoming.write(CONTENT)
        assert one.keep() == other.keep()
    assert store.find(planned()) is not None
    assert len(files_in(tmp_path)) == 1


def test_what_a_dead_run_left_is_removed_after_a_day(tmp_path: Path) -> None:
    store = FileStore(tmp_path)
    put(store, planned())
    young, old = tmp_path / "incoming" / "young", tmp_path / "incoming" / "old"
    for path in (young, old):
        path.write_bytes(b"half")
    os.utime(old, (1, 1))
    with store.receive(planned()):
        pass
    assert young.exists()
    assert not old.exists()
