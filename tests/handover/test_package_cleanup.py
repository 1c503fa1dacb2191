"""What the build deletes of its packages, as the project and the command say."""

from pathlib import Path

import pytest

from fakes.flet_versions import NEWEST
from flet_lock.model.errors.project import ProjectError
from flet_lock.model.target import Platform
from flet_lock.project.package_cleanup import PackageCleanup, read_package_cleanup


def read(folder: Path, text: str, **command: object) -> PackageCleanup:
    (folder / "pyproject.toml").write_text(text)
    return read_package_cleanup(folder, Platform.ANDROID, NEWEST, **command)  # type: ignore[arg-type]  # its own keywords


@pytest.mark.parametrize(
    ("text", "enabled", "globs"),
    [
        ("", True, ()),
        ("[tool.flet.cleanup]\npackages = false\n", False, ()),
        ("[tool.flet.android.cleanup]\npackages = false\n", False, ()),
        ("[tool.flet.ios.cleanup]\npackages = false\n", True, ()),
        (
            "[tool.flet.cleanup]\npackages = false\n[tool.flet.android.cleanup]\npackages = true\n",
            True,
            (),
        ),
        ('[tool.flet.cleanup]\npackage_files = ["**.md", " docs "]\n', True, ("**.md", "docs")),
        ('[tool.flet.cleanup]\npackage_files = "**.md, docs,"\n', True, ("**.md", "docs")),
        (
            '[tool.flet.cleanup]\npackages = false\npackage_files = ["**.md"]\n',
            True,
            ("**.md",),
        ),
        (
            (
                '[tool.flet.cleanup]\npackage_files = ["**.md"]\n'
                "[tool.flet.android.cleanup]\npackage_files = []\n"
            ),
            True,
            (),
        ),
    ],
)
def test_settings_are_read_as_flet_reads_them(
    tmp_path: Path, text: str, enabled: bool, globs: tuple[str, ...]
) -> None:
    assert read(tmp_path, text) == PackageCleanup(enabled=enabled, globs=globs, junk=NEWEST.junk)


def test_the_commands_words_win(tmp_path: Path) -> None:
    text = '[tool.flet.cleanup]\npackages = false\npackage_files = ["**.md"]\n'
    found = read(tmp_path, text, files=("**.rst",))
    assert found == PackageCleanup(enabled=True, globs=("**.rst",), junk=NEWEST.junk)
    off = "[tool.flet.cleanup]\npackages = false\n"
    assert read(tmp_path, off, requested=True).enabled


def test_another_type_is_a_fault(tmp_path: Path) -> None:
    with pytest.raises(ProjectError):
        read(tmp_path, "[tool.flet.cleanup]\npackage_files = 3\n")
