from msgspec.structs import replace
from packaging.utils import canonicalize_name

from fakes.locks import make_lock, make_pin, make_wheel_artifact
from fakes.targets import make_targets
from flet_lock.lockfile.changes import HashChange, IndexMove, LockChanges, compare_locks
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


def test_other_packages_and_other_versions_are_no_such_changes() -> None:
    two = make_wheel_artifact("a-2.0-py3-none-any.whl")
    other = make_wheel_artifact("b-1.0-py3-none-any.whl")
    assert compare_locks(lock_of(ONE), lock_of(two, other)) == NOTHING
    assert compare_locks(lock_of(ONE, other), lock_of(ONE)) == NOTHING


def test_other_bytes_under_the_same_name_are_reported() -> None:
    changed = replace(ONE, hashes={"sha256": "e" * 64})
    assert compare_locks(lock_of(ONE), lock_of(changed)) == replace(
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
    assert compare_locks(lock_of(ONE), lock_of(other)) == NOTHING


def test_a_package_that_moves_between_indexes_is_reported() -> None:
    moved = replace(ONE, index="flet")
    assert compare_locks(lock_of(ONE), lock_of(moved)) == replace(
        NOTHING,
        moved=(
            IndexMove(package=A, old=("https://pypi.org/simple",), new=("https://pypi.flet.dev",)),
        ),
    )
