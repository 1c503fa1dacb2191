"""What older Flets read of an app, on both sides of the version in which that changed."""

from pathlib import Path

import pytest

from fakes.app_folder import AppFolder, noted, wanted
from flet_lock.model.app.project import NoteKind, Project
from flet_lock.model.target import Platform

HEAD = '[project]\nname = "a"\n'


@pytest.fixture
def app(tmp_path: Path) -> AppFolder:
    return AppFolder(tmp_path)


def read(app: AppFolder, version: str, text: str, **files: str) -> Project:
    for name, content in files.items():
        app.write(name.replace("_txt", ".txt"), content)
    project, _ = app.read(text, options={"flet": version})
    return project


def told(project: Project, kind: NoteKind) -> list[str]:
    """Values of the notes of a kind."""
    return [value for each, _, value in noted(project) if each is kind]


PLATFORM = f'{HEAD}dependencies = ["x"]\n[tool.flet.ios]\ndependencies = ["pyobjus"]\n'


@pytest.mark.parametrize(("version", "is_read"), [("0.25.2", False), ("0.26.0", True)])
def test_dependencies_of_a_platform(version: str, *, is_read: bool, app: AppFolder) -> None:
    project = read(app, version, PLATFORM)
    assert ("ios: pyobjus" in wanted(project)) is is_read
    assert bool(told(project, NoteKind.NOT_READ)) is not is_read


def test_a_platforms_dependencies_that_are_not_read_leave_requirements_txt_on(
    app: AppFolder,
) -> None:
    text = f'{HEAD}[tool.flet.ios]\ndependencies = ["pyobjus"]\n'
    files = {"requirements_txt": "numpy\n"}
    assert wanted(read(app, "0.25.2", text, **files)) == ["numpy"]
    assert wanted(read(app, "0.26.0", text, **files)) == ["ios: pyobjus", "android: numpy"]


@pytest.mark.parametrize(
    ("key", "value", "before", "after"),
    [
        ("target_arch", '["arm64-v8a"]', "0.26.0", "0.27.0"),
        ("source_packages", '["bow"]', "0.26.0", "0.27.0"),
        ("dev_packages", '{ bow = "./bow" }', "0.27.1", "0.27.2"),
    ],
)
def test_settings_are_read_from_their_version_on(
    key: str, value: str, before: str, after: str, app: AppFolder
) -> None:
    (app.root / "bow").mkdir()
    text = f'{HEAD}dependencies = ["bow"]\n[tool.flet]\n{key} = {value}\n'
    old, new = read(app, before, text), read(app, after, text)
    assert set(told(old, NoteKind.NOT_READ)) == {key}
    assert told(new, NoteKind.NOT_READ) == []
    android = Platform.ANDROID
    assert (old.target_archs, old.source_packages, wanted(old)) == ({}, {}, ["bow"])
    assert (
        new.target_archs.get(android) == ("arm64-v8a",)
        or new.source_packages.get(android) == ("bow",)
        or wanted(new)[0].startswith("bow @ ")
    )


@pytest.mark.parametrize(("version", "breaks"), [("0.27.5", True), ("0.27.6", False)])
@pytest.mark.parametrize("entry", ["httpx>=0.27,<1", "httpx[http2,brotli]", "httpx!=1,>=0.2"])
def test_requirements_with_commas(
    entry: str, version: str, *, breaks: bool, app: AppFolder
) -> None:
    project = read(app, version, f'{HEAD}dependencies = ["{entry}", "numpy>=2"]\n')
    assert len(told(project, NoteKind.COMMA_BREAKS_BUILD)) == breaks
    in_file = read(app, version, HEAD, requirements_txt=f"{entry}\n")
    assert told(in_file, NoteKind.COMMA_BREAKS_BUILD) == [], "the file is passed by its name"


