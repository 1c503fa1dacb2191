"""Whether a lock is the one for a build, and what `run` does around the command."""

import json
import os
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from fakes.flet_build import PYTHON, FletBuild, make_app, make_flet_build
from fakes.wheels import make_wheel, wheel_filename
from flet_lock.install.handover.build_command import parse_build_command
from flet_lock.install.handover.handover_method import Reason
from flet_lock.model.errors.handover import CommandNotStarted
from flet_lock.model.errors.install import LockOutOfStep, PythonNotLocked, SlicesNotLocked
from flet_lock.model.errors.usage import UsageError
from flet_lock.model.event import ignore_event
from flet_lock.model.target import Platform
from flet_lock.workflows.building.env import env
from flet_lock.workflows.building.handover_outcome import RunOutcome
from flet_lock.workflows.building.plan_handover import Handover, plan_handover
from flet_lock.workflows.building.run import run
from flet_lock.workflows.installing.install import install
from flet_lock.workflows.locking.lock import lock

ANDROID = Platform.ANDROID
PROJECT = """\
[project]
name = "demo"
version = "1.0"
dependencies = ["ribbon"]
"""
TWO_ABIS = '[tool.flet.android]\ntarget_arch = ["arm64-v8a", "x86_64"]\n'


@pytest.fixture
def build(tmp_path: Path) -> FletBuild:
    build = make_flet_build(tmp_path / "home")
    for name, requires in (("ribbon", ["bow"]), ("bow", [])):
        content = make_wheel(name, "1.0", requires=requires)
        build.publish(wheel_filename(name, "1.0"), content)
    return build


def make_locked(build: FletBuild, text: str = PROJECT, **options: object) -> Path:
    app = make_app(build.home / "app", text)
    lock(
        app,
        options={"platform": ["android"], **options},
        environ=build.environ,
        dry_run=False,
        listener=ignore_event,
    )
    return app


def planned(
    build: FletBuild, app: Path, line: str | None, environ: Mapping[str, str] | None = None
) -> Handover:
    return plan_handover(
        app,
        platform=ANDROID,
        command=None if line is None else parse_build_command(line.split()),
        called=None,
        options={},
        environ={**build.environ, **(environ or {})},
    )


def run_here(
    build: FletBuild, app: Path, *words: str, platform: Platform | None = ANDROID
) -> RunOutcome:
    return run(
        app,
        words,
        platform=platform,
        options={},
        environ=build.environ,
        stdout_to_stderr=False,
        listener=ignore_event,
        before_command=lambda: None,
    )


# ------------------------------------------------------------------- the lock for a build


def test_a_build_of_all_that_is_locked_is_covered(build: FletBuild) -> None:
    found = planned(build, make_locked(build), "flet build apk")
    assert found.plan.slices == ("arm64-v8a", "armeabi-v7a", "x86_64")
    assert (found.reasons, found.program) == ((), None)


def test_a_build_of_fewer_slices_is_covered(build: FletBuild) -> None:
    found = planned(build, make_locked(build), "flet build apk --arch x86_64")
    assert found.plan.slices == ("x86_64",)


def test_a_build_of_more_slices_is_not(build: FletBuild) -> None:
    app = make_locked(build, PROJECT + TWO_ABIS)
    assert planned(build, app, "flet build apk").plan.slices == ("arm64-v8a", "x86_64")
    with pytest.raises(SlicesNotLocked) as caught:
        planned(build, app, "flet build apk --arch armeabi-v7a")
    assert caught.value.slices == ("armeabi-v7a",)


def test_slices_that_only_the_lock_was_told_of_are_not_the_builds(build: FletBuild) -> None:
    # [tool.flet-lock].arch is ours: flet builds every ABI all the same.
    app = make_locked(build, PROJECT + '[tool.flet-lock]\narch = ["arm64-v8a"]\n')
    with pytest.raises(SlicesNotLocked) as caught:
        planned(build, app, "flet build apk")
    assert caught.value.slices == ("armeabi-v7a", "x86_64")


def test_a_build_with_another_python_is_not_covered(build: FletBuild) -> None:
    app = make_locked(build)
    manifest = json.loads((build.home / "manifest.json").read_text())
    facts = {**manifest["pythons"][PYTHON], "full_version": "3.99.1"}
    manifest["pythons"]["3.99"] = facts
    (build.home / "manifest.json").write_text(json.dumps(manifest))
    with pytest.raises(PythonNotLocked) as caught:
        planned(build, app, "flet build apk --python-version 3.99")
    assert (caught.value.python, caught.value.locked) == ("3.99", PYTHON)


