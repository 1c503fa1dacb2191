import importlib.util
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from fakes.app_folder import AppFolder, noted, told, wanted
from fakes.flet_versions import GENERATIONS
from flet_lock.model.app.project import NoteKind
from flet_lock.model.errors.usage import UsageError
from flet_lock.model.facts.slices import slice_names
from flet_lock.model.target import Platform
from flet_lock.project.app import read_project

# What flet-cli 1.0.5 hands to pip for these files: the arguments that come after `-r` in
# build_base.py's package step, frozen from its own functions. None stands for requirements.txt.
PRECEDENCE: dict[str, tuple[str, list[str] | None, list[str] | None]] = {
    "project": (
        """
        [project]
        dependencies = ["numpy>=2", "flet", "flet", "httpx[http2,brotli]<1; python_version > '3'"]
        """,
        ["flet", 'httpx[brotli,http2]<1; python_version > "3"', "numpy>=2"],
        ["flet", 'httpx[brotli,http2]<1; python_version > "3"', "numpy>=2"],
    ),
    "poetry wins": (
        """
        [project]
        dependencies = ["numpy"]
        [tool.poetry.dependencies]
        python = "*"
        flet = "0.80"
        """,
        ["flet==0.80"],
        ["flet==0.80"],
    ),
    "poetry with python only falls through": (
        """
        [project]
        dependencies = ["numpy"]
        [tool.poetry.dependencies]
        python = "^3.12"
        """,
        ["numpy"],
        ["numpy"],
    ),
    "an empty list falls through to requirements.txt": (
        """
        [project]
        dependencies = []
        [tool.poetry.dependencies]
        """,
        None,
        None,
    ),
    "platform dependencies are added": (
        """
        [project]
        dependencies = ["flet"]
        [tool.flet.android]
        dependencies = ["pyjnius"]
        [tool.flet.ios]
        dependencies = ["pyobjus==1.2"]
        """,
        ["flet", "pyjnius"],
        ["flet", "pyobjus==1.2"],
    ),
    "platform dependencies are added to Poetry's": (
        """
        [tool.poetry.dependencies]
        flet = "*"
        [tool.flet.ios]
        dependencies = ["pyobjus"]
        """,
        ["flet"],
        ["flet", "pyobjus"],
    ),
    "platform dependencies alone keep requirements.txt away": (
        """
        [tool.flet.android]
        dependencies = ["pyjnius"]
        """,
        ["pyjnius"],
        None,
    ),
    "dotted keys": (
        """
        project.dependencies = ["flet"]
        tool.flet.ios.dependencies = ["pyobjus"]
        """,
        ["flet"],
        ["flet", "pyobjus"],
    ),
    "no declaration at all": (
        """
        [project]
        name = "x"
        """,
        None,
        None,
    ),
}
FROM_REQUIREMENTS_TXT = ["from-requirements-txt"]


def normal(requirements: list[str]) -> set[str]:
    return {str(Requirement(each)) for each in requirements}


@pytest.mark.parametrize("case", PRECEDENCE)
def test_the_build_and_the_lock_take_the_same_requirements(app: AppFolder, case: str) -> None:
    pyproject, android, ios = PRECEDENCE[case]

    project, _ = app.read(pyproject, "from-requirements-txt\n")

    for platform, expected in ((Platform.ANDROID, android), (Platform.IOS, ios)):
        mine = [
            str(each.requirement)
            for each in project.requirements
            if each.platform in {None, platform}
        ]
        assert normal(mine) == normal(FROM_REQUIREMENTS_TXT if expected is None else expected)


