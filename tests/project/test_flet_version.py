"""Which Flet builds an app, and what is said where two things name different ones."""

from pathlib import Path

import pytest
from packaging.version import Version

from fakes.app_folder import AppFolder
from fakes.flet_versions import GENERATIONS, SHIPPED
from flet_lock.model.app.flet_choice import FletFound, FletHints, FletOrigin
from flet_lock.model.app.project import NoteKind, Project
from flet_lock.model.errors.usage import UnsupportedFlet
from flet_lock.project.app import read_project
from flet_lock.project.flet_version import choose_flet, pinned_python_build

HEAD = '[project]\nname = "a"\n'


@pytest.fixture
def app(tmp_path: Path) -> AppFolder:
    return AppFolder(tmp_path)


def read(
    app: AppFolder,
    pyproject: str = "",
    *,
    hints: FletHints | None = None,
    options: dict[str, object] | None = None,
    environ: dict[str, str] | None = None,
) -> Project:
    app.write("pyproject.toml", pyproject)
    return read_project(
        app.root,
        options=options or {},
        environ={**SHIPPED, **(environ or {})},
        generations=GENERATIONS,
        hints=hints or FletHints(),
    )[0]


def origin(project: Project) -> tuple[str, str, str]:
    """What decided: its origin, the version, where it stands."""
    assert project.flet is not None
    found = project.flet.found
    assert found is not None
    return found.origin.value, str(found.version), str(found.place)


@pytest.mark.parametrize(
    ("text", "place"),
    [
        (f'{HEAD}dependencies = ["flet==0.28.3"]\n', "[project].dependencies[0]"),
        (f'{HEAD}dependencies = ["flet[all] == 0.28.3"]\n', "[project].dependencies[0]"),
        (f'{HEAD}dependencies = ["x", "Flet===0.28.3"]\n', "[project].dependencies[1]"),
        (f'{HEAD}dependencies = ["flet-cli==0.28.3"]\n', "[project].dependencies[0]"),
        ('[tool.poetry.dependencies]\nflet = "0.28.3"\n', "[tool.poetry.dependencies].flet"),
        (
            '[tool.poetry.dependencies]\nflet = { version = "==0.28.3", extras = ["all"] }\n',
            "[tool.poetry.dependencies].flet",
        ),
        (
            '[tool.poetry.group.dev.dependencies]\nflet-cli = "0.28.3"\n',
            "[tool.poetry.group.dev.dependencies].flet-cli",
        ),
        ('[dependency-groups]\ndev = ["flet-cli==0.28.3"]\n', "[dependency-groups].dev[0]"),
        (
            f'{HEAD}[project.optional-dependencies]\ndev = ["flet==0.28.3"]\n',
            "[project.optional-dependencies].dev[0]",
        ),
        ('[tool.flet.ios]\ndependencies = ["flet==0.28.3"]\n', "[tool.flet.ios].dependencies[0]"),
    ],
)
def test_an_exact_requirement_decides(text: str, place: str, app: AppFolder) -> None:
    assert origin(read(app, text)) == ("pin", "0.28.3", f"pyproject.toml {place}")


@pytest.mark.parametrize(
    "wanted",
    ["flet", "flet>=0.25", "flet~=0.28.3", "flet==0.28.*", "flet==0.28.3,!=1", "fleet==0.28.3"],
)
def test_a_requirement_that_is_not_exact_decides_nothing(wanted: str, app: AppFolder) -> None:
    project = read(app, f'{HEAD}dependencies = ["{wanted}"]\n')
    assert project.flet is not None
    assert project.flet.found is None
    assert project.flet.generation is GENERATIONS.newest


def test_requirements_txt_counts_where_it_is_read(app: AppFolder) -> None:
    app.write("requirements.txt", "httpx\nflet[all]==0.28.3 # pinned\n")
    assert origin(read(app)) == ("pin", "0.28.3", "requirements.txt:2")
    project = read(app, f'{HEAD}dependencies = ["httpx"]\n')
    assert project.flet is not None
    assert project.flet.found is None


@pytest.mark.parametrize("name", ["uv.lock", "poetry.lock", "pdm.lock"])
def test_the_lock_of_another_tool_decides(name: str, app: AppFolder) -> None:
    app.write(name, '[[package]]\nname = "flet"\nversion = "0.28.3"\nx = 1\n')
    assert origin(read(app, f'{HEAD}dependencies = ["flet"]\n')) == ("pin", "0.28.3", name)


def test_a_lock_with_two_flets_decides_nothing(app: AppFolder) -> None:
    lines = '[[package]]\nname = "flet"\nversion = "{}"\n\n'
    app.write("uv.lock", lines.format("0.28.3") + lines.format("1.0.5"))
    project = read(app, f'{HEAD}dependencies = ["flet"]\n')
    assert project.flet is not None
    assert project.flet.found is None


