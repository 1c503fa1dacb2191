"""What every test of the index needs: a server, a folder for the cache, and a repository."""

import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from fakes.index_server import IndexServer
from fakes.repositories import Opener


@pytest.fixture(autouse=True)
def no_keyring(monkeypatch: pytest.MonkeyPatch) -> None:
    """The keyring of whoever runs the tests is left alone."""
    monkeypatch.setitem(sys.modules, "keyring", None)


@pytest.fixture
def server() -> Iterator[IndexServer]:
    """An empty index."""
    with IndexServer() as running:
        yield running


@pytest.fixture
def open_repository(tmp_path: Path) -> Iterator[Opener]:
    """Opens repositories that are closed at the end of the test."""
    with ExitStack() as stack:
        yield Opener(stack, tmp_path)


@pytest.fixture(scope="session")
def recorded_metadata() -> list[bytes]:
    """Core metadata of real wheels, trimmed, as recorded."""
    files = (Path(__file__).parents[2] / "data/index/pypi/files").glob("*.metadata")
    return [path.read_bytes() for path in sorted(files)]
