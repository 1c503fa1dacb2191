"""The real flet-cli builds apps, alone and under `flet-lock run`, from the same index."""

import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from fakes.flet_build import (
    CPYTHON,
    MAC,
    FletBuild,
    flet_command,
    installed,
    make_app,
    make_flet_build,
)
from fakes.wheels import make_wheel, wheel_filename

pytestmark = pytest.mark.slow

SKEWED = """\
[project]
name = "skewed"
version = "1.0"
dependencies = ["flet>=1", "speedups"]

[tool.flet.android]
target_arch = ["arm64-v8a", "armeabi-v7a"]
"""
MARKED = """\
[project]
name = "marked"
version = "1.0"
dependencies = ["vault>=1", "ribbon; python_version >= '3'"]

[tool.flet.ios]
target_arch = ["iphoneos.arm64", "iphonesimulator.x86_64"]
"""


def publish(
    build: FletBuild, name: str, version: str, tag: str = "py3-none-any", **wheel: object
) -> None:
    content = make_wheel(name, version, tag, **wheel)  # type: ignore[arg-type]  # its own keywords
    build.publish(wheel_filename(name, version, tag), content, flet="android" in tag)


def publish_speedups(build: FletBuild, version: str, *abis: str) -> None:
    for abi in abis:
        publish(
            build,
            "speedups",
            version,
            f"{CPYTHON}-{CPYTHON}-android_24_{abi}",
            files={
                "speedups/__init__.py": f"VERSION = {version!r}\n".encode(),
                "speedups/native.so": f"{version} {abi}".encode(),
                "speedups/native.h": b"int speed;\n",
            },
        )


@dataclass(frozen=True, kw_only=True)
class Story:
    """An Android app that was locked, after which the index went on; built in two ways."""

    build: FletBuild
    plain: Path
    """Built by `flet build apk`."""
    locked: Path
    """Built by `flet-lock run -- flet build apk`."""
    said: "subprocess.CompletedProcess[str]"


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Story:
    # Blanks in paths, since pip splits its variables there.
    build = make_flet_build(tmp_path_factory.mktemp("a developer's") / "home folder")
    publish(
        build,
        "flet",
        "1.0.5",
        requires=["msgpack>=1"],
        files={
            "flet/__init__.py": b"def page(x):\n    return x + 1\n",
            "flet/py.typed": b"",
            "flutter/flet_ext/pubspec.yaml": b"name: flet_ext\n",
        },
    )
    publish(build, "msgpack", "1.1")
    publish_speedups(build, "1.9", "arm64_v8a", "armeabi_v7a")
    publish_speedups(build, "2.0", "arm64_v8a")
    app = make_app(build.home / "apps" / "locked app", SKEWED)
    done = build.flet_lock(app, "--platform", "android")
    assert done.returncode == 0, done.stderr
    publish(build, "msgpack", "1.2")
    plain = build.home / "apps" / "plain app"
    shutil.copytree(app, plain)
    done = build.flet(plain, "build", "apk")
    assert done.returncode == 0, done.stdout
    said = build.flet_lock(app, "build", "apk")
    assert said.returncode == 0, said.stdout + said.stderr
    return Story(build=build, plain=plain, locked=app, said=said)


def test_a_plain_build_takes_another_version_for_each_abi_and_what_is_new(story: Story) -> None:
    assert installed(story.plain) == {
        "arm64-v8a": {"flet": "1.0.5", "msgpack": "1.2", "speedups": "2.0"},
        "armeabi-v7a": {"flet": "1.0.5", "msgpack": "1.2", "speedups": "1.9"},
    }


def test_a_build_under_its_lock_installs_exactly_what_is_locked(story: Story) -> None:
    exact = {"flet": "1.0.5", "msgpack": "1.1", "speedups": "1.9"}
    assert installed(story.locked) == {"arm64-v8a": exact, "armeabi-v7a": exact}
    native = story.locked / "build" / "site-packages" / "armeabi-v7a" / "speedups" / "native.so"
    assert native.read_bytes() == b"1.9 armeabi_v7a"


def test_the_command_keeps_its_stdout_and_the_verdict_goes_to_stderr(story: Story) -> None:
    assert "Successfully built" in story.said.stdout
    assert "is what pylock.android.toml says" in story.said.stderr
    assert (story.locked / "build" / "apk").is_dir()


def test_flets_command_line_for_pip_is_not_touched(story: Story) -> None:
    # Variables do it here: what flet asks for stands on pip's command line as in a plain build.
    runs = story.build.pip_runs
    assert [run[-2:] for run in runs] == [["flet >=1", "speedups"]] * 4


def test_the_plain_tree_does_not_pass_for_the_lock(story: Story) -> None:
    done = story.build.flet_lock(story.plain, "verify")
    assert done.returncode == 1
    assert "1.2 is installed, 1.1 is locked (arm64-v8a and armeabi-v7a)" in done.stdout
    assert "2.0 is installed, 1.9 is locked (arm64-v8a)" in done.stdout
    assert "armeabi-v7a)" not in done.stdout.split("speedups")[-1]


