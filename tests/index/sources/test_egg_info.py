from pathlib import Path

import pytest

from flet_lock.index.sources.egg_info import written_requirements
from flet_lock.index.sources.source_build import expected_fields

REQUIRES = """\
beautifulsoup4
requests<3.0.0,>=2.0.0

[:python_version < "3.8"]
typing-extensions

[fast]
lxml>=4

[fast:sys_platform == "win32" or sys_platform == "darwin"]
colorama
"""


def sdist(
    folder: Path, requires: str | None, *, pkg_info: str = "", where: str = "x.egg-info"
) -> Path:
    (folder / "PKG-INFO").write_text(
        f"Metadata-Version: 1.1\nName: x\nVersion: 1.0\n{pkg_info}", encoding="utf-8"
    )
    egg_info = folder / where
    egg_info.mkdir(parents=True)
    if requires is not None:
        (egg_info / "requires.txt").write_text(requires, encoding="utf-8")
    return folder


def test_sections_become_markers(tmp_path: Path) -> None:
    assert written_requirements(sdist(tmp_path, REQUIRES)) == [
        "beautifulsoup4",
        "requests<3.0.0,>=2.0.0",
        'typing-extensions; python_version < "3.8"',
        'lxml>=4; extra == "fast"',
        'colorama; (sys_platform == "win32" or sys_platform == "darwin") and extra == "fast"',
    ]


@pytest.mark.parametrize("where", ["x.egg-info", "src/x.egg-info"])
def test_setuptools_writes_no_file_where_nothing_is_required(tmp_path: Path, where: str) -> None:
    assert written_requirements(sdist(tmp_path, None, where=where)) == []


def test_an_sdist_of_another_backend_says_nothing(tmp_path: Path) -> None:
    assert written_requirements(tmp_path) is None


def test_a_file_that_cannot_be_read_says_nothing(tmp_path: Path) -> None:
    assert written_requirements(sdist(tmp_path, "not a requirement at all\n")) is None


def test_what_pkg_info_says_itself_goes_first(tmp_path: Path) -> None:
    fields = expected_fields(sdist(tmp_path, "other\n", pkg_info="Requires-Dist: own\n"))
    assert fields is not None
    assert fields.requires_dist == ["own"]


def test_an_old_pkg_info_is_completed_from_requires_txt(tmp_path: Path) -> None:
    fields = expected_fields(sdist(tmp_path, "other\n"))
    assert fields is not None
    assert (fields.name, fields.version, fields.requires_dist) == ("x", "1.0", ["other"])


def test_without_a_word_on_requirements_nothing_is_expected(tmp_path: Path) -> None:
    (tmp_path / "PKG-INFO").write_text("Name: x\nVersion: 1.0\n", encoding="utf-8")
    assert expected_fields(tmp_path) is None
    assert expected_fields(tmp_path / "nowhere") is None
