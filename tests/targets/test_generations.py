"""Each row of the table of generations against what is known of the versions it is for."""

from pathlib import Path
from typing import Any

import pytest
from packaging.version import Version

from fakes.flet_versions import GENERATIONS, generation
from fakes.targets import make_targets
from flet_lock.model.errors.usage import CatalogueError, UnsupportedPython
from flet_lock.model.facts.generation import (
    Archs,
    Cleanup,
    DistInfo,
    NativeFiles,
    NoDependencies,
)
from flet_lock.model.target import Platform, Target
from flet_lock.targets.catalogue import fixed_catalogue
from flet_lock.targets.generations import parse_generations
from flet_lock.targets.python_choice import choose_python
from flet_lock.targets.tags import platform_tags

FOUR = ("arm64-v8a", "armeabi-v7a", "x86_64", "x86")
FACTS: dict[str, dict[str, Any]] = {
    "0.25": {
        "versions": ["0.25.0", "0.25.1", "0.25.2", "0.26.0"],
        "python": "3.12.6",
        "pip": "24.1.2",
        "pip_abis": FOUR,
        "shipped_abis": FOUR[:3],
        "android_tags_from": 24,
        "ios_tags_from": "13.0",
        "archs": Archs.NOT_READ,
        "stamp": False,
        "compile_packages": False,
    },
    "0.27": {
        "versions": [
            "0.27.0",
            "0.27.6",
            "0.28.2",
            "0.28.3",
            "0.80.0",
            "0.80.5",
            "0.84.0",
            "0.85.3",
        ],
        "python": "3.12.9",
        "pip": "24.3.1",
        "pip_abis": FOUR,
        "shipped_abis": FOUR[:3],
        "android_tags_from": 24,
        "ios_tags_from": "12.0",
        "archs": Archs.FIRST,
        "stamp": True,
        "compile_packages": False,
    },
    "0.86": {
        "versions": ["0.86.0", "0.86.5"],
        "python": "manifest",
        "pip": "26.1.2",
        "pip_abis": (),
        "shipped_abis": (),
        "android_tags_from": 16,
        "ios_tags_from": "12.0",
        "archs": Archs.ALL,
        "stamp": True,
        "compile_packages": True,
    },
    "1.0": {
        "versions": ["1.0.0", "1.0.5"],
        "python": "manifest",
        "android_tags_from": 16,
        "archs": Archs.ALL,
        "compile_packages": True,
    },
}


@pytest.mark.parametrize(
    ("name", "version"), [(name, each) for name, row in FACTS.items() for each in row["versions"]]
)
def test_a_version_has_the_facts_of_its_generation(name: str, version: str) -> None:
    found = generation(version)
    assert found.generation == name
    for fact, value in FACTS[name].items():
        if fact != "versions":
            assert getattr(found, fact) == value, fact


def test_a_flet_nobody_knows_yet_is_of_the_newest_generation() -> None:
    assert GENERATIONS.of(Version("99.7")) == GENERATIONS.newest


def test_flet_before_0_25_is_of_no_generation() -> None:
    assert GENERATIONS.of(Version("0.24.1")) is None


BORDERS = [
    ("reads", "dependencies", "0.25.2", "0.26.0"),
    ("reads", "target_arch", "0.26.0", "0.27.0"),
    ("reads", "source_packages", "0.26.0", "0.27.0"),
    ("reads", "dev_packages", "0.27.1", "0.27.2"),
]
MENDED = [
    ("poetry tables", "0.25.1", "0.25.2"),
    ("build_arch", "0.26.0", "0.27.0"),
    ("commas", "0.27.5", "0.27.6"),
    ("poetry ~", "0.84.0", "0.85.0"),
    ("poetry *", "0.84.0", "0.85.0"),
]


@pytest.mark.parametrize(("field", "name", "before", "after"), BORDERS)
def test_a_setting_is_read_from_its_version_on(
    field: str, name: str, before: str, after: str
) -> None:
    assert name not in getattr(generation(before), field)
    assert name in getattr(generation(after), field)


@pytest.mark.parametrize(("name", "before", "after"), MENDED)
def test_what_breaks_a_build_does_so_up_to_its_version(name: str, before: str, after: str) -> None:
    assert name in generation(before).breaks
    assert name not in generation(after).breaks


@pytest.mark.parametrize(
    ("field", "before", "old", "after", "new"),
    [
        ("no_dependencies", "0.25.2", NoDependencies.NOTHING, "0.26.0", NoDependencies.FLET),
        ("cleanup", "0.26.0", Cleanup.COMPILE, "0.27.0", Cleanup.EITHER),
        ("cleanup", "0.81.0", Cleanup.EITHER, "0.82.0", Cleanup.PACKAGES),
        ("dist_info", "0.26.0", DistInfo.KEPT, "0.27.0", DistInfo.MAY_GO),
        ("dist_info", "0.28.3", DistInfo.MAY_GO, "0.80.0", DistInfo.KEPT),
        ("lacks", "0.85.3", ("--python-version",), "0.86.0", ()),
        ("native_files", "0.85.3", NativeFiles.SITE_PACKAGES, "0.86.0", NativeFiles.JNI_LIBS),
        ("folds_dotted_paths", "0.86.4", False, "0.86.5", True),
        ("python_build", "0.86.1", "20260714", "0.86.2", "20260720"),
        ("python_build", "0.86.4", "20260727", "0.86.5", "20260730"),
        ("python_build", "1.0.0", "20260908", "1.0.1", "20260921"),
    ],
)
def test_a_fact_changes_with_its_version(
    field: str, before: str, old: object, after: str, new: object
) -> None:
    assert (getattr(generation(before), field), getattr(generation(after), field)) == (old, new)