def test_flets_stamp_holds_for_the_same_lock_and_for_no_other(story: Story) -> None:
    build, app = story.build, story.locked.with_name("again")
    shutil.copytree(story.locked, app)
    native = app / "build" / "site-packages" / "arm64-v8a" / "speedups" / "native.so"
    command = ("build", "apk", "--arch", "arm64-v8a")

    def builds() -> tuple[int, int]:
        before = len(build.pip_runs)
        done = build.flet_lock(app, *command)
        said.append(done.stderr)
        return done.returncode, len(build.pip_runs) - before

    said: list[str] = []
    # The stamp was made in another folder, so this one installs.
    assert builds() == (0, 1)
    assert builds() == (0, 0), "nothing had changed"

    native.write_bytes(b"1.9 tampered.!!")
    assert builds() == (1, 0), "Flet kept the tree, and said that all was well"
    assert "speedups/native.so was changed" in said[-1]
    assert "run it again" in said[-1]
    assert builds() == (0, 1)
    assert native.read_bytes() == b"1.9 arm64_v8a"

    assert build.flet_lock(app, "-P", "msgpack", "--platform", "android").returncode == 0
    assert builds() == (0, 1), "Flet's own arguments are what they were"
    assert installed(app) == {"arm64-v8a": {"flet": "1.0.5", "msgpack": "1.2", "speedups": "1.9"}}


def test_markers_are_the_phones_and_not_the_build_machines(tmp_path: Path) -> None:
    build = make_flet_build(tmp_path / "home")
    # True for one of the two slices, whatever machine this is.
    publish(build, "vault", "1.0", requires=["fast; platform_machine == 'arm64'"])
    publish(build, "fast", "3.0")
    publish(build, "ribbon", "1.0")
    app = make_app(tmp_path / "app", MARKED)
    assert build.flet_lock(app, "--platform", "ios").returncode == 0

    done = build.run(app, [*flet_command(), "build", "ipa"], **MAC)
    assert done.returncode == 0, done.stdout
    plain = installed(app)
    assert plain["iphoneos.arm64"] == plain["iphonesimulator.x86_64"]

    command = [sys.executable, "-m", "flet_lock", "run", "-v", "--", "flet", "build", "ipa"]
    done = build.run(app, command, **MAC)
    assert done.returncode == 0, done.stderr
    assert "not every slice gets every package" in done.stderr
    common = {"ribbon": "1.0", "vault": "1.0"}
    assert installed(app) == {
        "iphoneos.arm64": {"fast": "3.0", **common},
        "iphonesimulator.x86_64": common,
    }


def test_direct_references_source_packages_and_requirements_txt_work_too(tmp_path: Path) -> None:
    build = make_flet_build(tmp_path / "home")
    publish(build, "ribbon", "1.0", requires=["bow"])
    publish(build, "bow", "2.0")
    app = make_app(
        tmp_path / "my app",
        '[tool.flet]\nsource_packages = ["bow"]\ntarget_arch = ["arm64-v8a"]\n',
        files={"requirements.txt": "ribbon\n./vendored/gift-1.0-py3-none-any.whl\n"},
    )
    (app / "vendored").mkdir()
    (app / "vendored" / "gift-1.0-py3-none-any.whl").write_bytes(make_wheel("gift", "1.0"))
    lock = build.flet_lock(app, "--platform", "android")
    assert lock.returncode == 0, lock.stderr

    done = build.flet_lock(app, "run", "--", "flet", "build", "apk")
    assert done.returncode == 0, done.stdout + done.stderr
    assert installed(app) == {"arm64-v8a": {"bow": "2.0", "gift": "1.0", "ribbon": "1.0"}}


def test_a_build_that_ends_well_without_installing_is_a_failure(tmp_path: Path) -> None:
    build = make_flet_build(tmp_path / "home")
    publish(build, "ribbon", "1.0")
    app = make_app(tmp_path / "app", '[project]\nname = "a"\ndependencies = ["ribbon"]\n')
    assert build.flet_lock(app, "--platform", "android").returncode == 0
    # serious_python prints its exceptions and exits with 0; here the folder is in its way.
    (app / "build" / "site-packages").mkdir(parents=True)
    (app / "build" / "site-packages" / "a file").write_text("")
    (app / "build" / "python-app").mkdir()
    done = build.flet_lock(app, "run", "--", "flet", "build", "apk")
    assert "Successfully built" in done.stdout
    assert done.returncode == 1
    assert "there is no folder for this slice" in done.stderr


@pytest.mark.live
@pytest.mark.parametrize("version", ["26.1.2", "26.2.1"])
def test_older_pips_that_flet_bundles_install_the_lock_too(version: str, tmp_path: Path) -> None:
    venv = tmp_path / "venv"
    subprocess.run([sys.executable, "-m", "venv", str(venv)], check=True)
    python = venv / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
    subprocess.run([python, "-m", "pip", "install", "-q", f"pip=={version}"], check=True)
    build = make_flet_build(tmp_path / "home", pip_python=python)
    publish(build, "flet", "1.0.5", requires=["msgpack>=1"])
    publish(build, "msgpack", "1.1")
    publish_speedups(build, "1.9", "arm64_v8a", "armeabi_v7a")
    app = make_app(tmp_path / "app", SKEWED)
    assert build.flet_lock(app, "--platform", "android").returncode == 0
    publish(build, "msgpack", "1.2")
    done = build.flet_lock(app, "run", "--", "flet", "build", "apk")
    assert done.returncode == 0, done.stderr
    exact = {"flet": "1.0.5", "msgpack": "1.1", "speedups": "1.9"}
    assert installed(app) == {"arm64-v8a": exact, "armeabi-v7a": exact}
