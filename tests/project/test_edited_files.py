"""Edits change what they are about, and nothing else of a file: not a comment, not a blank."""

import difflib
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from fakes.app_folder import AppFolder
from flet_lock.model.app.fix import (
    AddOverride,
    AllowPrereleases,
    BuildFromSource,
    ChoosePython,
    ChooseSlices,
    Edit,
    LetVersionsDiffer,
    RaiseMinimumOs,
    RemoveRequirement,
    RewriteRequirement,
)
from flet_lock.model.app.requirement import Place
from flet_lock.model.target import Platform
from flet_lock.project.diagnostics import toml_place
from flet_lock.project.edit.edited_files import CannotEditError, EditedFiles

PYPROJECT = """\
# The app of the year.
[project]
name = "app"
requires-python = ">=3.12"  # as on the desktop
dependencies = [
    "flet>=1.0",   # the point of it all
    'numpy<2',
    "pandas>=2", "pillow",
]

[tool.flet]
org = "com.example"

[build-system]
requires = []
"""


@pytest.fixture
def app(tmp_path: Path) -> AppFolder:
    return AppFolder(tmp_path)


def edit(app: AppFolder, *edits: Edit, text: str = PYPROJECT) -> tuple[str, list[str]]:
    """The file as it would be, and the lines that are gone (`-`) or new (`+`)."""
    app.write("pyproject.toml", text)
    files = EditedFiles(app.root)
    files.apply(edits)
    edited = files.texts["pyproject.toml"]
    assert (app.root / "pyproject.toml").read_text(encoding="utf-8") == text
    changes = difflib.ndiff(text.splitlines(), edited.splitlines())
    return edited, [line for line in changes if line[0] in "+-"]


def own(position: int) -> Place:
    return toml_place(("project", "dependencies", position))


def rewritten(position: int, before: str, after: str) -> Edit:
    return RewriteRequirement(place=own(position), before=Requirement(before), after=after)


def test_a_requirement_changes_in_its_own_quotes(app: AppFolder) -> None:
    _, changed = edit(app, rewritten(1, "numpy<2", "numpy<3"))
    assert changed == ["-     'numpy<2',", "+     'numpy<3',"]


def test_quotes_inside_change_the_quotes_outside(app: AppFolder) -> None:
    after = "numpy<2; platform_system != 'Android'"
    _, changed = edit(app, rewritten(1, "numpy<2", after))
    assert changed == ["-     'numpy<2',", f'+     "{after}",']


def test_the_comment_behind_a_requirement_stays(app: AppFolder) -> None:
    _, changed = edit(app, rewritten(0, "flet>=1.0", "flet>=0.80"))
    assert changed[1] == '+     "flet>=0.80",   # the point of it all'


def test_positions_are_those_of_the_file_whatever_goes_away(app: AppFolder) -> None:
    text, _ = edit(
        app,
        RemoveRequirement(place=own(1), before=Requirement("numpy<2")),
        RemoveRequirement(place=own(3), before=Requirement("pillow")),
        rewritten(2, "pandas>=2", "pandas>=1"),
    )
    assert tomllib.loads(text)["project"]["dependencies"] == ["flet>=1.0", "pandas>=1"]


def test_a_table_that_is_not_there_is_added_apart_from_the_others(app: AppFolder) -> None:
    edits = ChooseSlices(platform=Platform.ANDROID, slices=("arm64-v8a", "x86_64"), left_out=())
    text, changed = edit(app, edits)
    assert 'org = "com.example"\n\n[tool.flet.android]\ntarget_arch = ["arm64-v8a", ' in text
    assert all(line.startswith("+") for line in changed)


@pytest.mark.parametrize(
    ("made", "key", "value"),
    [
        (AddOverride(requirement="a==1"), ("tool", "flet-lock", "overrides"), ["a==1"]),
        (
            AllowPrereleases(package=canonicalize_name("a")),
            ("tool", "flet-lock", "prereleases"),
            ["a"],
        ),
        (
            BuildFromSource(packages=(canonicalize_name("a"),), platforms=tuple(Platform)),
            ("tool", "flet", "source_packages"),
            ["a"],
        ),
        (
            RaiseMinimumOs(platform=Platform.ANDROID, minimum_os=(28, 0)),
            ("tool", "flet", "android", "min_sdk_version"),
            28,
        ),
        (
            RaiseMinimumOs(platform=Platform.IOS, minimum_os=(15, 1)),
            ("tool", "flet-lock", "ios-version"),
            "15.1",
        ),
        (
            ChoosePython(minor="3.13", specifier=">=3.12,<3.14"),
            ("project", "requires-python"),
            ">=3.12,<3.14",
        ),
        (LetVersionsDiffer(), ("tool", "flet-lock", "same-versions"), False),
    ],
)
def test_settings_go_where_they_are_read(
    app: AppFolder, made: Edit, key: tuple[str, ...], value: object
) -> None:
    text, _ = edit(app, made)
    found: object = tomllib.loads(text)
    for name in key:
        assert isinstance(found, dict)
        found = found[name]
    assert found == value


def test_a_list_that_is_there_gets_one_more(app: AppFolder) -> None:
    text = '[tool.flet-lock]\noverrides = [\n    "a==1",  # works\n]\n'
    edited, _ = edit(app, AddOverride(requirement="b==2"), text=text)
    assert '    "a==1",  # works\n    "b==2",\n' in edited


