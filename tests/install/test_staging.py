"""The old tree or the new one, whatever happens in between."""

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from fakes.index_server import IndexServer
from fakes.locked_app import LockedApp, tree_of
from flet_lock.install.store import Incoming
from flet_lock.install.tree import staging as staging_module
from flet_lock.install.tree.staging import Staging, clear_up, remove_tree, swap_in
from flet_lock.install.tree.tree_digest import NOTE
from flet_lock.model.errors.install import InstallNotWritten
from flet_lock.model.event import Event, WheelUnpacked

posix = pytest.mark.skipif(os.name != "posix", reason="signals and permissions of POSIX")
unprivileged = pytest.mark.skipif(
    os.name != "posix" or os.geteuid() == 0, reason="the superuser may write everywhere"
)


def make_tree(folder: Path, content: str) -> Path:
    (folder / "inner").mkdir(parents=True)
    (folder / "inner" / "file").write_text(content)
    return folder


# ----------------------------------------------------------------------- killed at work

_INSTALL = """
from pathlib import Path
from flet_lock.model.target import Platform
from flet_lock.workflows.installing.install import install

def run(root, cache):
    install(
        Path(root),
        platform=Platform.ANDROID,
        target=None,
        options={"cache-dir": cache},
        environ={},
        listener=lambda event: None,
    )
"""
_SERVER = f"""{_INSTALL}
import os, sys
import flet_lock.install.tree.unpack_wheels

while sys.stdin.readline():
    child = os.fork()
    if not child:
        run(*sys.argv[1:])
        os._exit(0)
    print(child, flush=True)
    sys.stdin.readline()  # until then a dead child keeps its number
    print(os.waitpid(child, 0)[1], flush=True)
"""
"""Forks a process for each installation, so that none waits for Python to start."""


