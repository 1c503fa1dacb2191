"""What a wheel's own code tells of its age."""

import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest
from packaging.version import Version

from flet_lock.analysis.old_code import look_into_old_code, removed_modules
from flet_lock.model.answer.old_release import Age, OldCode, is_behind
from flet_lock.model.facts import standard_library


def look(folder: Path, python: tuple[int, int] = (3, 14), **modules: str) -> OldCode:
    path = folder / "old-1-py2.py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in modules.items():
            archive.writestr(name.replace("__", "/") + ".py", content)
        archive.writestr(
            "old-1.dist-info/METADATA",
            "Name: old\nClassifier: Programming Language :: Python :: 3.9\n"
            "Classifier: Programming Language :: Python :: 3.10\n",
        )
    found = look_into_old_code(path, path.name, python)
    assert found is not None
    return found


def test_modules_that_are_gone_are_named_with_the_python_that_removed_them(tmp_path: Path) -> None:
    found = look(tmp_path, old="import imp\nfrom distutils.version import LooseVersion\nimport cgi")
    assert found.removed_modules == (("cgi", "3.13"), ("distutils", "3.12"), ("imp", "3.12"))
    assert found.newest_python == "3.10"


def test_a_python_that_still_has_them_is_no_reason(tmp_path: Path) -> None:
    assert look(tmp_path, (3, 12), old="import cgi").removed_modules == ()
    assert look(tmp_path, (3, 12), old="import imp").removed_modules == (("imp", "3.12"),)


@pytest.mark.parametrize(
    "code",
    [
        "try:\n    import imp\nexcept ImportError:\n    imp = None",
        "import sys\nif sys.version_info < (3, 12):\n    import imp",
        "def late():\n    import imp",
        "from .imp import thing",
        "import importlib.util",
    ],
)
def test_what_is_guarded_or_its_own_is_no_reason(code: str, tmp_path: Path) -> None:
    assert look(tmp_path, old=code).removed_modules == ()


def test_tests_of_a_package_are_left_out(tmp_path: Path) -> None:
    assert look(tmp_path, old__tests__test_it="import imp").removed_modules == ()


def test_python_2_is_named(tmp_path: Path) -> None:
    assert look(tmp_path, old="print 'hello'").unreadable == "old.py"


def test_a_file_that_is_no_wheel_tells_nothing(tmp_path: Path) -> None:
    path = tmp_path / "x.whl"
    path.write_bytes(b"no zip")
    assert look_into_old_code(path, "x.whl", (3, 14)) is None


def test_no_python_that_runs_this_has_a_module_that_was_removed_before() -> None:
    assert {*standard_library._DROPPED} <= {*removed_modules()}
    # None is called like a module that Python 3.14 has.
    assert not {*removed_modules()} & {*standard_library.STANDARD_MODULES}


@pytest.mark.parametrize(
    ("taken", "newest", "years", "behind"),
    [
        ("1.2", "1.9", 2, False),
        ("1.2", "1.9", 3, True),
        ("1.10.21", "2.14", 0, True),
        ("2024.8.30", "2026.1.4", 1, False),
        ("2017.4.17", "2026.1.4", 9, True),
        ("1.0", "1!0.5", 0, True),
    ],
)
def test_years_and_major_versions_make_a_release_old(
    taken: str, newest: str, years: int, behind: bool
) -> None:
    assert is_behind(age(taken, 2026 - years), age(newest, 2026)) is behind


def test_a_major_version_of_this_year_makes_none_old() -> None:
    taken, newest = age("12.2", 2025), age("13.0", 2026)
    assert not is_behind(taken, newest, datetime(2025, 10, 1, tzinfo=UTC))
    assert is_behind(taken, newest, datetime(2024, 10, 1, tzinfo=UTC))


def age(version: str, year: int) -> Age:
    return Age(version=Version(version), uploaded=datetime(year, 1, 1, tzinfo=UTC))
