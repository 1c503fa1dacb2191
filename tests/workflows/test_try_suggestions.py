"""Trying ways out against an index: what is asked of it, and what if it does not answer."""

import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import MappingProxyType

import pytest

from fakes.flet_versions import SHIPPED
from fakes.index_server import IndexServer, Misbehaviour
from fakes.wheels import make_sdist, make_wheel, wheel_filename
from flet_lock.model.app.fix import (
    BuildFromSource,
    ChoosePython,
    RewriteRequirement,
    Suggestion,
    SuggestionState,
)
from flet_lock.model.errors.project import ProjectNotWritten
from flet_lock.model.errors.resolution import CannotLock
from flet_lock.model.errors.usage import UsageError
from flet_lock.model.event import ignore_event
from flet_lock.reports.wording.failure.errors import explain
from flet_lock.workflows.fixing import fix as fix_module
from flet_lock.workflows.fixing.fix import fix
from flet_lock.workflows.locking.lock import lock
from flet_lock.workflows.outcome import LockOutcome

DESKTOP = "cp314-cp314-manylinux_2_28_x86_64"


@pytest.fixture
def index() -> Iterator[IndexServer]:
    with IndexServer() as server:
        server.add("maths", "1.0", make_wheel("maths", "1.0", DESKTOP), DESKTOP)
        server.add("maths", "2.0", make_wheel("maths", "2.0", requires=["base"]))
        server.add("base", "1.0", make_wheel("base", "1.0"))
        yield server


def write(root: Path, *requirements: str) -> None:
    listed = "".join(f'  "{each}",\n' for each in requirements)
    (root / "pyproject.toml").write_text(
        f'[project]\nname = "app"\nrequires-python = "==3.14.*"\ndependencies = [\n{listed}]\n',
        encoding="utf-8",
    )


def settings(index: IndexServer, **options: object) -> dict[str, object]:
    given = {key.replace("_", "-"): value for key, value in options.items()}
    return {"default-index": index.url, "no-flet-index": True, "no-cache": True, **given}


def fail(root: Path, index: IndexServer, **options: object) -> CannotLock:
    with pytest.raises(CannotLock) as caught:
        lock(
            root,
            options=settings(index, **options),
            environ=SHIPPED,
            dry_run=False,
            listener=ignore_event,
        )
    return caught.value


def works(error: CannotLock) -> list[Suggestion]:
    return [each for each in error.refusal.suggestions if each.state is SuggestionState.WORKS]


def test_what_is_tried_is_asked_for_once(tmp_path: Path, index: IndexServer) -> None:
    write(tmp_path, "maths<2")
    [first, *_] = works(fail(tmp_path, index))
    assert isinstance(first.edits[0], RewriteRequirement)
    assert first.edits[0].after == "maths<3"
    paths = index.paths()
    assert sorted(set(paths)) == sorted(paths)


def test_without_a_budget_nothing_is_tried_and_promises_stay(
    tmp_path: Path, index: IndexServer
) -> None:
    write(tmp_path, "maths<2")
    error = fail(tmp_path, index, fix_budget=0)
    assert not works(error)
    assert error.refusal.seconds == 0
    [problem] = explain(error).parts
    assert any("maths<3" in hint and "not tried" in hint for hint in problem.hints)
    assert not any(path.endswith(".metadata") for path in index.paths())


def test_an_index_that_hangs_does_not_hold_up_the_answer(
    tmp_path: Path, index: IndexServer
) -> None:
    write(tmp_path, "maths<2")
    wheel = index.file_path("maths", wheel_filename("maths", "2.0"))
    index.misbehave(f"{wheel}.metadata", Misbehaviour(delay_seconds=3))
    started = time.monotonic()
    error = fail(tmp_path, index, fix_budget=0.3)
    assert time.monotonic() - started < 2.5
    assert error.refusal.untried > 0
    told = explain(error)
    assert any("not tried within 0.3 s" in each and "--fix-budget" in each for each in told.details)
    # What there was no time for is promised, not withheld.
    assert any("maths<3" in hint for hint in told.parts[0].hints)


def test_an_index_that_fails_while_trying_takes_nothing_away(
    tmp_path: Path, index: IndexServer
) -> None:
    write(tmp_path, "maths<2")
    index.misbehave(index.page_path("base"), Misbehaviour(status=403))
    error = fail(tmp_path, index)
    assert [blocker.package for blocker in error.blockers] == ["maths", "maths"]
    assert not [each for each in works(error) if each.locks]


