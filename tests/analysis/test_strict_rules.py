from datetime import UTC, datetime, timedelta

import pytest
from msgspec.structs import replace
from packaging.utils import canonicalize_name
from packaging.version import Version

from fakes import outcomes
from flet_lock.analysis.strict_rules import is_too_far_behind, refused_packages
from flet_lock.model.answer.downgrade import Downgrade
from flet_lock.model.answer.resolution import Availability
from flet_lock.model.app.strictness import Step, Strictness

NUMPY = canonicalize_name("numpy")


def moment(day: str | None) -> datetime | None:
    return None if day is None else datetime.fromisoformat(day).replace(tzinfo=UTC)


def downgrade(
    taken: str = "2.2.2",
    newest: str = "2.3.0",
    *,
    uploaded: tuple[str | None, str | None] = ("2025-01-01", "2026-01-01"),
) -> Downgrade:
    return Downgrade(
        package=NUMPY,
        taken=Version(taken),
        newest=Version(newest),
        taken_uploaded=moment(uploaded[0]),
        newest_uploaded=moment(uploaded[1]),
        cause=NUMPY,
        cause_version=Version(newest),
        cause_requirement="",
        targets=(),
        rejections=(),
    )


def test_without_a_threshold_any_downgrade_is_too_much() -> None:
    assert is_too_far_behind(downgrade("2.2.2", "2.2.3"), Strictness())


@pytest.mark.parametrize(
    ("taken", "newest", "smallest"),
    [
        ("2.2.2", "2.2.3", Step.ANY),
        ("2.2.2", "2.3.0", Step.MINOR),
        ("1.26", "2.0", Step.MAJOR),
        ("3.0", "1!3.0", Step.MAJOR),
        ("2.2", "2.2.post1", Step.ANY),
    ],
)
def test_a_level_lets_smaller_steps_pass(taken: str, newest: str, smallest: Step) -> None:
    steps = [Step.ANY, Step.MINOR, Step.MAJOR]
    for step in steps:
        too_far = is_too_far_behind(downgrade(taken, newest), Strictness(step=step))
        assert too_far is (steps.index(step) <= steps.index(smallest))


@pytest.mark.parametrize(("days", "too_far"), [(364, True), (365, True), (366, False)])
def test_an_age_is_the_time_between_the_uploads(days: int, too_far: bool) -> None:
    strictness = Strictness(older_than=timedelta(days=days))
    assert is_too_far_behind(downgrade(), strictness) is too_far


def test_an_unknown_age_is_too_much() -> None:
    strictness = Strictness(older_than=timedelta(days=10_000))
    assert is_too_far_behind(downgrade(uploaded=(None, "2026-01-01")), strictness)
    assert is_too_far_behind(downgrade(uploaded=("2026-01-01", None)), strictness)


def test_one_threshold_is_enough() -> None:
    both = Strictness(step=Step.MAJOR, older_than=timedelta(days=30))
    assert is_too_far_behind(downgrade(), both)
    young = downgrade(uploaded=("2026-01-01", "2026-01-02"))
    assert not is_too_far_behind(young, both)
    assert is_too_far_behind(downgrade("1.0", "2.0", uploaded=("2026-01-01", "2026-01-02")), both)


def test_a_package_may_have_a_threshold_of_its_own() -> None:
    lenient = Strictness(packages=((NUMPY, Step.MAJOR),))
    assert not is_too_far_behind(downgrade(), lenient)
    strict = Strictness(step=Step.MAJOR, packages=((NUMPY, Step.ANY),))
    assert is_too_far_behind(downgrade(), strict)


def test_what_is_allowed_is_never_refused_not_even_hollow() -> None:
    resolution = outcomes.data_app().platforms[0].resolution
    pin = resolution.pins[0]
    hollow = replace(
        resolution,
        pins=(replace(pin, availability=dict.fromkeys(pin.targets, Availability.HOLLOW)),),
        downgrades=(downgrade(),),
    )
    assert refused_packages(hollow, Strictness()) == tuple(sorted((pin.package, NUMPY)))
    assert refused_packages(hollow, Strictness(allow=(pin.package,))) == (NUMPY,)
    assert refused_packages(hollow, Strictness(allow=(pin.package, NUMPY))) == ()