@pytest.mark.skipif(
    importlib.util.find_spec("flet_cli") is None,
    reason="flet-cli is not installed: PRECEDENCE is not compared with its own functions",
)
@pytest.mark.parametrize("case", PRECEDENCE)
def test_the_frozen_answers_are_those_of_flet_cli(tmp_path: Path, case: str) -> None:
    from flet_cli.utils.project_dependencies import (  # type: ignore[import-not-found,import-untyped,unused-ignore]  # noqa: PLC0415 - may not be installed
        get_poetry_dependencies,
        get_project_dependencies,
    )
    from flet_cli.utils.pyproject_toml import (  # type: ignore[import-not-found,import-untyped,unused-ignore]  # noqa: PLC0415 - may not be installed
        load_pyproject_toml,
    )

    pyproject, android, ios = PRECEDENCE[case]
    (tmp_path / "pyproject.toml").write_text(pyproject, encoding="utf-8")
    get = load_pyproject_toml(tmp_path)
    for platform, expected in (("android", android), ("ios", ios)):
        # The statements of build_base.py, "requirements".
        found = (
            get_poetry_dependencies(get("tool.poetry.dependencies"))
            or get_project_dependencies(get("project.dependencies"))
            or []
        )
        found.extend(get_project_dependencies(get(f"tool.flet.{platform}.dependencies")) or [])
        assert normal(found) == normal(expected or [])


def test_without_any_file_flet_itself_is_taken(app: AppFolder) -> None:
    project, _ = app.read()

    assert wanted(project) == ["flet"]
    assert noted(project) == [(NoteKind.FLET_FALLBACK, "pyproject.toml", "")]


def test_one_platform_may_fall_back_while_the_other_declares(app: AppFolder) -> None:
    text = '[tool.flet.android]\ndependencies = ["pyjnius"]'

    both, _ = app.read(text)
    android, _ = app.read(options={"platform": ["android"]})

    assert wanted(both) == ["android: pyjnius", "ios: flet"]
    assert wanted(android) == ["android: pyjnius"]
    assert noted(android) == []


def test_files_that_the_build_never_reads_are_noted(app: AppFolder) -> None:
    project, _ = app.read(
        '[project]\ndependencies = ["a"]\n[tool.poetry.dependencies]\nb = "1"',
        "--this is never read\n",
    )

    assert noted(project) == [
        (NoteKind.PROJECT_TABLE_IGNORED, "pyproject.toml [project].dependencies", ""),
        (NoteKind.REQUIREMENTS_TXT_IGNORED, "requirements.txt", ""),
    ]


def test_a_requirements_txt_that_one_platform_reads_is_noted_for_the_other(app: AppFolder) -> None:
    project, _ = app.read('[tool.flet.ios]\ndependencies = ["pyobjus"]', "flet\n")

    assert wanted(project) == ["ios: pyobjus", "android: flet"]
    assert noted(project) == [(NoteKind.REQUIREMENTS_TXT_IGNORED, "requirements.txt", "ios")]


def test_only_optional_poetry_dependencies_still_keep_other_sources_away(app: AppFolder) -> None:
    project, _ = app.read(
        '[tool.poetry.dependencies]\nx = {version = "1", optional = true}', "flet\n"
    )

    assert wanted(project) == []


def test_dev_packages_replace_the_whole_requirement(app: AppFolder) -> None:
    app.write("lib/pyproject.toml", "")
    project, _ = app.read("""
        [project]
        dependencies = ["flet[x]>=1; os_name == 'posix'", "My_Lib", "other"]
        [tool.flet.dev_packages]
        flet = "lib"
        my-lib = "lib"
        other = "git+https://x.example/other.git"
        [tool.flet.ios.dev_packages]
        """)

    # `[tool.flet.ios].dev_packages` is empty and wins; my-lib is not spelled as the requirement.
    assert wanted(project) == [
        "android: flet @ file:./lib",
        'ios: flet[x]>=1; os_name == "posix"',
        "my-lib",
        "android: other @ git+https://x.example/other.git",
        "ios: other",
    ]


def test_dev_packages_that_are_not_there_are_faults(app: AppFolder) -> None:
    faults = app.faults(
        '[project]\ndependencies = ["a", "b"]\n[tool.flet.dev_packages]\na = "../none"\nb = 3\n'
    )

    assert told(faults) == [
        ("pyproject.toml [tool.flet.dev_packages].a", "missing-file", "../none"),
        ("pyproject.toml [tool.flet.dev_packages].b", "wrong-type", "3"),
    ]


