"""The tags of a target are those that pip makes under Flet's build, in its order."""

import importlib
import platform
import sys
import sysconfig
from types import SimpleNamespace

import pytest
from packaging.tags import Tag

from fakes.targets import expand, make_targets, short_name
from flet_lock.model.facts.slices import SLICES, SLICES_BY_NAME, slice_names
from flet_lock.model.target import Platform, Target
from flet_lock.targets.tags import platform_tags, tag_rank, tag_ranks

EVERY = expand(["all"])


def pretend_to_be(target: Target, monkeypatch: pytest.MonkeyPatch) -> None:
    """What Flet's build makes pip believe of the machine."""
    tag = SLICES_BY_NAME[target.slice_name].tag
    system = "Android" if target.platform is Platform.ANDROID else "iOS"
    monkeypatch.setattr(platform, "system", lambda: system)
    if target.platform is Platform.ANDROID:
        monkeypatch.setattr(sysconfig, "get_platform", lambda: f"android-24-{tag}")
        answer = SimpleNamespace(api_level=24)
        monkeypatch.setattr(platform, "android_ver", lambda: answer, raising=False)
    else:
        version = ("iOS", "13.0", "iPhone", "simulator" in tag)
        monkeypatch.setattr(platform, "ios_ver", lambda: version, raising=False)
        monkeypatch.setattr(sys.implementation, "_multiarch", tag, raising=False)


@pytest.mark.parametrize("module", ["packaging.tags", "pip._vendor.packaging.tags"])
@pytest.mark.parametrize("name", EVERY)
def test_ranks_are_the_order_of_pip_on_the_pretended_machine(
    name: str, module: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if module.startswith("pip."):
        pytest.importorskip("pip", minversion="26.1", reason="pip 26.1 knows all phone tags")
    tags = importlib.import_module(module)
    (target,) = make_targets([name])
    host = Target(
        platform=target.platform,
        slice_name=target.slice_name,
        python_version=(sys.version_info.major, sys.version_info.minor),
        python_full_version=platform.python_version(),
        minimum_os=target.minimum_os,
    )
    ours = tag_ranks(host)
    pretend_to_be(target, monkeypatch)
    pips = list(dict.fromkeys(map(str, tags.sys_tags())))
    assert [str(tag) for tag in sorted(ours, key=ours.__getitem__)] == pips


@pytest.mark.parametrize("python", ["3.12", "3.13", "3.14"])
@pytest.mark.parametrize("name", EVERY)
def test_the_rank_of_one_tag_is_that_of_the_whole_list(name: str, python: str) -> None:
    (target,) = make_targets([name], python=python)
    ranks = tag_ranks(target)
    assert {tag: tag_rank(tag, target) for tag in ranks} == ranks
    others = make_targets([other for other in EVERY if other != name], python="3.13")
    for tag in (tag for other in others for tag in tag_ranks(other)):
        assert tag_rank(tag, target) == ranks.get(tag)


@pytest.mark.parametrize("name", EVERY)
def test_ranks_count_up_from_zero(name: str) -> None:
    (target,) = make_targets([name])
    assert sorted(tag_ranks(target).values()) == list(range(len(tag_ranks(target))))


def test_the_exact_abi_comes_first_and_the_oldest_pure_tag_last() -> None:
    (target,) = make_targets(["android-arm64-v8a"], python="3.14")
    ranks = tag_ranks(target)
    assert ranks[Tag("cp314", "cp314", "android_24_arm64_v8a")] == 0
    assert ranks[Tag("py30", "none", "any")] == len(ranks) - 1


def test_every_slice_has_a_name_and_a_tag_of_its_own() -> None:
    assert len(SLICES_BY_NAME) == len({(one.platform, one.tag) for one in SLICES}) == len(SLICES)
    assert slice_names(Platform.ANDROID, (3, 13)) == ("arm64-v8a", "armeabi-v7a", "x86_64")
    assert [short_name(target) for target in make_targets(python="3.13")] == [
        f"{each}-{name}" for each in Platform for name in slice_names(each, (3, 13))
    ]


def test_platform_tags_go_from_the_minimum_os_downwards() -> None:
    android, ios = make_targets(["android-x86_64", "ios-iphoneos.arm64"], ios=(14, 1))
    assert platform_tags(android)[:2] == ("android_24_x86_64", "android_23_x86_64")
    assert platform_tags(ios)[:3] == (
        "ios_14_1_arm64_iphoneos",
        "ios_14_0_arm64_iphoneos",
        "ios_13_9_arm64_iphoneos",
    )


def test_nobody_can_change_the_ranks_that_all_share() -> None:
    (target,) = make_targets(["android-x86_64"])
    with pytest.raises(TypeError):
        tag_ranks(target)[Tag("py3", "none", "any")] = 0  # type: ignore[index]
