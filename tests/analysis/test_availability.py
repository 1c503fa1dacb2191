"""What releases offer targets, on worlds of a few files."""

from datetime import UTC, datetime
from typing import Any

import pytest
from packaging.requirements import Requirement

from fakes.targets import make_targets
from fakes.universe import Offer as File
from fakes.universe import Universe
from flet_lock.analysis.availability import PackageOffers, survey
from flet_lock.model.answer.rejection import (
    MalformedMetadata,
    NewerThanCutoff,
    NotBuiltFromSource,
    OtherPython,
    Yanked,
)
from flet_lock.model.answer.resolution import Availability
from flet_lock.model.errors.index import IndexUnreachable
from flet_lock.model.target import Platform
from flet_lock.resolution.problem.request import ResolutionRequest

BOTH = (*make_targets(python="3.13"), *make_targets(python="3.14"))
ANDROID = make_targets(["android"], python="3.14")
ARM64 = make_targets(["android-arm64-v8a"], python="3.14")
ABIS = ("arm64_v8a", "armeabi_v7a", "x86_64")


def native(version: str, tag: str, index: str = "flet", **more: Any) -> File:  # noqa: ANN401 - any field
    return File(filename=f"speedy-{version}-{tag}.whl", index=index, **more)


def android(version: str, python: str = "cp314", **more: Any) -> list[File]:  # noqa: ANN401 - any field
    return [native(version, f"{python}-{python}-android_24_{abi}", **more) for abi in ABIS]


def look(
    files: list[File],
    requirement: str = "speedy",
    *,
    everything: bool = False,
    **changes: Any,  # noqa: ANN401 - any field of the request
) -> PackageOffers:
    request = ResolutionRequest(
        **{"targets": ANDROID, "requirements": (), "index_order": ("pypi", "flet"), **changes}
    )
    world = Universe({"speedy": files})
    return survey(Requirement(requirement), request, world, everything=everything)


def classes(found: PackageOffers, release: int = 0) -> list[str]:
    return [offer.availability.value for offer in found.releases[release].offers]


def newest(found: PackageOffers) -> dict[tuple[str, Platform], str | None]:
    return {
        ("{}.{}".format(*each.python_version), each.platform): None
        if each.version is None
        else str(each.version)
        for each in found.newest
    }


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        (["py3-none-any"], Availability.PURE),
        (["cp314-cp314-android_24_arm64_v8a"], Availability.BINARY),
        (["py3-none-any", "cp314-cp314-macosx_11_0_arm64"], Availability.PURE_FALLBACK),
        (["py3-none-any", "py3-none-win_amd64"], Availability.HOLLOW),
        (["cp314-cp314-macosx_11_0_arm64"], Availability.MISSING),
    ],
)
def test_a_release_is_of_the_class_that_its_files_make(
    files: list[str], expected: Availability
) -> None:
    found = look([native("1.0", tag) for tag in files], targets=ARM64)
    assert classes(found) == [expected.value]


def test_an_sdist_beside_wheels_that_do_not_fit_is_source_only() -> None:
    found = look(
        [native("1.0", "cp314-cp314-win_amd64"), File(filename="speedy-1.0.tar.gz")], targets=ARM64
    )
    (offer,) = found.releases[0].offers
    assert offer.availability is Availability.SOURCE_ONLY
    assert offer.artifact is None
    assert {type(each) for each in offer.rejections} >= {NotBuiltFromSource}
    assert found.releases[0].sdist is not None


def test_releases_come_newest_first_with_their_indexes_and_dates() -> None:
    old, new = datetime(2025, 1, 1, tzinfo=UTC), datetime(2026, 1, 1, tzinfo=UTC)
    found = look(
        [
            *android("1.0"),
            File(filename="speedy-1.0.tar.gz", uploaded=new),
            native("1.0", "cp314-cp314-win_amd64", index="pypi", uploaded=old),
            native("2.0", "cp314-cp314-win_amd64", index="pypi"),
        ]
    )
    assert [str(each.version) for each in found.releases] == ["2.0", "1.0"]
    assert found.releases[1].indexes == ("pypi", "flet")
    assert found.releases[1].uploaded == old
    assert found.releases[0].uploaded is None


def test_the_newest_is_one_version_for_all_targets_of_a_platform() -> None:
    files = [*android("1.0"), *android("2.0")[:2], native("3.0", "cp314-cp314-win_amd64")]
    assert newest(look(files)) == {("3.14", Platform.ANDROID): "1.0"}