def test_no_code_of_a_package_runs_for_a_trial(
    tmp_path: Path, index: IndexServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    setup = (
        b"import pathlib, setuptools\npathlib.Path('ran').touch()\nsetuptools.setup(name='bare')\n"
    )
    sdist = make_sdist(
        "bare",
        "1.0",
        metadata_version="1.1",
        files={
            "setup.py": setup,
            "bare.egg-info/PKG-INFO": b"Name: bare\n",
            "bare.egg-info/requires.txt": b"base\n",
        },
    )
    index.add("bare", "1.0", sdist, filename="bare-1.0.tar.gz")
    write(tmp_path, "bare")
    monkeypatch.setattr("flet_lock.index.sources.source_artifacts.prepare_metadata", _refuse)
    monkeypatch.setattr("flet_lock.index.sources.source_artifacts.build_wheel", _refuse)
    ways = works(fail(tmp_path, index))
    assert isinstance(ways[0].edits[0], BuildFromSource)
    assert ways[0].unbuilt
    # What it requires was followed, too.
    assert index.page_path("base") in index.paths()


def _refuse(*_: object) -> object:
    raise AssertionError("a build was started")


def test_a_number_that_nobody_told_is_refused(tmp_path: Path, index: IndexServer) -> None:
    write(tmp_path, "maths<2")
    before = (tmp_path / "pyproject.toml").read_bytes()
    for numbers in ("99", "0", "x", "1,99", ""):
        with pytest.raises(UsageError) as caught:
            _fix(tmp_path, index, numbers)
        assert "1" in caught.value.choices
    assert (tmp_path / "pyproject.toml").read_bytes() == before


def test_a_dry_run_shows_the_change_and_writes_nothing(tmp_path: Path, index: IndexServer) -> None:
    write(tmp_path, "maths<2")
    before = (tmp_path / "pyproject.toml").read_bytes()
    outcome = _fix(tmp_path, index, "1", dry_run=True)
    assert [line.after for line in outcome.fixed] == ["maths<3"]
    assert [path.name for path in tmp_path.iterdir()] == ["pyproject.toml"]
    assert (tmp_path / "pyproject.toml").read_bytes() == before


def test_an_app_that_locks_is_not_changed(tmp_path: Path, index: IndexServer) -> None:
    write(tmp_path, "maths")
    before = (tmp_path / "pyproject.toml").read_bytes()
    assert _fix(tmp_path, index, "1").fixed == ()
    assert (tmp_path / "pyproject.toml").read_bytes() == before


def test_requirements_txt_is_edited_where_the_app_lists_its_requirements_there(
    tmp_path: Path, index: IndexServer
) -> None:
    text = "# what the app needs\nmaths<2  # until it is ported\nbase\n"
    (tmp_path / "requirements.txt").write_text(text, encoding="utf-8")
    outcome = _fix(tmp_path, index, "1")
    [line] = outcome.fixed
    assert (line.file, line.line, line.after) == ("requirements.txt", 2, "maths<3")
    edited = (tmp_path / "requirements.txt").read_text(encoding="utf-8")
    assert edited == text.replace("maths<2 ", "maths<3 ")


def test_without_pyproject_toml_another_python_is_written_and_told_to_the_build(
    tmp_path: Path, index: IndexServer
) -> None:
    for tag in ("android_24_arm64_v8a", "android_24_x86_64"):
        tags = f"cp313-cp313-{tag}"
        index.add("native", "1.0", make_wheel("native", "1.0", tags), tags)
    (tmp_path / "requirements.txt").write_text("native\n", encoding="utf-8")
    options = {"platform": ["android"], "arch": ["arm64-v8a", "x86_64"]}
    error = fail(tmp_path, index, **options)
    [hint] = [hint for hint in explain(error).parts[0].hints if "Python 3.13" in hint]
    assert 'add `python-version = "3.13"` under `[tool.flet-lock]`' in hint
    assert "build with `flet build --python-version 3.13`" in hint
    [chosen] = [each for each in works(error) if isinstance(each.edits[0], ChoosePython)]
    outcome = fix(
        tmp_path,
        numbers=str(chosen.number),
        options=settings(index, **options),
        environ={},
        dry_run=False,
        listener=ignore_event,
    )
    assert outcome.python_full_version.startswith("3.13.")
    text = (tmp_path / "pyproject.toml").read_text(encoding="utf-8")
    assert text == '[tool.flet-lock]\npython-version = "3.13"\n'


def test_a_fix_locks_once(
    tmp_path: Path, index: IndexServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, "maths<2")
    cached = {"no-cache": False, "cache-dir": str(tmp_path / "cache")}
    [first, *_] = works(fail(tmp_path, index, **cached))
    runs: list[object] = []

    def lock_and_count(root: Path, **words: object) -> LockOutcome:
        runs.append(words["texts"])
        return lock(root, **words)  # type: ignore[arg-type]

    monkeypatch.setattr(fix_module, "lock", lock_and_count)
    outcome = _fix(tmp_path, index, str(first.number), cached=cached)
    assert len(runs) == 1
    assert [line.after for line in outcome.fixed] == [line.after for line in first.lines]


def test_a_list_that_was_shown_of_other_files_is_refused(
    tmp_path: Path, index: IndexServer
) -> None:
    write(tmp_path, "maths<2")
    cached = {"no-cache": False, "cache-dir": str(tmp_path / "cache")}
    fail(tmp_path, index, **cached)
    write(tmp_path, "maths<2", "base<2")
    before = (tmp_path / "pyproject.toml").read_bytes()
    with pytest.raises(UsageError) as refused:
        _fix(tmp_path, index, "1", cached=cached)
    assert "changed since" in refused.value.detail
    assert (tmp_path / "pyproject.toml").read_bytes() == before


def test_a_file_that_cannot_be_written_is_told(
    tmp_path: Path, index: IndexServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_path: Path, _data: bytes) -> bool:
        raise OSError(28, "No space left on device")

    write(tmp_path, "maths<2")
    monkeypatch.setattr(fix_module, "write_atomically", full)
    with pytest.raises(ProjectNotWritten) as caught:
        _fix(tmp_path, index, "1")
    assert (caught.value.path, caught.value.detail) == ("pyproject.toml", "No space left on device")


def _fix(
    root: Path,
    index: IndexServer,
    numbers: str,
    *,
    dry_run: bool = False,
    cached: Mapping[str, object] = MappingProxyType({}),
) -> LockOutcome:
    return fix(
        root,
        numbers=numbers,
        options={**settings(index), **cached},
        environ=SHIPPED,
        dry_run=dry_run,
        listener=ignore_event,
    )
