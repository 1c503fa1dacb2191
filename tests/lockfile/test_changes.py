from msgspec.structs import replace
from packaging.utils import canonicalize_name

from fakes.locks import make_lock, make_pin, make_wheel_artifact
from fakes.targets import make_targets
from flet_lock.lockfile.changes import (
    HashChange,
    IndexMove,
    LockChanges,
    across_platforms,
    compare_locks,
    compare_packages,
    states_of,
)
from flet_lock.lockfile.contents import Lock
from flet_lock.model.answer.resolution import Resolution
from flet_lock.model.index.artifact import Wheel
from flet_lock.model.target import Platform

TARGETS = make_targets(["android"])
NOTHING = LockChanges()
A = canonicalize_name("a")


def lock_of(*wheels: Wheel) -> Lock:
    pins = tuple(make_pin(dict.fromkeys(TARGETS, wheel)) for wheel in wheels)
    return make_lock(Resolution(platform=Platform.ANDROID, targets=TARGETS, pins=pins, requires=()))


ONE = make_wheel_artifact("a-1.0-py3-none-any.whl")


def test_equal_locks_have_no_changes() -> None:
    assert compare_locks(lock_of(ONE), lock_of(ONE)) == NOTHING


def kinds(old: Lock | None, new: Lock | None) -> dict[str, str]:
    found = compare_packages(states_of(old), states_of(new))
    return {change.package: change.kind.value for change in found}


def test_packages_come_and_go_and_move() -> None:
    two = make_wheel_artifact("a-2.0-py3-none-any.whl")
    other = make_wheel_artifact("b-1.0-py3-none-any.whl")
    assert kinds(lock_of(ONE), lock_of(two, other)) == {"a": "up", "b": "added"}
    assert kinds(lock_of(two, other), lock_of(ONE)) == {"a": "down", "b": "removed"}
    assert kinds(None, lock_of(ONE)) == {"a": "added"}
    assert kinds(lock_of(ONE), None) == {"a": "removed"}
    assert kinds(lock_of(ONE), lock_of(replace(ONE, index="flet"))) == {"a": "index"}
    assert kinds(lock_of(ONE), lock_of(ONE)) == {}


def test_what_holds_for_both_platforms_is_one_change() -> None:
    android = compare_packages({}, states_of(lock_of(ONE)))
    found = across_platforms({Platform.ANDROID: android, Platform.IOS: android})
    assert found == {android[0]: (Platform.ANDROID, Platform.IOS)}


def unexplained(old: Lock, new: Lock) -> LockChanges:
    return replace(compare_locks(old, new), packages=())


def test_other_bytes_under_the_same_name_are_reported() -> None:
    changed = replace(ONE, hashes={"sha256": "e" * 64})
    assert unexplained(lock_of(ONE), lock_of(changed)) == replace(
        NOTHING,
        hashes=(
            HashChange(
                package=A,
                filename=ONE.filename,
                algorithm="sha256",
                old=ONE.hashes["sha256"],
                new="e" * 64,
            ),
        ),
    )


def test_another_algorithm_for_the_same_file_is_no_change_of_bytes() -> None:
    other = replace(ONE, hashes={"sha512": "e" * 128})
    assert unexplained(lock_of(ONE), lock_of(other)) == NOTHING


def test_a_package_that_moves_between_indexes_is_reported() -> None:
    moved = replace(ONE, index="flet")
    assert unexplained(lock_of(ONE), lock_of(moved)) == replace(
        NOTHING,
        moved=(
            IndexMove(package=A, old=("https://pypi.org/simple",), new=("https://pypi.flet.dev",)),
        ),
    )
