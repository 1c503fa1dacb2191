"""The example apps, locked on the recorded index: the same bytes, whatever plays no part."""

import random
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
import tomlkit
from packaging.pylock import Pylock

from fakes.git_repository import commit_all, git, make_repository
from fakes.index_server import IndexServer
from fakes.recorded import (
    LOCKABLE,
    LOCKS,
    UNLOCKABLE,
    directory_options,
    lock_app,
    read_locks,
)
from flet_lock.model.answer.blocker import NoUsableRelease
from flet_lock.model.answer.rejection import DesktopOnly, NotBuiltFromSource, OtherArchitecture
from flet_lock.model.answer.resolution import Availability
from flet_lock.model.errors.lock import LockUnreadable
from flet_lock.model.errors.resolution import CannotLock

GOLDEN = Path(__file__).parent / "golden"
each_app = pytest.mark.parametrize("app_copy", LOCKABLE, indirect=True, ids=LOCKABLE)


@pytest.mark.parametrize("name", LOCKABLE)
def test_an_app_locks_to_the_reviewed_bytes(
    name: str, recorded_apps: Path, golden: Callable[[Path, str], None]
) -> None:
    _, locks = lock_app(recorded_apps / name, directory_options(recorded_apps))
    assert tuple(locks) == LOCKS
    for file, content in locks.items():
        golden(GOLDEN / name / file, content.decode())


@each_app
def test_locking_again_changes_nothing(app_copy: Path) -> None:
    options = directory_options(app_copy.parent)
    _, first = lock_app(app_copy, options)
    outcome, second = lock_app(app_copy, options)
    assert second == first
    assert not any(platform.written or platform.changes for platform in outcome.platforms)


@each_app
def test_the_order_of_dependencies_plays_no_part(app_copy: Path) -> None:
    options = directory_options(app_copy.parent)
    _, first = lock_app(app_copy, options)
    for file in first:
        (app_copy / file).unlink()
    _shuffle_dependencies(app_copy)
    _, second = lock_app(app_copy, options)
    assert second == first


def _shuffle_dependencies(app: Path) -> None:
    """Another order of everything that is asked for, with comments in between."""
    shuffled = 0
    shuffler = random.Random(7)
    for file in app.rglob("*.txt"):
        lines = file.read_text().splitlines()
        shuffler.shuffle(lines)
        file.write_text("\n".join(["# in another order", *lines]) + "\n")
        shuffled += 1
    pyproject = app / "pyproject.toml"
    if pyproject.exists():
        document = tomlkit.parse(pyproject.read_text())
        project = document.get("project", {})
        if "dependencies" in project:
            entries = [str(entry) for entry in project["dependencies"]]
            project["dependencies"] = entries[::-1]
            shuffled += 1
        poetry = document.get("tool", {}).get("poetry", {})
        if "dependencies" in poetry:
            poetry["dependencies"] = {
                key: poetry["dependencies"][key] for key in reversed(list(poetry["dependencies"]))
            }
            shuffled += 1
        pyproject.write_text("# in another order\n" + tomlkit.dumps(document))
    assert shuffled


@pytest.mark.parametrize("name", LOCKABLE)
def test_the_number_of_connections_plays_no_part(
    name: str, recorded_apps: Path, tmp_path: Path
) -> None:
    index = recorded_apps.parent / "index"
    with IndexServer(index / "pypi") as pypi, IndexServer(index / "flet") as flet:
        served = []
        for connections in (1, 32):
            app = tmp_path / str(connections) / name
            shutil.copytree(recorded_apps / name, app, ignore=shutil.ignore_patterns("pylock.*"))
            options = {
                "default-index": pypi.url,
                "index": [f"flet={flet.url}"],
                "no-cache": True,
                "connections": connections,
            }
            _, locks = lock_app(app, options)
            served.append(locks)
            assert pypi.busiest <= connections
    assert served[0] == served[1]
    assert len(served[0]) == len(LOCKS)


