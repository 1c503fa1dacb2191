"""A report of as many packages as are wanted."""

from msgspec.structs import replace

from fakes import outcomes
from flet_lock.model.answer.resolution import Availability
from flet_lock.workflows.inspecting.report import Locked, ReportOutcome
from flet_lock.workflows.outcome import LockOutcome


def large_report(count: int) -> ReportOutcome:
    """A report on Android alone, without licences."""
    return ReportOutcome(
        project_name="big",
        targets=outcomes.ANDROID,
        found=Locked(answer=_answer(count), licences={}),
    )


def _answer(count: int) -> LockOutcome:
    """An answer of many packages, each of which asks for those two and seven places on."""
    targets = outcomes.ANDROID
    names = [f"package-{number:03}" for number in range(count)]
    pins = tuple(
        outcomes.pin(
            name,
            "1.0",
            Availability.BINARY if number % 5 == 0 else Availability.PURE,
            targets=targets,
            requires=[
                outcomes.edge(names[number + step], targets=targets)
                for step in (2, 7)
                if number + step < count
            ],
        )
        for number, name in enumerate(names)
    )
    base = outcomes.hello()
    platform = base.platforms[0]
    resolution = replace(
        platform.resolution,
        pins=pins,
        requires=tuple(outcomes.edge(name, targets=targets) for name in names[:5]),
        downgrades=(),
    )
    return replace(base, platforms=(replace(platform, resolution=resolution),))
