"""Copies of the example apps that a test may change."""

import shutil
from pathlib import Path

import pytest


@pytest.fixture
def app_copy(recorded_apps: Path, request: pytest.FixtureRequest) -> Path:
    """A fresh copy of the app that the test is parametrised with, beside the others."""
    name = request.param
    assert isinstance(name, str)
    copy = recorded_apps / f"{name}-{abs(hash(request.node.nodeid))}"
    shutil.copytree(recorded_apps / name, copy, ignore=shutil.ignore_patterns("pylock.*"))
    return copy