@each_app
def test_packaging_reads_every_lock_and_no_path_of_this_machine_is_in_it(app_copy: Path) -> None:
    _, locks = lock_app(app_copy, directory_options(app_copy.parent))
    for content in locks.values():
        pylock = Pylock.from_dict(tomlkit.parse(content.decode()).unwrap())
        pylock.validate()
        assert pylock.packages
        assert str(app_copy.parents[1]) not in content.decode()
        assert b"\r" not in content


def test_an_app_that_cannot_be_locked_names_all_its_blockers_and_writes_nothing(
    recorded_apps: Path,
) -> None:
    app = recorded_apps / UNLOCKABLE
    with pytest.raises(CannotLock) as failure:
        lock_app(app, directory_options(recorded_apps))
    assert read_locks(app) == {}
    found = {(b.platform.value, str(b.package)): b for b in failure.value.blockers}
    assert {package for _, package in found} == {"psycopg2-binary", "curl-cffi", "wikipedia"}
    for (_, package), kind in {
        ("android", "psycopg2-binary"): DesktopOnly,
        ("android", "wikipedia"): NotBuiltFromSource,
    }.items():
        blocker = found["android", package]
        assert isinstance(blocker, NoUsableRelease)
        reasons = [r for _, rejections in blocker.rejected[0].rejections for r in rejections]
        assert any(isinstance(reason, kind) for reason in reasons)
    curl = found["android", "curl-cffi"]
    assert isinstance(curl, NoUsableRelease)
    assert "armeabi-v7a" in {target.slice_name for target in curl.targets}
    assert any(
        isinstance(reason, OtherArchitecture)
        for _, rejections in curl.rejected[0].rejections
        for reason in rejections
    )
    assert ("ios", "curl-cffi") not in found


@pytest.mark.parametrize("app_copy", ["client"], indirect=True)
def test_a_dry_run_writes_nothing_and_says_the_same(app_copy: Path) -> None:
    options = directory_options(app_copy.parent)
    dry, locks = lock_app(app_copy, options, dry_run=True)
    assert locks == {}
    real, locks = lock_app(app_copy, options)
    assert tuple(locks) == LOCKS
    assert [p.resolution for p in dry.platforms] == [p.resolution for p in real.platforms]


@pytest.mark.parametrize("app_copy", ["hello"], indirect=True)
def test_a_lock_of_another_tool_is_not_overwritten(app_copy: Path) -> None:
    foreign = 'lock-version = "1.0"\ncreated-by = "another"\npackages = []\n'
    (app_copy / "pylock.ios.toml").write_text(foreign)
    with pytest.raises(LockUnreadable):
        lock_app(app_copy, directory_options(app_copy.parent))
    assert read_locks(app_copy) == {"pylock.ios.toml": foreign.encode()}


@pytest.mark.parametrize("app_copy", ["hello"], indirect=True)
def test_a_lock_with_a_merge_conflict_is_made_anew(app_copy: Path) -> None:
    options = directory_options(app_copy.parent)
    _, clean = lock_app(app_copy, options)
    path = app_copy / "pylock.android.toml"
    text = path.read_text()
    path.write_text(text.replace("[[packages]]", "<<<<<<< ours\n[[packages]]\n=======", 1))
    outcome, mended = lock_app(app_copy, options)
    assert mended == clean
    assert "old-lock-unreadable" in {note.kind.value for note in outcome.notes}