def test_the_newest_is_told_per_python_and_platform() -> None:
    files = [
        *android("2.0", "cp313"),
        *android("1.0", "cp314"),
        *(
            native("1.0", f"cp314-cp314-ios_13_0_{slice_name}")
            for slice_name in ("arm64_iphoneos", "arm64_iphonesimulator", "x86_64_iphonesimulator")
        ),
    ]
    assert newest(look(files, targets=BOTH)) == {
        ("3.13", Platform.ANDROID): "2.0",
        ("3.13", Platform.IOS): None,
        ("3.14", Platform.ANDROID): "1.0",
        ("3.14", Platform.IOS): "1.0",
    }


def test_the_part_that_does_not_fit_is_kept_per_target() -> None:
    found = look(android("1.0", "cp313"))
    for offer in found.releases[0].offers:
        assert any(isinstance(each, OtherPython) for each in offer.rejections)


def test_metadata_is_read_of_the_newest_only() -> None:
    world = Universe({"speedy": [file for n in range(1, 9) for file in android(f"{n}.0")]})
    request = ResolutionRequest(targets=ANDROID, requirements=())
    survey(Requirement("speedy"), request, world, everything=True)
    assert {name.split("-")[1] for name in world.asked.metadata} == {"8.0"}
    assert world.asked.listings == ["speedy"]


def test_a_release_with_broken_metadata_is_not_the_newest() -> None:
    found = look([*android("1.0"), *android("2.0", requires=("not a requirement!",))])
    assert newest(found) == {("3.14", Platform.ANDROID): "1.0"}
    assert classes(found) == ["missing"] * 3
    assert any(
        isinstance(each, MalformedMetadata) for each in found.releases[0].offers[0].rejections
    )


def test_only_what_was_asked_for_is_told() -> None:
    files = [*android("1.0"), *android("2.0"), *android("3.0")]
    found = look(files, "speedy<3,>=2")
    assert [str(each.version) for each in found.releases] == ["2.0"]
    assert str(found.newest_of_all) == "3.0"


def test_prereleases_show_where_they_are_asked_for() -> None:
    files = [*android("1.0"), *android("2.0rc1")]
    assert [str(each.version) for each in look(files).releases] == ["1.0"]
    everything = look(files, everything=True, prereleases=True)
    assert [str(each.version) for each in everything.releases] == ["2.0rc1", "1.0"]


def test_yanked_releases_show_with_their_reason_where_everything_does() -> None:
    files = [*android("1.0"), *android("2.0", yanked="broken")]
    assert [str(each.version) for each in look(files).releases] == ["1.0"]
    found = look(files, everything=True)
    assert found.releases[0].yanked == "broken"
    assert any(isinstance(each, Yanked) for each in found.releases[0].offers[0].rejections)
    assert newest(found) == {("3.14", Platform.ANDROID): "1.0"}


def test_a_yanked_release_that_is_named_exactly_can_be_had() -> None:
    found = look(android("2.0", yanked="broken"), "speedy==2.0")
    assert classes(found) == ["binary"] * 3
    assert newest(found) == {("3.14", Platform.ANDROID): "2.0"}


def test_a_release_after_the_cutoff_says_so() -> None:
    late = datetime(2026, 6, 1, tzinfo=UTC)
    files = [*android("1.0"), *android("2.0", uploaded=late), native("2.0", "py2-none-any")]
    found = look(files, exclude_newer=datetime(2026, 1, 1, tzinfo=UTC))
    assert any(isinstance(each, NewerThanCutoff) for each in found.releases[0].offers[0].rejections)


def test_source_packages_of_the_app_count() -> None:
    found = look(
        [File(filename="speedy-1.0.tar.gz")],
        source_packages={Platform.ANDROID: ("speedy",)},
        targets=ARM64,
    )
    (offer,) = found.releases[0].offers
    assert (offer.availability, offer.artifact is not None) == (Availability.SOURCE_ONLY, True)


def test_a_name_that_no_index_knows_has_nothing() -> None:
    found = survey(
        Requirement("nobody"),
        ResolutionRequest(targets=ANDROID, requirements=()),
        Universe({}),
        everything=False,
    )
    assert (found.found, found.releases, found.newest_of_all) == (False, (), None)


def test_an_index_that_is_down_is_no_missing_package() -> None:
    world = Universe({"speedy": []}, unreachable=["speedy"])
    request = ResolutionRequest(targets=ANDROID, requirements=())
    with pytest.raises(IndexUnreachable):
        survey(Requirement("speedy"), request, world, everything=False)


def test_of_hundreds_of_versions_the_newest_are_looked_at() -> None:
    found = look([native(f"{n}.0", "py3-none-any") for n in range(1, 201)])
    assert len(found.releases) == 60
    assert found.left_out == 140
    assert str(found.releases[0].version) == "200.0"
    assert (
        len(
            look(
                [native(f"{n}.0", "py3-none-any") for n in range(1, 201)], everything=True
            ).releases
        )
        == 200
    )
