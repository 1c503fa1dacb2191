"""Wheel and target: ranks and typed rejections."""

import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import asdict, replace
from packaging.specifiers import SpecifierSet
from packaging.tags import Tag, create_compatible_tags_selector, parse_tag
from packaging.utils import canonicalize_name, parse_wheel_filename
from packaging.version import Version

from fakes.targets import expand, make_targets
from flet_lock.model.answer import rejection as rejections
from flet_lock.model.answer.rejection import (
    DesktopOnly,
    MalformedRequiresPython,
    MinimumOsTooNew,
    OtherArchitecture,
    OtherPhone,
    OtherPython,
    Rejection,
    RequiresPython,
)
from flet_lock.model.facts.slices import SLICES
from flet_lock.model.index.artifact import Wheel
from flet_lock.model.target import Platform, Target
from flet_lock.targets.compatibility import classify_wheel, python_rejection
from flet_lock.targets.tags import tag_ranks

HERE = Path(__file__).parent
CASES: list[dict[str, Any]] = tomllib.loads((HERE / "compatibility.toml").read_text())["case"]
REAL_FILES = (HERE / "pypi_files_2026_11_22.txt").read_text().split()
"""Every file of one version of nine projects, as PyPI listed them on that day."""


def wheel(tags: str) -> Wheel:
    return Wheel(
        filename=f"example-1.0-{tags}.whl",
        package=canonicalize_name("example"),
        version=Version("1.0"),
        url=f"https://files.invalid/example-1.0-{tags}.whl",
        index="pypi",
        tags=parse_tag(tags),
    )


def real_wheels(package: str) -> list[Wheel]:
    found = []
    for filename in REAL_FILES:
        if filename.endswith(".whl"):
            name, version, build, tags = parse_wheel_filename(filename)
            if name == package:
                found.append(
                    Wheel(
                        filename=filename,
                        package=name,
                        version=version,
                        url=f"https://files.invalid/{filename}",
                        index="pypi",
                        build=build,
                        tags=tags,
                    )
                )
    assert found
    return found


def taken(package: str, name: str, *, python: str, android_api: int = 24) -> list[str]:
    """File names a target takes, best first."""
    (target,) = make_targets([name], python=python, android_api=android_api)
    ranked = [
        (rank, one.filename)
        for one in real_wheels(package)
        if isinstance(rank := classify_wheel(one, target), int)
    ]
    return [filename for _, filename in sorted(ranked)]


@pytest.mark.parametrize(
    ("case", "name"),
    [
        pytest.param(case, name, id=f"{case['tags']} on {name}")
        for case in CASES
        for name in expand(case["targets"])
    ],
)
def test_the_table_of_cases(case: dict[str, Any], name: str) -> None:
    (target,) = make_targets(
        [name],
        python=case.get("python", "3.13"),
        android_api=case.get("android_api", 24),
        ios=tuple(case.get("ios", (13, 0))),
    )
    answer = classify_wheel(wheel(case["tags"]), target)
    if "rejection" not in case:
        assert answer == min(
            tag_ranks(target)[tag] for tag in parse_tag(case["tags"]) if tag in tag_ranks(target)
        )
        return
    assert isinstance(answer, Rejection)
    facts = {
        key: tuple(value) if isinstance(value, list) else value
        for key, value in case["facts"].items()
    }
    assert (type(answer).__name__, asdict(answer)) == (
        case["rejection"],
        {"filename": wheel(case["tags"]).filename, **facts},
    )


def test_every_rejection_that_tags_can_earn_is_in_the_table() -> None:
    earned = {case.get("rejection") for case in CASES}
    by_tags = {DesktopOnly, OtherPhone, OtherArchitecture, MinimumOsTooNew, OtherPython}
    assert earned - {None} == {one.__name__ for one in by_tags}
    assert all(getattr(rejections, one.__name__) is one for one in by_tags)


def test_a_wheel_without_tags_runs_nowhere() -> None:
    (target,) = make_targets(["android-x86_64"])
    answer = classify_wheel(replace(wheel("py3-none-any"), tags=frozenset()), target)
    assert isinstance(answer, DesktopOnly)


