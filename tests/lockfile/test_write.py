import os
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path
from random import Random

import pytest

from flet_lock.lockfile.atomic_write import STALE_SECONDS
from flet_lock.lockfile.format.write_lock import write_lock
from flet_lock.model.errors.lock import LockNotWritten

posix = pytest.mark.skipif(os.name != "posix", reason="POSIX permissions and links")


def test_a_new_file_has_the_bytes_and_nothing_else_is_left(tmp_path: Path) -> None:
    path = tmp_path / "pylock.ios.toml"
    assert write_lock(path, "é\n") is True
    assert path.read_bytes() == b"\xc3\xa9\n"
    assert list(tmp_path.iterdir()) == [path]


def test_the_same_bytes_are_not_written_again(tmp_path: Path) -> None:
    path = tmp_path / "pylock.ios.toml"
    write_lock(path, "a\n")
    before = path.stat()
    assert write_lock(path, "a\n") is False
    assert (path.stat().st_ino, path.stat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns)
    assert write_lock(path, "b\n") is True


@posix
def test_permissions_stay_and_new_files_follow_the_umask(tmp_path: Path) -> None:
    path = tmp_path / "pylock.ios.toml"
    umask = os.umask(0o027)
    try:
        write_lock(path, "a\n")
    finally:
        os.umask(umask)
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    path.chmod(0o604)
    write_lock(path, "b\n")
    assert stat.S_IMODE(path.stat().st_mode) == 0o604


@posix
@pytest.mark.parametrize("there", [True, False])
def test_a_link_stays_and_what_it_leads_to_is_replaced(tmp_path: Path, *, there: bool) -> None:
    (tmp_path / "shared").mkdir()
    real = tmp_path / "shared" / "real.toml"
    if there:
        real.write_text("old\n")
    link = tmp_path / "pylock.ios.toml"
    link.symlink_to(Path("shared") / "real.toml")
    assert write_lock(link, "new\n") is True
    assert link.is_symlink()
    assert real.read_text() == "new\n"
    assert [one.name for one in real.parent.iterdir()] == ["real.toml"]


def test_what_a_dead_writer_left_is_removed_and_a_living_one_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "pylock.ios.toml"
    old = tmp_path / ".pylock.ios.toml.00.tmp"
    young = tmp_path / ".pylock.ios.toml.01.tmp"
    other = tmp_path / ".pylock.android.toml.02.tmp"
    for leftover in (old, young, other):
        leftover.write_text("half")
    past = time.time() - STALE_SECONDS - 5
    os.utime(old, (past, past))
    os.utime(other, (past, past))
    write_lock(path, "a\n")
    assert sorted(tmp_path.iterdir()) == sorted([path, young, other])


def test_a_folder_that_is_not_there_is_an_error_of_ours(tmp_path: Path) -> None:
    path = tmp_path / "gone" / "pylock.ios.toml"
    with pytest.raises(LockNotWritten) as caught:
        write_lock(path, "a\n")
    assert caught.value.path == str(path)
    assert caught.value.detail


def test_a_failure_while_replacing_leaves_nothing_behind(tmp_path: Path) -> None:
    path = tmp_path / "pylock.ios.toml"
    path.mkdir()
    with pytest.raises(LockNotWritten):
        write_lock(path, "a\n")
    assert list(tmp_path.iterdir()) == [path]


@posix
def test_a_full_disk_leaves_the_old_file_and_no_other(tmp_path: Path) -> None:
    path = tmp_path / "pylock.ios.toml"
    path.write_text("old\n")
    # A limit on the size of files stands for the full disk: the write itself fails.
    code = (
        "import resource, signal, sys\n"
        "from pathlib import Path\n"
        "from flet_lock.lockfile.format.write_lock import write_lock\n"
        "from flet_lock.model.errors.lock import LockNotWritten\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))\n"
        "try:\n"
        "    write_lock(Path(sys.argv[1]), 'x' * 100_000)\n"
        "except LockNotWritten as error:\n"
        "    print(error.detail)\n"
    )
    run = subprocess.run(
        [sys.executable, "-B", "-c", code, str(path)], capture_output=True, text=True, check=True
    )
    assert run.stdout == "File too large\n"
    assert path.read_text() == "old\n"
    assert list(tmp_path.iterdir()) == [path]


@posix
def test_killed_at_any_moment_the_file_is_one_of_the_two(tmp_path: Path) -> None:
    path = tmp_path / "pylock.ios.toml"
    texts = {"a" * 300_000 + "\n", "b" * 400_000 + "\n"}
    # SIGKILL leaves no chance to clean up. One process forks a writer per moment, for a start of
    # Python each time would take longer than all the writing.
    code = (
        "import os, sys, time\n"
        "from pathlib import Path\n"
        "from flet_lock.lockfile.format.write_lock import write_lock\n"
        "path = Path(sys.argv[1])\n"
        "texts = ['a' * 300_000 + '\\n', 'b' * 400_000 + '\\n']\n"
        "for line in sys.stdin:\n"
        "    child = os.fork()\n"
        "    while not child:\n"
        "        for text in texts:\n"
        "            write_lock(path, text)\n"
        "    print(child, flush=True)\n"
        "    os.waitpid(child, 0)\n"
        "    print('dead', flush=True)\n"
    )
    random = Random(7)
    start = time.perf_counter()
    write_lock(path, "a" * 300_000 + "\n")
    longest = max(0.01, 4 * (time.perf_counter() - start))
    seen: set[str] = set()
    with subprocess.Popen(
        [sys.executable, "-c", code, str(path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as parent:
        assert parent.stdin is not None
        assert parent.stdout is not None
        for _ in range(40):
            print("go", file=parent.stdin, flush=True)
            child = int(parent.stdout.readline())
            time.sleep(random.uniform(0.0, longest))
            os.kill(child, signal.SIGKILL)
            assert parent.stdout.readline() == "dead\n"
            found = path.read_text()
            assert found in texts
            seen.add(found)
        parent.stdin.close()
    assert seen == texts
    leftovers = list(tmp_path.glob(".pylock.ios.toml.*.tmp"))
    past = time.time() - STALE_SECONDS - 5
    for leftover in leftovers:
        os.utime(leftover, (past, past))
    write_lock(path, "last\n")
    assert list(tmp_path.iterdir()) == [path]
