"""Markers on phones: truth, uncertainty, and the laws that hold them together."""

import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from packaging.markers import Marker, default_environment

from fakes.targets import expand, make_targets
from flet_lock.model.target import Platform, Target
from flet_lock.targets.device import devices
from flet_lock.targets.markers import Truth, evaluate_marker, marker_environment

CASES: list[dict[str, Any]] = tomllib.loads((Path(__file__).parent / "markers.toml").read_text())[
    "case"
]
EVERY = expand(["all"])


@pytest.mark.parametrize(
    ("case", "truth", "name"),
    [
        pytest.param(case, truth, name, id=f"{case['marker']} on {name} {case.get('python', '')}")
        for case in CASES
        for truth in Truth
        for name in expand(case.get(truth.value, []))
    ],
)
def test_the_table_of_cases(case: dict[str, Any], truth: Truth, name: str) -> None:
    (target,) = make_targets([name], python=case.get("python", "3.13"))
    extras = frozenset(case.get("extras", ()))
    assert evaluate_marker(Marker(case["marker"]), target, extras) is truth


def test_the_table_names_no_target_twice() -> None:
    for case in CASES:
        named = [name for truth in Truth for name in expand(case.get(truth.value, []))]
        assert len(named) == len(set(named)), case


@pytest.mark.parametrize("python", ["3.12", "3.13", "3.14"])
@pytest.mark.parametrize("name", EVERY)
def test_the_environment_has_every_key_and_nothing_of_this_machine(name: str, python: str) -> None:
    (target,) = make_targets([name], python=python)
    environment = marker_environment(target)
    assert environment.keys() == default_environment().keys()
    assert environment["python_version"] == python
    assert environment["python_full_version"] == target.python_full_version
    assert environment["platform_system"] == target.platform.label
    assert environment["platform_version"].endswith(";embedded")
    assert all(environment.values())


def test_whoever_changes_an_environment_changes_his_own() -> None:
    (target,) = make_targets(["android-x86_64"])
    marker_environment(target)["sys_platform"] = "win32"
    assert marker_environment(target)["sys_platform"] == "android"


def test_the_patch_release_counts_where_it_is_asked_for() -> None:
    (target,) = make_targets(["android-x86_64"], python="3.14")
    marker = Marker("python_full_version < '3.14.7'")
    assert evaluate_marker(marker, target) is Truth.TRUE
    later = replace(target, python_full_version="3.14.7")
    assert evaluate_marker(marker, later) is Truth.FALSE


def test_a_newer_minimum_os_settles_what_was_uncertain() -> None:
    marker = Marker("platform_release >= '16'")
    for name in ("android-arm64-v8a", "ios-iphoneos.arm64"):
        (old,) = make_targets([name])
        (new,) = make_targets([name], android_api=36, ios=(16, 0))
        assert evaluate_marker(marker, old) is Truth.UNCERTAIN
        assert evaluate_marker(marker, new) is Truth.TRUE


@pytest.mark.parametrize("api", [21, 24, 32, 36, 99])
def test_every_api_level_has_an_oldest_release(api: int) -> None:
    (target,) = make_targets(["android-arm64-v8a"], android_api=api)
    assert evaluate_marker(Marker("platform_release >= '7'"), target) is Truth.TRUE
    assert evaluate_marker(Marker("platform_release >= '9999'"), target) is Truth.UNCERTAIN


def test_a_marker_without_end_is_uncertain_rather_than_slow() -> None:
    (target,) = make_targets(["ios-iphoneos.arm64"])
    clauses = [
        f"platform_release != '{major}.{minor}'" for major in range(60) for minor in range(9)
    ]
    assert evaluate_marker(Marker(" and ".join(clauses)), target) is Truth.UNCERTAIN


def test_a_number_too_long_for_python_is_uncertain_rather_than_a_crash() -> None:
    (target,) = make_targets(["ios-iphoneos.arm64"])
    for key in ("python_version", "platform_release"):
        marker = Marker(f"{key} < '{'9' * 5000}'")
        assert evaluate_marker(marker, target) is Truth.UNCERTAIN


@pytest.mark.parametrize("quoted", ['"a\'b"', "'a\"b'", "' in '", "'x) or os_name == \"nt'"])
def test_quotes_and_words_of_the_grammar_in_a_literal_are_just_text(quoted: str) -> None:
    (target,) = make_targets(["android-x86_64"])
    assert evaluate_marker(Marker(f"{quoted} in platform_version"), target) is Truth.UNCERTAIN
    assert evaluate_marker(Marker(f"sys_platform == {quoted}"), target) is Truth.FALSE


# Laws

law = settings(deadline=None)  # a busy machine breaks no law

CERTAIN = {
    "os_name": ["posix", "nt"],
    "sys_platform": ["android", "ios", "linux", "win32"],
    "implementation_name": ["cpython", "pypy"],
    "platform_python_implementation": ["CPython", "PyPy"],
    "python_version": ["3.8", "3.12", "3.13", "3.14", "4"],
    "python_full_version": ["3.13.0", "3.13.9", "3.14.6"],
    "implementation_version": ["3.13.9", "7.3"],
}
UNCERTAIN_SOMEWHERE = {
    "platform_system": ["Android", "iOS", "iPadOS", "Linux", "OS"],
    "platform_machine": ["arm64", "aarch64", "armv7l", "x86_64", "iPhone9,1", "iPad", ",1", "64"],
    "platform_release": ["7", "10", "13.0", "17.2", "5", ".", "1."],
    "platform_version": ["embedded", "SMP", "#", "Darwin", ";embedded", "5;emb"],
}
every_target = st.builds(
    lambda name, python: make_targets([name], python=python)[0],
    st.sampled_from(EVERY),
    st.sampled_from(["3.12", "3.13", "3.14"]),
)


