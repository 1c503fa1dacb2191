"""Other people's tools on what flet-lock writes: pipdeptree offline, pip-audit and pdm live.

uv on locks and pip on exports have tests of their own: `lockfile/test_installers.py`,
`install/test_agreement.py`.
"""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from fakes.installers import UV
from fakes.wheels import make_wheel
from flet_lock.cli.main import main
from flet_lock.lockfile.read_lock import read_lock

REQUIRES = {"alpha": ["beta>=1", "gamma"], "beta": ["gamma"], "gamma": []}


@pytest.fixture
def app(tmp_path: Path) -> Path:
    """A locked app of three packages, in a folder of wheels."""
    (tmp_path / "wheels").mkdir()
    (tmp_path / "pyproject.toml").write_text(
        '[project]\nname = "app"\nversion = "1"\nrequires-python = ">=3.12"\n'
        'dependencies = ["alpha"]\n[tool.flet-lock]\ndefault-index = "wheels"\n'
        'no-flet-index = true\ncache-dir = "cache"\n'
    )
    for name, requires in REQUIRES.items():
        wheel = make_wheel(name, "1.0", requires=requires)
        (tmp_path / "wheels" / f"{name}-1.0-py3-none-any.whl").write_bytes(wheel)
    assert main(["lock", str(tmp_path), "-qq"]) == 0
    return tmp_path


def test_pipdeptree_finds_the_graph_of_the_lock_in_what_is_installed(app: Path) -> None:
    assert (
        main(["install", str(app), "--platform", "android", "--target", str(app / "t"), "-q"]) == 0
    )
    command = [sys.executable, "-m", "pipdeptree", "--json", "--path", str(app / "t" / "arm64-v8a")]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    found = {
        each["package"]["key"]: sorted(below["key"] for below in each["dependencies"])
        for each in json.loads(done.stdout)
    }
    lock = read_lock(app / "pylock.android.toml")
    assert found == {each.package: sorted(each.dependencies) for each in lock.packages}


def of_uvx(app: Path, *words: str) -> "subprocess.CompletedProcess[str]":
    """Runs a tool from PyPI in an environment of its own."""
    assert UV is not None
    command = [UV, "tool", "run", *words]
    return subprocess.run(command, cwd=app, check=False, capture_output=True, text=True)


@pytest.mark.live
@pytest.mark.skipif(UV is None, reason="uv is not installed")
def test_pip_audit_reads_both_locks(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text(
        '[project]\nname = "app"\ndependencies = ["idna", "six"]\n'
        "[tool.flet-lock]\nno-flet-index = true\n"
    )
    assert main(["lock", str(tmp_path), "-qq"]) == 0
    done = of_uvx(tmp_path, "pip-audit", "--locked", "--format", "json", ".")
    # What it knows of them is the affair of PyPI's advisories, which not every mirror has.
    found = {each["name"] for each in json.loads(done.stdout)["dependencies"]}
    assert found == {"idna", "six"}, done.stderr


@pytest.mark.live
@pytest.mark.skipif(UV is None, reason="uv is not installed")
@pytest.mark.xfail(
    strict=True, reason="pdm 2.29: Unsupported platform marker: platform_system == 'Android'"
)
def test_pdm_reads_a_lock(app: Path) -> None:
    (app / "pylock.toml").write_bytes((app / "pylock.android.toml").read_bytes())
    done = of_uvx(app, "pdm", "export", "--lockfile", "pylock.toml", "--format", "requirements")
    assert "alpha==1.0" in done.stdout
