"""Released flet-cli of every generation, unmodified, build apps under their locks.

Each is in an environment of its own, with stand-ins for Flutter and Dart that install as its
serious_python does, with the pip that it bundles.
"""

import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from fakes.flet_build import RELEASES, FletBuild, installed, make_app, make_flet_build
from fakes.recorded import DATA
from fakes.wheels import make_wheel, wheel_filename

pytestmark = [pytest.mark.slow, pytest.mark.old_flet]

MANIFEST = (DATA / "catalog" / "python-releases.json").read_bytes()
PLATFORM_TAGS = {
    "arm64-v8a": "android_24_arm64_v8a",
    "armeabi-v7a": "android_24_armeabi_v7a",
    "x86_64": "android_24_x86_64",
    "iphoneos.arm64": "ios_13_0_arm64_iphoneos",
    "iphonesimulator.arm64": "ios_13_0_arm64_iphonesimulator",
    "iphonesimulator.x86_64": "ios_13_0_x86_64_iphonesimulator",
}
ANDROID = ("arm64-v8a", "armeabi-v7a", "x86_64")
IOS = tuple(name for name in PLATFORM_TAGS if name not in ANDROID)
EXACT = {"msgpack": "1.0", "speedups": "1.9"}
HEAD = '[project]\nname = "demo"\nversion = "1.0"\n'


@dataclass(frozen=True)
class Desks:
    """Developers' machines, one for each released Flet, made when first asked for."""

    folder: Path
    made: dict[str, FletBuild] = field(default_factory=dict)

    def __call__(self, version: str) -> FletBuild:
        if version not in self.made:
            home = self.folder / f"on {version}"
            build = make_flet_build(home, flet_version=version, manifest=MANIFEST)
            python = RELEASES[version].python.replace(".", "")
            files = {"flet/__init__.py": b"x = 1\n", "flet/py.typed": b""}
            publish(build, "flet", version, requires=["msgpack>=1"], files=files)
            publish(build, "msgpack", "1.0")
            for name, tag in PLATFORM_TAGS.items():
                native = {"speedups/native.so": name.encode(), "speedups/native.h": b"int x;\n"}
                publish(build, "speedups", "1.9", f"cp{python}-cp{python}-{tag}", files=native)
            self.made[version] = build
        return self.made[version]

    def app(self, version: str, folder: Path, more: str = "", dependencies: str = "") -> Path:
        """An app that pins a version of Flet; in a folder with a blank in its name."""
        wanted = dependencies or f'"flet=={version}", "speedups"'
        return make_app(folder / "my app", f"{HEAD}dependencies = [{wanted}]\n{more}")


def publish(
    build: FletBuild, name: str, version: str, tag: str = "py3-none-any", **wheel: object
) -> None:
    content = make_wheel(name, version, tag, **wheel)  # type: ignore[arg-type]  # its own keywords
    build.publish(wheel_filename(name, version, tag), content, flet=tag != "py3-none-any")


@pytest.fixture(scope="module")
def desks(tmp_path_factory: pytest.TempPathFactory) -> Desks:
    return Desks(tmp_path_factory.mktemp("desks"))


def lock(build: FletBuild, app: Path, *words: str) -> "subprocess.CompletedProcess[str]":
    done = build.flet_lock(app, *words)
    assert done.returncode == 0, done.stderr
    return done


def alter(build: FletBuild, name: str) -> Callable[[], None]:
    """Changes the bytes of a package's wheels on the index; what undoes it."""
    kept = {}
    for index in (build.index, build.flet_index):
        for path in index.glob(f"{name}/*.whl"):
            kept[path] = path.read_bytes()
            path.write_bytes(kept[path][:-1] + b"!")
    assert kept

    def undo() -> None:
        for path, content in kept.items():
            path.write_bytes(content)

    return undo


@pytest.mark.parametrize("package", ["apk", "ipa"])
@pytest.mark.parametrize("version", RELEASES)
def test_a_build_under_its_lock_installs_exactly_what_is_locked(
    version: str, package: str, desks: Desks, tmp_path: Path
) -> None:
    build = desks(version)
    app = desks.app(version, tmp_path)
    lock(build, app)
    done = build.build(app, package, under_lock=True)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "is what pylock." in done.stderr
    slices = ANDROID if package == "apk" else IOS
    expected = {name: {"flet": version, **EXACT} for name in slices}
    if package == "apk" and RELEASES[version].python == "3.12":
        expected["x86"] = {}  # pip runs for it, and no app gets it
    assert installed(app) == expected


