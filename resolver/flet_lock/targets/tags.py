"""The wheel tags that a target takes, in pip's order of preference."""

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

from packaging.tags import Tag, android_platforms, compatible_tags, cpython_tags, ios_platforms

from flet_lock.model.target import Platform, Target
from flet_lock.targets.slices import SLICES_BY_NAME


def platform_tags(target: Target) -> tuple[str, ...]:
    """Platform tags of a target, newest OS first.

    PEP 738, Packaging: "an app with a minimum API level of N can incorporate wheels tagged with
    API level N or older"; PEP 730 says the same of iOS versions.
    """
    abi = SLICES_BY_NAME[target.slice_name].tag
    if target.platform is Platform.ANDROID:
        return tuple(android_platforms(target.minimum_os[0], abi))
    return tuple(ios_platforms(target.minimum_os, abi))


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
