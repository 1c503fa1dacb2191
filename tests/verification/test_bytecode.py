"""Which Python is asked about bytecode, and what headers are held against."""

import importlib.util
import sys
from pathlib import Path

from flet_lock.install.comparison.bytecode import MAGIC_NUMBERS, find_python

HERE = sys.version_info[:2]


def test_the_builds_own_python_is_asked_first_and_the_newest_of_them(tmp_path: Path) -> None:
    for version in ("3.13.9", "3.14.5", "3.14.6"):
        program = tmp_path / f"build_python_{version}" / "python" / "bin" / "python3"
        program.parent.mkdir(parents=True)
        program.write_bytes(b"")
    found = find_python((3, 14), [tmp_path / "none", tmp_path])
    assert found == tmp_path / "build_python_3.14.6" / "python" / "bin" / "python3"


def test_on_windows_it_lies_elsewhere(tmp_path: Path) -> None:
    program = tmp_path / "build_python_3.14.6" / "python" / "python.exe"
    program.parent.mkdir(parents=True)
    program.write_bytes(b"")
    assert find_python((3, 14), [tmp_path]) == program


def test_else_the_running_python_will_do_if_it_is_of_that_minor(tmp_path: Path) -> None:
    assert find_python(HERE, [tmp_path]) == Path(sys.executable)
    assert find_python((3, HERE[1] + 1), [tmp_path]) is None


def test_the_table_is_right_about_the_running_python() -> None:
    number = int.from_bytes(importlib.util.MAGIC_NUMBER[:2], "little")
    assert MAGIC_NUMBERS.get(HERE, number) == number
