"""`flet-lock-pip`, called as pip calls it."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pip
import pytest

from fakes.locked_app import LockedApp
from flet_lock.install.handover.launcher import find_launcher
from flet_lock.install.handover.pip_program import (
    find_interpreter,
    find_target,
    locked_arguments,
    locked_environment,
)
from flet_lock.install.handover.variables import FOLDER, MANIFEST
from flet_lock.install.handover.wheelhouse import write_wheelhouse
from flet_lock.install.plan import plan_install
from flet_lock.model.errors.handover import LauncherMissing

ARMEABI = "armeabi-v7a"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A wheelhouse of two pure packages, one for one slice only."""
    (tmp_path / "my app").mkdir()
    app = LockedApp(root=tmp_path / "my app")
    app.pure("charts", "2.0")
    app.pure("ribbon", "1.0", slices=[ARMEABI])
    plan = plan_install(app.lock)
    wheels = {
        planned: app.root / "wheels" / planned.wheel.filename
        for planned in plan.packages
        if planned.wheel is not None
    }
    return write_wheelhouse(tmp_path / "hand over", plan, app.lock.targets, wheels).folder


@pytest.mark.parametrize(
    ("words", "target"),
    [
        ("install --upgrade --target /x/arm64-v8a flet", "/x/arm64-v8a"),
        ("--isolated install -t /x flet", "/x"),
        ("install --target=/x flet", "/x"),
        ("install --target /x --target /y flet", "/y"),
        ("install flet", None),
        ("list --target /x", None),
        ("--version", None),
    ],
)
def test_only_an_installation_into_a_folder_is_taken_over(words: str, target: str | None) -> None:
    assert find_target(words.split()) == target


def test_the_slice_is_the_folders_name(folder: Path) -> None:
    arguments = locked_arguments(folder, f"/x/{ARMEABI}/")
    assert arguments[0] == "install"
    assert {"--no-deps", "--no-index", "--require-hashes"} <= set(arguments)
    assert arguments[arguments.index("--target") + 1] == f"/x/{ARMEABI}/"
    assert "android_24_armeabi_v7a" in arguments
    assert arguments[-2:] == ["-r", str(folder / ARMEABI / "locked.txt")]
    assert "ribbon" in Path(arguments[-1]).read_text()
    assert "ribbon" not in (folder / "x86_64" / "locked.txt").read_text()


def test_a_slice_that_was_not_handed_over_is_refused(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as caught:
        locked_arguments(folder, "/x/riscv64")
    assert caught.value.code == 2
    assert "riscv64" in capsys.readouterr().err


def test_a_folder_that_is_gone_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        locked_arguments(tmp_path, "/x/arm64-v8a")
    assert MANIFEST in capsys.readouterr().err


def test_settings_of_pip_are_dropped_but_not_the_mark_of_its_own_call() -> None:
    environ = {
        "PIP_ROOT": "/x",
        "PIP_REQUIRE_VIRTUALENV": "false",
        "_PIP_RUNNING_IN_SUBPROCESS": "1",
        "PATH": "/bin",
    }
    assert locked_environment(environ) == {
        "_PIP_RUNNING_IN_SUBPROCESS": "1",
        "PATH": "/bin",
        "PIP_CONFIG_FILE": os.devnull,
    }


@pytest.mark.parametrize(
    ("pip_folder", "program"),
    [
        ("lib/python3.14/site-packages/pip", "bin/python3.14"),
        ("lib/python3.14/site-packages/pip", "bin/python3"),
        ("usr/lib/python3/dist-packages/pip", "usr/bin/python3"),
        ("Lib/site-packages/pip", "python.exe"),
        ("venv/Lib/site-packages/pip", "venv/Scripts/python.exe"),
    ],
)
def test_the_python_is_that_in_which_pip_is(tmp_path: Path, pip_folder: str, program: str) -> None:
    (tmp_path / program).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / program).write_bytes(b"")
    assert find_interpreter(tmp_path / pip_folder / "__pip-runner__.py") == tmp_path / program


def test_pip_calls_the_program_and_the_slice_gets_its_wheels(folder: Path, tmp_path: Path) -> None:
    environ = {
        **os.environ,
        "PIP_PYTHON": str(find_launcher()),
        "PIP_CONFIG_FILE": os.devnull,
        FOLDER: str(folder),
        # Would leave an empty folder, with exit code 0.
        "PIP_DRY_RUN": "1",
    }
    target = tmp_path / "site-packages" / ARMEABI
    done = subprocess.run(
        [
            *(sys.executable, "-m", "pip", "install", "--upgrade", "--only-binary", ":all:"),
            *("--extra-index-url", "https://index.invalid/", "--no-binary", "charts"),
            *("--target", str(target), "charts>=99", "elsewhere @ https://files.invalid/x.whl"),
        ],
        env=environ,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert {path.name for path in target.glob("*.dist-info")} == {
        "charts-2.0.dist-info",
        "ribbon-1.0.dist-info",
    }


def test_an_altered_wheel_is_refused_by_pip(folder: Path, tmp_path: Path) -> None:
    (wheel,) = (folder / "x86_64" / "wheels").iterdir()
    content = wheel.read_bytes()
    wheel.unlink()  # it is a link to what another test may read
    wheel.write_bytes(content + b"\0")
    command = [sys.executable, "-m", "pip", *locked_arguments(folder, str(tmp_path / "x86_64"))]
    environ = {**os.environ, "PIP_CONFIG_FILE": os.devnull}
    done = subprocess.run(command, env=environ, capture_output=True, text=True, check=False)
    assert done.returncode != 0
    assert "DO NOT MATCH THE HASHES" in done.stderr


def test_other_commands_of_pip_go_through(folder: Path) -> None:
    environ = {**os.environ, "PIP_PYTHON": str(find_launcher()), FOLDER: str(folder)}
    command = [sys.executable, "-m", "pip", "--version"]
    done = subprocess.run(command, env=environ, capture_output=True, text=True, check=True)
    assert done.stdout.startswith(f"pip {pip.__version__} ")


def test_called_by_anybody_else_it_says_whose_it_is() -> None:
    done = subprocess.run([find_launcher()], capture_output=True, text=True, check=False)
    assert (done.returncode, "flet-lock run" in done.stderr) == (2, True)


def test_it_needs_nothing_but_the_standard_library() -> None:
    # A sitecustomize pretends to be a phone while it runs; who asks for the platform is misled.
    question = (
        "import json, sys; import flet_lock.install.handover.pip_program;"
        "print(json.dumps([name.partition('.')[0] for name in sys.modules]))"
    )
    done = subprocess.run([sys.executable, "-c", question], capture_output=True, check=True)
    loaded = set(json.loads(done.stdout))
    assert not loaded & {"packaging", "installer", "msgspec", "httpx", "rich", "platformdirs"}


def test_a_launcher_that_is_not_there_is_said(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("sysconfig.get_path", lambda _name: str(tmp_path))
    monkeypatch.setattr(sys, "argv", [str(tmp_path / "flet-lock")])
    monkeypatch.setattr(sys, "executable", str(tmp_path / "python"))
    with pytest.raises(LauncherMissing) as caught:
        find_launcher()
    assert not caught.value.in_user_site


def test_a_launcher_that_a_build_shuts_out_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    # serious_python sets PYTHONNOUSERSITE for pip, and so for what pip calls.
    source = Path(find_target.__code__.co_filename)
    monkeypatch.setattr("site.getusersitepackages", lambda: str(source.parents[3]))
    with pytest.raises(LauncherMissing) as caught:
        find_launcher()
    assert caught.value.in_user_site
