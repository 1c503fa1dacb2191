"""Lines as other tools and hasty fingers write them, and what they mean."""

import pytest
from packaging.requirements import Requirement

from fakes.app_folder import AppFolder, noted, told, wanted
from flet_lock.model.app.project import NoteKind
from flet_lock.project.near_miss import mended_lines, version_meant

MEANT = {
    "flet=1.0.5": "flet==1.0.5",
    "flet=1.0.5=pypi_0": "flet==1.0.5",
    "numpy=1.26": "numpy==1.26.*",
    "numpy=1.26=py312h1234": "numpy==1.26",
    "conda-forge::numpy==1.26.4": "numpy==1.26.4",
    "flet==latest": "flet",
    "flet@latest": "flet",
    "httpx==*": "httpx",
    "httpx >= *": "httpx",
    "flet^1.0": "flet>=1.0,<2",
    "flet[all]^1": "flet[all]>=1,<2",
    "flet~1.0": "flet>=1.0,<1.1",
    'flet = "^1.0"': "flet>=1.0,<2",
    "flet@1.0.5": "flet==1.0.5",
    "flet: 1.0.5": "flet==1.0.5",
    "flet (1.0.5)": "flet==1.0.5",
    "flet,": "flet",
    "flet==": "flet",
    '"flet>=1",': "flet>=1",
    "flet=>1.0": "flet>=1.0",
    "flet>=1.0 <2": "flet>=1.0,<2",
    "flet>=1,,<2": "flet>=1,<2",
    "flet>=1.0.*": "flet>=1.0",
    "flet~=1": "flet==1.*",
    "flet 1.x": "flet==1.*",
    "flet       1.0.5": "flet==1.0.5",
    "flet   1.0.5   pypi_0   pypi": "flet==1.0.5",
    "mine   0.1.0   /home/me/mine": "mine==0.1.0",
    "- httpx": "httpx",
    "pip install flet": "flet",
    "$ python -m pip install -U flet": "flet",
    "poetry add flet@^1.0": "flet>=1.0,<2",
    "flet\u200b": "flet",
    "\ufeffflet==1.0.5": "flet==1.0.5",
    "flet\u00a0>=\u00a01": "flet>=1",
    "idna @ file:///C:/b/abs/croot/idna_1/work": "idna",
    "numpy @ file:///x/numpy-1.26.4-cp312-cp312-linux_x86_64.whl": "numpy==1.26.4",
    "git+https://host/a/thing.git": "thing @ git+https://host/a/thing.git",
    "-e git+https://github.com/a/thing@v1": "thing @ git+https://github.com/a/thing@v1",
    "git@github.com:a/thing.git": "thing @ git+ssh://git@github.com/a/thing.git",
    "https://github.com/a/thing": "thing @ git+https://github.com/a/thing",
    "https://github.com/a/thing/archive/main.zip": (
        "thing @ https://github.com/a/thing/archive/main.zip"
    ),
}


@pytest.mark.parametrize("text", MEANT)
def test_a_line_of_another_tool_becomes_a_requirement(text: str) -> None:
    assert mended_lines(text) == (MEANT[text],)
    Requirement(MEANT[text])  # and that is one


@pytest.mark.parametrize(
    "text",
    ["Package    Version", "Package Version Editable project location", "---------- -------",
     "-e .", ".", "./", "-e .[dev]", "--editable=."],
)  # fmt: skip
def test_what_asks_for_nothing_goes(text: str) -> None:
    assert mended_lines(text) == ()


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("pip install -U flet httpx", ("flet", "httpx")),
        ("flet, httpx>=0.2", ("flet", "httpx>=0.2")),
        ("flet==1.0.5 httpx==0.28", ("flet==1.0.5", "httpx==0.28")),
    ],
)
def test_several_packages_on_a_line_are_as_many_lines(text: str, lines: tuple[str, ...]) -> None:
    assert mended_lines(text) == lines


@pytest.mark.parametrize(
    "text",
    ["numpy>>2", "a b c : d!", "flet; python_version", "1.0.5", "torch+cu118", "http://x/y",
     "flet==>1", "pip install -r requirements.txt", "-r a.txt b.txt", ""],
)  # fmt: skip
def test_nothing_is_made_up(text: str) -> None:
    assert mended_lines(text) is None


def test_a_version_is_told_from_a_path() -> None:
    assert [version_meant(each) for each in ("1.2", "^1.2", "*", "../thing")] == [
        "==1.2",
        ">=1.2,<2",
        "",
        None,
    ]


def test_the_fault_has_the_line_to_write_and_the_place(app: AppFolder) -> None:
    text = "Package Version\n------- -------\nflet    1.0.5\n-e .\n- httpx=0.28.1\n"
    faults = app.faults(requirements_txt=text)
    assert [(each.place.line, each.instead) for each in faults] == [
        (1, ()),
        (2, ()),
        (3, ("flet==1.0.5",)),
        (4, ()),
        (5, ("httpx==0.28.1",)),
    ]


def test_a_secret_in_a_variable_stays_one(app: AppFolder) -> None:
    faults = app.faults(
        requirements_txt="git+https://${TOKEN}@host/a/thing.git\n", environ={"TOKEN": "s3cret"}
    )
    assert "s3cret" not in repr(faults)


def test_lists_of_pyproject_are_mended_too(app: AppFolder) -> None:
    faults = app.faults('[project]\nname = "a"\ndependencies = ["flet=1.0.5", "httpx"]\n')
    assert [each.instead for each in faults] == [("flet==1.0.5",)]


def test_a_version_in_dev_packages_is_no_folder(app: AppFolder) -> None:
    faults = app.faults(
        '[project]\nname = "a"\ndependencies = ["flet"]\n'
        '[tool.flet.dev_packages]\nflet = ">=0.1.0"\n'
    )
    assert told(faults) == [
        ("pyproject.toml [tool.flet.dev_packages].flet", "version-for-location", ">=0.1.0")
    ]
    assert faults[0].instead == ("flet>=0.1.0",)


def test_a_byte_order_mark_in_pyproject_is_named(app: AppFolder) -> None:
    faults = app.faults('\ufeff[project]\nname = "a"\n')
    assert told(faults) == [("pyproject.toml:1", "byte-order-mark", "pyproject.toml")]


def test_poetrys_list_of_constraints_stops_flet_build(app: AppFolder) -> None:
    project, _ = app.read(
        '[tool.poetry.dependencies]\nsix = [{version="1.16", python="<3.12"}, {version="^1.17"}]\n'
    )
    assert wanted(project) == ['six==1.16; python_version < "3.12"', "six<2,>=1.17"]
    assert noted(project) == [
        (NoteKind.CRASHES_BUILD, "pyproject.toml [tool.poetry.dependencies].six", "six")
    ]