def test_each_wheel_of_equal_tags_is_rejected_under_its_own_name() -> None:
    (target,) = make_targets(["android-x86_64"])
    first = wheel("cp313-cp313-win32")
    second = replace(first, filename="other-2-cp313-cp313-win32.whl")
    answers = [classify_wheel(one, target) for one in (first, second, first)]
    assert [one.filename for one in answers if isinstance(one, Rejection)] == [
        first.filename,
        second.filename,
        first.filename,
    ]


def test_real_files_that_phones_take() -> None:
    assert taken("markupsafe", "android-arm64-v8a", python="3.14") == [
        "markupsafe-3.0.4-cp314-cp314-android_24_arm64_v8a.whl"
    ]
    assert taken("markupsafe", "android-armeabi-v7a", python="3.14") == []
    assert taken("aiohttp", "ios-iphoneos.arm64", python="3.13") == [
        "aiohttp-3.14.5-cp313-cp313-ios_13_0_arm64_iphoneos.whl",
        "aiohttp-3.14.5-py3-none-any.whl",
    ]
    assert taken("aiohttp", "android-armeabi-v7a", python="3.13") == [
        "aiohttp-3.14.5-py3-none-any.whl"
    ]
    assert taken("lru-dict", "android-x86_64", python="3.13") == [
        "lru_dict-1.4.1-cp313-cp313-android_21_x86_64.whl"
    ]
    assert taken("lru-dict", "android-x86_64", python="3.14") == []
    assert taken("pillow", "android-arm64-v8a", python="3.14") == []
    assert taken("cffi", "ios-iphonesimulator.x86_64", python="3.14") == []
    assert taken("wasmtime", "android-x86_64", python="3.13") == [
        "wasmtime-50.0.1-py3-none-any.whl"
    ]
    assert taken("wasmtime", "android-x86_64", python="3.13", android_api=26) == [
        "wasmtime-50.0.1-py3-none-android_26_x86_64.whl",
        "wasmtime-50.0.1-py3-none-any.whl",
    ]


def test_a_java_bridge_is_for_android_and_an_objective_c_bridge_for_ios() -> None:
    for package, own, other in (
        ("pyjnius", "android-arm64-v8a", "ios-iphoneos.arm64"),
        ("pyobjus", "ios-iphoneos.arm64", "android-arm64-v8a"),
    ):
        assert len(taken(package, own, python="3.14")) == 1
        (target,) = make_targets([other], python="3.14")
        reasons = {type(classify_wheel(one, target)) for one in real_wheels(package)}
        assert reasons == {DesktopOnly, OtherPhone}


@pytest.mark.parametrize("name", expand(["all"]))
def test_the_order_of_real_files_is_that_of_packagings_own_selector(name: str) -> None:
    (target,) = make_targets([name], python="3.14")
    ranks = tag_ranks(target)
    select = create_compatible_tags_selector(sorted(ranks, key=ranks.__getitem__))
    for package in ("aiohttp", "wasmtime", "xxhash", "markupsafe"):
        wheels = real_wheels(package)
        theirs = list(select([(one.filename, one.tags) for one in wheels]))
        assert taken(package, name, python="3.14") == theirs


# Laws

law = settings(deadline=None)  # a busy machine breaks no law

interpreters = st.sampled_from(["py2", "py3", "py313", "cp39", "cp312", "cp313", "cp314", "pp311"])
abis = st.sampled_from(["none", "abi3", "cp313", "cp313t", "cp312"])
android_tags = st.builds(
    "android_{}_{}".format,
    st.integers(10, 40),
    st.sampled_from(["arm64_v8a", "armeabi_v7a", "x86_64", "x86"]),
)
ios_tags = st.builds(
    "ios_{}_{}_{}".format,
    st.integers(10, 30),
    st.integers(0, 12),
    st.sampled_from(["arm64_iphoneos", "arm64_iphonesimulator", "x86_64_iphonesimulator"]),
)
desktop_tags = st.sampled_from(["win32", "macosx_11_0_arm64", "manylinux_2_28_x86_64", "wasi_x"])
platforms = st.one_of(st.just("any"), android_tags, ios_tags, desktop_tags)
wheels = st.frozensets(st.builds(Tag, interpreters, abis, platforms), min_size=1, max_size=4).map(
    lambda tags: replace(wheel("py3-none-any"), tags=tags)
)


