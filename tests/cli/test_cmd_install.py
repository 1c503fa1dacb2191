"""`flet-lock install` and `flet-lock export` as people and programs run them."""

import json
from pathlib import Path

import pytest

from fakes.locked_app import LockedApp
from flet_lock.cli.main import main
from flet_lock.model.target import Platform

Capture = pytest.CaptureFixture[str]


@pytest.fixture
def app(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> LockedApp:
    for name in ("CI", "FORCE_COLOR", "NO_COLOR", "GITHUB_WORKSPACE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.setenv("FLET_LOCK_CACHE_DIR", str(tmp_path / "cache"))
    root = tmp_path / "app"
    root.mkdir()
    monkeypatch.chdir(root)
    app = LockedApp(root=root)
    app.binary("beta")
    app.pure("alpha", files={"shared/__init__.py": b""})
    app.pure("gamma", files={"shared/__init__.py": b""})
    app.write()
    return app


def test_install_says_what_it_did_and_then_that_nothing_is_to_do(
    app: LockedApp, capsys: Capture
) -> None:
    assert main(["install"]) == 0
    out, err = capsys.readouterr()
    assert out.startswith("✓ Installed 3 packages of pylock.android.toml into build/site-packages")
    assert "flet-lock verify --platform android" in out
    assert err == ""
    assert (app.target / "x86_64" / "beta" / "_native.so").is_file()
    assert main(["install"]) == 0
    assert "holds what pylock.android.toml says already" in capsys.readouterr().out


def test_what_was_installed_is_what_verify_calls_the_lock(app: LockedApp, capsys: Capture) -> None:
    assert main(["install"]) == 0
    assert main(["verify", "--platform", "android"]) == 0
    (app.target / "x86_64" / "stray.py").write_bytes(b"")
    assert main(["verify", "--platform", "android"]) == 1
    capsys.readouterr()


@pytest.mark.usefixtures("app")
def test_verbose_tells_each_slice_and_what_packages_share(capsys: Capture) -> None:
    main(["install"])
    capsys.readouterr()
    assert main(["install", "--arch", "x86_64", "-v"]) == 0
    out, err = capsys.readouterr()
    assert "x86_64: 3 packages, " in out
    assert "alpha and gamma bring the same shared/__init__.py" in out
    assert "arm64-v8a and armeabi-v7a were there before and are gone" in out
    assert "unpacked alpha 1.0" in err


def test_install_as_a_document(app: LockedApp, capsys: Capture) -> None:
    assert main(["install", "--output-format", "json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["command"] == "install"
    assert document["ok"] is True
    assert document["changed"] is True
    assert document["platform"] == "android"
    assert document["slices"] == list(app.slices)
    assert [one["slice_name"] for one in document["unpacked"]] == list(app.slices)


def test_install_that_is_refused_as_text_and_as_a_document(app: LockedApp, capsys: Capture) -> None:
    app.pure("alpha", hashes={"sha256": "0" * 64})
    app.write()
    assert main(["install"]) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert "alpha-1.0-py3-none-any.whl is not the file that was locked" in err
    assert "what was installed before is as it was" in err
    assert main(["install", "--output-format", "json"]) == 1
    document = json.loads(capsys.readouterr().out)
    assert document["error"]["type"] == "file-altered"
    assert document["error"]["facts"]["algorithm"] == "sha256"


def test_the_target_is_an_option(app: LockedApp, tmp_path: Path, capsys: Capture) -> None:
    assert main(["install", "--target", "../out"]) == 0
    out = " ".join(capsys.readouterr().out.split())
    assert f"flet-lock verify --platform android {tmp_path.as_posix()}/out" in out
    assert main(["verify", "--platform", "android", str(tmp_path / "out"), "--quiet"]) == 0
    assert (tmp_path / "out" / "x86_64" / "alpha-1.0.dist-info").is_dir()
    assert main(["install", "--target", "."]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert "holds other things than installed packages" in " ".join(err.split())
    assert (app.root / "pyproject.toml").is_file()


def test_with_two_locks_one_has_to_be_named(app: LockedApp, capsys: Capture) -> None:
    ios = LockedApp(root=app.root, platform=Platform.IOS)
    ios.pure("alpha")
    ios.write()
    assert main(["install"]) == 2
    assert "--platform" in capsys.readouterr().err
    assert main(["install", "--platform", "ios"]) == 0


@pytest.mark.usefixtures("app")
def test_export_prints_a_requirements_file_and_nothing_else(capsys: Capture) -> None:
    assert main(["export", "--arch", "x86_64"]) == 0
    out, err = capsys.readouterr()
    assert err == ""
    assert out.startswith("# Made by `flet-lock export` from pylock.android.toml.")
    assert out.count("--hash=sha256:") == 3
    assert main(["export", "--format", "requirements", "--output-format", "json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["format"] == "requirements"
    assert document["text"].count("--hash=sha256:") == 5
    assert main(["export", "--format", "pipfile"]) == 2


def test_export_that_cannot_be_says_why(app: LockedApp, capsys: Capture) -> None:
    app.pure("alpha", hashes={"blake2b": "0" * 128})
    app.write()
    assert main(["export"]) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert "alpha cannot stand in a requirements file with hashes" in err
