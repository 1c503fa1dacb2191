"""What every test can use."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from fakes.every_outcome import Runner, make_runner
from fakes.flet_versions import SHIPPED
from fakes.recorded import copy_recorded

# No run of a test looks for the manifest that a released Flet reads.
os.environ.update(SHIPPED)
for _name in ("VIRTUAL_ENV", "FLET_CACHE_DIR", "FLET_PYTHON_BUILD_RELEASE_DATE"):
    os.environ.pop(_name, None)

# A busy machine is no fault of a law.
settings.register_profile("flet-lock", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("flet-lock")

Golden = Callable[[Path, str], None]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--update-golden",
        action="store_true",
        help="write what the program says now into the golden files, to be reviewed as a diff",
    )
    parser.addoption(
        "--mutations",
        type=int,
        default=1500,
        help="how many damaged binaries are read; 10000 before a release",
    )


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Golden:
    """Holds a text against a reviewed file."""

    def compare(path: Path, text: str) -> None:
        if request.config.getoption("--update-golden"):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text.encode())
        assert path.read_bytes().decode().replace("\r\n", "\n") == text

    return compare


@pytest.fixture(scope="session")
def recorded_apps(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The example apps, beside the recorded index; copied once per session."""
    return copy_recorded(tmp_path_factory.mktemp("recorded"))


@pytest.fixture
def run_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Runner:
    """Runs any command of flet-lock on a small app."""
    return make_runner(tmp_path, monkeypatch)
