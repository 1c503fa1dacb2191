"""The versions of an old lock are those of the whole of it, however they are read."""

import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from msgspec.structs import replace

from fakes.locks import example_resolution, locks, make_lock
from flet_lock.lockfile.contents import Lock
from flet_lock.lockfile.format.write_lock import render_lock
from flet_lock.lockfile.old_lock import OldLock
from flet_lock.model.errors.lock import LockMissing, LockUnreadable

LOCK = make_lock(example_resolution())
TEXT = render_lock(LOCK)


def written(folder: Path, text: str) -> Path:
    path = folder / "pylock.android.toml"
    path.write_bytes(text.encode())
    return path


@given(locks())
def test_the_versions_are_those_of_the_whole_lock(lock: Lock) -> None:
    with TemporaryDirectory() as folder:
        path = written(Path(folder), render_lock(lock))
        assert OldLock(path).versions == lock.versions


def test_an_edited_lock_is_read_as_it_stands(tmp_path: Path) -> None:
    package = next(package for package in LOCK.packages if package.wheels)
    line = f'name = "{package.package}"\n'
    edited = TEXT.replace(line, f"name   =   '{package.package}'\n", 1)
    assert edited != TEXT
    assert OldLock(written(tmp_path, edited)).versions == LOCK.versions


def test_a_lock_with_other_line_ends_is_the_same(tmp_path: Path) -> None:
    path = written(tmp_path, TEXT.replace("\n", "\r\n"))
    assert OldLock(path).versions == LOCK.versions


def test_what_is_no_lock_is_said(tmp_path: Path) -> None:
    with pytest.raises(LockMissing):
        OldLock(tmp_path / "pylock.ios.toml")
    with pytest.raises(LockUnreadable):
        OldLock(written(tmp_path, TEXT.replace("[[packages]]", "[[packages", 1)))


def test_an_unedited_lock_is_not_parsed(tmp_path: Path) -> None:
    code = (
        "import sys\n"
        "from pathlib import Path\n"
        "from flet_lock.lockfile.old_lock import OldLock\n"
        "assert OldLock(Path(sys.argv[1])).versions\n"
        "print('packaging.pylock' in sys.modules)\n"
    )
    # A source tree has its version elsewhere.
    plain = replace(LOCK, packages=tuple(one for one in LOCK.packages if one.tree is None))
    command = [sys.executable, "-c", code, str(written(tmp_path, render_lock(plain)))]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"
