"""What a lock is told to lack, and what `--strict` makes of it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from fakes.index_server import IndexServer
from fakes.wheels import make_wheel
from flet_lock.model.app.project import NoteKind
from flet_lock.model.errors.lock import LockUnreadable
from flet_lock.model.errors.resolution import CannotLock
from flet_lock.reports.wording.failure.errors import explain
from flet_lock.workflows.locking.lock import lock
from flet_lock.workflows.outcome import LockOutcome


@pytest.fixture
def app(tmp_path: Path) -> Iterator[Path]:
    root = tmp_path / "app"
    root.mkdir()
    with IndexServer() as server:
        for name, version, needs in (
            ("flet", "1.0.5", ["six"]),
            ("six", "1.17.0", []),
            ("six", "1.16.0", []),
            ("flet-audio", "1.0.5", ["flet"]),
        ):
            server.add(name, version, make_wheel(name, version, requires=needs))
        (root / "pyproject.toml").write_text(
            f'[tool.flet-lock]\ndefault-index = "{server.url}"\nno-flet-index = true\n'
            f'platforms = ["android"]\ncache-dir = "{(tmp_path / "cache").as_posix()}"\n'
        )
        yield root


def locked(app: Path, requirements: str, **options: object) -> LockOutcome:
    (app / "requirements.txt").write_text(requirements, encoding="utf-8")
    given = {key.replace("_", "-"): value for key, value in options.items()}
    return lock(app, options=given, environ={}, dry_run=False, listener=lambda _: None)


def kinds(outcome: LockOutcome) -> list[tuple[NoteKind, str, str]]:
    """The notes; whether python-build's manifest can be had is another machine's matter."""
    return [
        (note.kind, str(note.place), note.value)
        for note in outcome.notes
        if note.kind is not NoteKind.MANIFEST_NOT_FOUND
    ]


@pytest.mark.parametrize("text", ["six\n", "", "# nothing yet\n"])
def test_a_lock_without_flet_is_a_warning(app: Path, text: str) -> None:
    outcome = locked(app, text)
    assert kinds(outcome) == [(NoteKind.NO_FLET, "requirements.txt", "Android")]
    assert outcome.exit_code == 0
    assert (app / "pylock.android.toml").exists()


def test_flet_that_an_extension_brings_is_flet(app: Path) -> None:
    assert kinds(locked(app, "flet-audio\n")) == []


def test_strict_fails_on_the_warning_and_writes_nothing(app: Path) -> None:
    outcome = locked(app, "six\n", strict=True)
    assert outcome.exit_code == 1
    assert [note.kind for note in outcome.refused_notes] == [NoteKind.NO_FLET]
    assert not (app / "pylock.android.toml").exists()


def test_a_version_that_is_asked_for_on_the_command_line_is_had_or_told(app: Path) -> None:
    locked(app, "flet\nsix\n")
    outcome = locked(app, "flet\nsix\n", upgrade_package=["six==1.16.0"])
    pins = {pin.package: str(pin.version) for pin in outcome.platforms[0].resolution.pins}
    assert pins == {"flet": "1.0.5", "six": "1.16.0"}
    with pytest.raises(CannotLock) as caught:
        locked(app, "flet\nsix\n", upgrade_package=["six==1.18.0"])
    assert [blocker.package for blocker in caught.value.refusal.blockers] == ["six"]


def test_an_upgrade_of_what_the_app_does_not_need_is_told(app: Path) -> None:
    outcome = locked(app, "flet\n", upgrade_package=["numpy==2.1"])
    assert kinds(outcome) == [(NoteKind.NOT_NEEDED, "-P", "numpy==2.1")]


def other_lock(app: Path, **versions: str) -> None:
    entries = (f'[[package]]\nname = "{n}"\nversion = "{v}"\n' for n, v in versions.items())
    (app / "uv.lock").write_text("".join(entries), encoding="utf-8")


def test_the_versions_of_another_lock_are_kept_where_they_can_be(app: Path) -> None:
    other_lock(app, six="1.16.0", flet="1.0.4")
    first = locked(app, "flet\n")
    assert (NoteKind.TOOL_LOCK_PASSED_OVER, "uv.lock", "") in kinds(first)
    outcome = locked(app, "flet\n", **{"from": "uv.lock"})
    pins = {pin.package: str(pin.version) for pin in outcome.platforms[0].resolution.pins}
    assert pins == {"flet": "1.0.5", "six": "1.16.0"}
    assert kinds(outcome) == [(NoteKind.NOT_TAKEN, "uv.lock", "flet 1.0.5 instead of 1.0.4")]


def test_an_index_that_no_build_reads_fails_a_strict_run(app: Path) -> None:
    with (app / "pyproject.toml").open("a", encoding="utf-8") as file:
        file.write('[[tool.uv.index]]\nurl = "https://corp.example/simple"\n')
    assert locked(app, "flet\n").exit_code == 0
    assert locked(app, "flet\n", strict=True).exit_code == 1


def test_a_failure_tells_what_no_build_reads(app: Path) -> None:
    with (app / "pyproject.toml").open("a", encoding="utf-8") as file:
        file.write('[[tool.uv.index]]\nurl = "https://corp.example/simple"\n')
    with pytest.raises(CannotLock) as caught:
        locked(app, "flet\ncorp-lib\n")
    assert [note.kind for note in caught.value.refusal.warnings] == [NoteKind.INDEX_PASSED_OVER]


def test_another_tools_file_in_the_place_of_the_lock_is_not_called_damaged(app: Path) -> None:
    (app / "pylock.android.toml").write_text('lock-version = "1.0"\n', encoding="utf-8")
    with pytest.raises(LockUnreadable) as caught:
        locked(app, "flet\n")
    told = explain(caught.value)
    assert "did not write it" in told.summary
    assert "damaged" not in told.summary
