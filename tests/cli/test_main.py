"""The command as others run it: exit codes, streams, and what happens when things end badly."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from fakes import outcomes
from flet_lock import __version__
from flet_lock.cli.main import main
from flet_lock.model.errors.base import Interrupted
from flet_lock.model.errors.index import IndexUnreachable
from flet_lock.model.redaction import public_url
from flet_lock.workflows.locking import check as check_workflow
from flet_lock.workflows.locking import lock as lock_workflow
from flet_lock.workflows.outcome import LockOutcome

Capture = pytest.CaptureFixture[str]
UNREACHABLE = IndexUnreachable(
    index="pypi", url=public_url("https://pypi.org/simple/flet/"), detail="timed out", attempts=4
)


REFUSED = (
    "{}weather is not locked for Android and iOS: --strict refuses pandas, pydantic, sounddevice"
)


@pytest.fixture(autouse=True)
def plain_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("CI", "FORCE_COLOR", "NO_COLOR", "GITHUB_WORKSPACE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def locking(monkeypatch: pytest.MonkeyPatch) -> Callable[[LockOutcome | BaseException], Any]:
    """Stands in for the workflow: returns or raises what it is given; keeps how it was called."""

    def install(result: LockOutcome | BaseException) -> dict[str, Any]:
        called: dict[str, Any] = {}

        def lock(root: Path, **named: Any) -> LockOutcome:  # noqa: ANN401 - as it comes
            called.update(named, root=root)
            if isinstance(result, BaseException):
                raise result
            return result

        monkeypatch.setattr(lock_workflow, "lock", lock)
        return called

    return install


def test_the_options_reach_the_workflow(locking: Any, tmp_path: Path) -> None:  # noqa: ANN401
    called = locking(outcomes.hello())
    (tmp_path / "app").mkdir()
    assert main(["app", "--python-version", "3.13", "--dry-run", "--no-progress"]) == 0
    assert called["root"] == Path("app")
    assert called["options"] == {"python-version": "3.13"}
    assert called["dry_run"] is True
    assert called["environ"]["COLUMNS"] == "100"


def test_a_project_file_stands_for_its_folder(locking: Any, tmp_path: Path) -> None:  # noqa: ANN401
    called = locking(outcomes.hello())
    (tmp_path / "pyproject.toml").touch()
    assert main(["pyproject.toml"]) == 0
    assert called["root"] == Path()


def test_results_go_to_stdout_and_failures_to_stderr(locking: Any, capsys: Capture) -> None:  # noqa: ANN401
    locking(outcomes.hello())
    assert main([]) == 0
    done = capsys.readouterr()
    assert done.out.startswith("✓ Locked weather")
    assert done.err == ""

    locking(outcomes.cannot_lock_for_android())
    assert main([]) == 1
    failed = capsys.readouterr()
    assert failed.out == ""
    assert failed.err.startswith("✗ Cannot lock for Android: 2 problems")


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (outcomes.cannot_lock(), 1),
        (UNREACHABLE, 2),
        (KeyError("x"), 2),
        (Interrupted(), 130),
        (KeyboardInterrupt(), 130),
    ],
)
def test_the_exit_code_tells_no_from_unknown(
    error: BaseException,
    code: int,
    locking: Any,  # noqa: ANN401
    capsys: Capture,
) -> None:
    locking(error)
    assert main([]) == code
    assert "Traceback" not in capsys.readouterr().err


@pytest.mark.parametrize("quiet", ["-q", "-qq"])
def test_quiet_says_nothing_of_success(quiet: str, locking: Any, capsys: Capture) -> None:  # noqa: ANN401
    locking(outcomes.hello())
    assert main([quiet]) == 0
    assert capsys.readouterr() == ("", "")


def test_quiet_still_tells_failures_and_twice_quiet_does_not(
    locking: Any,  # noqa: ANN401
    capsys: Capture,
) -> None:
    locking(UNREACHABLE)
    assert main(["-q"]) == 2
    assert "pypi" in capsys.readouterr().err
    assert main(["-qq"]) == 2
    assert capsys.readouterr() == ("", "")


def test_a_fault_of_its_own_shows_a_traceback_only_when_asked(
    locking: Any,  # noqa: ANN401
    capsys: Capture,
) -> None:
    locking(KeyError("x"))
    main([])
    assert "fault of its own" in capsys.readouterr().err
    main(["-v"])
    assert "Traceback" in capsys.readouterr().err


def test_strict_turns_warnings_into_a_no_and_still_shows_the_summary(
    locking: Any,  # noqa: ANN401
    capsys: Capture,
) -> None:
    locking(outcomes.data_app(strict=True))
    for quiet in ([], ["-q"]):
        assert main(["--strict", *quiet]) == 1
        said = capsys.readouterr().out
        assert said.startswith(REFUSED.format("✗ "))
        assert "which has no usable wheel for armeabi-v7a" in " ".join(said.split())
    assert main(["--strict", "--output-format", "github"]) == 1
    assert REFUSED.format("title=").partition(":")[0] in capsys.readouterr().out.splitlines()[0]
    assert main(["--strict", "--output-format", "json"]) == 1
    assert json.loads(capsys.readouterr().out)["summary"].startswith("weather is not locked")
    locking(outcomes.data_app())
    assert main([]) == 0


def test_json_is_one_document_for_success_and_failure(locking: Any, capsys: Capture) -> None:  # noqa: ANN401
    locking(outcomes.hello())
    assert main(["--output-format", "json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert (document["schema_version"], document["ok"], document["command"]) == (1, True, "lock")

    locking(outcomes.ten_blockers())
    assert main(["--output-format", "json"]) == 1
    document = json.loads(capsys.readouterr().out)
    assert (document["ok"], document["exit_code"]) == (False, 1)
    assert len(document["error"]["facts"]["blockers"]) == 10

    assert main(["--output-format", "json", "--nonsense"]) == 2
    assert json.loads(capsys.readouterr().out)["error"]["type"] == "usage-error"


def test_annotations_name_files_from_the_root_of_the_checkout(
    locking: Any,  # noqa: ANN401
    capsys: Capture,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    locking(outcomes.cannot_lock_for_android())
    app = tmp_path / "apps" / "weather"
    app.mkdir(parents=True)
    monkeypatch.setenv("GITHUB_WORKSPACE", str(tmp_path))
    monkeypatch.chdir(app)
    assert main(["--output-format", "github"]) == 1
    assert "::error file=apps/weather/pyproject.toml," in capsys.readouterr().out


def test_usage_mistakes_end_with_two_and_a_suggestion(capsys: Capture) -> None:
    assert main(["--platfrom", "android"]) == 2
    assert "did you mean --platform?" in capsys.readouterr().err
    assert main(["nowhere/at-all"]) == 2
    assert "no such folder" in capsys.readouterr().err


def test_version_and_help_go_to_stdout(capsys: Capture) -> None:
    assert main(["--version"]) == 0
    assert capsys.readouterr().out == f"flet-lock {__version__}\n"
    assert main(["check", "-h"]) == 0
    assert capsys.readouterr().out.startswith("usage: flet-lock check")


def test_check_answers_with_its_exit_code(monkeypatch: pytest.MonkeyPatch, capsys: Capture) -> None:
    def answer(outcome: object) -> None:
        monkeypatch.setattr(check_workflow, "check", lambda *_, **__: outcome)

    answer(outcomes.check_outcome())
    assert main(["check"]) == 0
    assert capsys.readouterr().out.splitlines()[1].startswith("  note: flet-lock build apk ")
    assert main(["check", "-q"]) == 0
    assert capsys.readouterr().out == ""
    answer(outcomes.drifted())
    assert main(["check", "-q"]) == 1
    assert "next: flet-lock brings the lock in step" in capsys.readouterr().out


def test_locked_fails_where_a_lock_would_be_another(
    locking: Any,  # noqa: ANN401
    capsys: Capture,
) -> None:
    called = locking(outcomes.data_app())
    assert main(["--locked"]) == 1
    said = capsys.readouterr().out
    assert called["dry_run"] is True
    assert said.startswith("✗ The lock of weather for Android and iOS is not what would be locked")
    assert "up           numpy 2.2.2 → 2.3.5\n" in said
    assert main(["--locked", "-q"]) == 1
    assert capsys.readouterr().out == said
    locking(outcomes.data_app().unchanged())
    assert main(["--locked"]) == 0
    assert capsys.readouterr().out.startswith("✓ Locked weather")


def test_exit_code_tells_that_a_lock_was_changed(
    locking: Any,  # noqa: ANN401
) -> None:
    called = locking(outcomes.data_app())
    assert main(["--exit-code"]) == 1
    assert called["dry_run"] is False
    locking(outcomes.data_app().unchanged())
    assert main(["--exit-code"]) == 0


# ---------------------------------------------------------------- in a process of its own

PROGRAM = """
import sys
from pathlib import Path
sys.path.insert(0, {tests!r})
from fakes import outcomes
from flet_lock.cli.main import main
from flet_lock.workflows.locking import lock as workflow
{stand_in}
raise SystemExit(main())
"""
ANSWER = "workflow.lock = lambda *a, **k: outcomes.data_app()"
# Tells that it has begun, then works until it is stopped.
HANG = """
def hang(*_, **__):
    import time
    Path("begun").touch()
    time.sleep(60)
