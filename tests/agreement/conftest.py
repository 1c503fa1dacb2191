"""The recorded index and the example apps, copied once per session."""

from pathlib import Path

import pytest

from fakes.recorded import copy_recorded


@pytest.fixture(scope="session")
def recorded_apps(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return copy_recorded(tmp_path_factory.mktemp("recorded"))