@posix
def test_killed_at_fifty_moments_it_leaves_the_old_tree_or_the_new_one(app: LockedApp) -> None:
    """The two versions differ in every file, so a mixture of them would show.

    The moments are spread over the time that an undisturbed run takes, from a fixed seed.
    """
    files = {
        version: {f"alpha/{n}.py": version * 50 for n in range(25)} for version in (b"1", b"2")
    }
    trees = {}
    for version in (b"2", b"1"):
        app.pure("alpha", f"{version.decode()}.0", files=files[version])
        app.install()
        trees[version] = _without_note(app.target)
    moments = random.Random(20)
    seconds = 0.0
    seen = set()
    with subprocess.Popen(
        [sys.executable, "-c", _SERVER, str(app.root), str(app.cache)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as server:
        assert server.stdin is not None
        assert server.stdout is not None
        for round_number in range(51):
            # The first is not killed and has everything to do: version 1 is there.
            wanted = b"1" if round_number % 2 else b"2"
            app.pure("alpha", f"{wanted.decode()}.0", files=files[wanted])
            app.write()
            started = time.monotonic()
            server.stdin.write("go\n")
            server.stdin.flush()
            process = int(server.stdout.readline())
            if round_number:
                time.sleep(moments.uniform(0, seconds))
                os.kill(process, signal.SIGKILL)
            server.stdin.write("collect\n")
            server.stdin.flush()
            assert int(server.stdout.readline()) in (0, signal.SIGKILL)
            seconds = seconds or time.monotonic() - started
            found = _without_note(app.target)
            assert found in trees.values(), f"round {round_number}: a mixture"
            seen.add((wanted, found == trees[wanted]))
    assert len(seen) > 2, "some were too early, some came through"
    for left in app.target.parent.glob(".*"):
        os.utime(left, (1, 1))  # one that was killed before it could lock is left alone while young
    app.install()
    assert _without_note(app.target) == trees[wanted]
    assert [path.name for path in app.target.parent.iterdir()] == ["site-packages"]


def _without_note(folder: Path) -> dict[str, bytes]:
    tree = tree_of(folder)
    tree.pop(NOTE, None)
    return tree


# ------------------------------------------------------------------------- the swap


def exchange_never(_one: Path, _other: Path) -> bool:
    return False


@pytest.mark.parametrize("one_step", [True, False], ids=["one-step", "two-renames"])
def test_a_tree_takes_the_place_of_another(tmp_path: Path, one_step: bool) -> None:
    exchange = staging_module._exchange if one_step else exchange_never
    new, old = make_tree(tmp_path / "new", "new"), make_tree(tmp_path / "target", "old")
    swap_in(new, old, tmp_path / "aside", exchange=exchange)
    assert (old / "inner" / "file").read_text() == "new"


@pytest.mark.parametrize("there", ["nothing", "empty"])
def test_a_tree_takes_a_free_place(tmp_path: Path, there: str) -> None:
    target = tmp_path / "target"
    if there == "empty":
        target.mkdir()
    new = make_tree(tmp_path / "new", "new")
    swap_in(new, target, tmp_path / "aside", exchange=exchange_never)
    assert (target / "inner" / "file").read_text() == "new"


def test_the_old_tree_comes_back_where_the_new_one_cannot_come(tmp_path: Path) -> None:
    old = make_tree(tmp_path / "target", "old")
    with pytest.raises(FileNotFoundError):
        swap_in(tmp_path / "missing", old, tmp_path / "aside", exchange=exchange_never)
    assert (old / "inner" / "file").read_text() == "old"


@pytest.mark.skipif(sys.platform not in ("linux", "darwin"), reason="a call of these two")
def test_the_system_swaps_in_one_step(tmp_path: Path) -> None:
    one, other = make_tree(tmp_path / "one", "1"), make_tree(tmp_path / "other", "2")
    if not staging_module._exchange(one, other):
        pytest.skip("not on this disk")
    assert (one / "inner" / "file").read_text() == "2"
    assert (other / "inner" / "file").read_text() == "1"


# ---------------------------------------------------------------- runs and other runs


def workshops(target: Path) -> list[str]:
    return sorted(path.name for path in target.parent.iterdir() if path != target)


def test_without_replace_nothing_stays(tmp_path: Path) -> None:
    target = make_tree(tmp_path / "target", "old")
    with Staging(target) as staging:
        (staging.tree / "file").write_text("new")
        assert len(workshops(target)) == 1
    assert workshops(target) == []
    assert (target / "inner" / "file").read_text() == "old"


def test_what_a_dead_run_left_is_removed_and_a_living_one_is_left_alone(tmp_path: Path) -> None:
    target = tmp_path / "target"
    dead = tmp_path / ".target.flet-lock-dead"
    make_tree(dead / "tree", "half")
    (dead / "alive").write_bytes(b"")
    with Staging(target) as living:
        assert not dead.exists()
        (living.tree / "file").write_text("mine")
        with Staging(target):
            assert (living.tree / "file").read_text() == "mine"
        clear_up(target)
        assert (living.tree / "file").read_text() == "mine"
        living.replace()
    assert (target / "file").read_text() == "mine"
    assert workshops(target) == []


def test_a_run_that_has_just_begun_is_left_alone(tmp_path: Path) -> None:
    beginning = tmp_path / ".target.flet-lock-beginning"
    beginning.mkdir()
    clear_up(tmp_path / "target")
    assert beginning.exists()
    os.utime(beginning, (1, 1))
    clear_up(tmp_path / "target")
    assert not beginning.exists()


def test_a_tree_that_was_moved_aside_by_a_dead_run_is_put_back(tmp_path: Path) -> None:
    target = tmp_path / "target"
    dead = tmp_path / ".target.flet-lock-dead"
    make_tree(dead / "old", "old")
    make_tree(dead / "tree", "new")
    (dead / "alive").write_bytes(b"")
    clear_up(target)
    assert (target / "inner" / "file").read_text() == "old"
    assert workshops(target) == []


def test_other_folders_beside_the_target_are_not_touched(tmp_path: Path) -> None:
    other = make_tree(tmp_path / ".targets.flet-lock-dead", "other")
    linked = make_tree(tmp_path / "elsewhere", "linked")
    link = tmp_path / ".target.flet-lock-link"
    link.symlink_to(linked, target_is_directory=True)
    clear_up(tmp_path / "target")
    assert (other / "inner" / "file").exists()
    assert (linked / "inner" / "file").exists()


def test_two_runs_at_once_leave_one_of_their_trees(tmp_path: Path) -> None:
    target = tmp_path / "target"
    with Staging(target) as one, Staging(target) as other:
        for staging, text in ((one, "one"), (other, "other")):
            (staging.tree / "file").write_text(text)
        one.replace()
        other.replace()
    assert (target / "file").read_text() == "other"
    assert workshops(target) == []


@posix
def test_a_folder_without_permissions_is_removed_too(tmp_path: Path) -> None:
    tree = make_tree(tmp_path / "tree", "x")
    (tree / "inner").chmod(0o500)
    remove_tree(tree)
    assert not tree.exists()


def test_the_file_system_is_asked_about_case(tmp_path: Path) -> None:
    (tmp_path / "probe").write_bytes(b"")
    expected = (tmp_path / "PROBE").exists()
    with Staging(tmp_path / "target") as staging:
        assert staging.ignores_case() == expected


# --------------------------------------------------------------- disks that do not take it


@posix
def test_a_full_disk_leaves_the_old_tree(app: LockedApp) -> None:
    """A limit on the size of files gives the same as a full disk: a write that is refused."""
    app.pure("alpha", files={"alpha/small": b"x"})
    app.install()
    before = tree_of(app.target)
    app.pure("alpha", "2.0", files={"alpha/large": b"x" * 300_000})
    app.write()
    code = (
        f"{_INSTALL}\nimport resource, signal, sys\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "from flet_lock.model.errors.install import InstallNotWritten\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))\n"
        "try:\n"
        "    run(*sys.argv[1:])\n" + "except InstallNotWritten as error:\n"
        "    print(error.detail, error.path)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(app.root), str(app.cache)],
        capture_output=True,
        text=True,
        check=True,
    )
    assert "File too large" in done.stdout
    assert str(app.target / "arm64-v8a") in done.stdout
    assert tree_of(app.target) == before
    assert workshops(app.target) == []


