import pytest

from fakes.app_folder import AppFolder, noted, told, wanted
from flet_lock.model.app.project import NoteKind

HEADER = "[tool.poetry.dependencies]\npython = '^3.12'\n"
KEY = "pyproject.toml [tool.poetry.dependencies]"


def test_every_form_of_a_dependency_is_understood(app: AppFolder) -> None:
    app.write("libs/own/pyproject.toml", "")
    project, _ = app.read(
        HEADER
        + """
        flet = ">=0.80"
        numpy = {version = "^2.1", extras = ["b", "A_c"]}
        pillow = "*"
        marked = {version = "~1.2", markers = "sys_platform == 'android'"}
        pythonic = {version = "1.0", python = ">=3.13"}
        platformed = {version = "1.0", platform = "ios|android"}
        both = {version = "1", python = "<3.14", markers = "os_name == 'a' or os_name == 'b'"}
        git = {git = "https://x.example/repo.git", branch = "main", subdirectory = "sub"}
        ssh = {git = "git@x.example:me/repo.git", tag = "v1"}
        local = {path = "libs/own", develop = true}
        web = {url = "https://x.example/web-1.0-py3-none-any.whl"}
        many = [
            {version = "<2", python = "<3.13"},
            {version = ">=2", python = ">=3.13"},
        ]
        """
    )

    assert wanted(project) == [
        "flet>=0.80",
        "numpy[a-c,b]<3,>=2.1",
        "pillow",
        'marked<1.3,>=1.2; sys_platform == "android"',
        'pythonic==1.0; python_version >= "3.13"',
        'platformed==1.0; sys_platform == "ios" or sys_platform == "android"',
        'both==1; (os_name == "a" or os_name == "b") and python_version < "3.14"',
        "git @ git+https://x.example/repo.git@main#subdirectory=sub",
        "ssh @ git+ssh://git@x.example/me/repo.git@v1",
        "local @ file:./libs/own",
        "web @ https://x.example/web-1.0-py3-none-any.whl",
        'many<2; python_version < "3.13"',
        'many>=2; python_version >= "3.13"',
    ]
    assert str(project.requirements[-1].place) == f"{KEY}.many[1]"


def test_a_local_repository_is_a_file_url(app: AppFolder) -> None:
    app.write("repo/x", "")

    project, _ = app.read(HEADER + 'own = {git = "repo", rev = "abc"}')

    assert wanted(project) == ["own @ git+file:./repo@abc"]


def test_optional_dependencies_wait_for_an_extra(app: AppFolder) -> None:
    text = (
        HEADER
        + 'flet = "*"\nnumpy = {version = "*", optional = true}\n'
        + '[tool.poetry.extras]\nData = ["numpy"]\n'
    )

    without, _ = app.read(text)
    with_extra, _ = app.read(text, options={"extra": ["data"]})

    assert wanted(without) == ["flet"]
    assert noted(without) == [(NoteKind.OPTIONAL_LEFT_OUT, f"{KEY}.numpy", "numpy")]
    assert wanted(with_extra) == ["flet", "numpy"]
    assert noted(with_extra) == []


def test_what_flet_build_reads_more_coarsely_is_noted(app: AppFolder) -> None:
    project, _ = app.read(
        HEADER
        + 'a = "^1.2"\nb = ">=1"\nc = {version = "1", extras = ["x"]}\n'
        + 'd = {version = "1", source = "corp"}\n'
    )

    assert noted(project) == [
        (NoteKind.POETRY_LOOSER_IN_BUILD, f"{KEY}.a", 'a = "^1.2"'),
        (NoteKind.POETRY_LOOSER_IN_BUILD, f"{KEY}.c", "c: extras = ['x']"),
        (NoteKind.SOURCE_PASSED_OVER, f"{KEY}.d", 'source = "corp"'),
    ]


