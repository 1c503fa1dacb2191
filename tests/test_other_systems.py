"""What is done on Windows and macOS only, run wherever the tests run (`fakes/other_system.py`)."""

import ctypes
import os
import re
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from fakes.locked_app import LockedApp, tree_of
from fakes.other_system import stand_on_windows
from fakes.wheels import make_wheel
from flet_lock.boundary.urls import file_url_to_path
from flet_lock.cli.answer_cache.lookup import _user_cache
from flet_lock.cli.main import main
from flet_lock.install.handover import launcher, pip_program
from flet_lock.install.handover.process import find_interpreter
from flet_lock.install.tree import staging as staging_module
from flet_lock.install.tree import unpack_wheels
from flet_lock.install.tree.staging import Staging, clear_up, swap_in
from flet_lock.install.tree.tree_digest import digest_tree
from flet_lock.lockfile import atomic_write
from flet_lock.model import host_system
from flet_lock.model.answer.wheel_fault import WheelFaultKind
from flet_lock.model.errors.handover import LauncherMissing
from flet_lock.model.errors.install import WheelRefused

pytestmark = pytest.mark.skipif(os.name != "posix", reason="Windows runs these parts itself")


class HeldPath(type(Path())):  # type: ignore[misc]  # the class of paths of this system
    """A path that another program holds open for so many attempts to rename it."""

    attempts_held = 0

    def rename(self, target: str | os.PathLike[str]) -> Path:
        self._wait()
        return Path(super().rename(target))

    def replace(self, target: str | os.PathLike[str]) -> Path:
        self._wait()
        return Path(super().replace(target))

    def _wait(self) -> None:
        if type(self).attempts_held:
            type(self).attempts_held -= 1
            raise PermissionError(13, "another program holds it")


@pytest.fixture
def windows(monkeypatch: pytest.MonkeyPatch) -> None:
    stand_on_windows(monkeypatch)
    for module in (atomic_write, staging_module):
        monkeypatch.setattr(
            module, "time", SimpleNamespace(time=lambda: 0.0, sleep=lambda _s: None)
        )
    monkeypatch.setattr(HeldPath, "attempts_held", 0)


def test_only_these_files_look_at_the_system() -> None:
    package = Path(host_system.__file__).parents[1]
    looking = {
        path.relative_to(package).as_posix()
        for path in package.rglob("*.py")
        if re.search(r"\b(sys\.platform|os\.name)\b", path.read_text(encoding="utf-8"))
    }
    # The last two answer before anything is imported; they take the system as a parameter.
    quick = {"cli/answer_cache/lookup.py", "install/tree/tree_digest.py"}
    assert looking - {"project/poetry/poetry_entries.py"} == {"model/host_system.py", *quick}


# ------------------------------------------------------------------ files and folders


@pytest.mark.usefixtures("windows")
def test_a_file_that_is_held_open_for_a_moment_is_replaced_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(HeldPath, "attempts_held", 9)
    HeldPath(tmp_path / "new").write_bytes(b"new")
    atomic_write._replace(HeldPath(tmp_path / "new"), tmp_path / "lock")
    assert (tmp_path / "lock").read_bytes() == b"new"


@pytest.mark.usefixtures("windows")
@pytest.mark.parametrize("rename", [atomic_write._replace, staging_module._rename])
def test_what_stays_held_open_is_not_replaced(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, rename: object
) -> None:
    monkeypatch.setattr(HeldPath, "attempts_held", 100)
    HeldPath(tmp_path / "new").write_bytes(b"new")
    with pytest.raises(PermissionError):
        rename(HeldPath(tmp_path / "new"), tmp_path / "lock")  # type: ignore[operator]  # either
    assert not (tmp_path / "lock").exists()