@pytest.mark.parametrize("package", ["apk", "ipa"])
@pytest.mark.parametrize("version", RELEASES)
def test_a_wheel_that_was_altered_is_refused(
    version: str, package: str, desks: Desks, tmp_path: Path
) -> None:
    build = desks(version)
    app = desks.app(version, tmp_path)
    lock(build, app, "--platform", "android" if package == "apk" else "ios")
    undo = alter(build, "speedups")
    try:
        done = build.build(app, package, under_lock=True)
    finally:
        undo()
    assert done.returncode == 1
    assert "not the file that was locked" in done.stderr or "speedups" in done.stderr
    assert not any("speedups" in packages for packages in installed(app).values())


def test_markers_and_commas_take_the_program_and_build_all_the_same(
    desks: Desks, tmp_path: Path
) -> None:
    build = desks("0.25.2")
    wanted = '"flet==0.25.2; python_version >= \'3\'", "speedups>=1,<2"'
    app = desks.app("0.25.2", tmp_path, dependencies=wanted)
    said = lock(build, app, "--platform", "android").stdout
    assert "cuts at the comma" in said
    plain = shutil.copytree(app, tmp_path / "plain")
    done = build.build(plain, "apk", "--arch", "arm64-v8a", under_lock=False)
    assert done.returncode != 0, "pip refuses what is left of the requirement"

    done = build.build(app, "apk", under_lock=True)
    assert done.returncode == 0, done.stdout + done.stderr
    exact = {"flet": "0.25.2", **EXACT}
    assert installed(app) == {**dict.fromkeys(ANDROID, exact), "x86": {}}


def test_packages_without_dist_info_are_not_missing(desks: Desks, tmp_path: Path) -> None:
    build = desks("0.28.3")
    app = desks.app("0.28.3", tmp_path)
    lock(build, app, "--platform", "android")
    command = [sys.executable, "-m", "flet_lock", "run", "--", "flet", "build", "apk"]
    done = build.run(app, command, STANDIN_SERIOUS_PYTHON="0.9.2")
    assert done.returncode == 0, done.stdout + done.stderr
    assert installed(app) == {name: {} for name in (*ANDROID, "x86")}
    assert build.flet_lock(app, "verify").returncode == 0

    native = app / "build" / "site-packages" / "x86_64" / "speedups" / "native.so"
    native.unlink()
    done = build.flet_lock(app, "verify")
    assert done.returncode == 1
    assert "native.so" in done.stdout


def test_tools_that_the_lock_did_not_count_on_are_told(desks: Desks, tmp_path: Path) -> None:
    build = desks("0.28.3")
    app = desks.app("0.28.3", tmp_path)
    lock(build, app, "--platform", "ios")
    command = [sys.executable, "-m", "flet_lock", "run", "--", "flet", "build", "ipa"]
    command += ["--arch", "iphoneos.arm64"]
    mac = {"STANDIN_SYSTEM": "Darwin"}
    done = build.run(app, command, **mac, STANDIN_SERIOUS_PYTHON="2.0.0", STANDIN_PIP_VERSION="9")
    assert done.returncode == 0, "the tree is the lock all the same"
    assert "the build used serious_python 2.0.0" in done.stderr
    assert "the build used pip 9" in done.stderr


def test_plain_pip_can_install_a_lock_with_the_architecture_that_no_app_gets(
    desks: Desks, tmp_path: Path
) -> None:
    build = desks("0.28.3")
    publish(build, "speedups", "1.9", "cp312-cp312-android_24_x86")
    app = desks.app("0.28.3", tmp_path)
    lock(build, app, "--platform", "android", "--arch", "x86")
    done = build.flet_lock(app, "run", "-v", "--arch", "x86", "--", "flet", "build", "apk")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "flet-lock-pip" not in done.stderr
    exact = {"flet": "0.28.3", **EXACT}
    assert installed(app) == dict.fromkeys((*ANDROID, "x86"), exact)


