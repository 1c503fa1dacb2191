"""Real wheels from the real PyPI, for one Android and one iOS slice: `pytest -m live`."""

import subprocess
from pathlib import Path

import pytest

from fakes.installers import UV, pip_install, uv_install
from fakes.recorded import lock_app
from flet_lock.install.lock_requirements import render_requirements
from flet_lock.lockfile.read_lock import lock_path, read_lock
from flet_lock.model.event import ignore_event
from flet_lock.model.target import Platform
from flet_lock.workflows.installing.install import install
from flet_lock.workflows.outcome import InstallOutcome

pytestmark = pytest.mark.live
SLICES = {Platform.ANDROID: "arm64-v8a", Platform.IOS: "iphoneos.arm64"}
PYTHON = "3.13"
LEFT_OUT = ("bin/", "include/", "share/man/")
OWN_WORDS = ("RECORD", "INSTALLER", "REQUESTED", "direct_url.json", "uv_cache.json")


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An app that is locked for both, with native wheels of PyPI itself."""
    root = tmp_path_factory.mktemp("live") / "app"
    root.mkdir()
    (root / "pyproject.toml").write_text(
        f'[project]\nname = "live"\nrequires-python = "=={PYTHON}.*"\n'
        'dependencies = ["flet==0.28.3", "aiohttp", "markupsafe", "jinja2"]\n\n'
        '[tool.flet.ios]\ndependencies = ["pillow"]\n'
    )
    lock_app(root, {"no-flet-index": True, "arch": list(SLICES.values())})
    return root


def install_slice(app: Path, platform: Platform, target: Path, **options: object) -> InstallOutcome:
    return install(
        app,
        platform=platform,
        target=target,
        options={"cache-dir": str(app.parent / "cache"), **options},
        environ={},
        listener=ignore_event,
    )


def tree(folder: Path) -> dict[str, bytes]:
    found = {}
    for path in folder.rglob("*"):
        name = path.relative_to(folder).as_posix()
        if path.is_file() and not (
            name.startswith(LEFT_OUT)
            or "__pycache__" in name
            or name == ".lock"
            or (".dist-info/" in name and name.endswith(OWN_WORDS))
        ):
            found[name] = path.read_bytes()
    return found


@pytest.mark.parametrize("platform", Platform, ids=str)
def test_real_wheels_become_the_tree_that_pip_gives(
    app: Path, tmp_path: Path, platform: Platform
) -> None:
    name = SLICES[platform]
    outcome = install_slice(app, platform, tmp_path / "ours")
    assert outcome.slices == (name,)
    ours = tree(tmp_path / "ours" / name)
    assert "markupsafe/__init__.py" in ours
    assert any(path.startswith("markupsafe/_speedups") and path.endswith(".so") for path in ours)
    assert ("PIL/Image.py" in ours) == (platform is Platform.IOS)

    requirements = tmp_path / "requirements.txt"
    requirements.write_text(render_requirements(read_lock(lock_path(app, platform))))
    done = pip_install(requirements, name, tmp_path / "pip", home=tmp_path, python=PYTHON)
    assert done.returncode == 0, done.stderr
    assert tree(tmp_path / "pip") == ours

    assert not install_slice(app, platform, tmp_path / "ours", offline=True).changed
    again = install_slice(app, platform, tmp_path / "again", offline=True)
    assert again.downloaded == 0
    assert tree(tmp_path / "again" / name) == ours


@pytest.mark.skipif(UV is None, reason="uv is not installed")
@pytest.mark.parametrize("platform", Platform, ids=str)
def test_real_wheels_become_the_tree_that_uv_gives(
    app: Path, tmp_path: Path, platform: Platform
) -> None:
    assert UV is not None
    found = subprocess.run(
        [UV, "python", "find", "--no-python-downloads", PYTHON],
        capture_output=True,
        text=True,
        check=False,
    )
    if found.returncode:
        pytest.skip(f"uv takes the Python that it runs on, and there is no {PYTHON}")
    name = SLICES[platform]
    install_slice(app, platform, tmp_path / "ours")
    lock = lock_path(app, platform)
    python = found.stdout.strip()
    done = uv_install(lock, name, tmp_path / "uv", home=tmp_path, python=python)
    assert done.returncode == 0, done.stderr
    assert tree(tmp_path / "uv") == tree(tmp_path / "ours" / name)