@pytest.mark.usefixtures("windows")
def test_a_folder_takes_another_s_place_in_two_renames(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("old", "new"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "file").write_text(name)
    monkeypatch.setattr(HeldPath, "attempts_held", 3)
    tree, target, aside = (HeldPath(tmp_path / name) for name in ("new", "old", "aside"))
    swap_in(tree, target, aside, exchange=staging_module._exchange)
    assert (tmp_path / "old" / "file").read_text() == "new"
    assert (tmp_path / "aside" / "file").read_text() == "old"


@pytest.mark.usefixtures("windows")
def test_an_installation_locks_its_workshop_where_msvcrt_is_what_locks(tmp_path: Path) -> None:
    target = tmp_path / "target"
    target.mkdir()
    with Staging(target) as living:
        (living.tree / "file").write_text("mine")
        clear_up(target)
        assert (living.tree / "file").read_text() == "mine"
        living.replace()
    assert tree_of(tmp_path) == {"target/file": b"mine"}


def test_macos_swaps_two_folders_in_one_call(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[tuple[bytes, bytes, int]] = []

    def renamex_np(one: bytes, other: bytes, flags: int) -> int:
        calls.append((one, other, flags))
        return 0

    library = SimpleNamespace(renamex_np=renamex_np)
    monkeypatch.setattr(ctypes, "CDLL", lambda *_words, **_more: library)
    assert staging_module._exchange(tmp_path / "one", tmp_path / "other")
    assert calls == [(bytes(tmp_path / "one"), bytes(tmp_path / "other"), 2)]


def test_a_system_without_such_a_call_is_left_to_two_renames(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ctypes, "CDLL", lambda *_words, **_more: SimpleNamespace())
    assert not staging_module._exchange(tmp_path / "one", tmp_path / "other")


def test_a_tree_has_one_digest_whether_or_not_its_files_have_numbers(tmp_path: Path) -> None:
    for name in ("a/one", "b/one"):
        (tmp_path / name).parent.mkdir()
    (tmp_path / "a/one").write_bytes(b"1")
    os.link(tmp_path / "a/one", tmp_path / "b/one")
    assert digest_tree(str(tmp_path), windows=True) == digest_tree(str(tmp_path), windows=False)


@pytest.mark.usefixtures("windows")
def test_names_that_windows_cannot_have_are_refused_there_and_paths_are_long(
    tmp_path: Path,
) -> None:
    app = LockedApp(root=tmp_path)
    app.pure("alpha", files={"alpha/aux.py": b""})
    with pytest.raises(WheelRefused) as caught:
        app.install()
    assert [fault.kind for fault in caught.value.faults] == [WheelFaultKind.BAD_NAME]
    assert unpack_wheels._native("a/b.py") == "a\\b.py"
    assert unpack_wheels._long_path(Path("/x/y")) == "\\\\?\\/x/y"


@pytest.mark.parametrize("url", ["file:///a%20b/c.whl", "file://localhost/a%20b/c.whl"])
def test_a_file_url_is_a_path_on_each_system(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    assert file_url_to_path(url) == Path("/a b/c.whl")
    stand_on_windows(monkeypatch)
    assert file_url_to_path(url) == Path("/a b/c.whl")


# -------------------------------------------------------------------------- programs


@pytest.mark.usefixtures("windows")
@pytest.mark.parametrize("place", ["Scripts/python.exe", "python.exe"])
def test_the_python_of_a_program_is_beside_it_or_above_it(tmp_path: Path, place: str) -> None:
    program = tmp_path / "Scripts" / "flet"
    program.parent.mkdir()
    program.write_bytes(b"MZ")
    program.chmod(0o755)
    environment = {"PATH": str(program.parent)}
    assert find_interpreter("flet", environment) is None
    (tmp_path / place).write_bytes(b"MZ")
    assert find_interpreter("flet", environment) == tmp_path / place


@pytest.mark.usefixtures("windows")
def test_the_launcher_is_an_exe(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(launcher, "_folders", lambda: iter([tmp_path]))
    (tmp_path / "flet-lock-pip").write_bytes(b"")
    with pytest.raises(LauncherMissing) as caught:
        launcher.find_launcher()
    assert caught.value.path.endswith("flet-lock-pip.exe")
    (tmp_path / "flet-lock-pip.exe").write_bytes(b"MZ")
    assert launcher.find_launcher() == tmp_path / "flet-lock-pip.exe"


@pytest.mark.usefixtures("windows")
def test_the_pip_program_waits_for_pip_and_returns_its_exit_code(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    runner = tmp_path / "lib" / "pip" / "__pip-runner__.py"
    runner.parent.mkdir(parents=True)
    runner.write_text("import sys\nraise SystemExit(7 if sys.argv[1:] == ['list'] else 1)\n")
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "python3").symlink_to(sys.executable)
    monkeypatch.setattr(sys, "argv", ["flet-lock-pip", str(runner), "list"])
    assert pip_program.main() == 7


@pytest.mark.parametrize(
    ("system", "environ", "folder"),
    [
        ("win32", {"HOME": "/home/me"}, None),
        ("darwin", {"HOME": "/Users/me"}, "/Users/me/Library/Caches/flet-lock"),
        ("linux", {"HOME": "/home/me"}, "/home/me/.cache/flet-lock"),
        ("linux", {"HOME": "/home/me", "XDG_CACHE_HOME": "/x"}, "/x/flet-lock"),
        ("linux", {}, None),
    ],
)
def test_the_cache_is_where_each_system_has_caches(
    system: str, environ: dict[str, str], folder: str | None
) -> None:
    assert _user_cache(environ, system) == folder


# --------------------------------------------------------------------------- commands


@pytest.fixture
def app(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> LockedApp:
    monkeypatch.setenv("FLET_LOCK_CACHE_DIR", str(tmp_path / "cache"))
    root = tmp_path / "app"
    root.mkdir()
    monkeypatch.chdir(root)
    return LockedApp(root=root)


def test_the_build_cleans_up_whatever_the_case_of_a_name_on_windows(
    app: LockedApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    app.pure("alpha", files={"alpha/LIBRARY.DLL": b"MZ"})
    app.write()
    (app.root / "pyproject.toml").write_text(
        '[project]\nname = "app"\ndependencies = []\n[tool.flet.android]\ncleanup.packages = true\n'
    )
    assert main(["install"]) == 0
    for slice_name in app.slices:
        (app.target / slice_name / "alpha" / "LIBRARY.DLL").unlink()
    assert main(["verify", "--platform", "android"]) == 1
    stand_on_windows(monkeypatch)
    assert main(["verify", "--platform", "android"]) == 0


@pytest.mark.parametrize(("on_windows", "first"), [(True, "$env:"), (False, "export ")])
def test_env_speaks_the_system_s_own_shell(
    app: LockedApp,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    *,
    on_windows: bool,
    first: str,
) -> None:
    app.serve("ribbon", "ribbon-1.0-py3-none-any.whl", make_wheel("ribbon", "1.0"))
    (app.root / "pyproject.toml").write_text(
        '[project]\nname = "app"\ndependencies = ["ribbon"]\n'
        '[tool.flet-lock]\ndefault-index = "wheels"\nno-flet-index = true\n'
    )
    assert main(["lock"]) == 0
    if on_windows:
        stand_on_windows(monkeypatch)
    capsys.readouterr()
    assert main(["env", "--platform", "android"]) == 0
    assert f"{first}PIP_CONFIG_FILE" in capsys.readouterr().out