def test_several_architectures_are_refused_before_anything_is_built(
    desks: Desks, tmp_path: Path
) -> None:
    build = desks("0.28.3")
    two = '[tool.flet]\ntarget_arch = ["arm64-v8a", "x86_64"]\n'
    app = desks.app("0.28.3", tmp_path, two)
    assert "arm64-v8a alone" in lock(build, app, "--platform", "android").stdout
    for words in ((), ("--arch", "x86_64", "arm64-v8a")):
        done = build.build(app, "apk", *words, under_lock=True)
        assert done.returncode == 1
        assert "one architecture at a time" in " ".join(done.stderr.split())
    assert not (app / "build").exists()

    done = build.build(app, "apk", "--arch", "x86_64", under_lock=True)
    assert done.returncode == 0, done.stdout + done.stderr
    assert installed(app) == {"x86_64": {"flet": "0.28.3", **EXACT}}


def test_target_arch_is_not_read_by_a_flet_that_does_not_know_it(
    desks: Desks, tmp_path: Path
) -> None:
    build = desks("0.25.2")
    app = desks.app("0.25.2", tmp_path, '[tool.flet]\ntarget_arch = ["arm64-v8a"]\n')
    assert "is not read by Flet 0.25.2" in lock(build, app, "--platform", "android").stdout
    done = build.build(app, "apk", under_lock=True)
    assert done.returncode == 0, done.stdout + done.stderr
    assert set(installed(app)) == {*ANDROID, "x86"}


def test_a_lock_of_another_generation_is_refused_with_the_line_that_mends_it(
    desks: Desks, tmp_path: Path
) -> None:
    build = desks("0.28.3")
    app = desks.app("0.28.3", tmp_path)
    said = lock(build, app, "--platform", "android", "--flet", "0.86.5", "--python-version", "3.12")
    assert "0.28.3" in said.stdout
    done = build.build(app, "apk", under_lock=True)
    assert done.returncode == 1
    assert "flet-lock --flet 0.28.3" in done.stderr
    assert not (app / "build").exists()
    lock(build, app, "--flet", "0.28.3")
    assert build.build(app, "ipa", "--arch", "iphoneos.arm64", under_lock=True).returncode == 0


def test_the_environment_of_a_build_follows_the_flet_in_the_path(
    desks: Desks, tmp_path: Path
) -> None:
    build = desks("0.28.3")
    app = desks.app("0.28.3", tmp_path)
    lock(build, app, "--platform", "android", "--flet", "0.86.5", "--python-version", "3.12")
    done = build.flet_lock(app, "env", "--platform", "android")
    assert done.returncode == 1
    assert "flet-lock --flet 0.28.3" in done.stderr
    lock(build, app, "--platform", "android")
    done = build.flet_lock(app, "env", "--platform", "android", "--shell", "dotenv")
    assert "PIP_PYTHON=" in done.stdout, "it answers for x86"


def test_an_old_flet_builds_an_app_that_pins_a_new_one_and_the_contradiction_is_told(
    desks: Desks, tmp_path: Path
) -> None:
    build = desks("0.28.3")
    publish(build, "flet", "1.0.5", requires=["msgpack>=1"])
    app = desks.app("0.28.3", tmp_path, dependencies='"flet==1.0.5", "speedups"')
    said = " ".join(lock(build, app, "--flet", "0.28.3", "--platform", "android").stdout.split())
    assert "pinned in [project].dependencies is Flet 1.0.5" in said
    assert "a build with Flet 0.28.3, with Python 3.12.9" in said
    done = build.build(app, "apk", "--arch", "arm64-v8a", under_lock=True)
    assert done.returncode == 0, done.stdout + done.stderr
    assert installed(app) == {"arm64-v8a": {"flet": "1.0.5", **EXACT}}


def test_a_new_flet_does_not_build_on_the_lock_of_an_app_that_pins_an_old_one(
    tmp_path: Path,
) -> None:
    build = make_flet_build(tmp_path / "home", manifest=MANIFEST)  # with the tests' own flet
    for version in ("0.28.3", "1.0.5"):
        publish(build, "flet", version)
    app = make_app(tmp_path / "app", f'{HEAD}dependencies = ["flet==0.28.3"]\n')
    assert "Python 3.12.9" in lock(build, app, "--platform", "android").stdout
    done = build.build(app, "apk", "--arch", "arm64-v8a", under_lock=True)
    assert done.returncode == 1
    assert "flet-lock --flet 1.0.5" in done.stderr
    said = " ".join(lock(build, app, "--flet", "1.0.5", "--platform", "android").stdout.split())
    assert "pinned in [project].dependencies is Flet 0.28.3" in said
    done = build.build(app, "apk", "--arch", "arm64-v8a", under_lock=True)
    assert done.returncode == 0, done.stdout + done.stderr
    assert installed(app) == {"arm64-v8a": {"flet": "0.28.3"}}
