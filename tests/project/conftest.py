from pathlib import Path

import pytest

from fakes.app_folder import AppFolder


@pytest.fixture
def app(tmp_path: Path) -> AppFolder:
    root = tmp_path / "app"
    root.mkdir()
    return AppFolder(root)