def test_target_arch_is_a_string_or_a_list_and_the_platform_wins_even_empty(
    app: AppFolder,
) -> None:
    one, _ = app.read('[tool.flet]\ntarget_arch = "arm64-v8a"')
    own, _ = app.read(
        '[tool.flet]\ntarget_arch = "arm64-v8a"\n[tool.flet.android]\ntarget_arch = []\n'
        '[tool.flet.ios]\ntarget_arch = ["iphoneos.arm64"]'
    )

    assert one.target_archs == {Platform.ANDROID: ("arm64-v8a",)}
    assert own.target_archs == {Platform.IOS: ("iphoneos.arm64",)}


def test_unknown_archs_are_faults_where_they_stand(app: AppFolder) -> None:
    faults = app.faults(
        '[tool.flet]\ntarget_arch = ["arm64-v8a", "mips"]\n[tool.flet.ios]\ntarget_arch = "arm64"'
    )

    assert told(faults) == [
        ("pyproject.toml [tool.flet].target_arch[1]", "unknown-arch", "mips"),
        ("pyproject.toml [tool.flet.ios].target_arch", "unknown-arch", "arm64"),
    ]
    assert faults[0].choices == slice_names(Platform.ANDROID)


def test_source_packages_are_normalized_per_platform(app: AppFolder) -> None:
    project, _ = app.read(
        '[tool.flet]\nsource_packages = ["Foo_Bar", "a"]\n[tool.flet.ios]\nsource_packages = []'
    )

    assert project.source_packages == {Platform.ANDROID: ("a", "foo-bar")}


def test_source_packages_that_are_no_names_are_faults(app: AppFolder) -> None:
    faults = app.faults('[tool.flet]\nsource_packages = ["ok", ":all:", 3]')

    assert told(faults) == [
        ("pyproject.toml [tool.flet].source_packages[1]", "bad-value", ":all:"),
        ("pyproject.toml [tool.flet].source_packages[2]", "wrong-type", "3"),
    ]


def test_a_minimum_os_below_that_of_flets_python_is_raised(app: AppFolder) -> None:
    low, _ = app.read(
        "[tool.flet.android]\nmin_sdk_version = 21\n[tool.flet-lock]\nios-version = '12.4'"
    )
    high, _ = app.read(
        "[tool.flet.android]\nmin_sdk_version = 29\n[tool.flet-lock]\nios-version = '15.2.1'"
    )
    by_option, _ = app.read(options={"android-api": 26})
    none, _ = app.read("[tool.flet.android]\nmin_sdk_version = 0")

    assert low.minimum_os == {Platform.ANDROID: (24, 0), Platform.IOS: (13, 0)}
    assert [each for each in noted(low) if each[0] is NoteKind.MINIMUM_OS_RAISED] == [
        (NoteKind.MINIMUM_OS_RAISED, "pyproject.toml [tool.flet.android].min_sdk_version", "21"),
        (NoteKind.MINIMUM_OS_RAISED, "pyproject.toml [tool.flet-lock].ios-version", "12.4"),
    ]
    assert high.minimum_os == {Platform.ANDROID: (29, 0), Platform.IOS: (15, 2)}
    assert by_option.minimum_os[Platform.ANDROID] == (26, 0)
    assert none.minimum_os == {}


def test_requires_python_that_is_no_specifier_is_passed_over_and_noted(app: AppFolder) -> None:
    good, _ = app.read('[project]\nrequires-python = ">=3.12,<4"')
    blank, _ = app.read('[project]\nrequires-python = " "')
    bad, _ = app.read('[project]\nrequires-python = "three"')
    number, _ = app.read("[project]\nrequires-python = 3.12")

    assert good.requires_python == ">=3.12,<4"
    assert blank.requires_python is None
    place = "pyproject.toml [project].requires-python"
    for project, value in ((bad, "three"), (number, "3.12")):
        assert project.requires_python is None
        assert (NoteKind.REQUIRES_PYTHON_UNREADABLE, place, value) in noted(project)


