"""What every test of the index needs: a server, a folder for the cache, and a repository."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from fakes.index_server import IndexServer
from fakes.repositories import Opener


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
