"""Against the real PyPI: `pytest -m live`. Asserts what must hold of any day's answer."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from packaging.specifiers import SpecifierSet

from fakes.index_server import IndexServer
from fakes.installers import UV
from fakes.recorded import DATA, lock_app
from flet_lock.model.answer.resolution import Resolution

pytestmark = pytest.mark.live
FACTS = DATA / "index" / "flet-facts"
TOOL = DATA.parent / "tools" / "build_flet_index.py"


@pytest.fixture(scope="module")
def flet_index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The whole Flet index, built from its facts, served as a page-for-page twin."""
    tree = tmp_path_factory.mktemp("flet") / "index"
    subprocess.run([sys.executable, str(TOOL), str(tree)], check=True, stdout=subprocess.DEVNULL)
    with IndexServer(tree) as server:
        yield server.url


def _app(folder: Path, dependencies: str, requires_python: str = ">=3.13") -> Path:
    folder.mkdir()
    (folder / "pyproject.toml").write_text(
        f'[project]\nname = "live"\nrequires-python = "{requires_python}"\n'
        f"dependencies = {dependencies}\n"
    )
    return folder


def _assert_sound(resolution: Resolution) -> None:
    pins = {pin.package: pin for pin in resolution.pins}
    for edges, parents in [
        (resolution.requires, [target.slice_name for target in resolution.targets]),
        *((pin.requires, pin.slices) for pin in resolution.pins),
    ]:
        for edge in edges:
            assert set(edge.slices) <= set(parents)
            assert set(edge.slices) <= set(pins[edge.package].slices)
            assert SpecifierSet(edge.specifier).contains(pins[edge.package].version, True)


def test_a_flet_0_28_app_locks_for_64_bit_android_and_ios(tmp_path: Path) -> None:
    root = _app(
        tmp_path / "app", '["flet==0.28.3", "aiohttp", "jinja2", "httpx", "rich"]', ">=3.13"
    )
    options = {
        "no-flet-index": True,
        "arch": ["arm64-v8a", "x86_64"],
        "cache-dir": str(tmp_path / "cache"),
    }
    outcome, locks = lock_app(root, options)
    assert len(locks) == 2
    for platform in outcome.platforms:
        _assert_sound(platform.resolution)
    again, same = lock_app(root, options)
    assert same == locks
    assert again.traffic.requests <= outcome.traffic.requests


def test_today_s_flet_with_numpy_pandas_and_pillow_locks_with_the_flet_index(
    tmp_path: Path, flet_index: str
) -> None:
    root = _app(tmp_path / "app", '["flet", "numpy", "pandas", "pillow"]')
    options = {"index": [f"flet={flet_index}"], "cache-dir": str(tmp_path / "cache")}
    outcome, locks = lock_app(root, options)
    assert len(locks) == 2
    for platform in outcome.platforms:
        _assert_sound(platform.resolution)
        assert len(platform.resolution.targets) == 3


@pytest.mark.skipif(UV is None, reason="uv is not installed: pip install uv")
def test_uv_installs_from_the_lock(tmp_path: Path) -> None:
    # uv holds `requires-python` of a lock against the interpreter: the app gets this one's minor.
    minor = f"3.{sys.version_info.minor}"
    if minor not in ("3.12", "3.13", "3.14"):
        pytest.skip(f"Flet bundles no Python {minor}: run this test on 3.12, 3.13 or 3.14")
    root = _app(tmp_path / "app", '["flet==0.28.3", "markupsafe"]', f"=={minor}.*")
    lock_app(root, {"no-flet-index": True, "arch": ["arm64-v8a"], "platform": ["android"]})
    subprocess.run(
        [
            *(UV or "uv", "pip", "install", "-r", str(root / "pylock.android.toml"), "--no-config"),
            *("--python-platform", "aarch64-linux-android", "--target", str(tmp_path / "site")),
            *("--python", sys.executable),
        ],
        check=True,
        env={**os.environ, "UV_PYTHON_DOWNLOADS": "never"},
    )
    assert (tmp_path / "site" / "flet" / "__init__.py").exists()
