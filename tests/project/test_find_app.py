"""A folder that declares nothing: an app, or the wrong folder?"""

import pytest

from fakes.app_folder import AppFolder
from flet_lock.model.errors.project import NoApp
from flet_lock.project.find_app import refuse_no_app

APP = '[project]\nname = "shop"\ndependencies = ["flet"]\n'


def refused(app: AppFolder, pyproject: str | None = None) -> NoApp:
    if pyproject is not None:
        app.write("pyproject.toml", pyproject)
    with pytest.raises(NoApp) as caught:
        refuse_no_app(app.root, None)
    return caught.value


def accepted(app: AppFolder, pyproject: str) -> bool:
    app.write("pyproject.toml", pyproject)
    refuse_no_app(app.root, None)
    return True


def test_an_empty_folder_is_no_app(app: AppFolder) -> None:
    error = refused(app)
    assert (error.folder, error.apps, error.other_list) == (app.root.name, (), "")


def test_the_root_of_several_apps_names_them(app: AppFolder) -> None:
    app.write("apps/shop/pyproject.toml", APP)
    app.write("site/requirements.txt", "flet==1.0.5\n")
    app.write("docs/requirements.txt", "mkdocs\n")
    app.write(".venv/thing/pyproject.toml", APP)
    assert refused(app).apps == ("apps/shop", "site")
    workspace = '[project]\nname = "all"\n[tool.uv.workspace]\nmembers = ["apps/*"]\n'
    assert refused(app, pyproject=workspace).apps == ("apps/shop", "site")


def test_the_folder_of_the_code_leads_to_the_one_above(app: AppFolder) -> None:
    app.write("pyproject.toml", APP)
    app.write("src/main.py", "import flet\n")
    assert refused(AppFolder(app.root / "src")).apps == ("..",)


@pytest.mark.parametrize(
    "name", ["Pipfile", "environment.yml", "setup.py", "requirements/base.txt"]
)
def test_a_list_that_flet_build_does_not_read_is_named(app: AppFolder, name: str) -> None:
    app.write(name, "flet\n")
    app.write("main.py", "import flet\n")
    assert refused(app).other_list == name.partition("/")[0]


@pytest.mark.parametrize(
    "pyproject",
    ['[project]\nname = "shop"\n', '[tool.flet]\nproduct = "Shop"\n', "[tool.flet-lock]\n"],
)
def test_a_declared_app_without_dependencies_is_one(app: AppFolder, pyproject: str) -> None:
    assert accepted(app, pyproject)


def test_an_app_with_code_keeps_its_own_folder_over_one_below(app: AppFolder) -> None:
    app.write("main.py", "import flet\n")
    app.write("examples/shop/pyproject.toml", APP)
    assert accepted(app, '[project]\nname = "a"\n')
