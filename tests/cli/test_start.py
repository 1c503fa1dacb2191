"""A process from its first instruction on: Ctrl-C at any moment, streams that are closed."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from fakes.locked_app import LockedApp

pytestmark = pytest.mark.skipif(os.name == "nt", reason="signals and shells of POSIX")
COMMAND = (sys.executable, "-m", "flet_lock")


@pytest.fixture
def app(tmp_path: Path) -> LockedApp:
    root = tmp_path / "app"
    root.mkdir()
    app = LockedApp(root=root)
    app.pure("alpha")
    app.write()
    return app


def _environment(app: LockedApp) -> dict[str, str]:
    return {**os.environ, "FLET_LOCK_CACHE_DIR": str(app.cache), "COLUMNS": "9" * 10_000}


def test_a_stop_while_modules_are_loaded_is_a_stop(app: LockedApp) -> None:
    words = [*COMMAND, "wheels", "alpha", "--default-index", str(app.root), "--no-flet-index"]
    seen = set()
    for moment in range(12):
        process = subprocess.Popen(
            words,
            cwd=app.root,
            env={**_environment(app), "PYTHONPROFILEIMPORTTIME": "1"},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        assert process.stderr is not None
        # Python tells of each import when it is done: that is a clock that no load slows down.
        while b"flet_lock.cli.streams" not in (line := process.stderr.readline()):
            assert line
        for _ in range(moment * 15):
            process.stderr.readline()
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
        assert b"Traceback" not in out + err
        assert process.returncode in (130, 0, 1), err
        if process.returncode == 130:
            assert b"Stopped" in out + err
        seen.add(process.returncode)
    assert 130 in seen


def test_a_process_that_was_started_deaf_to_a_stop_stays_so() -> None:
    code = (
        "import signal; signal.signal(signal.SIGINT, signal.SIG_IGN); import flet_lock.cli.start; "
        "raise SystemExit(signal.getsignal(signal.SIGINT) is not signal.SIG_IGN)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.parametrize("closed", [">&-", "2>&-", "<&-", "<&- >&- 2>&-"])
@pytest.mark.parametrize(
    ("words", "code"),
    [("export --platform android", 0), ("check", 1), ("nonsense --x", 2), ("--help", 0)],
)
def test_a_closed_stream_changes_no_exit_code(
    app: LockedApp, words: str, code: int, closed: str
) -> None:
    done = subprocess.run(
        ["/bin/sh", "-c", f'exec "$0" -m flet_lock {words} {closed}', sys.executable],
        cwd=app.root,
        env=_environment(app),
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == code, done.stderr
    assert b"Traceback" not in done.stdout + done.stderr


def test_nothing_is_printed_into_a_file_that_took_a_closed_streams_number(app: LockedApp) -> None:
    before = {path: path.read_bytes() for path in app.root.rglob("*") if path.is_file()}
    subprocess.run(
        ["/bin/sh", "-c", 'exec "$0" -m flet_lock install >&- 2>&-', sys.executable],
        cwd=app.root,
        env=_environment(app),
        timeout=60,
        check=True,
    )
    assert {path: path.read_bytes() for path in before} == before
    assert (app.target / "x86_64" / "alpha" / "__init__.py").is_file()


def test_a_stop_while_a_server_is_silent_ends_a_run_in_order(app: LockedApp) -> None:
    process = subprocess.Popen(
        [*COMMAND, "lock", "--default-index", "http://10.255.255.1:9/simple"],
        cwd=app.root,
        env=_environment(app),
        stderr=subprocess.PIPE,
    )
    time.sleep(1.5)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=60)
    assert process.returncode in (130, 1, 2), err
    assert b"Traceback" not in err
    assert b"fault of its own" not in err