def test_sources_go_to_the_list_that_the_build_reads(app: AppFolder) -> None:
    text = '[tool.flet]\nsource_packages = ["x"]\n[tool.flet.ios]\nsource_packages = []\n'
    edited, _ = edit(
        app,
        BuildFromSource(packages=(canonicalize_name("a"),), platforms=tuple(Platform)),
        text=text,
    )
    flet = tomllib.loads(edited)["tool"]["flet"]
    assert flet == {"source_packages": ["x", "a"], "ios": {"source_packages": ["a"]}}


def test_python_is_chosen_where_it_is_set(app: AppFolder) -> None:
    text = PYPROJECT + '[tool.flet-lock]\npython-version = "3.14"\n'
    _, changed = edit(app, ChoosePython(minor="3.13", specifier="==3.13.*"), text=text)
    assert changed == ['- python-version = "3.14"', '+ python-version = "3.13"']


def test_a_project_table_is_not_made_for_a_python(app: AppFolder) -> None:
    choice = ChoosePython(minor="3.13", specifier="==3.13.*")
    text, _ = edit(app, choice, text="[tool.flet]\n")
    assert tomllib.loads(text) == {"tool": {"flet": {}, "flet-lock": {"python-version": "3.13"}}}


def test_poetry_gets_versions_and_markers_in_its_own_words(app: AppFolder) -> None:
    text = (
        "[tool.poetry.dependencies]\n"
        'numpy = "^1.26"  # pinned by hand\n'
        'httpx = { version = ">=0.28", extras = ["http2"] }\n'
    )

    def place(name: str) -> Place:
        return toml_place(("tool", "poetry", "dependencies", name))

    edited, _ = edit(
        app,
        RewriteRequirement(
            place=place("numpy"), before=Requirement("numpy>=1.26,<2"), after="numpy>=1.26,<3"
        ),
        RewriteRequirement(
            place=place("httpx"),
            before=Requirement("httpx[http2]>=0.28"),
            after="httpx[http2]>=0.28; platform_system != 'Android'",
        ),
        text=text,
    )
    assert 'numpy = ">=1.26,<3"  # pinned by hand\n' in edited
    assert tomllib.loads(edited)["tool"]["poetry"]["dependencies"]["httpx"] == {
        "version": ">=0.28",
        "extras": ["http2"],
        "markers": "platform_system != 'Android'",
    }


def test_windows_line_ends_stay(app: AppFolder) -> None:
    text = PYPROJECT.replace("\n", "\r\n")
    app.write("pyproject.toml", text.encode())
    files = EditedFiles(app.root)
    files.apply([ChooseSlices(platform=Platform.IOS, slices=("iphoneos.arm64",), left_out=())])
    edited = files.texts["pyproject.toml"]
    assert edited.count("\n") == edited.count("\r\n")
    assert edited.replace("\r\n[tool.flet.ios]\r\n", "") != text


def test_an_edit_that_cannot_be_made_leaves_the_others_unmade(app: AppFolder) -> None:
    app.write("pyproject.toml", PYPROJECT)
    files = EditedFiles(app.root)
    with pytest.raises(CannotEditError):
        files.apply([rewritten(1, "numpy<2", "numpy<3"), rewritten(9, "gone", "gone>=1")])
    assert files.texts == {}


# --- requirements.txt -----------------------------------------------------------------------


def line(app: AppFolder, number: int, after: str | None, text: str) -> str:
    app.write("requirements.txt", text.encode())
    place = Place(file="requirements.txt", line=number)
    files = EditedFiles(app.root)
    before = Requirement("x")
    files.apply(
        [
            RemoveRequirement(place=place, before=before)
            if after is None
            else RewriteRequirement(place=place, before=before, after=after)
        ]
    )
    return files.texts["requirements.txt"]


@pytest.mark.parametrize(
    ("text", "edited"),
    [
        ("a\nx>=1  # why\nb\n", "a\nx<3  # why\nb\n"),
        ("a\nx >= 1, \\\n  < 2\nb\n", "a\nx<3\nb\n"),
        ("a\r\nx\r\nb\r\n", "a\r\nx<3\r\nb\r\n"),
        ("a\n  x --hash=sha256:1 \\\n  --hash=sha256:2\n", None),
        ("a\nx", "a\nx<3"),
        ("a\nx # not \\\nb\n", "a\nx<3 # not \\\nb\n"),
    ],
)
def test_a_line_keeps_its_options_comment_and_end(
    app: AppFolder, text: str, edited: str | None
) -> None:
    expected = edited or "a\n  x<3 --hash=sha256:1 \\\n  --hash=sha256:2\n"
    assert line(app, 2, "x<3", text) == expected


def test_a_line_goes_whole(app: AppFolder) -> None:
    assert line(app, 2, None, "a\nx >= 1, \\\n  < 2  # why\nb\n") == "a\nb\n"


@pytest.mark.parametrize("text", ["-e .\n", "# x\n", "x @ https://${TOKEN}@host/x.whl\n", ""])
def test_a_line_that_is_no_plain_requirement_is_left_alone(app: AppFolder, text: str) -> None:
    with pytest.raises(CannotEditError):
        line(app, 1, "x<3", text)


def test_a_line_in_a_file_that_is_not_there_yet_says_so(tmp_path: Path) -> None:
    edit = BuildFromSource(packages=(canonicalize_name("pyaes"),), platforms=tuple(Platform))
    (line,) = EditedFiles(tmp_path).apply((edit,))
    assert (line.file, line.begins_file) == ("pyproject.toml", True)
    (tmp_path / "pyproject.toml").write_text("", encoding="utf-8")
    (line,) = EditedFiles(tmp_path).apply((edit,))
    assert not line.begins_file