def test_what_flet_build_makes_invalid_of_a_constraint_is_noted(app: AppFolder) -> None:
    project, _ = app.read(HEADER + 'a = "~1"\nb = ">=1 <2"\nc = "~1.2"\n')

    assert noted(project) == [
        (NoteKind.POETRY_BROKEN_IN_BUILD, f"{KEY}.a", 'a = "~1"'),
        (NoteKind.POETRY_BROKEN_IN_BUILD, f"{KEY}.b", 'b = ">=1 <2"'),
        (NoteKind.POETRY_LOOSER_IN_BUILD, f"{KEY}.c", 'c = "~1.2"'),
    ]


def test_allow_prereleases_is_for_that_package(app: AppFolder) -> None:
    _, settings = app.read(HEADER + 'Foo_Bar = {version = "*", allow-prereleases = true}')

    assert settings.prereleases == ("foo-bar",)


def test_groups_and_the_groups_they_include(app: AppFolder) -> None:
    text = (
        HEADER
        + 'flet = "*"\n[tool.poetry.group.test.dependencies]\npytest = "^8"\n'
        + '[tool.poetry.group.ci]\ninclude-groups = ["test"]\n'
        + '[tool.poetry.dev-dependencies]\nruff = "*"\n'
    )

    project, _ = app.read(text, options={"group": ["ci", "dev"]})

    assert wanted(project) == ["flet", "pytest<9,>=8", "ruff"]


def test_groups_that_include_each_other_or_nothing_are_faults(app: AppFolder) -> None:
    faults = app.faults(
        HEADER
        + 'flet = "*"\n[tool.poetry.group.a]\ninclude-groups = ["b", "c"]\n'
        + '[tool.poetry.group.b]\ninclude-groups = ["a"]\n[tool.flet-lock]\ngroup = "a"\n'
    )

    assert told(faults) == [
        ("pyproject.toml [tool.poetry.group.b].include-groups[0]", "cycle", "a"),
        ("pyproject.toml [tool.poetry.group.a].include-groups[1]", "unknown-group", "c"),
    ]


@pytest.mark.parametrize(
    ("entry", "tail", "kind", "value"),
    [
        ('x = "abc"', "x", "bad-specifier", "abc"),
        ('x = "~2.7 || ^3.2"', "x", "unsupported", "~2.7 || ^3.2"),
        ('x = {version = "1", markers = "nope"}', "x", "bad-marker", "nope"),
        ('x = {version = "1", platform = "a b"}', "x", "bad-marker", "a b"),
        ('x = {version = "1", python = "three"}', "x", "bad-marker", "three"),
        ('x = {path = "absent"}', "x", "missing-file", "absent"),
        ("x = {}", "x", "bad-value", "{}"),
        ("x = 3", "x", "wrong-type", "3"),
        ("x = {version = 3}", "x.version", "wrong-type", "3"),
        ('x = {version = "1", optional = "yes"}', "x.optional", "wrong-type", "yes"),
        ('x = {version = "1", extras = [1]}', "x.extras[0]", "wrong-type", "1"),
        ('x = ["1", 2]', "x[1]", "wrong-type", "2"),
        ('"a b" = "1"', '"a b"', "bad-requirement", "a b"),
    ],
)
def test_each_fault_has_its_key(
    app: AppFolder, entry: str, tail: str, kind: str, value: str
) -> None:
    place = f"{KEY}.{tail}"
    if tail in {"x.version", "x.optional", "x.extras[0]"}:
        name, _, rest = tail.partition(".")
        place = f"pyproject.toml [tool.poetry.dependencies.{name}].{rest}"

    assert told(app.faults(HEADER + entry)) == [(place, kind, value)]


def test_ten_faults_of_one_table_are_all_reported(app: AppFolder) -> None:
    faults = app.faults(HEADER + "".join(f'p{number} = "bad"\n' for number in range(10)))

    assert [str(each.place) for each in faults] == [f"{KEY}.p{number}" for number in range(10)]


def test_credentials_in_a_git_url_are_not_told(app: AppFolder) -> None:
    faults = app.faults(HEADER + 'x = {git = "https://me:s3cret@x.example/r r"}')

    assert faults
    assert "s3cret" not in repr(faults)