@pytest.mark.parametrize("style", ["merge", "diff3"])
@pytest.mark.parametrize("app_copy", ["client"], indirect=True)
def test_a_lock_that_git_could_not_merge_keeps_the_versions_of_both_sides(
    app_copy: Path, style: str
) -> None:
    options = directory_options(app_copy.parent)
    pyproject = app_copy / "pyproject.toml"
    text = pyproject.read_text()
    lock_app(app_copy, options)
    make_repository(app_copy)
    for branch, bound in (("one", "anyio<4.16"), ("two", "idna<3.20")):
        git(app_copy, "switch", "-q", "-c", branch, "main")
        pyproject.write_text(f'{text}\n[tool.flet-lock]\nconstraints = ["{bound}"]\n')
        outcome, _ = lock_app(app_copy, options)
        assert outcome.differs
        commit_all(app_copy)
    merge = ("-c", f"merge.conflictStyle={style}", "merge", "-q", "one")
    assert git(app_copy, *merge, check=False).returncode == 1
    assert "<<<<<<< " in (app_copy / "pylock.android.toml").read_text()
    pyproject.write_text(text)
    outcome, _ = lock_app(app_copy, options)
    assert "old-lock-mended" in {note.kind.value for note in outcome.notes}
    for lock in app_copy.glob("pylock.*"):
        found = Pylock.from_dict(tomlkit.parse(lock.read_text()).unwrap())
        versions = {str(package.name): str(package.version) for package in found.packages}
        assert versions["anyio"].startswith("4.1")
        assert versions["anyio"] != "4.16.0"
        assert versions["idna"] != "3.20"


@pytest.mark.parametrize("app_copy", ["client"], indirect=True)
def test_an_older_pin_of_the_lock_is_kept_until_it_is_upgraded(app_copy: Path) -> None:
    options = directory_options(app_copy.parent)
    pyproject = app_copy / "pyproject.toml"
    text = pyproject.read_text()
    pyproject.write_text(f'{text}\n[tool.flet-lock]\nconstraints = ["anyio<4.16"]\n')
    older, _ = lock_app(app_copy, options)
    pyproject.write_text(text)
    kept, _ = lock_app(app_copy, options)
    upgraded, _ = lock_app(app_copy, {**options, "upgrade-package": ["anyio"]})
    versions = [
        {str(p.resolution.pin("anyio").version) for p in outcome.platforms}  # type: ignore[arg-type]
        for outcome in (older, kept, upgraded)
    ]
    assert versions[0] == versions[1]
    assert versions[2] != versions[1]


@pytest.mark.parametrize("app_copy", ["client"], indirect=True)
def test_same_versions_makes_the_platforms_agree(app_copy: Path) -> None:
    options = {**directory_options(app_copy.parent), "same-versions": True}
    outcome, _ = lock_app(app_copy, options)
    android, ios = (
        {pin.package: pin.version for pin in platform.resolution.pins}
        for platform in outcome.platforms
    )
    assert {name: android[name] for name in android.keys() & ios.keys()} == {
        name: ios[name] for name in android.keys() & ios.keys()
    }


@pytest.mark.parametrize("app_copy", ["client"], indirect=True)
def test_strict_refuses_a_downgrade_and_writes_nothing(app_copy: Path) -> None:
    options = {**directory_options(app_copy.parent), "strict": True}
    outcome, locks = lock_app(app_copy, options)
    assert outcome.refused
    assert locks == {}


def test_the_classes_are_those_of_the_wheels(recorded_apps: Path) -> None:
    outcome, _ = lock_app(recorded_apps / "dashboard", directory_options(recorded_apps))
    android = outcome.platforms[0].resolution
    classes = {str(pin.package): set(pin.availability.values()) for pin in android.pins}
    assert classes["numpy"] == {Availability.BINARY}
    assert classes["flet"] == {Availability.PURE}
    assert classes["fonttools"] == {Availability.PURE_FALLBACK}


@pytest.mark.parametrize("app_copy", ["hello"], indirect=True)
def test_cutoffs_leave_out_newer_files_and_name_the_index_they_do_not_reach(app_copy: Path) -> None:
    options = {**directory_options(app_copy.parent), "exclude-newer": "2026-10-01"}
    outcome, locks = lock_app(app_copy, options)
    assert outcome.cutoff_exempt == ("flet",)
    for platform in outcome.platforms:
        for pin in platform.resolution.pins:
            for artifact in pin.artifacts.values():
                uploaded = artifact.upload_time
                assert uploaded is None or uploaded.isoformat() < "2026-10-02"
    assert tuple(locks) == LOCKS
