import tomllib
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from packaging.markers import Environment
from packaging.pylock import PackageDirectory, PackageVcs, Pylock
from packaging.tags import Tag
from packaging.utils import NormalizedName

from fakes.locks import example_resolution, locks, make_inputs, make_lock, resolutions
from flet_lock.lockfile.contents import Lock
from flet_lock.lockfile.format.parse_lock import parse_lock
from flet_lock.lockfile.format.write_lock import render_lock
from flet_lock.lockfile.locations import derived_name
from flet_lock.lockfile.package import LockedFile
from flet_lock.model.answer.resolution import Edge, Pin, Resolution
from flet_lock.model.facts.slices import SLICES_BY_NAME
from flet_lock.model.target import Platform
from flet_lock.targets.markers import marker_environment
from flet_lock.targets.tags import tag_ranks


@given(locks())
def test_what_is_written_is_read_again_and_written_the_same(lock: Lock) -> None:
    text = render_lock(lock)
    again = parse_lock(text, path="pylock.android.toml")
    assert again == lock
    assert render_lock(again) == text


@settings(max_examples=50)
@given(locks())
def test_the_text_is_plain_toml_without_carriage_returns_or_secrets(lock: Lock) -> None:
    text = render_lock(lock)
    assert "\r" not in text
    assert text.endswith("\n")
    assert "secret" not in text
    assert all(character.isprintable() for line in text.split("\n") for character in line)
    tomllib.loads(text)


@settings(max_examples=50)
@given(resolutions())
def test_packaging_selects_for_each_target_what_the_lock_has_for_it(
    resolution: Resolution,
) -> None:
    lock = make_lock(resolution)
    pylock = Pylock.from_dict(tomllib.loads(render_lock(lock)))
    for target in lock.targets:
        needed = [package for package in lock.packages if target.slice_name in package.slices]
        # A marker cannot tell a device from a simulator of the same machine: what only one of
        # them needs is offered to the other as well, where it may have no wheel.
        machine = SLICES_BY_NAME[target.slice_name].machines[0]
        twins = {
            package.package
            for package in lock.packages
            if target.slice_name not in package.slices
            and any(machine in SLICES_BY_NAME[name].machines for name in package.slices)
        }
        narrowed = replace_packages(pylock, drop=twins)
        environment: Environment = marker_environment(target)  # type: ignore[assignment]
        tags: list[Tag] = sorted(tag_ranks(target), key=tag_ranks(target).__getitem__)
        selected = {
            package.name: part
            for package, part in narrowed.select(environment=environment, tags=tags)
        }
        assert selected.keys() == {package.package for package in needed}
        for package in needed:
            source, part = package.source_for(target.slice_name), selected[package.package]
            if isinstance(part, (PackageVcs, PackageDirectory)):
                assert source is package.tree
            else:
                assert isinstance(source, LockedFile)
                assert (part.url, part.path) == (source.url, source.path)


def replace_packages(pylock: Pylock, *, drop: set[NormalizedName]) -> Pylock:
    return Pylock(
        lock_version=pylock.lock_version,
        environments=pylock.environments,
        requires_python=pylock.requires_python,
        extras=pylock.extras,
        dependency_groups=pylock.dependency_groups,
        default_groups=pylock.default_groups,
        created_by=pylock.created_by,
        packages=[package for package in pylock.packages if package.name not in drop],
        tool=pylock.tool,
    )


@settings(max_examples=50)
@given(resolutions(), st.randoms(use_true_random=False))
def test_the_order_of_pins_files_and_edges_never_changes_the_bytes(
    resolution: Resolution, random: Random
) -> None:
    inputs = make_inputs(resolution.targets)
    assert render_lock(make_lock(shuffled(resolution, random), inputs)) == render_lock(
        make_lock(resolution, inputs)
    )


def shuffled(resolution: Resolution, random: Random) -> Resolution:
    def edges(values: tuple[Edge, ...]) -> tuple[Edge, ...]:
        return tuple(
            replace(edge, slices=tuple(random.sample(edge.slices, len(edge.slices))))
            for edge in random.sample(values, len(values))
        )

    def pin(value: Pin) -> Pin:
        targets = random.sample(list(value.artifacts), len(value.artifacts))
        others = random.sample(value.slices, len(value.slices))
        return replace(
            value,
            artifacts={target: value.artifacts[target] for target in targets},
            availability={name: value.availability[name] for name in others},
            requires=edges(value.requires),
        )

    return replace(
        resolution,
        targets=tuple(random.sample(resolution.targets, len(resolution.targets))),
        pins=tuple(pin(one) for one in random.sample(resolution.pins, len(resolution.pins))),
        requires=edges(resolution.requires),
    )


def test_a_lock_knows_the_targets_it_was_made_for() -> None:
    for platform in Platform:
        resolution = example_resolution(platform)
        assert make_lock(resolution).targets == resolution.targets


def test_names_are_derived_as_packaging_derives_them() -> None:
    assert derived_name(None, "../wheels/a.whl") == "a.whl"
    assert derived_name(None, "a.whl") == "a.whl"
    assert derived_name("https://host/a%2Bb.whl?x=/c#d", None) == "a+b.whl"
