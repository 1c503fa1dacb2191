"""Files brought here side by side, within a time."""

import time
from pathlib import Path

import pytest
from packaging.version import Version

from fakes.index_server import IndexServer, Misbehaviour
from fakes.repositories import Opener, package
from fakes.wheels import make_sdist
from flet_lock.index.repository import Repository
from flet_lock.model.errors.index import IndexGarbage, IntegrityError, OfflineMiss
from flet_lock.model.index.artifact import Artifact

NAMES = ("one", "two", "three")


@pytest.fixture
def filled(server: IndexServer) -> IndexServer:
    for name in NAMES:
        server.add(name, "1.0", make_sdist(name, "1.0"), filename=f"{name}-1.0.tar.gz")
    return server


def artifacts(repository: Repository) -> list[Artifact]:
    return [repository.listing(package(name)).artifacts(Version("1.0"))[0] for name in NAMES]


def test_files_are_brought_here_and_verified(filled: IndexServer, open_repository: Opener) -> None:
    repository = open_repository(filled.url)
    wanted = artifacts(repository)
    found = repository.local_copies(wanted, seconds=20)
    assert list(found) == [each.url for each in wanted]
    for name, path in zip(NAMES, found.values(), strict=True):
        assert isinstance(path, Path)
        assert path.read_bytes() == make_sdist(name, "1.0")


def test_a_file_is_brought_once(filled: IndexServer, open_repository: Opener) -> None:
    repository = open_repository(filled.url)
    wanted = artifacts(repository)
    first = repository.local_copies(wanted, seconds=20)
    filled.forget()
    assert repository.local_copies([*wanted, *wanted], seconds=20) == first
    assert filled.paths() == []


def test_one_that_is_slow_does_not_keep_the_others(
    filled: IndexServer, open_repository: Opener
) -> None:
    filled.misbehave(filled.file_path("two", "two-1.0.tar.gz"), Misbehaviour(delay_seconds=30))
    repository = open_repository(filled.url)
    wanted = artifacts(repository)
    started = time.monotonic()
    found = repository.local_copies(wanted, seconds=1.0)
    assert time.monotonic() - started < 5
    assert found[wanted[1].url] is None
    assert isinstance(found[wanted[0].url], Path)
    assert isinstance(found[wanted[2].url], Path)


def test_why_one_cannot_be_had_is_kept(server: IndexServer, open_repository: Opener) -> None:
    server.add("one", "1.0", make_sdist("one", "1.0"), filename="one-1.0.tar.gz")
    server.add("two", "1.0", make_sdist("two", "1.0"), filename="two-1.0.tar.gz", sha256="0" * 64)
    server.add("three", "1.0", make_sdist("three", "1.0"), filename="three-1.0.tar.gz")
    server.misbehave(server.file_path("three", "three-1.0.tar.gz"), Misbehaviour(status=404))
    repository = open_repository(server.url)
    one, two, three = repository.local_copies(artifacts(repository), seconds=20).values()
    assert isinstance(one, Path)
    assert isinstance(two, IntegrityError)
    assert isinstance(three, IndexGarbage)


def test_offline_nothing_is_fetched(filled: IndexServer, open_repository: Opener) -> None:
    wanted = artifacts(open_repository(filled.url))
    filled.forget()
    found = open_repository(filled.url, offline=True).local_copies(wanted, seconds=20)
    assert all(isinstance(each, OfflineMiss) for each in found.values())
    assert filled.paths() == []


def test_files_of_a_folder_are_where_they_are(tmp_path: Path, open_repository: Opener) -> None:
    folder = tmp_path / "wheels"
    folder.mkdir()
    path = folder / "one-1.0.tar.gz"
    path.write_bytes(make_sdist("one", "1.0"))
    repository = open_repository(str(folder))
    (artifact,) = repository.listing(package("one")).artifacts(Version("1.0"))
    assert repository.local_copies([artifact], seconds=0) == {artifact.url: path}
