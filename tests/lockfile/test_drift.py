from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from fakes.locks import example_resolution, locks, make_inputs, make_lock
from fakes.targets import make_targets
from flet_lock.lockfile.contents import Lock
from flet_lock.lockfile.find_drift import compare_inputs, find_drift
from flet_lock.lockfile.format.lock_digest import digest_inputs
from flet_lock.lockfile.format.write_lock import render_lock
from flet_lock.model.answer.drift import Drift, DriftKind
from flet_lock.model.app.inputs import LockInputs
from flet_lock.model.app.requirement import Place
from flet_lock.model.target import Platform

INPUTS = make_inputs(make_targets(["android"]))


def changed(name: str) -> LockInputs:
    """INPUTS with another value of the right kind in one field."""
    value = getattr(INPUTS, name)
    other: dict[str, Any]
    if isinstance(value, Platform):
        other = {name: Platform.IOS}
    elif isinstance(value, bool):
        other = {name: not value}
    elif isinstance(value, str):
        other = {name: f"{value}1"}
    else:
        other = {name: (*value, "new")}
    return replace(INPUTS, **other)


@pytest.mark.parametrize("name", LockInputs.__struct_fields__)
def test_a_change_of_any_input_is_one_drift_that_names_it(name: str) -> None:
    (drift,) = compare_inputs(Platform.ANDROID, INPUTS, changed(name), {})
    assert drift.kind == name
    assert drift.platform is Platform.ANDROID
    assert drift.added
    assert len(drift.places) == len(drift.added)
    assert digest_inputs(changed(name)) != digest_inputs(INPUTS)


def test_equal_inputs_do_not_drift() -> None:
    assert compare_inputs(Platform.ANDROID, INPUTS, replace(INPUTS), {}) == ()
    assert digest_inputs(replace(INPUTS)) == digest_inputs(INPUTS)


def test_what_was_added_stands_with_its_place_and_what_was_removed_beside_it() -> None:
    wanted = replace(INPUTS, requirements=("flet>=0.80", "numpy>=2.3", "rich"))
    place = Place(file="pyproject.toml", path=("project", "dependencies", 1))
    places = {"numpy>=2.3": place}
    assert compare_inputs(Platform.ANDROID, INPUTS, wanted, places) == (
        Drift(
            platform=Platform.ANDROID,
            kind=DriftKind.REQUIREMENTS,
            added=("numpy>=2.3", "rich"),
            removed=("numpy>=2",),
            places=(place, None),
        ),
    )


def test_a_slice_that_is_no_longer_built_is_removed() -> None:
    wanted = replace(INPUTS, slices=("arm64-v8a", "x86_64"))
    (drift,) = compare_inputs(Platform.ANDROID, INPUTS, wanted, {})
    assert (drift.kind, drift.added, drift.removed) == ("slices", (), ("armeabi-v7a",))


def test_a_single_value_that_goes_away_leaves_only_what_the_lock_says() -> None:
    (drift,) = compare_inputs(
        Platform.ANDROID,
        INPUTS,
        replace(INPUTS, requires_python=""),
        {"requires_python": Place(file="x")},
    )
    assert (drift.added, drift.removed, drift.places) == ((), (">=3.11",), ())


def test_an_order_that_decides_is_a_drift_too() -> None:
    wanted = replace(INPUTS, indexes=tuple(reversed(INPUTS.indexes)))
    (drift,) = compare_inputs(
        Platform.ANDROID, INPUTS, wanted, {"indexes": Place(file="pyproject.toml")}
    )
    assert drift.kind == "indexes"
    assert drift.added == ("flet=https://pypi.flet.dev, pypi=https://pypi.org/simple",)
    assert drift.removed == ("pypi=https://pypi.org/simple, flet=https://pypi.flet.dev",)
    assert drift.places == (Place(file="pyproject.toml"),)


@given(st.lists(st.text(max_size=3), max_size=3), st.lists(st.text(max_size=3), max_size=3))
def test_digests_are_equal_exactly_where_inputs_are(one: list[str], other: list[str]) -> None:
    first = replace(INPUTS, constraints=tuple(one))
    second = replace(INPUTS, constraints=tuple(other))
    assert (digest_inputs(first) == digest_inputs(second)) == (first == second)


def test_a_project_without_a_lock_drifts_by_all_of_it(tmp_path: Path) -> None:
    (drift,) = find_drift(tmp_path / "pylock.android.toml", INPUTS, {})
    assert (drift.kind, drift.added, drift.removed) == (DriftKind.MISSING, (), ())


@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_a_lock_in_step_does_not_drift_with_any_line_ends(tmp_path: Path, line_end: str) -> None:
    lock = make_lock(example_resolution())
    path = tmp_path / "pylock.android.toml"
    path.write_bytes(render_lock(lock).replace("\n", line_end).encode())
    assert find_drift(path, lock.inputs, {}) == ()


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('version = "2.3.1"', 'version = "2.3.2"'),
        ('sha256 = "5', 'sha256 = "6'),
        ('name = "flet"\n', 'name = "flet"\n# mine\n'),
        ('python-release = "3.14.6"', 'python-release = "3.14.7"'),
        ('body-digest = "sha256:', 'body-digest = "sha256:0'),
        ("body-digest", "# body-digest"),
    ],
)
def test_an_edit_by_hand_is_damage(tmp_path: Path, old: str, new: str) -> None:
    lock = make_lock(example_resolution())
    text = render_lock(lock)
    assert old in text
    path = tmp_path / "pylock.android.toml"
    path.write_bytes(text.replace(old, new, 1).encode())
    assert [drift.kind for drift in find_drift(path, lock.inputs, {})] == [DriftKind.DAMAGED]


def test_damage_does_not_hide_other_drift(tmp_path: Path) -> None:
    lock = make_lock(example_resolution())
    path = tmp_path / "pylock.android.toml"
    path.write_bytes(render_lock(lock).replace("numpy>=2", "numpy>=1").encode())
    kinds = [drift.kind for drift in find_drift(path, lock.inputs, {})]
    assert kinds == [DriftKind.DAMAGED, "requirements"]


def test_an_input_that_an_older_lock_does_not_know_drifts_instead_of_failing(
    tmp_path: Path,
) -> None:
    lock = make_lock(example_resolution())
    text = render_lock(lock)
    path = tmp_path / "pylock.android.toml"
    start = text.index("catalogue = ")
    path.write_bytes((text[:start] + text[text.index("\n", start) + 1 :]).encode())
    kinds = [drift.kind for drift in find_drift(path, lock.inputs, {})]
    assert kinds == [DriftKind.DAMAGED, "catalogue"]


@settings(max_examples=40)
@given(locks())
def test_no_text_of_an_input_makes_a_fresh_lock_drift(
    tmp_path_factory: pytest.TempPathFactory, lock: Lock
) -> None:
    path = tmp_path_factory.getbasetemp() / "pylock.android.toml"
    path.write_bytes(render_lock(lock).encode())
    assert find_drift(path, lock.inputs, {}) == ()