@pytest.mark.parametrize(
    ("flet", "serious_python", "fits"),
    [
        ("0.25.0", "0.8.2", True),
        ("0.28.3", "0.9.11", True),
        ("0.28.3", "1.0.1", False),
        ("0.85.3", "1.0.1", True),
        ("0.86.5", "4.5.1", True),
        ("1.0.5", "5.0.0", True),
        ("1.0.5", "4.5.1", False),
        ("1.0.5", "no version", False),
    ],
)
def test_a_flet_builds_with_its_versions_of_serious_python(
    flet: str, serious_python: str, *, fits: bool
) -> None:
    assert generation(flet).has_serious_python(serious_python) is fits


def test_what_nobody_has_established_is_marked() -> None:
    assert "pip" in generation("1.0.5").unknown
    assert "android_tags_from" in generation("1.0.5").unknown
    assert generation("0.70.0.dev7000").unknown == ("*",)
    assert "serious_python" in generation("0.28.3").unknown
    assert generation("0.86.5").unknown == ()


def target(version: str, name: str, **os: object) -> Target:
    found = generation(version)
    (made,) = make_targets([name], python="3.12", **os)  # type: ignore[arg-type]  # its keywords
    values = {**{key: getattr(made, key) for key in made.__struct_fields__}}
    return Target(**{**values, "oldest_tag": found.oldest_tag(made.platform)})


@pytest.mark.parametrize(
    ("version", "android", "ios"),
    [
        ("0.25.2", ["android_24_x86_64"], ["ios_13_0_arm64_iphoneos"]),
        ("0.28.3", ["android_24_x86_64"], None),
        ("0.86.5", None, None),
    ],
)
def test_the_tags_are_those_that_the_bundled_pip_takes(
    version: str, android: list[str] | None, ios: list[str] | None
) -> None:
    found = list(platform_tags(target(version, "android-x86_64")))
    assert found == (android or [f"android_{level}_x86_64" for level in range(24, 15, -1)])
    found = list(platform_tags(target(version, "ios-iphoneos.arm64")))
    assert found[-1] == (ios or ["ios_12_0_arm64_iphoneos"])[-1]
    assert found[0] == "ios_13_0_arm64_iphoneos"


def test_an_app_for_newer_phones_takes_what_lies_between() -> None:
    found = platform_tags(target("0.28.3", "android-x86_64", android_api=26))
    assert found == tuple(f"android_{level}_x86_64" for level in (26, 25, 24))


def test_the_one_python_of_a_flet_is_everybodys() -> None:
    catalogue = fixed_catalogue(generation("0.28.3"))
    for requires in (None, ">=3.13", "<3.12"):
        release = choose_python(catalogue, requires_python=requires, option=None, place=None)
        assert (release.full_version, release.unshipped_abis) == ("3.12.9", ("x86",))
    with pytest.raises(UnsupportedPython) as caught:
        choose_python(catalogue, requires_python=None, option="3.14", place=None)
    assert caught.value.supported == ("3.12",)


# ------------------------------------------------------------------------------ the reader

TABLE = """\
known_to = "2.0"
[[flet]]
since = "1.0"
generation = "1"
serious_python = "1.0"
python = "3.12.1"
python_build = ""
pip = "1"
pip_abis = []
shipped_abis = []
android_tags_from = 24
ios_tags_from = "13.0"
archs = "all"
stamp = true
compile_packages = true
native_files = "jniLibs"
folds_dotted_paths = true
cleanup = "either"
junk = []
dist_info = "kept"
reads = []
breaks = []
no_dependencies = "flet"
platform_setting = "first"
options = []
lacks = []
unknown = ["pip"]
"""


def refused(text: str) -> str:
    with pytest.raises(CatalogueError) as caught:
        parse_generations(text, path=Path("table.toml"))
    return caught.value.detail


def test_a_row_is_completed_by_those_before_it_but_for_what_is_unknown() -> None:
    more = TABLE + '[[flet]]\nsince = "1.5"\npip = "2"\n'
    first, second = parse_generations(more, path=Path("table.toml")).rows
    assert (first.pip, first.unknown) == ("1", ("pip",))
    assert (second.pip, second.unknown, second.python) == ("2", (), first.python)


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("", "known_to"),
        ("[", "not TOML"),
        ("x" * 70_000, "more than"),
        (TABLE.replace('pip = "1"\n', ""), "flet[0]"),
        (TABLE.replace('archs = "all"', 'archs = "some"'), "flet[0]"),
        (TABLE.replace("stamp = true", "stamp = 1"), "flet[0]"),
        (TABLE + "more = 1\n", "flet[0]"),
        (TABLE.replace('since = "1.0"', 'since = "one"'), "flet[0]"),
        (TABLE + '[[flet]]\nsince = "1.0"\n', "flet[1].since"),
        (TABLE.replace('known_to = "2.0"', 'known_to = "0.9"'), "known_to"),
        (TABLE.replace('known_to = "2.0"', "known_to = 2"), "known_to"),
        ("known_to = '1'\nflet = [1]\n", "flet[0]"),
        ("known_to = '1'\nflet = []\n", "[[flet]]"),
        (f"more = 1\n{TABLE}", "nothing else"),
    ],
)
def test_a_table_with_a_fault_is_refused_with_its_place(text: str, place: str) -> None:
    assert place in refused(text)


def test_both_platforms_have_an_oldest_tag_in_every_row() -> None:
    for row in GENERATIONS.rows:
        assert row.oldest_tag(Platform.ANDROID) <= (24, 0)
        assert row.oldest_tag(Platform.IOS) <= (13, 0)