def test_groups_and_extras_come_with_their_places(app: AppFolder) -> None:
    project, settings = app.read(
        """
        [project]
        name = "My.App"
        dependencies = ["flet"]
        [project.optional-dependencies]
        all = ["my_app[A]; os_name == 'posix'", "x"]
        a = ["y; python_version > '3'", "my-app[all]"]
        [dependency-groups]
        Dev = ["ruff", {include-group = "test"}]
        test = ["pytest"]
        """,
        options={"group": ["dev"], "extra": ["all"]},
    )

    assert settings.groups == ("dev",)
    assert wanted(project) == [
        "flet",
        "ruff",
        "pytest",
        'y; python_version > "3" and os_name == "posix"',
        "x",
    ]
    assert [str(each.place) for each in project.requirements[1:3]] == [
        "pyproject.toml [dependency-groups].Dev[0]",
        "pyproject.toml [dependency-groups].test[0]",
    ]


def test_groups_mean_what_packaging_says(app: AppFolder) -> None:
    from packaging.dependency_groups import resolve_dependency_groups  # noqa: PLC0415 - one use

    groups: dict[str, list[str | dict[str, str]]] = {
        "test": ["pytest>7", {"include-group": "Base_Group"}],
        "base.group": ["coverage[toml]"],
        "all": [{"include-group": "test"}, {"include-group": "base-group"}, "ruff"],
    }
    text = "[dependency-groups]\n"
    for name, items in groups.items():
        parts = [
            f'"{item}"'
            if isinstance(item, str)
            else f'{{include-group = "{item["include-group"]}"}}'
            for item in items
        ]
        text += f'"{name}" = [{", ".join(parts)}]\n'

    project, _ = app.read(text, "flet\n", options={"group": ["all"]})

    # A group that two others include is read once: thirty that each include two would be 2^30.
    expected = list(dict.fromkeys(resolve_dependency_groups(groups, "all")))
    assert [str(each.requirement) for each in project.requirements[1:]] == expected


def test_faults_in_groups_and_extras_name_the_entry(app: AppFolder) -> None:
    faults = app.faults("""
        [project]
        name = "app"
        [project.optional-dependencies]
        e = ["a b", "app[none]"]
        [dependency-groups]
        g = ["ok", "c d", {include-group = "none"}, {include-group = "g"}, {other = 1}, 3]
        H = []
        h = []
        bad = "text"
        [tool.flet-lock]
        groups = ["g", "bad", "absent"]
        extras = ["e", "gone"]
        """)

    group = "pyproject.toml [dependency-groups]"
    extra = "pyproject.toml [project.optional-dependencies]"
    assert told(faults) == [
        (f"{group}.h", "bad-value", "h"),
        ("pyproject.toml [tool.flet-lock].groups[2]", "unknown-group", "absent"),
        ("pyproject.toml [tool.flet-lock].extras[1]", "unknown-extra", "gone"),
        (f"{group}.g[1]", "bad-requirement", "c d"),
        (f"{group}.g[2]", "unknown-group", "none"),
        (f"{group}.g[3]", "cycle", "g"),
        (f"{group}.g[4]", "wrong-type", "{'other': 1}"),
        (f"{group}.g[5]", "wrong-type", "3"),
        (f"{group}.bad", "wrong-type", "text"),
        (f"{extra}.e[0]", "bad-requirement", "a b"),
        (f"{extra}.e[1]", "unknown-extra", "none"),
    ]


@pytest.mark.parametrize(("key", "option"), [("group", "--group"), ("extra", "--extra")])
def test_an_unknown_group_or_extra_of_an_option_is_a_usage_error(
    app: AppFolder, key: str, option: str
) -> None:
    with pytest.raises(UsageError) as caught:
        app.read("dependency-groups.dev = []", options={key: ["nope"]})

    assert (caught.value.option, caught.value.value) == (option, "nope")


