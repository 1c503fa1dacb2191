"""The wheel of flet-lock carries the table of Python releases, and finds it."""

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[2]
ASK = (
    "from flet_lock.targets.catalogue import load_catalogue; "
    "from flet_lock.targets.shipped_data import shipped_path; "
    "path = shipped_path('python-releases.json'); "
    "print(path); print(load_catalogue(path).default.short)"
)


def test_an_installed_wheel_reads_the_table_that_it_carries(tmp_path: Path) -> None:
    pytest.importorskip("hatchling", reason="the build backend is not installed")
    built = subprocess.run(
        [sys.executable, "-m", "build", "--wheel", "--no-isolation", "-o", str(tmp_path), "."],
        cwd=REPOSITORY,
        check=False,
        capture_output=True,
        text=True,
    )
    assert built.returncode == 0, built.stderr + built.stdout
    (wheel,) = tmp_path.glob("flet_lock-*.whl")
    installed = tmp_path / "installed"
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(installed)
    carried = installed / "flet_lock" / "_data" / "catalog" / "python-releases.json"
    source = REPOSITORY / "data" / "catalog" / "python-releases.json"
    assert carried.read_bytes() == source.read_bytes()
    answer = subprocess.run(
        [sys.executable, "-c", ASK],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(installed)},
        check=True,
        capture_output=True,
        text=True,
    )
    path, default = answer.stdout.splitlines()
    assert Path(path).samefile(carried)
    assert default in json.loads(source.read_text())["pythons"]