def test_a_full_cache_is_not_taken_for_the_network(
    app: LockedApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_self: Incoming, _chunk: bytes) -> None:
        raise OSError(28, "No space left on device")

    # The disk is the one thing that no fake stands in for.
    monkeypatch.setattr(Incoming, "write", refuse)
    with IndexServer() as server:
        app.server = server
        app.pure("alpha")
        with pytest.raises(InstallNotWritten) as caught:
            app.install()
        assert len(server.paths()) == 1, "it was not tried again"
    assert caught.value.detail == "No space left on device"


@unprivileged
def test_a_target_that_may_not_be_written(app: LockedApp) -> None:
    app.pure("alpha")
    app.install()
    app.pure("alpha", "2.0")
    before = tree_of(app.target)
    app.target.parent.chmod(0o500)
    try:
        with pytest.raises(InstallNotWritten) as caught:
            app.install()
    finally:
        app.target.parent.chmod(0o700)
    assert caught.value.detail == "Permission denied"
    assert tree_of(app.target) == before


@pytest.mark.skipif(not Path("/proc/self").is_dir(), reason="a folder that nobody may write")
def test_a_disk_that_may_not_be_written(app: LockedApp) -> None:
    app.pure("alpha")
    with pytest.raises(InstallNotWritten) as caught:
        app.install(Path("/proc/flet-lock/site-packages"))
    assert caught.value.path == "/proc/flet-lock/site-packages"


def test_a_target_below_a_file(app: LockedApp) -> None:
    app.pure("alpha")
    (app.root / "build").write_text("mine")
    with pytest.raises(InstallNotWritten):
        app.install()
    assert (app.root / "build").read_text() == "mine"


def test_ctrl_c_leaves_the_old_tree(app: LockedApp) -> None:
    app.pure("alpha")
    app.install()
    before = tree_of(app.target)
    app.pure("alpha", "2.0")

    class _Interrupting(list[Event]):
        def append(self, event: Event) -> None:
            if isinstance(event, WheelUnpacked):
                raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        app.install(events=_Interrupting())
    assert tree_of(app.target) == before
    assert workshops(app.target) == []
