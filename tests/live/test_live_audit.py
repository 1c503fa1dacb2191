"""Audits of real wheels of PyPI (`pytest -m live`): faults that are known, and none elsewhere."""

import json
from pathlib import Path
from typing import Any

import pytest

from flet_lock.cli.main import main

pytestmark = pytest.mark.live
Capture = pytest.CaptureFixture[str]
CLEAN = (
    "aiohttp==3.14.5",
    "backports-zstd==1.8.0",
    "cffi==2.1.1",
    "charset-normalizer==3.5.2",
    "kiwisolver==1.5.1",
    "markupsafe==3.0.4",
    "multidict==7.2.1",
    "pillow==12.0.0",
    "pillow==13.0.0",
    "pybase64==1.5.1",
    "pyjnius==1.9.0",
    "xxhash==4.1.0",
)


def audit(words: list[str], tmp_path: Path, capsys: Capture) -> dict[str, Any]:
    """The document of an audit; packages are looked for on PyPI alone."""
    capsys.readouterr()
    shared = ["--no-flet-index", "--cache-dir", str(tmp_path / "cache")]
    main(["audit", *words, "--output-format", "json", *shared])
    document: dict[str, Any] = json.loads(capsys.readouterr().out)
    return document


def levels(document: dict[str, Any]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for package in document["packages"]:
        own = found.setdefault(f"{package['package']}=={package['version']}", set())
        own |= {each["level"] for each in package["findings"]}
    return found


@pytest.mark.parametrize("release", CLEAN)
def test_a_good_release_has_nothing_above_heavy(
    release: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    monkeypatch.chdir(tmp_path)
    document = audit([release, "--fail-on", "python"], tmp_path, capsys)
    assert document["exit_code"] == 0
    assert document["wheels"] > 0
    assert levels(document)[release] <= {"heavy"}


def test_the_path_of_a_builders_machine_fails_to_load(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    monkeypatch.chdir(tmp_path)
    (package,) = audit(["pillow==11.3.0", "--platform", "ios"], tmp_path, capsys)["packages"]
    worst = package["findings"][0]
    assert worst["level"] == "load"
    assert worst["finding"]["type"] == "install-name-missing"
    assert worst["finding"]["library"].startswith("/Users/runner/")
    assert len(worst["slices"]) == 3


def test_pages_of_4_kb_are_refused_by_google_play(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    monkeypatch.chdir(tmp_path)
    (package,) = audit(["wasmtime==50.0.1"], tmp_path, capsys)["packages"]
    (pages,) = (each for each in package["findings"] if each["level"] == "store")
    assert pages["slices"] == ["x86_64"]
    assert pages["finding"]["alignment"] == 4096
    (path,) = (each for each in package["findings"] if each["level"] == "flet")
    assert path["finding"]["source"] == "wasmtime/_ffi.py"
    (package,) = audit(["wasmtime==41.0.0"], tmp_path, capsys)["packages"]
    slices = {
        each for one in package["findings"] if one["level"] == "store" for each in one["slices"]
    }
    assert slices == {"arm64-v8a", "x86_64"}


def test_a_stable_abi_that_is_linked_to_one_python_fails_with_the_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    monkeypatch.chdir(tmp_path)
    words = ["curl-cffi==0.16.0", "--fail-on", "python"]
    document = audit(words, tmp_path, capsys)
    assert document["exit_code"] == 1
    (package,) = document["packages"]
    (found,) = (each for each in package["findings"] if each["level"] == "python")
    assert (found["finding"]["library"], found["finding"]["python"]) == ("libpython3.13.so", "3.14")


def test_an_app_gets_the_nearest_release_that_is_clean(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    app = tmp_path / "app"
    app.mkdir()
    (app / "pyproject.toml").write_text(
        '[project]\nname = "photos"\nrequires-python = "==3.13.*"\n'
        'dependencies = ["pillow<12", "markupsafe"]\n'
    )
    monkeypatch.chdir(tmp_path)
    words = ["--platform", "ios", "--no-flet-index", "--cache-dir", str(tmp_path / "cache")]
    assert main(["lock", "app", "-qq", *words]) == 0
    document = audit(["app", "--platform", "ios"], tmp_path, capsys)
    (bad,) = (each for each in document["packages"] if each["package"] == "pillow")
    assert bad["remedy"]["version"] == "12.0.0"
    assert main(["audit", "app", "--fix", "1", "-q", *words]) == 0
    assert '"pillow<13"' in (app / "pyproject.toml").read_text()
