"""The versions that requirements and constraints on a package admit together."""

from collections.abc import Iterable
from functools import lru_cache

from packaging.ranges import VersionRange
from packaging.requirements import Requirement

from flet_lock.resolution.problem.target_requirement import (
    TargetRequirement,
    canonical_specifier,
    range_of,
)


def combined_range(
    needs: Iterable[TargetRequirement], constraints: Iterable[Requirement]
) -> VersionRange:
    """The versions that satisfy all requirements on a package and all constraints on it."""
    return _intersection(specifiers_of(needs, constraints))


def specifiers_of(
    needs: Iterable[TargetRequirement], constraints: Iterable[Requirement]
) -> frozenset[str]:
    """The canonical specifiers of some requirements on a package and of constraints on it."""
    specifiers = {need.specifier for need in needs}
    specifiers.update(canonical_specifier(c.specifier) for c in constraints)
    return frozenset(specifiers)


@lru_cache(maxsize=8192)
def _intersection(specifiers: frozenset[str]) -> VersionRange:
    first, *rest = (range_of(specifier) for specifier in sorted(specifiers) or [""])
    for other in rest:
        first = first.intersection(other)
    return first