@pytest.mark.parametrize(
    ("constraint", "up_to_0_84", "from_0_85"),
    [
        ("^1.2.3", False, False),
        ("~1.2.3", True, False),
        ("*", True, False),
        ("==1.2", True, False),
        ("1.2", False, False),
        (">=1.2", False, False),
        (">=1 <2", True, True),
        ("~1", True, True),
    ],
)
def test_poetrys_constraints(
    constraint: str, *, up_to_0_84: bool, from_0_85: bool, app: AppFolder
) -> None:
    text = f'[tool.poetry.dependencies]\nbow = "{constraint}"\n'
    for version, breaks in (("0.28.3", up_to_0_84), ("0.84.0", up_to_0_84), ("0.85.0", from_0_85)):
        project = read(app, version, text)
        assert len(told(project, NoteKind.POETRY_BROKEN_IN_BUILD)) == breaks, version


@pytest.mark.parametrize(("version", "crashes"), [("0.25.1", True), ("0.25.2", False)])
def test_poetrys_tables_without_markers(version: str, *, crashes: bool, app: AppFolder) -> None:
    text = '[tool.poetry.dependencies]\nbow = { version = "^1" }\nplain = "^1"\n'
    text += "marked = { version = '^1', markers = \"python_version >= '3'\" }\n"
    assert told(read(app, version, text), NoteKind.CRASHES_BUILD) == ["bow"] * crashes


@pytest.mark.parametrize(("version", "crashes"), [("0.26.0", True), ("0.27.0", False)])
def test_build_arch(version: str, *, crashes: bool, app: AppFolder) -> None:
    text = f'{HEAD}dependencies = ["x"]\n[tool.flet.android]\nbuild_arch = "arm64-v8a"\n'
    assert told(read(app, version, text), NoteKind.CRASHES_BUILD) == ["build_arch"] * crashes


@pytest.mark.parametrize(("version", "first_only"), [("0.85.3", True), ("0.86.0", False)])
def test_several_architectures(version: str, *, first_only: bool, app: AppFolder) -> None:
    text = f'{HEAD}dependencies = ["x"]\n[tool.flet]\ntarget_arch = ["x86_64", "arm64-v8a"]\n'
    project = read(app, version, text)
    assert told(project, NoteKind.FIRST_ARCH_ONLY) == ["x86_64, arm64-v8a"] * first_only
    one = read(app, version, text.replace(', "arm64-v8a"', ""))
    assert told(one, NoteKind.FIRST_ARCH_ONLY) == []


def test_an_app_without_dependencies(app: AppFolder) -> None:
    old = read(app, "0.25.2", HEAD)
    assert wanted(old) == []
    assert told(old, NoteKind.NOTHING_INSTALLED) == [""]
    assert wanted(read(app, "0.26.0", HEAD)) == ["flet==0.26.0"]
    assert wanted(read(app, "1.0.5", HEAD)) == ["flet"]


@pytest.mark.parametrize(("version", "wins"), [("0.86.5", False), ("1.0.0", True)])
def test_an_empty_setting_of_a_platform_wins_from_flet_1_on(
    version: str, *, wins: bool, app: AppFolder
) -> None:
    text = f'{HEAD}dependencies = ["x"]\n[tool.flet]\nsource_packages = ["bow"]\n'
    text += "[tool.flet.android]\nsource_packages = []\n"
    found = read(app, version, text).source_packages
    assert (Platform.ANDROID in found) is not wins
    assert found[Platform.IOS] == ("bow",)


@pytest.mark.parametrize("requires", [">=3.13", "<3.12", "==3.12.1"])
def test_a_python_that_is_not_the_builds_is_told(requires: str, app: AppFolder) -> None:
    text = f'{HEAD}requires-python = "{requires}"\ndependencies = ["x"]\n'
    project = read(app, "0.28.3", text)
    assert told(project, NoteKind.PYTHON_IS_FIXED) == [requires]
    assert project.requires_python is None
    assert told(read(app, "0.86.0", text), NoteKind.PYTHON_IS_FIXED) == []


def test_a_python_that_allows_the_builds_is_kept(app: AppFolder) -> None:
    text = f'{HEAD}requires-python = ">=3.9"\ndependencies = ["x"]\n'
    project = read(app, "0.28.3", text)
    assert project.requires_python == ">=3.9"
    assert told(project, NoteKind.PYTHON_IS_FIXED) == []
