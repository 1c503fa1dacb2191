"""Running a command as if it had been typed."""

import os
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest

from flet_lock.install.handover.flet_cli import find_called_flet
from flet_lock.install.handover.process import find_interpreter, run_command
from flet_lock.model.errors.handover import CommandNotStarted, FletCliMissing

POSIX_ONLY = pytest.mark.skipif(sys.platform == "win32", reason="shell scripts and signals")
RUN = (
    "import os, sys; from flet_lock.install.handover.process import run_command;"
    "sys.exit(run_command(sys.argv[1:], os.environ, stdout_to_stderr={}))"
)


def script(path: Path, text: str) -> Path:
    path.write_text(text)
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return path


@pytest.mark.parametrize("code", [0, 1, 7, 130])
def test_the_exit_code_is_the_commands(code: int) -> None:
    words = [sys.executable, "-c", f"raise SystemExit({code})"]
    assert run_command(words, os.environ, stdout_to_stderr=False) == code


def test_the_environment_is_the_one_that_is_given() -> None:
    question = "import os, sys; sys.exit(os.environ['ANSWER'] != '42' or 'HOME_ONLY' in os.environ)"
    environ = {**os.environ, "ANSWER": "42"}
    words = [sys.executable, "-c", question]
    assert run_command(words, environ, stdout_to_stderr=False) == 0


@POSIX_ONLY
def test_the_program_is_looked_up_in_that_environment(tmp_path: Path) -> None:
    script(tmp_path / "my-build", "#!/bin/sh\nexit 9\n")
    assert run_command(["my-build"], {"PATH": str(tmp_path)}, stdout_to_stderr=False) == 9


def test_a_program_that_is_not_there_is_named() -> None:
    with pytest.raises(CommandNotStarted) as caught:
        run_command(["no-such-program"], os.environ, stdout_to_stderr=False)
    assert (caught.value.command, caught.value.detail) == ("no-such-program", "")


@POSIX_ONLY
def test_a_program_that_cannot_be_run_is_named(tmp_path: Path) -> None:
    path = script(tmp_path / "broken", "#!/no/such/shell\n")
    with pytest.raises(CommandNotStarted) as caught:
        run_command([str(path)], os.environ, stdout_to_stderr=False)
    assert caught.value.detail


def test_stdin_and_stdout_are_the_commands_own() -> None:
    words = [sys.executable, "-c", "print(input()[::-1])"]
    outer = [sys.executable, "-c", RUN.format(False), *words]
    done = subprocess.run(outer, input="abc\n", capture_output=True, text=True, check=True)
    assert (done.stdout.strip(), done.stderr) == ("cba", "")


def test_stdout_can_be_kept_for_a_document() -> None:
    outer = [sys.executable, "-c", RUN.format(True), sys.executable, "-c", "print('talk')"]
    done = subprocess.run(outer, capture_output=True, text=True, check=True)
    assert (done.stdout, done.stderr.strip()) == ("", "talk")


@POSIX_ONLY
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_signals_reach_the_command_which_decides(number: signal.Signals, tmp_path: Path) -> None:
    ready = tmp_path / "ready"
    inner = (
        "import pathlib, signal, sys, time\n"
        f"signal.signal({int(number)}, lambda *_: sys.exit(42))\n"
        f"pathlib.Path({str(ready)!r}).touch()\n"
        "time.sleep(30)\n"
    )
    outer = subprocess.Popen(
        [sys.executable, "-c", RUN.format(False), sys.executable, "-c", inner],
        stdin=subprocess.DEVNULL,
    )
    deadline = time.monotonic() + 20
    while not ready.exists() and time.monotonic() < deadline:
        time.sleep(0.01)
    outer.send_signal(number)
    assert outer.wait(20) == 42


@POSIX_ONLY
def test_a_command_that_a_signal_ends_is_told_as_shells_tell_it() -> None:
    words = [sys.executable, "-c", "import os, signal; os.kill(os.getpid(), signal.SIGKILL)"]
    assert run_command(words, os.environ, stdout_to_stderr=False) == 128 + signal.SIGKILL


# ----------------------------------------------------------------------------- flet-cli


def fake_flet(folder: Path, **versions: str) -> dict[str, str]:
    """A program `flet` on the Python of the tests, with only these packages beside it."""
    site = folder / "site"
    site.mkdir(parents=True)
    for name, version in versions.items():
        info = site / f"{name}-{version}.dist-info"
        info.mkdir(parents=True)
        (info / "METADATA").write_text(f"Name: {name.replace('_', '-')}\nVersion: {version}\n")
    script(folder / "python3", f'#!/bin/sh\nexec "{sys.executable}" -S "$@"\n')
    script(folder / "flet", f"#!{folder / 'python3'}\n")
    return {"PATH": str(folder), "PYTHONPATH": str(site)}


@POSIX_ONLY
@pytest.mark.parametrize("versions", [{}, {"flet_cli": "1.0.4"}])
def test_flet_without_its_command_line_or_with_another_is_refused(
    versions: dict[str, str], tmp_path: Path
) -> None:
    called = find_called_flet(["flet"], fake_flet(tmp_path, flet="1.0.5", **versions))
    assert called is not None
    with pytest.raises(FletCliMissing) as caught:
        called.check_cli()
    assert caught.value.version == "1.0.5"


@POSIX_ONLY
@pytest.mark.parametrize("command", ["flet build apk", "python3 -m flet build apk", "./release.sh"])
def test_the_flet_that_a_command_calls_is_asked_for_its_version(
    command: str, tmp_path: Path
) -> None:
    environ = fake_flet(tmp_path, flet="0.28.3", flet_cli="0.28.3")
    called = find_called_flet(command.split(), environ)
    assert called is not None
    called.check_cli()
    assert (str(called.version), called.site_packages) == ("0.28.3", tmp_path / "site")


@POSIX_ONLY
def test_a_flet_that_cannot_be_asked_is_not_known(tmp_path: Path) -> None:
    script(tmp_path / "flet", "#!/usr/bin/env python3\n")
    assert find_interpreter("flet", {"PATH": str(tmp_path)}) is None
    assert find_called_flet(["flet"], {"PATH": str(tmp_path)}) is None
    assert find_called_flet(["flet"], {"PATH": str(tmp_path / "none")}) is None
    assert find_called_flet(["uv", "run", "flet"], fake_flet(tmp_path / "x", flet="1.0.5")) is None
    assert find_called_flet([], fake_flet(tmp_path / "y")) is None, "there is no flet"
