"""The table of Pythons is the one that the build will read, or the remark says which it is."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from msgspec.structs import replace

from fakes.flet_versions import NEWEST, generation, shipped_manifest
from flet_lock.index.release_asset import download_release_asset
from flet_lock.model.app.settings import Settings
from flet_lock.model.errors.index import IndexFailure, IndexUnreachable
from flet_lock.model.errors.usage import CatalogueError
from flet_lock.model.event import ignore_event
from flet_lock.model.redaction import public_url
from flet_lock.targets.catalogue import Catalogue
from flet_lock.workflows.locking.check import check
from flet_lock.workflows.locking.find_catalogue import Download, find_catalogue, manifest_files
from flet_lock.workflows.locking.lock_plan import read_lock_plan

FLET_1 = "20260921"
"""What Flet 1.0.5 reads."""


def manifest(full_version: str) -> bytes:
    release = {"full_version": full_version, "android_abis": ["arm64-v8a"]}
    short = full_version.rpartition(".")[0]
    return json.dumps({"default_python_version": short, "pythons": {short: release}}).encode()


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return replace(Settings(), cache_dir=str(tmp_path / "cache"))


def found(
    settings: Settings,
    flet: str = "1.0.5",
    *,
    environ: dict[str, str] | None = None,
    date: str = "",
    download: Download | None = None,
) -> Catalogue:
    return find_catalogue(generation(flet), settings, environ or {}, date=date, download=download)


def full_versions(catalogue: Catalogue) -> list[str]:
    return [release.full_version for release in catalogue.releases]


def no_network(_date: str) -> bytes:
    raise IndexUnreachable(index=None, url=public_url(""), attempts=1, detail="", status=None)


def test_a_flet_with_one_python_needs_no_manifest(settings: Settings) -> None:
    named = {"FLET_PYTHON_BUILD_MANIFEST": "/none"}
    assert full_versions(found(settings, "0.28.3", environ=named)) == ["3.12.9"]
    assert full_versions(found(settings, "0.25.2")) == ["3.12.6"]


@pytest.mark.parametrize("flet", ["0.86.0", "0.86.2", "0.86.3", "0.86.4", "0.86.5"])
def test_the_shipped_copy_is_that_of_flet_0_86(flet: str, settings: Settings) -> None:
    catalogue = found(settings, flet, download=no_network)
    assert full_versions(catalogue) == ["3.12.13", "3.13.14", "3.14.6"]
    assert catalogue.wanted_date == ""


def test_the_variable_names_another(settings: Settings, tmp_path: Path) -> None:
    path = tmp_path / "mine.json"
    path.write_bytes(manifest("3.15.1"))
    environ = {"FLET_PYTHON_BUILD_MANIFEST": str(path)}
    catalogue = found(settings, environ=environ)
    assert full_versions(catalogue) == ["3.15.1"]
    assert manifest_files(catalogue, settings, environ) == (path,)


@pytest.mark.parametrize("name", ["FLET_CACHE_DIR", "HOME"])
def test_flets_own_copy_is_read_and_nobody_asked(
    name: str, settings: Settings, tmp_path: Path
) -> None:
    root = tmp_path / "home"
    folder = root if name == "FLET_CACHE_DIR" else root / ".flet" / "cache"
    (folder / "python-build").mkdir(parents=True)
    (folder / "python-build" / f"manifest-{FLET_1}.json").write_bytes(manifest("3.14.7"))
    assert full_versions(found(settings, environ={name: str(root)}, download=no_network)) == [
        "3.14.7"
    ]


def test_it_is_downloaded_once_and_kept(settings: Settings) -> None:
    asked: list[str] = []

    def download(date: str) -> bytes:
        asked.append(date)
        return manifest("3.14.8")

    for _ in range(2):
        catalogue = found(settings, download=download)
        assert (full_versions(catalogue), catalogue.date) == (["3.14.8"], FLET_1)
    assert asked == [FLET_1]
    assert full_versions(found(settings)) == ["3.14.8"], "without a network, too"


@pytest.mark.parametrize(
    ("date", "environ", "expected"),
    [
        ("20270101", {}, "20270101"),
        ("20270101", {"FLET_PYTHON_BUILD_RELEASE_DATE": "20280202"}, "20280202"),
        ("", {}, FLET_1),
    ],
)
def test_the_date_is_the_variables_the_flet_clis_or_the_tables(
    date: str, environ: dict[str, str], expected: str, settings: Settings
) -> None:
    asked: list[str] = []

    def download(wanted: str) -> bytes:
        asked.append(wanted)
        return manifest("3.14.8")

    found(settings, date=date, environ=environ, download=download)
    assert asked == [expected]


@pytest.mark.parametrize("answer", [b"", b"{}", b"<html>", b"\xff"])
def test_an_answer_that_is_no_manifest_is_not_kept(answer: bytes, settings: Settings) -> None:
    catalogue = found(settings, download=lambda _date: answer)
    assert (catalogue.wanted_date, catalogue.date) == (FLET_1, "20260730")
    assert found(settings).wanted_date == FLET_1


def test_a_download_that_failed_is_not_tried_again_for_an_hour(settings: Settings) -> None:
    asked: list[str] = []

    def download(date: str) -> bytes:
        asked.append(date)
        raise IndexUnreachable(
            index=None, url=public_url("https://g"), detail="no route", attempts=1
        )

    def ask(settings: Settings) -> int:
        assert found(settings, download=download).wanted_date == FLET_1
        return len(asked)

    assert [ask(settings), ask(settings)] == [1, 1]
    assert ask(replace(settings, refresh=True)) == 2
    (marker,) = Path(settings.cache_dir or "").rglob("*.failed")
    hour_ago = marker.stat().st_mtime - 3600
    os.utime(marker, (hour_ago, hour_ago))
    assert ask(settings) == 3
    assert ask(replace(settings, no_cache=True)) == 4, "nothing is kept, so nothing is known"


def test_offline_nobody_is_asked(settings: Settings) -> None:
    def fail(_date: str) -> bytes:
        raise AssertionError

    assert found(replace(settings, offline=True), download=fail).wanted_date == FLET_1


def test_a_date_that_is_none_is_refused(settings: Settings) -> None:
    for date in ("../../x", "yesterday", "2026"):
        with pytest.raises(CatalogueError):
            found(settings, environ={"FLET_PYTHON_BUILD_RELEASE_DATE": date})


def test_the_shipped_copy_instead_is_said_with_both_dates(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text('[project]\nname = "a"\ndependencies = ["flet"]\n')
    options: dict[str, object] = {"cache-dir": str(tmp_path / "cache")}
    environ = {"HOME": str(tmp_path)}
    plan = read_lock_plan(tmp_path, options=options, environ=environ, download=no_network)
    assert [(str(n.place), n.value) for n in plan.project.notes] == [
        (f"manifest-{NEWEST.python_build}.json", "20260730")
    ]
    # Nothing is known of the patch release of that date: no drift can be told.
    assert {drift.kind for drift in check(tmp_path, options=options, environ=environ).drifts} == {
        "missing"
    }


def test_nothing_at_an_address_is_a_failure_of_its_own() -> None:
    with pytest.raises(IndexFailure):
        download_release_asset(
            "http://127.0.0.1:9/manifest.json", environ={}, listener=ignore_event
        )


def test_the_files_that_decide_include_those_that_are_not_there(settings: Settings) -> None:
    environ = {"FLET_CACHE_DIR": "/flet"}
    catalogue = found(settings, environ=environ)
    files = manifest_files(catalogue, settings, environ)
    assert Path(f"/flet/python-build/manifest-{FLET_1}.json") in files
    assert shipped_manifest() in files


def test_copies_behind_the_one_that_is_read_decide_nothing(
    settings: Settings, tmp_path: Path
) -> None:
    own = tmp_path / "python-build" / f"manifest-{FLET_1}.json"
    own.parent.mkdir()
    own.write_bytes(manifest("3.14.7"))
    environ = {"FLET_CACHE_DIR": str(tmp_path)}
    assert manifest_files(found(settings, environ=environ), settings, environ) == (own,)
    shipped = found(settings, "0.86.5", environ=environ)
    assert manifest_files(shipped, settings, environ) == (shipped_manifest(),)


@pytest.mark.parametrize(("has_its_own", "loaded"), [(True, set()), (False, {"platformdirs"})])
def test_check_looks_for_no_cache_of_ours_where_flet_has_the_manifest(
    has_its_own: bool, loaded: set[str], tmp_path: Path
) -> None:
    app, cache = tmp_path / "app", tmp_path / "cache"
    for folder in (app, cache / "python-build"):
        folder.mkdir(parents=True)
    (app / "pyproject.toml").write_text('[project]\nname = "a"\ndependencies = ["flet"]\n')
    if has_its_own:
        own = cache / "python-build" / f"manifest-{NEWEST.python_build}.json"
        own.write_bytes(shipped_manifest().read_bytes())
    code = (
        "import json, sys; from flet_lock.cli.main import main; main(['check', 'app', '-q']); "
        "print(json.dumps([name for name in sys.modules]))"
    )
    inherited = {k: v for k, v in os.environ.items() if k != "FLET_PYTHON_BUILD_MANIFEST"}
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env={**inherited, "FLET_CACHE_DIR": str(cache)},
        capture_output=True,
        text=True,
        check=True,
    )
    modules = set(json.loads(done.stdout.splitlines()[-1]))
    assert "flet_lock.workflows.locking.check" in modules
    assert modules & {"platformdirs", "httpx", "flet_lock.index.cache"} == loaded
