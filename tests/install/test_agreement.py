"""The tree is the one that uv and pip give, file by file, from the same lock and wheels.

What differs, and why, is all in `DIFFERENCES`.
"""

import importlib.util
import stat
import sys
from pathlib import Path

import pytest

from fakes.installers import UV, UV_PLATFORMS, pip_install, uv_install
from fakes.locked_app import LockedApp
from fakes.odd_wheels import EXECUTABLE, Member, make_odd_wheel
from flet_lock.install.lock_requirements import render_requirements
from flet_lock.lockfile.read_lock import lock_path
from flet_lock.model.target import Platform

HERE = f"{sys.version_info.major}.{sys.version_info.minor}"
DIFFERENCES = {
    "bin/": "scripts: a phone has no shell",
    "include/": "headers: a phone has no compiler; pip and uv put them in different places",
    "__pycache__/": "bytecode of the author's machine is not trusted",
    ".dist-info/RECORD": "says what is there, so it differs where that does",
    ".dist-info/INSTALLER": "names who installed",
    ".dist-info/REQUESTED": "the app's own requirements are in the lock",
    ".dist-info/direct_url.json": "would put paths of this machine into the app",
    ".dist-info/uv_cache.json": "uv's own",
    ".lock": "uv's own",
}
PIP_DIFFERENCES = {
    # pip unpacks to a folder of its own, below lib/python, and moves what it finds around that.
    "lib/alpha.txt": "pip loses data below lib/",
}

needs_uv = pytest.mark.skipif(UV is None, reason="uv is not installed")
needs_pip = pytest.mark.skipif(
    importlib.util.find_spec("pip") is None, reason="pip is not installed"
)

Tree = dict[str, tuple[bytes, bool]]


def tree_with_modes(folder: Path) -> Tree:
    """Path to content and whether it can be executed, without what is known to differ."""
    found = {}
    for path in folder.rglob("*"):
        name = path.relative_to(folder).as_posix()
        if path.is_file() and not any(
            name.startswith(part) or (part in name and not part.endswith("/")) or f"/{part}" in name
            for part in DIFFERENCES
        ):
            found[name] = (path.read_bytes(), bool(path.stat().st_mode & stat.S_IXUSR))
    return found


@pytest.fixture(scope="module", params=Platform, ids=str)
def installed(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> LockedApp:
    """An app with wheels of every shape, locked and installed."""
    root = tmp_path_factory.mktemp("agreement") / "my app"
    root.mkdir()
    app = LockedApp(root=root, platform=request.param)
    # uv takes the minor of the Python it finds: no wheel here is for one.
    app.binary(
        "beta",
        python="py3-none",
        files={"namespace/beta.py": b"", "namespace/__init__.py": b"# same"},
    )
    data = "alpha-1.0.data"
    members = [
        Member(name="alpha/__init__.py", content=b"x = 1\n"),
        Member(name="alpha/tool", content=b"#!/bin/sh\n", mode=EXECUTABLE),
        Member(name="alpha/empty", content=b""),
        Member(name="alpha/with blank, comma.txt", content=b"?"),
        Member(name="alpha/ünïcode.txt", content=b"!"),
        Member(name="alpha/__pycache__/__init__.cpython-313.pyc", content=b"bytecode"),
        Member(name="alpha_extra.pth", content=b"# path\n"),
        Member(name="namespace/__init__.py", content=b"# same"),
        Member(name="namespace/alpha.py", content=b""),
        Member(name=f"{data}/purelib/alpha_pure.py", content=b"p"),
        Member(name=f"{data}/platlib/alpha_plat.py", content=b"l"),
        Member(name=f"{data}/data/share/alpha/data.txt", content=b"d"),
        Member(name=f"{data}/data/lib/alpha.txt", content=b"d"),
        Member(name=f"{data}/headers/alpha.h", content=b"h"),
        Member(name=f"{data}/scripts/alpha-run", content=b"#!python\n", mode=EXECUTABLE),
        Member(
            name="alpha-1.0.dist-info/entry_points.txt",
            content=b"[console_scripts]\nalpha = alpha:main\n",
        ),
        Member(name="alpha-1.0.dist-info/licenses/LICENSE", content=b"free\n"),
    ]
    app.pure("alpha", content=make_odd_wheel("alpha", "1.0", members))
    app.install()
    # pip and uv hold this against the Python they run on or find, whatever they install for.
    path = lock_path(app.root, app.platform)
    text = path.read_text()
    assert text.count('requires-python = "==3.13.*"') == 1
    lock = app.root / "pylock.toml"
    lock.write_text(text.replace('requires-python = "==3.13.*"', f'requires-python = "=={HERE}.*"'))
    return app


@needs_uv
def test_uv_gives_the_same_tree(installed: LockedApp, tmp_path: Path) -> None:
    served = [name for name in installed.slices if name in UV_PLATFORMS]
    assert len(served) >= 2
    for name in served:
        target = tmp_path / name
        done = uv_install(installed.root / "pylock.toml", name, target, home=tmp_path)
        assert done.returncode == 0, done.stderr
        ours, theirs = tree_with_modes(installed.target / name), tree_with_modes(target)
        assert ours == theirs
        assert "beta/_native.so" in ours
        assert ours["alpha/tool"] == (b"#!/bin/sh\n", True)


@needs_pip
def test_pip_gives_the_same_tree(installed: LockedApp, tmp_path: Path) -> None:
    requirements = installed.root / "requirements.txt"
    requirements.write_text(render_requirements(installed.lock))
    # pip starts slowly: the first slice, and the one that uv does not know.
    for name in [name for name in installed.slices if name not in list(UV_PLATFORMS)[1:]][:2]:
        target = tmp_path / name
        done = pip_install(requirements, name, target, home=tmp_path)
        assert done.returncode == 0, done.stderr
        ours, theirs = tree_with_modes(installed.target / name), tree_with_modes(target)
        for path in PIP_DIFFERENCES:
            assert ours.pop(path)
            assert path not in theirs
        assert ours == theirs


def test_every_difference_that_is_told_is_one(installed: LockedApp) -> None:
    """None of them may be in our own tree, but for the three files that differ in content."""
    name = installed.slices[0]
    paths = [
        path.relative_to(installed.target / name).as_posix()
        for path in (installed.target / name).rglob("*")
        if path.is_file()
    ]
    told = {part for part in DIFFERENCES if any(part in path for path in paths)}
    assert told == {".dist-info/RECORD", ".dist-info/INSTALLER"}
