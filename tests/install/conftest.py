from pathlib import Path

import pytest

from fakes.locked_app import LockedApp


@pytest.fixture
def app(tmp_path: Path) -> LockedApp:
    """An app whose wheels are beside its lock; nothing is locked yet."""
    root = tmp_path / "app"
    root.mkdir()
    return LockedApp(root=root)
