"""What an app would get with another Flet, on the recorded index."""

import shutil
from pathlib import Path

import pytest

from fakes.flet_versions import SHIPPED
from fakes.recorded import directory_options
from flet_lock.model.app.project import NoteKind
from flet_lock.model.errors.usage import UnsupportedFlet, UsageError
from flet_lock.model.event import ignore_event
from flet_lock.model.target import Platform
from flet_lock.workflows.locking.check import check
from flet_lock.workflows.locking.upgrade_flet import UpgradeFletOutcome, upgrade_flet


class Apps:
    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def copy(self, name: str, to: str) -> Path:
        kept = shutil.ignore_patterns("pylock.*")
        return shutil.copytree(self.folder / name, self.folder / to, ignore=kept)

    def move(self, app: Path, version: str, *, write: bool = False) -> UpgradeFletOutcome:
        return upgrade_flet(
            app,
            version,
            options=directory_options(self.folder),
            environ=SHIPPED,
            write=write,
            listener=ignore_event,
        )


@pytest.fixture(scope="module")
def apps(recorded_apps: Path) -> Apps:
    return Apps(recorded_apps)


def files_of(app: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in app.rglob("*") if path.is_file()}


def test_an_old_app_is_compared_and_nothing_is_written(apps: Apps) -> None:
    app = apps.copy("album", "album-compared")
    before = files_of(app)
    outcome = apps.move(app, "1.0.5")
    assert (outcome.before.python, outcome.after.python) == ("3.12.9", "3.14.6")
    assert (outcome.exit_code, outcome.written, files_of(app)) == (0, False, before)
    told = {
        (move.platform, str(move.package)): (move.before and str(move.before), str(move.after))
        for move in outcome.moves
    }
    assert told[Platform.ANDROID, "flet"] == ("0.28.3", "1.0.5")
    assert told[Platform.ANDROID, "msgpack"] == (None, "1.1.2")
    assert told[Platform.IOS, "flet-libjpeg"] == ("3.0.90", "None")
    lines = [(line.table, line.after) for line in outcome.lines]
    assert lines == [
        ("[project].dependencies", "flet==1.0.5"),
        ("[project.optional-dependencies].dev", "flet-cli==1.0.5"),
    ]


def test_with_write_the_app_moves_and_is_in_step(apps: Apps) -> None:
    app = apps.copy("album", "album-moved")
    outcome = apps.move(app, "1.0.5", write=True)
    assert outcome.written
    assert outcome.before.flet.generation.generation == "0.27"
    assert "# What the authors' machines have" in (app / "pyproject.toml").read_text()
    found = check(app, options=directory_options(apps.folder), environ=SHIPPED)
    assert found.in_step
    # There may be a newer generation than that of the recorded Flet.
    assert {note.kind for note in found.notes} <= {NoteKind.FLET_BUILDS}


def test_what_the_other_flet_reads_better_is_told(apps: Apps) -> None:
    outcome = apps.move(apps.copy("journal", "journal-compared"), "1.0.5")
    assert {note.kind for note in outcome.settled} == {NoteKind.POETRY_BROKEN_IN_BUILD}
    assert [note.kind for note in outcome.notes] == [NoteKind.POETRY_LOOSER_IN_BUILD]


def test_an_app_may_move_back_and_takes_the_older_flet_along(apps: Apps) -> None:
    app = apps.copy("hello", "hello-back")
    outcome = apps.move(app, "0.28.3", write=True)
    flet = {str(m.after) for m in outcome.moves if m.package == "flet"}
    assert flet == {"0.28.3"}
    assert (outcome.after.python, outcome.failure) == ("3.12.9", None)
    assert check(app, options=directory_options(apps.folder), environ=SHIPPED).in_step


def test_an_app_that_cannot_be_locked_with_it_stays_as_it_is(apps: Apps) -> None:
    app = apps.copy("sync", "sync-compared")
    before = files_of(app)
    outcome = apps.move(app, "0.28.3", write=True)
    assert outcome.exit_code == 1
    assert outcome.failure is not None
    assert files_of(app) == before


@pytest.mark.parametrize(("version", "error"), [("new", UsageError), ("0.24.1", UnsupportedFlet)])
def test_a_version_that_is_none_or_too_old_is_refused(
    version: str, error: type[Exception], apps: Apps
) -> None:
    with pytest.raises(error):
        apps.move(apps.folder / "hello", version)