@st.composite
def atoms(draw: st.DrawFn, table: dict[str, list[str]]) -> str:
    key = draw(st.sampled_from(sorted(table)))
    literal = draw(st.sampled_from(table[key]))
    operator = draw(st.sampled_from(["==", "!=", "<", "<=", ">", ">="]))
    return draw(
        st.sampled_from(
            [
                f"{key} {operator} '{literal}'",
                f"'{literal}' in {key}",
                f"'{literal}' not in {key}",
            ]
        )
    )


def joined(table: dict[str, list[str]]) -> st.SearchStrategy[Marker]:
    return st.recursive(
        atoms(table),
        lambda parts: st.builds("({} {} {})".format, parts, st.sampled_from(["and", "or"]), parts),
        max_leaves=4,
    ).map(Marker)


certain_markers = joined(CERTAIN)
all_markers = joined(CERTAIN | UNCERTAIN_SOMEWHERE)


@law
@given(marker=certain_markers, target=every_target)
def test_without_a_key_that_differs_truth_is_packagings_own(marker: Marker, target: Target) -> None:
    expected = marker.evaluate({**marker_environment(target), "extra": ""})
    assert evaluate_marker(marker, target) is (Truth.TRUE if expected else Truth.FALSE)


@law
@given(marker=all_markers, target=every_target)
def test_what_is_certain_holds_on_the_usual_device(marker: Marker, target: Target) -> None:
    truth = evaluate_marker(marker, target)
    usual = marker.evaluate({**marker_environment(target), "extra": ""})
    if truth is not Truth.UNCERTAIN:
        assert usual is (truth is Truth.TRUE)


@law
@given(left=all_markers, right=all_markers, target=every_target)
def test_and_or_follow_from_their_parts(left: Marker, right: Marker, target: Target) -> None:
    parts = {evaluate_marker(left, target), evaluate_marker(right, target)}
    both = evaluate_marker(left & right, target)
    either = evaluate_marker(left | right, target)
    if Truth.FALSE in parts:
        assert both is Truth.FALSE
    if Truth.TRUE in parts:
        assert either is Truth.TRUE
    if len(parts) == 1 and Truth.UNCERTAIN not in parts:
        assert {both, either} == parts


@law
@given(target=every_target, data=st.data())
def test_the_opposite_of_a_comparison_has_the_opposite_truth(
    target: Target, data: st.DataObject
) -> None:
    table = CERTAIN | UNCERTAIN_SOMEWHERE
    key = data.draw(st.sampled_from(sorted(table)))
    literal = data.draw(st.sampled_from(table[key]))
    opposite = {Truth.TRUE: Truth.FALSE, Truth.FALSE: Truth.TRUE}
    truth = evaluate_marker(Marker(f"'{literal}' in {key}"), target)
    assert evaluate_marker(Marker(f"'{literal}' not in {key}"), target) is opposite.get(
        truth, truth
    )


@law
@given(marker=all_markers, target=every_target)
def test_asking_again_for_an_equal_marker_gives_the_same(marker: Marker, target: Target) -> None:
    again = Marker(str(marker))
    assert evaluate_marker(marker, target) is evaluate_marker(again, replace(target))


numbers = st.integers(0, 40)


@st.composite
def real_devices(draw: st.DrawFn, target: Target) -> dict[str, str]:
    """A device of a target as it may be on sale, none of the representatives."""
    kind = draw(st.sampled_from(devices(target)))
    system, machine = kind.platform_system, kind.platform_machine
    if machine.startswith("iP"):
        model = f"{draw(st.integers(1, 20))},{draw(st.integers(1, 9))}"
        machine = f"{'iPad' if system == 'iPadOS' else 'iPhone'}{model}"
    start = "#" if target.platform is Platform.ANDROID else "Darwin Kernel Version "
    text = draw(st.text("SMPDarwin#;.0 5", max_size=8))
    floor = 7 if target.platform is Platform.ANDROID else 13
    release = [floor + draw(numbers), *draw(st.lists(numbers, min_size=1, max_size=2))]
    return {
        **marker_environment(target),
        "platform_system": system,
        "platform_machine": machine,
        "platform_release": ".".join(map(str, release)),
        "platform_version": f"{start}{text};embedded",
        "extra": "",
    }


@law
@given(target=every_target, data=st.data())
def test_what_is_certain_holds_on_every_device_on_sale(target: Target, data: st.DataObject) -> None:
    marker = Marker(data.draw(atoms(UNCERTAIN_SOMEWHERE)))
    truth = evaluate_marker(marker, target)
    answer = marker.evaluate(data.draw(real_devices(target)))
    if truth is not Truth.UNCERTAIN:
        assert answer is (truth is Truth.TRUE)


@law
@given(
    target=every_target,
    low=st.tuples(numbers, numbers),
    high=st.tuples(numbers, numbers),
    data=st.data(),
)
def test_a_range_of_releases_is_judged_by_every_release_in_it(
    target: Target, low: tuple[int, int], high: tuple[int, int], data: st.DataObject
) -> None:
    marker = Marker(
        f"platform_release >= '{low[0]}.{low[1]}' and platform_release < '{high[0]}.{high[1]}'"
    )
    truth = evaluate_marker(marker, target)
    answer = marker.evaluate(data.draw(real_devices(target)))
    if truth is not Truth.UNCERTAIN:
        assert answer is (truth is Truth.TRUE)