workflow.lock = hang
"""


def program(stand_in: str) -> list[str]:
    tests = str(Path(__file__).parent.parent)
    return [sys.executable, "-c", PROGRAM.format(tests=tests, stand_in=stand_in)]


@pytest.mark.skipif(os.name == "nt", reason="signals are sent otherwise there")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_being_stopped_ends_with_130_and_no_traceback(number: int, tmp_path: Path) -> None:
    with subprocess.Popen(
        program(HANG), cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as running:
        limit = time.monotonic() + 30
        while not (tmp_path / "begun").exists():
            assert running.poll() is None
            assert time.monotonic() < limit
            time.sleep(0.01)
        running.send_signal(number)
        out, err = running.communicate(timeout=30)
    assert running.returncode == 130
    assert out == ""
    assert err.startswith("✗ Stopped")
    assert "Traceback" not in err


@pytest.mark.skipif(os.name == "nt", reason="there is no /dev/full")
def test_a_full_disk_is_told_and_ends_with_two(tmp_path: Path) -> None:
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            program(ANSWER),
            cwd=tmp_path,
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert done.returncode == 2
    assert done.stderr.startswith("flet-lock: the output cannot be written")
    assert "Traceback" not in done.stderr


@pytest.mark.skipif(os.name == "nt", reason="pipes end otherwise there")
def test_a_reader_that_goes_away_is_no_error(tmp_path: Path) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run(
        program(ANSWER),
        cwd=tmp_path,
        stdout=writing,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )
    os.close(writing)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("encoding", ["ascii", "cp1252", "cp437"])
def test_a_console_without_our_signs_gets_others(encoding: str, tmp_path: Path) -> None:
    done = subprocess.run(
        program(ANSWER),
        cwd=tmp_path,
        capture_output=True,
        env={**os.environ, "PYTHONIOENCODING": encoding, "PYTHONUTF8": "0"},
        check=True,
    )
    text = done.stdout.decode(encoding)
    assert text.startswith("ok: Locked weather")
    assert "numpy 2.2.2 -> 2.3.5" in text


def test_a_check_and_piped_text_do_without_rich(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text('[project]\nname = "a"\ndependencies = ["flet"]\n')
    heavy = ["rich", "httpx", "resolvelib", "networkx", "tomlkit", "asyncio"]
    code = (
        "import sys; from flet_lock.cli.main import main; main(['check']); "
        f"print([name for name in {heavy} if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines()[-1] == "[]"
    assert done.stdout.startswith("✗ a has no lock for Android and iOS")