@pytest.mark.parametrize(
    ("text", "place", "kind"),
    [
        ("a = 1\nb = = 2\n", "pyproject.toml:2", "bad-toml"),
        ("a = 1\nb = [", "pyproject.toml:2", "bad-toml"),
        ("a = " + "[" * 5000, "pyproject.toml", "bad-toml"),
        ("project = 3", "pyproject.toml [project]", "wrong-type"),
        ("tool = []", "pyproject.toml [tool]", "wrong-type"),
        ("tool.flet = 3", "pyproject.toml [tool].flet", "wrong-type"),
        ("[project]\nname = 3", "pyproject.toml [project].name", "wrong-type"),
        ('[project]\ndependencies = "flet"', "pyproject.toml [project].dependencies", "wrong-type"),
        (
            "[project]\ndependencies = ['a', 2]",
            "pyproject.toml [project].dependencies[1]",
            "wrong-type",
        ),
        (
            "[project]\ndependencies = ['a', 'b b']",
            "pyproject.toml [project].dependencies[1]",
            "bad-requirement",
        ),
        (
            "[tool.flet.ios]\ndependencies = ['b>']",
            "pyproject.toml [tool.flet.ios].dependencies[0]",
            "bad-specifier",
        ),
        (
            "[tool.flet.android]\nmin_sdk_version = '24'",
            "pyproject.toml [tool.flet.android].min_sdk_version",
            "wrong-type",
        ),
        (
            "[tool.flet]\ndev_packages = 3\n[project]\ndependencies=['a']",
            "pyproject.toml [tool.flet].dev_packages",
            "wrong-type",
        ),
    ],
)
def test_each_fault_of_pyproject_has_its_place(
    app: AppFolder, text: str, place: str, kind: str
) -> None:
    assert [each[:2] for each in told(app.faults(text))] == [(place, kind)]


def test_a_pyproject_that_is_not_utf_8_is_a_fault_with_its_line(app: AppFolder) -> None:
    app.write("pyproject.toml", b"a = 1\nb = '\xff'\n")

    assert told(app.faults()) == [("pyproject.toml:2", "unreadable", "pyproject.toml")]


def test_faults_of_all_tables_come_together(app: AppFolder) -> None:
    faults = app.faults("""
        [project]
        dependencies = ["a b", "c;"]
        [tool.flet]
        target_arch = "mips"
        source_packages = "numpy"
        [tool.flet.ios]
        dependencies = ["d @ ./none"]
        [tool.flet-lock]
        strict = "yes"
        unknown = 1
        python-version = 3.12
        exclude-newer = "soon"
        constraints = ["e==", "f"]
        """)

    assert len(faults) == 10


def test_credentials_in_dependencies_are_not_told(app: AppFolder) -> None:
    faults = app.faults(
        '[project]\ndependencies = ["x @ https://me:s3cret@h.example/x y", '
        '"https://h.example/?token=s3cret"]'
    )

    assert len(faults) == 2
    assert "s3cret" not in repr(faults)


def test_a_folder_that_is_not_there_is_a_usage_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    for path in (tmp_path / "none", tmp_path / "file", tmp_path / "nul\0"):
        with pytest.raises(UsageError) as caught:
            read_project(path, options={}, environ={}, generations=GENERATIONS)
        assert caught.value.option == "PROJECT"


def test_a_package_called_as_a_module_of_python_is_noted(app: AppFolder) -> None:
    project, _ = app.read(
        """
        [project]
        dependencies = ["flet", "asyncio>=3", "dataclasses; python_version < '3.7'", "distutils"]
        """
    )

    place = "pyproject.toml [project].dependencies[1]"
    assert noted(project) == [(NoteKind.STANDARD_MODULE, place, "asyncio")]
