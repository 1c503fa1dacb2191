"""The wheel tags that a target takes, in pip's order of preference."""

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

from packaging.tags import Tag, android_platforms, compatible_tags, cpython_tags, ios_platforms

from flet_lock.model.facts.slices import SLICES_BY_NAME
from flet_lock.model.target import Platform, Target


def platform_tags(target: Target) -> tuple[str, ...]:
    """Platform tags of a target, newest OS first.

    PEP 738, Packaging: "an app with a minimum API level of N can incorporate wheels tagged with
    API level N or older"; PEP 730 says the same of iOS versions.
    """
    abi = SLICES_BY_NAME[target.slice_name].tag
    if target.platform is Platform.ANDROID:
        oldest = target.oldest_tag[0]
        tags = android_platforms(target.minimum_os[0], abi)
        return tuple(tag for tag in tags if not oldest or int(tag.split("_")[1]) >= oldest)
    tags = ios_platforms(target.minimum_os, abi)
    return tuple(tag for tag in tags if _ios_version(tag) >= target.oldest_tag)


def _ios_version(tag: str) -> tuple[int, int]:
    _, major, minor, *_ = tag.split("_")
    return int(major), int(minor)


def tag_rank(tag: Tag, target: Target) -> int | None:
    """The rank that `tag_ranks` gives a tag; None where the target does not take it.

    Worked out from the order of interpreters and ABIs alone: a target takes 350 tags, a run has six
    targets, and meets a few dozen tags.
    """
    pair = (tag.interpreter, tag.abi)
    if tag.platform == _ANY:
        starts = _starts(target.python_version, _ANY)
        first = starts.get(pair)
        return None if first is None else first[0] + first[1] * len(_positions(target))
    position = _positions(target).get(tag.platform)
    if position is None:
        return None
    first = _starts(target.python_version, _SOME).get(pair)
    return None if first is None else first[0] + first[1] * len(_positions(target)) + position


_ANY = "any"
_SOME = "some"
"""Stands for all platforms of a target: they follow each other for each interpreter and ABI."""


@cache
def _starts(
    python_version: tuple[int, int], platform: str
) -> Mapping[tuple[str, str], tuple[int, int]]:
    """Where the tags of an interpreter and ABI begin.

    So many single tags, and so many runs of all platforms, stand before them.
    """
    interpreter = f"cp{python_version[0]}{python_version[1]}"
    single = runs = 0
    found: dict[tuple[str, str], tuple[int, int]] = {}
    for tag in (
        *cpython_tags(python_version, [interpreter], [_SOME]),
        *compatible_tags(python_version, interpreter, [_SOME]),
    ):
        if tag.platform == platform:
            found.setdefault((tag.interpreter, tag.abi), (single, runs))
        if tag.platform == _ANY:
            single += 1
        else:
            runs += 1
    return found


@cache
def _positions(target: Target) -> Mapping[str, int]:
    """Platform tags of a target to their place, newest OS first."""
    return {tag: place for place, tag in enumerate(platform_tags(target))}


@cache
def tag_ranks(target: Target) -> Mapping[Tag, int]:
    """Every tag a target takes, with its rank: 0 is the best.

    The list is the one that pip 26 makes under Flet's build for an ordinary (not free-threaded)
    CPython, from any host.
    """
    major, minor = target.python_version
    interpreter = f"cp{major}{minor}"
    platforms = platform_tags(target)
    ranks: dict[Tag, int] = {}
    for tag in (
        *cpython_tags(target.python_version, [interpreter], platforms),
        *compatible_tags(target.python_version, interpreter, platforms),
    ):
        ranks.setdefault(tag, len(ranks))
    return MappingProxyType(ranks)
