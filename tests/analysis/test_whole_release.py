"""A release that fits by its own files, and what it needs."""

from packaging.requirements import Requirement
from packaging.version import Version

from fakes.targets import make_targets
from fakes.universe import Offer, Universe
from flet_lock.analysis.availability import PackageOffers, survey
from flet_lock.analysis.whole_release import with_verdicts
from flet_lock.resolution.problem.request import ResolutionRequest

TARGETS = make_targets(["android"])
ANDROID = ("android_24_arm64_v8a", "android_24_armeabi_v7a", "android_24_x86_64")


def pure(name: str, version: str, *requires: str) -> Offer:
    return Offer(filename=f"{name}-{version}-py3-none-any.whl", requires=requires)


def native(name: str, version: str, *tags: str) -> list[Offer]:
    return [Offer(filename=f"{name}-{version}-py3-none-{tag}.whl") for tag in tags or ANDROID]


def judged(asked: str, **packages: list[Offer]) -> PackageOffers:
    request = ResolutionRequest(targets=TARGETS, requirements=())
    world = Universe({name.replace("_", "-"): files for name, files in packages.items()})
    offers = survey(Requirement(asked), request, world, everything=False)
    return with_verdicts(offers, request, world)


def told(offers: PackageOffers) -> tuple[Version | None, Version | None, list[str]]:
    (build,) = offers.newest
    assert build.verdict is not None
    return build.version, build.verdict.locks, [each.asked for each in build.verdict.obstacles]


def test_a_release_that_has_all_it_needs_locks() -> None:
    offers = judged(
        "polars", polars=[pure("polars", "2.0", "half==2.0")], half=native("half", "2.0")
    )
    assert told(offers) == (Version("2.0"), Version("2.0"), [])
    assert not offers.newest[0].is_kept_from(Version("2.0"))


def test_a_native_half_that_is_pinned_and_missing_stands_in_the_way() -> None:
    offers = judged(
        "polars",
        polars=[pure("polars", "2.0", "half==2.0"), pure("polars", "1.0", "half==1.0")],
        half=[*native("half", "2.0", "win_amd64"), *native("half", "1.0")],
    )
    assert told(offers) == (Version("2.0"), Version("1.0"), ["half==2.0"])
    build = offers.newest[0]
    assert [build.is_kept_from(Version(each)) for each in ("2.0", "1.0")] == [True, False]


def test_what_is_missing_further_down_is_named() -> None:
    offers = judged(
        "top",
        top=[pure("top", "1.0", "middle")],
        middle=[pure("middle", "3.0", "bottom>=2")],
        bottom=[*native("bottom", "2.0", "win_amd64")],
    )
    assert told(offers) == (Version("1.0"), None, ["bottom>=2"])
    assert offers.newest[0].locks is None


def test_nothing_is_resolved_for_a_package_without_wheels() -> None:
    offers = judged("bottom", bottom=native("bottom", "2.0", "win_amd64"))
    assert offers.newest[0].verdict is None
