"""For a hollow wheel: which release has what it lacks."""

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from fakes.targets import make_targets
from fakes.universe import Offer, Universe
from flet_lock.analysis.native_release import with_native_files
from flet_lock.model.answer.resolution import Availability, NativeSystem, Resolution
from flet_lock.model.app.requirement import Place, ProjectRequirement
from flet_lock.model.event import ignore_event
from flet_lock.resolution.problem.request import ResolutionRequest
from flet_lock.resolution.resolve import resolve

TARGETS = make_targets(["android"])
ANDROID = ("android_24_arm64_v8a", "android_24_armeabi_v7a", "android_24_x86_64")


def told(*offers: Offer) -> dict[str, Version]:
    """The releases that are named for a package that has these files."""
    return dict(answered(*offers).native_releases)


def answered(*offers: Offer) -> Resolution:
    """The answer for a package that has these files, its newest release being hollow."""
    request = ResolutionRequest(
        targets=TARGETS,
        requirements=(
            ProjectRequirement(
                requirement=Requirement("codes"), place=Place(file="requirements.txt", line=1)
            ),
        ),
    )
    newest = [
        Offer(filename="codes-3.0-py3-none-any.whl"),
        Offer(filename="codes-3.0-py3-none-win_amd64.whl"),
    ]
    universe = Universe({"codes": (*newest, *offers)})
    (resolution,) = resolve(request, universe, listener=ignore_event)
    assert set(resolution.pins[0].availability.values()) == {Availability.HOLLOW}
    return with_native_files(resolution, request, universe)


def native(version: str, *tags: str, yanked: str | None = None) -> list[Offer]:
    return [
        Offer(filename=f"codes-{version}-py3-none-{tag}.whl", index="flet", yanked=yanked)
        for tag in tags
    ]


def test_the_newest_release_with_a_native_wheel_for_every_target_is_named() -> None:
    assert told(
        *native("2.2", ANDROID[0]),
        *native("2.1", *ANDROID, yanked="broken"),
        *native("2.0", *ANDROID),
        *native("1.0", *ANDROID),
    ) == {"codes": Version("2.0")}


def test_a_package_without_one_is_left_out() -> None:
    assert told(*native("2.0", ANDROID[0]), Offer(filename="codes-1.0-py3-none-any.whl")) == {}


def test_newer_phones_that_have_the_native_library_are_named() -> None:
    newer = [
        Offer(filename=f"codes-3.0-py3-none-android_{api}_{abi}.whl")
        for api, abi in ((26, "arm64_v8a"), (28, "x86_64"))
    ]
    assert answered(*newer).native_systems == (
        NativeSystem(
            package=canonicalize_name("codes"),
            minimum_os=(28, 0),
            slices=("arm64-v8a", "x86_64"),
        ),
    )


def test_newer_phones_without_todays_are_not() -> None:
    old = Offer(filename="codes-3.0-py3-none-android_26_armeabi_v7a.whl")
    assert answered(old).native_systems == ()
