"""`export --format cyclonedx`: valid, reproducible, and with all that the lock and wheels tell."""

import json
import sys
from pathlib import Path
from typing import Any

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

from fakes.locked_app import LockedApp
from fakes.wheels import make_wheel
from flet_lock.cli.main import main
from flet_lock.model.answer.resolution import Availability
from flet_lock.workflows.installing.wheel_papers import read_papers

Capture = pytest.CaptureFixture[str]
CARRIED = {
    "bomFormat": "CycloneDX",
    "specVersion": "1.6",
    "components": [
        {"name": "libjpeg", "version": "3.0", "purl": "pkg:generic/libjpeg@3.0"},
        {"name": "zlib", "purl": "no purl at all", "components": [{"name": "inner"}]},
    ],
}


def with_papers(name: str, licence: str, **sboms: bytes) -> bytes:
    metadata = f"Metadata-Version: 2.4\nName: {name}\nVersion: 1.0\n{licence}\n".encode()
    files = {f"{name}/__init__.py": b""}
    files |= {f"{name}-1.0.dist-info/sboms/{key}.json": each for key, each in sboms.items()}
    return make_wheel(name, "1.0", metadata=metadata, files=files)


@pytest.fixture
def app(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> LockedApp:
    """An app with a pure wheel that carries papers, and binary ones."""
    monkeypatch.chdir(tmp_path)
    app = LockedApp(root=tmp_path)
    carried = json.dumps(CARRIED).encode()
    app.pure(
        "pictures",
        content=with_papers(
            "pictures", "License-Expression: MIT OR Apache-2.0", jpeg=carried, odd=b"{not json"
        ),
    )
    app.pure("plain", content=with_papers("plain", "License: Our Own"))
    app.binary("native")
    app.write()
    return app


def exported(capsys: Capture, *words: str) -> dict[str, Any]:
    assert main(["export", "--format", "cyclonedx", "--platform", "android", *words]) == 0
    text = capsys.readouterr().out
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(text) is None
    found = json.loads(text)
    assert isinstance(found, dict)
    return found


def test_a_document_tells_packages_files_licences_and_what_wheels_carry(
    app: LockedApp, capsys: Capture
) -> None:
    found = exported(capsys)
    assert found["specVersion"] == "1.6"
    assert found["metadata"]["component"]["name"] == "app"
    packages = {each["name"]: each for each in found["components"]}
    assert set(packages) == {"pictures", "plain", "native"}
    pictures = packages["pictures"]
    assert pictures["purl"] == "pkg:pypi/pictures@1.0"
    assert pictures["licenses"] == [{"expression": "MIT OR Apache-2.0"}]
    assert packages["plain"]["licenses"] == [{"license": {"name": "Our Own"}}]
    assert "licenses" not in packages["native"]
    (file,) = pictures["components"]
    assert file["purl"] == "pkg:pypi/pictures@1.0?file_name=pictures-1.0-py3-none-any.whl"
    locked = next(each for each in app.packages if each.package == "pictures")
    digest = locked.files[0].hashes["sha256"]
    assert file["hashes"] == [{"alg": "SHA-256", "content": digest}]
    assert "externalReferences" not in file, "a folder of this machine is nobody else's"
    assert [each["name"] for each in file["components"]] == ["inner", "libjpeg", "zlib"]
    assert sum(each["name"] == "flet-lock:sbom" for each in file["properties"]) == 2
    native = packages["native"]
    assert len(native["components"]) == len(app.slices)
    assert {each["value"] for each in native["properties"]} == {
        f"{name}={Availability.BINARY.value}" for name in app.slices
    }


@pytest.mark.usefixtures("app")
def test_the_same_lock_gives_the_same_bytes(capsys: Capture) -> None:
    first = exported(capsys)
    assert exported(capsys) == first
    one_slice = exported(capsys, "--arch", "arm64-v8a")
    assert one_slice["serialNumber"] != first["serialNumber"]
    assert "timestamp" not in first["metadata"], "no index told any time"


def test_the_graph_is_that_of_the_lock(
    tmp_path: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    wheels = tmp_path / "wheels"
    wheels.mkdir()
    (tmp_path / "pyproject.toml").write_text(
        '[project]\nname = "app"\ndependencies = ["alpha"]\n[tool.flet-lock]\n'
        'default-index = "wheels"\nno-flet-index = true\ncache-dir = "cache"\n'
    )
    for name, requires in {"alpha": ["beta", "gamma"], "beta": ["gamma"], "gamma": []}.items():
        content = make_wheel(name, "1.0", requires=requires)
        (wheels / f"{name}-1.0-py3-none-any.whl").write_bytes(content)
    assert main(["lock", "-qq"]) == 0
    graph = {each["ref"]: each.get("dependsOn", []) for each in exported(capsys)["dependencies"]}
    assert graph == {
        "app": ["alpha@1.0"],
        "alpha@1.0": ["beta@1.0", "gamma@1.0"],
        "beta@1.0": ["gamma@1.0"],
        "gamma@1.0": [],
    }


@pytest.mark.usefixtures("app")
def test_without_the_library_it_says_what_to_install(
    capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in [name for name in sys.modules if name.partition(".")[0] == "cyclonedx"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "cyclonedx", None)
    assert main(["export", "--format", "cyclonedx", "--platform", "android"]) == 2
    assert 'pip install "flet-lock[sbom]"' in capsys.readouterr().err
    assert main(["export", "--platform", "android"]) == 0


def test_an_altered_wheel_makes_no_document(app: LockedApp, capsys: Capture) -> None:
    (app.root / "wheels" / "plain-1.0-py3-none-any.whl").write_bytes(make_wheel("plain", "1.0"))
    assert main(["export", "--format", "cyclonedx", "--platform", "android"]) == 1
    done = capsys.readouterr()
    assert done.out == ""
    assert "plain" in done.err


@pytest.mark.parametrize(
    "content",
    [b"", b"[]", b'{"bomFormat": "SPDX"}', b'{"bomFormat": 1}', b"[" * 100_000, b"\xff\xfe"],
    ids=["empty", "list", "other", "number", "deep", "binary"],
)
def test_what_is_no_bill_of_materials_adds_no_component(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "x.whl"
    path.write_bytes(with_papers("x", "License: MIT", odd=content))
    papers = read_papers(path)
    assert papers.carried == ()
    assert [name for name, _ in papers.sboms] == ["sboms/odd.json"]
    assert papers.licence == "MIT"


def test_what_is_no_wheel_has_no_papers(tmp_path: Path) -> None:
    path = tmp_path / "x.whl"
    path.write_bytes(b"no zip")
    assert read_papers(path).sboms == ()