def test_a_project_that_has_changed_is_not_built(build: FletBuild) -> None:
    app = make_locked(build)
    (app / "pyproject.toml").write_text(PROJECT.replace('"ribbon"', '"ribbon", "bow"'))
    with pytest.raises(LockOutOfStep) as caught:
        planned(build, app, "flet build apk")
    assert [drift.added for drift in caught.value.drifts] == [("bow",)]


def test_a_project_without_a_lock_is_not_built(build: FletBuild) -> None:
    app = make_app(build.home / "app", PROJECT)
    for line in ("flet build apk", None):
        with pytest.raises(LockOutOfStep) as caught:
            planned(build, app, line)
        assert [drift.kind for drift in caught.value.drifts] == ["missing"]


# ----------------------------------------------------------------------------------- run


def test_the_app_is_the_one_that_the_command_builds(
    build: FletBuild, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = make_locked(build)
    other = make_app(build.home / "other", PROJECT)
    monkeypatch.chdir(app)
    with pytest.raises(UsageError):
        run_here(build, other, "flet", "build", "apk")
    with pytest.raises(UsageError):
        run_here(build, app, "flet", "build", "apk", "../nowhere")
    with pytest.raises(LockOutOfStep):
        run_here(build, other, "flet", "build", "apk", "../other")


def test_a_script_has_to_say_which_lock_it_needs(build: FletBuild) -> None:
    app = make_locked(build)
    with pytest.raises(UsageError) as caught:
        run_here(build, app, "make", "release", platform=None)
    assert caught.value.choices == ("android", "ios")


def test_the_wrong_platform_is_refused(build: FletBuild, monkeypatch: pytest.MonkeyPatch) -> None:
    app = make_locked(build)
    monkeypatch.chdir(app)
    with pytest.raises(UsageError):
        run_here(build, app, "flet", "build", "apk", platform=Platform.IOS)


def test_a_command_that_fails_keeps_its_exit_code_and_is_not_verified(build: FletBuild) -> None:
    app = make_locked(build)
    stamp = app / "build" / ".hash" / "package"
    stamp.parent.mkdir(parents=True)
    words = (sys.executable, "-c", f"open({str(stamp)!r}, 'w').close(); raise SystemExit(3)")
    outcome = run_here(build, app, *words)
    assert (outcome.exit_code, outcome.verification) == (3, None)
    assert not stamp.exists(), "the next build is not to trust what this one left"


def test_a_command_that_installs_nothing_fails_though_it_says_all_is_well(
    build: FletBuild,
) -> None:
    outcome = run_here(build, make_locked(build), sys.executable, "-c", "")
    assert (outcome.command_exit_code, outcome.exit_code) == (0, 1)
    assert outcome.verification is not None
    assert {one.kind for one in outcome.verification.differences} == {"slice-missing"}


def test_a_command_that_installs_the_lock_is_verified_and_remembered(build: FletBuild) -> None:
    app = make_locked(build)
    code = (
        "from pathlib import Path; from flet_lock.workflows.installing.install import install;"
        "from flet_lock.model.target import Platform; import os;"
        f"install(Path({str(app)!r}), platform=Platform.ANDROID, target=None, options={{}},"
        "environ=os.environ, listener=print)"
    )
    outcome = run_here(build, app, sys.executable, "-c", code)
    assert outcome.verification is not None
    assert outcome.verification.differences == ()
    assert (outcome.exit_code, outcome.installed_anew) == (0, True)
    assert not run_here(build, app, sys.executable, "-c", code).installed_anew


def test_the_commands_environment_leads_pip_to_the_lock_alone(build: FletBuild) -> None:
    app = make_locked(build)
    found = app / "environment.json"
    code = f"import json, os; json.dump(dict(os.environ), open({str(found)!r}, 'w'))"
    run_here(build, app, sys.executable, "-c", code)
    names = {name for name in json.loads(found.read_text()) if name.startswith("PIP_")}
    assert names == {
        "PIP_CONFIG_FILE",
        "PIP_FIND_LINKS",
        "PIP_NO_DEPS",
        "PIP_NO_INDEX",
        "PIP_REQUIREMENT",
    }


def test_nothing_is_run_where_the_program_does_not_exist(build: FletBuild) -> None:
    with pytest.raises(CommandNotStarted):
        run_here(build, make_locked(build), "no-such-program")


# ------------------------------------------------------------------------- command line


def test_run_as_json_keeps_the_commands_words_out_of_the_document(build: FletBuild) -> None:
    app = make_locked(build)
    done = build.flet_lock(
        app,
        *("run", "--platform", "android", "--output-format", "json"),
        *("--", sys.executable, "-c", "print('talk')"),
    )
    document = json.loads(done.stdout)
    assert (done.returncode, document["exit_code"], document["command"]) == (1, 1, "run")
    assert "talk" in done.stderr
    assert document["run"][-1] == "print('talk')"
    assert {one["kind"] for one in document["verification"]["differences"]} == {"slice-missing"}


def test_verify_takes_a_tree_or_one_slice_of_it(build: FletBuild) -> None:
    app = make_locked(build)
    install(
        app,
        platform=ANDROID,
        target=None,
        options={},
        environ=build.environ,
        listener=ignore_event,
    )
    tree = app / "build" / "site-packages"
    assert build.flet_lock(app, "verify").returncode == 0
    assert build.flet_lock(app.parent, "verify", "app").returncode == 0
    assert build.flet_lock(app, "verify", "--offline", str(tree / "x86_64")).returncode == 0

    tampered = tree / "x86_64" / "ribbon" / "__init__.py"
    tampered.unlink()  # the slices share it
    tampered.write_text("import os\n")
    (tree / "riscv64").mkdir()
    done = build.flet_lock(app, "verify", str(tree / "arm64-v8a"))
    assert done.returncode == 0, done.stdout
    done = build.flet_lock(app, "verify", "--output-format", "json", str(app), str(tree))
    found = json.loads(done.stdout)["differences"]
    assert done.returncode == 1
    assert [(one["kind"], one["slice"], one["path"], one["package"]) for one in found] == [
        ("changed", "x86_64", "ribbon/__init__.py", "ribbon"),
        ("stray", "", "riscv64", None),
    ]
    done = build.flet_lock(app, "verify", "--output-format", "github")
    assert "::error title=ribbon::ribbon/__init__.py was changed" in done.stdout
    assert build.flet_lock(app, "verify", "-qq").stdout == ""
    assert build.flet_lock(app, "verify", str(app / "nowhere")).returncode == 2


def test_run_needs_a_command(build: FletBuild) -> None:
    app = make_locked(build)
    for words in (("run",), ("run", "--"), ("run", "flet", "build", "apk")):
        done = build.flet_lock(app, *words)
        assert done.returncode == 2
        assert "flet-lock run -- flet build apk" in done.stderr


# ----------------------------------------------------------------------------------- env


def test_env_is_for_another_build_and_stays(build: FletBuild) -> None:
    app = make_locked(build, PROJECT.replace('"ribbon"', "\"ribbon; python_version > '3'\""))
    outcome = env(app, platform=ANDROID, options={}, environ=build.environ, listener=ignore_event)
    assert outcome.reasons == (Reason.MARKER,)
    assert Path(outcome.variables["PIP_PYTHON"]).is_file()
    assert "PIP_INDEX_URL" in outcome.stray
    again = env(app, platform=ANDROID, options={}, environ=build.environ, listener=ignore_event)
    assert again.folder == outcome.folder
    slices = json.loads((Path(again.folder) / "handover.json").read_text())["slices"]
    for entry in slices.values():
        names = sorted(path.name for path in Path(again.folder, entry["wheels"]).iterdir())
        assert names == ["bow-1.0-py3-none-any.whl", "ribbon-1.0-py3-none-any.whl"]


def test_env_makes_flet_install_anew(build: FletBuild) -> None:
    app = make_locked(build)
    stamp = app / "build" / ".hash" / "package"
    stamp.parent.mkdir(parents=True)
    stamp.write_text("ab" * 32)
    env(app, platform=ANDROID, options={}, environ=build.environ, listener=ignore_event)
    assert not stamp.exists()


def test_env_prints_statements_and_nothing_else(build: FletBuild) -> None:
    app = make_locked(build)
    done = build.flet_lock(app, "env", "--shell", "dotenv")
    lines = done.stdout.splitlines()
    assert all(line.partition("=")[0].startswith("PIP_") for line in lines)
    assert f"PIP_CONFIG_FILE='{os.devnull}'" in lines
    assert "PIP_INDEX_URL=" in lines
