"""Other tools' sources, indexes and bounds: told with the line that is read, or settled."""

import pytest

from fakes.app_folder import AppFolder
from flet_lock.model.app.project import NoteKind, ProjectNote

HEAD = '[project]\nname = "a"\ndependencies = ["flet", "six"]\n'


def told(app: AppFolder, text: str) -> list[tuple[NoteKind, str, str]]:
    """Kind, line to write and table of each warning and of what extensions lack."""
    project, _ = app.read(text)
    return [(note.kind, note.line, note.table) for note in project.notes if note.line]


def warnings(app: AppFolder, text: str) -> list[ProjectNote]:
    return [note for note in app.read(text)[0].notes if note.is_warning]


@pytest.mark.parametrize(
    ("source", "line"),
    [
        ('{ path = "vendor/six" }', 'six = "vendor/six"'),
        ('{ path = "vendor/six", editable = true }', 'six = "vendor/six"'),
        ('{ git = "https://host/six", rev = "1a" }', 'six = "git+https://host/six@1a"'),
        (
            '{ git = "https://host/all", branch = "b", subdirectory = "six" }',
            'six = "git+https://host/all@b#subdirectory=six"',
        ),
        ('{ url = "https://host/six-1-py3-none-any.whl" }',
         'six = "https://host/six-1-py3-none-any.whl"'),
        ('[{ path = "vendor/six", marker = "sys_platform == \'ios\'" }]', 'six = "vendor/six"'),
    ],
)  # fmt: skip
def test_a_source_of_uv_has_its_line_for_flet_build(app: AppFolder, source: str, line: str) -> None:
    found = told(app, f"{HEAD}[tool.uv.sources]\nsix = {source}\n")
    assert found == [(NoteKind.SOURCE_PASSED_OVER, line, "[tool.flet.dev_packages]")]


def test_a_member_of_the_workspace_is_told_without_a_line(app: AppFolder) -> None:
    (note,) = warnings(app, f"{HEAD}[tool.uv.sources]\nsix = {{ workspace = true }}\n")
    assert (note.kind, note.value, note.line) == (
        NoteKind.SOURCE_PASSED_OVER,
        "workspace = True",
        "",
    )


CORP = '[tool.poetry.dependencies]\nflet = "*"\nsix = { version = "*", source = "corp" }\n'


def test_an_index_of_poetry_is_named_with_the_package_it_serves(app: AppFolder) -> None:
    index = '[[tool.poetry.source]]\nname = "corp"\nurl = "https://corp.example/simple"\n'
    assert told(app, CORP + index) == [
        (NoteKind.SOURCE_PASSED_OVER, 'six = "corp"', "[tool.flet-lock.sources]"),
        (
            NoteKind.INDEX_PASSED_OVER,
            'index = ["corp=https://corp.example/simple"]',
            "[tool.flet-lock]",
        ),
    ]


@pytest.mark.parametrize(
    "table", ["[[tool.uv.index]]", "[[tool.pdm.source]]", "[[tool.poetry.source]]"]
)
def test_an_index_table_is_told_unless_it_is_pypis(app: AppFolder, table: str) -> None:
    corp = f'{HEAD}{table}\nname = "corp"\nurl = "https://u:secret@corp.example/simple"\n'
    (note,) = warnings(app, corp)
    assert note.kind is NoteKind.INDEX_PASSED_OVER
    assert "secret" not in repr(note)
    pypi = f'{HEAD}{table}\nname = "PyPI"\nurl = "https://pypi.org/simple"\n'
    assert warnings(app, pypi) == []


def test_what_the_settings_name_is_obeyed_and_not_told(app: AppFolder) -> None:
    settled = (
        '[[tool.poetry.source]]\nname = "corp"\nurl = "https://corp.example/simple/"\n'
        '[tool.flet-lock]\nindex = ["corp=https://corp.example"]\n'
        '[tool.flet-lock.sources]\nsix = "corp"\n'
    )
    assert warnings(app, CORP + settled) == []
    app.write("vendor/six/pyproject.toml", '[project]\nname = "six"\n')
    own = f'{HEAD}[tool.uv.sources]\nsix = {{ path = "vendor/six" }}\n'
    assert warnings(app, f'{own}[tool.flet.dev_packages]\nsix = "vendor/six"\n') == []


def test_a_source_of_what_the_app_does_not_ask_for_is_nobodys(app: AppFolder) -> None:
    assert warnings(app, f'{HEAD}[tool.uv.sources]\nrich = {{ path = "vendor/rich" }}\n') == []


def test_bounds_of_uv_are_told_with_our_words_for_them(app: AppFolder) -> None:
    text = f'{HEAD}[tool.uv]\nconstraint-dependencies = ["idna<4"]\noverride-dependencies = ["a"]\n'
    assert told(app, text) == [
        (NoteKind.BOUNDS_PASSED_OVER, 'constraints = ["idna<4"]', "[tool.flet-lock]"),
        (NoteKind.BOUNDS_PASSED_OVER, 'overrides = ["a"]', "[tool.flet-lock]"),
    ]


def test_an_extension_has_two_halves(app: AppFolder) -> None:
    text = f'{HEAD}[tool.flet.flutter.dependencies]\nflet_video = "^1"\nhttp = "^1"\n'
    assert told(app, text) == [
        (NoteKind.EXTENSION_NOT_LISTED, '"flet-video"', "[project].dependencies")
    ]
    listed = text.replace('"six"', '"flet-video"')
    assert told(app, listed) == []


@pytest.mark.parametrize("text", ["uv = 3", "uv = { sources = 3 }", "uv = { index = [3] }"])
def test_what_another_tool_would_refuse_is_no_fault_here(app: AppFolder, text: str) -> None:
    assert warnings(app, f"{HEAD}[tool]\n{text}\n") == []