@st.composite
def targets(draw: st.DrawFn) -> Target:
    one = draw(st.sampled_from(SLICES))
    android = one.platform is Platform.ANDROID
    return Target(
        platform=one.platform,
        slice_name=one.name,
        python_version=(3, draw(st.integers(12, 14))),
        python_full_version="3.13.1",
        minimum_os=(
            (draw(st.integers(24, 36)), 0)
            if android
            else (draw(st.integers(13, 26)), draw(st.integers(0, 9)))
        ),
    )


@law
@given(one=wheels, target=targets(), newer=st.integers(1, 9))
def test_a_target_with_a_newer_os_takes_what_an_older_one_takes(
    one: Wheel, target: Target, newer: int
) -> None:
    major, minor = target.minimum_os
    later = replace(target, minimum_os=(major + newer, minor))
    if isinstance(classify_wheel(one, target), int):
        assert isinstance(classify_wheel(one, later), int)


@law
@given(one=wheels, target=targets())
def test_a_wheel_is_taken_if_and_only_if_packaging_takes_it(one: Wheel, target: Target) -> None:
    ranks = tag_ranks(target)
    select = create_compatible_tags_selector(ranks)
    assert isinstance(classify_wheel(one, target), int) == bool(list(select([(one, one.tags)])))


@law
@given(one=wheels, target=targets())
def test_the_facts_of_a_rejection_come_from_the_wheel(one: Wheel, target: Target) -> None:
    match classify_wheel(one, target):
        case MinimumOsTooNew(needs=needs, has=has):
            assert needs > has == target.minimum_os
        case OtherArchitecture(architectures=architectures):
            assert architectures
            assert target.slice_name not in architectures
        case OtherPhone(platform=platform):
            assert platform in set(Platform) - {target.platform}
        case OtherPython(interpreters=found, abis=found_abis):
            assert set(found) <= {tag.interpreter for tag in one.tags}
            assert set(found_abis) <= {tag.abi for tag in one.tags}
        case DesktopOnly(systems=systems):
            assert systems
        case int(rank):
            assert rank in {tag_ranks(target).get(tag) for tag in one.tags}
        case other:
            raise AssertionError(other)


@law
@given(one=wheels, target=targets(), more=st.builds(Tag, interpreters, abis, platforms))
def test_another_tag_never_makes_a_wheel_fit_less(one: Wheel, target: Target, more: Tag) -> None:
    before = classify_wheel(one, target)
    after = classify_wheel(replace(one, tags=one.tags | {more}), target)
    if isinstance(before, int):
        assert isinstance(after, int)
        assert after <= before


# Requires-Python

FILE = "example-1.0-py3-none-any.whl"


@pytest.mark.parametrize("specifier", [None, "", "  ", ">=3.8", ">=3.14,<4", SpecifierSet(">=3.9")])
def test_a_python_that_is_allowed_is_no_reason(specifier: str | SpecifierSet | None) -> None:
    (target,) = make_targets(["android-x86_64"], python="3.14")
    assert python_rejection(FILE, specifier, target) is None


@pytest.mark.parametrize("specifier", ["<3.14", "==3.13.*", SpecifierSet("<3.14"), ">=3.14.7"])
def test_a_python_that_is_excluded_is_named_with_the_specifier(
    specifier: str | SpecifierSet,
) -> None:
    (target,) = make_targets(["android-x86_64"], python="3.14")
    assert python_rejection(FILE, specifier, target) == RequiresPython(
        filename=FILE, specifier=str(specifier), python_full_version="3.14.6"
    )


@pytest.mark.parametrize("specifier", [">=3.6.*", "3.8", ">=3.7, !=3.8.x", "~=3"])
def test_what_is_not_a_specifier_is_said_to_be_none(specifier: str) -> None:
    (target,) = make_targets(["android-x86_64"], python="3.14")
    assert python_rejection(FILE, specifier, target) == MalformedRequiresPython(
        filename=FILE, value=specifier
    )


def test_a_beta_of_python_counts_as_its_release_as_with_pip() -> None:
    (target,) = make_targets(["android-x86_64"], python="3.14")
    beta = replace(target, python_version=(3, 15), python_full_version="3.15.0b1")
    assert python_rejection(FILE, ">=3.15", beta) is None
    assert python_rejection(FILE, "<3.15", beta) is not None
