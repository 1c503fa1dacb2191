"""A slice that is a row of the table, and nothing else: every part of the program has to follow.

The row is added in a process of its own before anything else is imported, as an edit of
`model/facts/slices.py` would. Another row, of iOS, is for a newer Python than the app's.
"""

import json
import os
import subprocess
import sys
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from fakes.index_server import IndexServer
from fakes.wheels import make_wheel

NEW = "riscv64"
ABIS = ("arm64_v8a", "armeabi_v7a", "x86_64", NEW)
_RUN = """
import contextlib, io, json, sys
given = json.load(sys.stdin)
from flet_lock.model.facts import slices
from flet_lock.model.target import Platform

row = slices.Slice(
    name="riscv64", platform=Platform.ANDROID, tag="riscv64", machines=("riscv64",), gloss="boards",
    oldest_python=tuple(given["oldest_python"]),
)
watch = slices.Slice(
    name="watch.arm64", platform=Platform.IOS, tag="arm64_watch", machines=("arm64",),
    gloss="watches", oldest_python=(3, 14),
)
slices.SLICES = (*slices.SLICES[:3], row, *slices.SLICES[3:], watch)
slices.SLICES_BY_NAME.clear()
slices.SLICES_BY_NAME.update({one.name: one for one in slices.SLICES})

from flet_lock.cli.main import main

done = []
for words in given["commands"]:
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = main(words)
    done.append([code, out.getvalue(), err.getvalue()])
print(json.dumps(done))
"""


@pytest.fixture(scope="module")
def index() -> Iterator[IndexServer]:
    with IndexServer() as server:
        server.add("pure", "1.0", make_wheel("pure", "1.0", requires=["fast==1.0"]))
        for abi in ABIS:
            add_native(server, "fast", "1.0", abi)
        for abi in ABIS[:3]:
            add_native(server, "usual", "1.0", abi)
        add_native(server, "odd", "1.0", NEW)
        server.add("bare", "1.0", make_wheel("bare", "1.0"))
        yield server


def add_native(server: IndexServer, name: str, version: str, abi: str) -> None:
    tag = f"cp313-cp313-android_24_{abi}"
    server.add(name, version, make_wheel(name, version, tag), tag)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    pythons = {
        "3.13": {
            "full_version": "3.13.14",
            "android_abis": ["arm64-v8a", "x86_64", "armeabi-v7a", NEW],
            "prerelease": False,
        }
    }
    table = {"default_python_version": "3.13", "pythons": pythons}
    (tmp_path / "manifest.json").write_text(json.dumps(table))
    return tmp_path


def run(
    root: Path,
    index: IndexServer,
    *commands: tuple[str, ...],
    app: str = "",
    platform: str = "android",
    oldest_python: tuple[int, int] = (3, 13),
) -> list[tuple[int, str, str]]:
    """Exit code, stdout and stderr of each command, run in the app's folder."""
    (root / "pyproject.toml").write_text(app)
    common = ["--default-index", index.url, "--no-flet-index", "--platform", platform]
    listed = [[*words, *(common if words[0] in ("lock", "wheels") else ())] for words in commands]
    environ: Mapping[str, str] = {
        "FLET_PYTHON_BUILD_MANIFEST": str(root / "manifest.json"),
        "FLET_LOCK_CACHE_DIR": str(root / "cache"),
        "FLET_LOCK_FIX_BUDGET": "0",
        "PYTHONPATH": os.environ.get("PYTHONPATH", ""),
    }
    done = subprocess.run(
        [sys.executable, "-c", _RUN],
        input=json.dumps({"commands": listed, "oldest_python": oldest_python}),
        env=environ,
        cwd=root,
        capture_output=True,
        text=True,
        check=True,
    )
    return [(code, out, err) for code, out, err in json.loads(done.stdout)]


def app(*requirements: str, tables: str = "") -> str:
    return f'[project]\nname = "app"\ndependencies = {json.dumps(requirements)}\n{tables}'


def test_a_new_slice_is_locked_explained_and_chosen(root: Path, index: IndexServer) -> None:
    locked, why, tree, only, unknown = run(
        root,
        index,
        ("lock", "--output-format", "json"),
        ("why", "fast"),
        ("tree",),
        ("lock", "--arch", NEW, "--output-format", "json"),
        ("lock", "--arch", "riscv32"),
        app=app("pure"),
    )
    assert locked[0] == only[0] == 0, (locked, only)
    (platform,) = json.loads(locked[1])["platforms"]
    assert [target["slice"] for target in platform["targets"]] == [
        *("arm64-v8a", "armeabi-v7a", "x86_64"),
        NEW,
    ]
    assert why[0] == tree[0] == 0
    (platform,) = json.loads(only[1])["platforms"]
    assert [target["slice"] for target in platform["targets"]] == [NEW]
    assert unknown[0] == 2
    assert NEW in unknown[2]


def test_target_arch_takes_a_new_slice(root: Path, index: IndexServer) -> None:
    tables = f'[tool.flet.android]\ntarget_arch = ["{NEW}"]\n'
    (locked,) = run(root, index, ("lock",), app=app("odd", tables=tables))
    assert locked[0] == 0, locked
    lock = tomllib.loads((root / "pylock.android.toml").read_text())
    assert lock["tool"]["flet-lock"]["inputs"]["slices"] == [NEW]
    wrong = tables.replace(NEW, "riscv32")
    (refused,) = run(root, index, ("lock",), app=app("odd", tables=wrong))
    assert refused[0] == 2
    assert NEW in refused[2], "a new slice is among the choices"


def test_three_slices_of_four_are_not_every_slice(root: Path, index: IndexServer) -> None:
    (usual,) = run(root, index, ("lock",), app=app("usual"))
    (odd,) = run(root, index, ("lock",), app=app("odd"))
    assert usual[0] == odd[0] == 1
    assert f"{NEW} (boards)" in usual[2]
    assert "arm64-v8a, armeabi-v7a and x86_64" in odd[2]
    assert "any Android" not in usual[2] + odd[2]
    assert "every Android" not in usual[2] + odd[2]


def test_wheels_has_a_column_for_a_new_slice(root: Path, index: IndexServer) -> None:
    page, document = run(
        root,
        index,
        ("wheels", "usual"),
        ("wheels", "usual", "--output-format", "json"),
    )
    assert page[0] == document[0] == 0
    assert NEW in page[1]
    assert f"3.13 {NEW}" in document[1]


def test_an_app_with_an_older_python_hears_nothing_of_a_new_slice(
    root: Path, index: IndexServer
) -> None:
    manifest = root / "manifest.json"
    manifest.write_text(manifest.read_text().replace(f', "{NEW}"', ""))
    (failed,) = run(root, index, ("lock",), app=app("odd"), oldest_python=(3, 14))
    assert failed[0] == 1
    assert "no wheel for any Android target" in failed[2]
    assert f"for {NEW} only" in failed[2]
    command = ("lock", "--output-format", "json")
    (locked,) = run(root, index, command, app=app("bare"), platform="ios")
    (platform,) = json.loads(locked[1])["platforms"]
    assert [target["slice"] for target in platform["targets"]] == [
        *("iphoneos.arm64", "iphonesimulator.arm64", "iphonesimulator.x86_64"),
    ]