def test_flet_counts_before_flet_cli_since_it_installs_its_own(app: AppFolder) -> None:
    text = f'{HEAD}dependencies = ["flet-cli==1.0.5", "flet==0.28.3"]\n'
    project = read(app, text)
    assert origin(project)[:2] == ("pin", "0.28.3")
    assert project.flet is not None
    assert [str(each.version) for each in project.flet.contradictions] == ["1.0.5"]


def environment(folder: Path, version: str, *, date: str = "") -> Path:
    site = folder / "lib" / "python3.12" / "site-packages"
    (site / f"flet-{version}.dist-info").mkdir(parents=True)
    (site / f"flet_cli-{version}.dist-info").mkdir()
    if date:
        (site / "flet_cli" / "utils").mkdir(parents=True)
        line = f'x = 1\nPYTHON_BUILD_RELEASE_DATE = "{date}"\n'
        (site / "flet_cli" / "utils" / "python_versions.py").write_text(line)
    return folder


def test_the_apps_environment_decides_where_nothing_is_pinned(app: AppFolder) -> None:
    other = environment(app.root / "other", "0.86.5", date="20260730")
    active = {"VIRTUAL_ENV": str(other)}
    project = read(app, f'{HEAD}dependencies = ["flet"]\n', environ=active)
    assert origin(project) == ("environment", "0.86.5", "VIRTUAL_ENV")
    assert project.flet is not None
    assert project.flet.found is not None
    assert project.flet.found.python_build == "20260730"
    environment(app.root / ".venv", "0.28.3")
    assert origin(read(app, environ=active)) == ("environment", "0.28.3", ".venv")


def test_what_is_nearer_to_the_build_outweighs_the_rest_and_the_rest_is_told(
    app: AppFolder,
) -> None:
    environment(app.root / ".venv", "0.86.5")
    text = f'{HEAD}dependencies = ["flet==0.28.3"]\n[tool.flet-lock]\nflet = "1.0.5"\n'
    called = FletFound(origin=FletOrigin.CALLED, version=Version("0.25.2"))
    hints = FletHints(called=called, locked=Version("1.0.4"), recorded="1.0")
    project = read(app, text, hints=hints)
    assert project.flet is not None
    assert project.flet.found == called
    told = [(str(each.version), each.origin.value) for each in project.flet.contradictions]
    assert told == [("1.0.5", "setting"), ("0.28.3", "pin"), ("0.86.5", "environment")]
    kinds = [note.kind for note in project.notes if note.flet is not None]
    assert kinds == [NoteKind.FLET_BUILDS, *[NoteKind.FLET_CONTRADICTION] * 3]
    assert origin(read(app, text, options={"flet": "0.85.3"}))[:2] == ("setting", "0.85.3")


def test_what_was_locked_decides_last(app: AppFolder) -> None:
    text = f'{HEAD}dependencies = ["flet"]\n'
    hints = FletHints(locked=Version("0.28.3"), recorded="0.27")
    assert origin(read(app, text, hints=hints))[:2] == ("locked", "0.28.3")


def test_a_lock_for_another_flet_than_the_one_in_it_stays_one() -> None:
    locked = FletFound(origin=FletOrigin.LOCKED, version=Version("1.0.5"))
    choice = choose_flet([locked], GENERATIONS, recorded="0.27")
    assert (choice.generation.generation, choice.found) == ("0.27", None)
    assert choose_flet([], GENERATIONS, recorded="0.86").generation.since == "0.86.5"
    assert choose_flet([], GENERATIONS).generation is GENERATIONS.newest


def test_flet_before_0_25_is_refused_with_its_place(app: AppFolder) -> None:
    with pytest.raises(UnsupportedFlet) as caught:
        read(app, f'{HEAD}dependencies = ["flet==0.24.1"]\n')
    assert str(caught.value.found.place) == "pyproject.toml [project].dependencies[0]"
    assert caught.value.oldest == "0.25.0"


def test_a_flet_nobody_knows_yet_builds_as_the_newest_known_and_that_is_told(
    app: AppFolder,
) -> None:
    project = read(app, f'{HEAD}dependencies = ["flet==9.1"]\n')
    assert [note.kind for note in project.notes] == [NoteKind.FLET_TOO_NEW]
    known_to = Version(GENERATIONS.known_to)
    patch = f"{known_to.major}.{known_to.minor}.{known_to.micro + 4}"
    assert read(app, f'{HEAD}dependencies = ["flet=={patch}"]\n').notes == ()


def test_the_date_of_a_flet_cli_is_read_as_text(tmp_path: Path) -> None:
    assert pinned_python_build(tmp_path) == ""
    folder = environment(tmp_path / "venv", "1.9", date="20270101")
    assert pinned_python_build(folder / "lib/python3.12/site-packages") == "20270101"


@pytest.mark.parametrize("text", ["a" * 100, '[[package]]\nname = "flet"\nversion = "x"\n', "\0"])
def test_files_that_say_nothing_say_nothing(text: str, app: AppFolder) -> None:
    app.write("uv.lock", text)
    project = read(app, f'{HEAD}dependencies = ["flet"]\n')
    assert project.flet is not None
    assert project.flet.found is None
