"""The targets of an app."""

import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from fakes.targets import expand, short_name
from flet_lock.model.app.fault import FaultKind
from flet_lock.model.app.project import Project
from flet_lock.model.app.settings import Settings
from flet_lock.model.errors.project import ProjectError
from flet_lock.model.errors.usage import UnsupportedPython, UsageError
from flet_lock.model.target import Platform, Target
from flet_lock.targets.catalogue import parse_catalogue
from flet_lock.targets.plan import choose_targets

CATALOGUE = parse_catalogue(
    json.dumps(
        {
            "default_python_version": "3.14",
            "pythons": {
                "3.11": {"full_version": "3.11.9", "android_abis": []},
                "3.12": {
                    "full_version": "3.12.13",
                    "android_abis": ["x86_64", "armeabi-v7a", "arm64-v8a"],
                },
                "3.14": {"full_version": "3.14.6", "android_abis": ["x86_64", "arm64-v8a"]},
            },
        }
    ),
    path="manifest.json",
)


def project(
    *,
    requires_python: str | None = None,
    target_archs: Mapping[Platform, tuple[str, ...]] | None = None,
    minimum_os: Mapping[Platform, tuple[int, int]] | None = None,
) -> Project:
    return Project(
        root=Path("app"),
        name="app",
        requirements=(),
        requires_python=requires_python,
        target_archs=target_archs or {},
        minimum_os=minimum_os or {},
    )


def planned(app: Project, settings: Settings) -> tuple[Target, ...]:
    return choose_targets(app, settings, CATALOGUE)


def names(app: Project, settings: Settings) -> tuple[str, ...]:
    return tuple(short_name(target) for target in planned(app, settings))


def test_six_targets_in_one_order_where_the_python_has_all_abis() -> None:
    assert names(project(), Settings(python_version="3.12")) == expand(["all"])


def test_the_abis_are_those_that_the_python_is_built_for() -> None:
    assert names(project(), Settings()) == (
        "android-arm64-v8a",
        "android-x86_64",
        *expand(["ios"]),
    )


def test_a_target_carries_its_python_and_the_oldest_os() -> None:
    android, *_, ios = planned(project(requires_python="<3.14"), Settings())
    assert android == Target(
        platform=Platform.ANDROID,
        slice_name="arm64-v8a",
        python_version=(3, 12),
        python_full_version="3.12.13",
        minimum_os=(24, 0),
    )
    assert (ios.python_full_version, ios.minimum_os) == ("3.12.13", (13, 0))


@pytest.mark.parametrize("platform", Platform)
def test_one_platform_alone(platform: Platform) -> None:
    app = project()
    wanted = names(app, Settings(platforms=(platform,), python_version="3.12"))
    assert wanted == expand([platform])


def test_the_order_of_options_does_not_matter() -> None:
    backwards = Settings(
        platforms=(Platform.IOS, Platform.ANDROID),
        archs=("iphoneos.arm64", "x86_64", "arm64-v8a"),
    )
    assert names(project(), backwards) == (
        "android-arm64-v8a",
        "android-x86_64",
        "ios-iphoneos.arm64",
    )


def test_an_arch_speaks_about_its_own_platform_only() -> None:
    assert names(project(), Settings(archs=("arm64-v8a",))) == (
        "android-arm64-v8a",
        *expand(["ios"]),
    )


def test_the_projects_archs_hold_where_no_option_speaks_about_the_platform() -> None:
    app = project(target_archs={Platform.ANDROID: ("x86_64",), Platform.IOS: ("iphoneos.arm64",)})
    assert names(app, Settings()) == ("android-x86_64", "ios-iphoneos.arm64")
    assert names(app, Settings(archs=("arm64-v8a",))) == ("android-arm64-v8a", "ios-iphoneos.arm64")


@pytest.mark.parametrize(
    ("settings", "detail"),
    [
        (Settings(archs=("arm64",)), "not an ABI or slice that Flet builds"),
        (
            Settings(archs=("iphoneos.arm64",), platforms=(Platform.ANDROID,)),
            "a slice of iOS",
        ),
        (Settings(archs=("armeabi-v7a",)), "Flet's Python of this version is not built for it"),
    ],
)
def test_an_arch_that_cannot_be_is_refused_with_what_can(settings: Settings, detail: str) -> None:
    with pytest.raises(UsageError) as caught:
        planned(project(), settings)
    error = caught.value
    assert (error.option, error.value, error.detail) == ("--arch", settings.archs[-1], detail)
    assert error.choices == tuple(
        one.slice_name for one in planned(project(), Settings(platforms=settings.platforms))
    )


def test_every_arch_of_the_project_that_cannot_be_is_named() -> None:
    app = project(
        target_archs={
            Platform.ANDROID: ("arm64-v8a", "armeabi-v7a", "mips"),
            Platform.IOS: ("x86_64",),
        }
    )
    with pytest.raises(ProjectError) as caught:
        planned(app, Settings())
    assert [(str(one.place), one.kind, one.value) for one in caught.value.faults] == [
        (
            "pyproject.toml [tool.flet.android].target_arch",
            FaultKind.UNKNOWN_ARCH,
            "armeabi-v7a",
        ),
        ("pyproject.toml [tool.flet.android].target_arch", FaultKind.UNKNOWN_ARCH, "mips"),
        ("pyproject.toml [tool.flet.ios].target_arch", FaultKind.UNKNOWN_ARCH, "x86_64"),
    ]
    assert caught.value.faults[0].choices == ("arm64-v8a", "x86_64")


def test_a_platform_that_is_not_locked_cannot_be_wrong() -> None:
    app = project(target_archs={Platform.IOS: ("nonsense",)})
    assert names(app, Settings(platforms=(Platform.ANDROID,), python_version="3.12")) == expand(
        ["android"]
    )


def test_a_python_without_android_is_refused_for_android_only() -> None:
    app = project(requires_python="==3.11.*")
    with pytest.raises(UnsupportedPython) as caught:
        planned(app, Settings())
    assert (caught.value.wanted, caught.value.supported) == ("3.11", ("3.12", "3.14"))
    assert names(app, Settings(platforms=(Platform.IOS,))) == expand(["ios"])


def test_no_python_fits_the_project() -> None:
    with pytest.raises(UnsupportedPython) as caught:
        planned(project(requires_python=">=3.20"), Settings())
    assert str(caught.value.place) == "pyproject.toml [project].requires-python"


@pytest.mark.parametrize(
    ("app", "android", "ios"),
    [
        ({}, (24, 0), (13, 0)),
        ({Platform.ANDROID: (26, 0), Platform.IOS: (15, 4)}, (26, 0), (15, 4)),
        ({Platform.ANDROID: (21, 0), Platform.IOS: (12, 0)}, (24, 0), (13, 0)),
    ],
)
def test_the_oldest_os_is_the_projects_else_what_python_needs(
    app: Mapping[Platform, tuple[int, int]],
    android: tuple[int, int],
    ios: tuple[int, int],
) -> None:
    targets = planned(project(minimum_os=app), Settings())
    found = {target.platform: target.minimum_os for target in targets}
    assert found == {Platform.ANDROID: android, Platform.IOS: ios}


def test_archs_of_a_platform_that_is_not_locked_are_passed_over_beside_others() -> None:
    settings = Settings(archs=("iphoneos.arm64", "x86_64"), platforms=(Platform.ANDROID,))
    assert names(project(), settings) == ("android-x86_64",)
