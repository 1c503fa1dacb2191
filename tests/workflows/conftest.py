"""The recorded index and the example apps, copied once per session."""

import shutil
from pathlib import Path

import pytest

from fakes.recorded import copy_recorded


@pytest.fixture(scope="session")
def recorded_apps(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return copy_recorded(tmp_path_factory.mktemp("recorded"))


@pytest.fixture
def app_copy(recorded_apps: Path, request: pytest.FixtureRequest) -> Path:
    """A fresh copy of the app that the test is parametrised with, beside the others."""
    name = request.param
    assert isinstance(name, str)
    copy = recorded_apps / f"{name}-{abs(hash(request.node.nodeid))}"
    shutil.copytree(recorded_apps / name, copy, ignore=shutil.ignore_patterns("pylock.*"))
    return copy
