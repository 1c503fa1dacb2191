"""Blockers of one package, taken together: what suggestions are worked out for."""

from collections.abc import Iterable, Mapping, Sequence

from msgspec import Struct
from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.utils import NormalizedName
from packaging.version import Version

from flet_lock.model.answer.blocker import (
    Blocker,
    NoMatchingVersion,
    NoUsableRelease,
    RejectedRelease,
)
from flet_lock.model.answer.rejection import OtherPython, Rejection, RequiresPython
from flet_lock.model.app.project import Project
from flet_lock.model.app.requirement import Place, ProjectRequirement
from flet_lock.model.index.artifact import Wheel
from flet_lock.model.target import Platform, Target
from flet_lock.targets.catalogue import Catalogue


class Problem(Struct, frozen=True, kw_only=True):
    """What blocks a package, on one platform or on both."""

    package: NormalizedName
    blockers: tuple[Blocker, ...]

    @property
    def platforms(self) -> tuple[Platform, ...]:
        """Where it blocks."""
        return tuple(dict.fromkeys(blocker.platform for blocker in self.blockers))

    @property
    def places(self) -> frozenset[Place]:
        """The app's own requirements that lead to it."""
        return frozenset(place for blocker in self.blockers for place in blocker.places)

    @property
    def is_direct(self) -> bool:
        """Whether the app itself requires the package."""
        return any(len(blocker.chain) == 1 for blocker in self.blockers)

    @property
    def unusable(self) -> tuple[NoUsableRelease, ...]:
        """The blockers about releases that exist and do not fit."""
        return tuple(each for each in self.blockers if isinstance(each, NoUsableRelease))


class Situation(Struct, frozen=True, kw_only=True):
    """A problem and the app that has it."""

    problem: Problem
    project: Project
    targets: Sequence[Target]
    catalogue: Catalogue

    @property
    def own(self) -> tuple[ProjectRequirement, ...]:
        """The app's requirements that lead to the problem."""
        places = self.problem.places
        return tuple(each for each in self.project.requirements if each.place in places)


def problems_of(blockers: Iterable[Blocker]) -> tuple[Problem, ...]:
    """Blockers of one package are one problem; in the order of the blockers."""
    by_package: dict[NormalizedName, list[Blocker]] = {}
    for blocker in blockers:
        by_package.setdefault(blocker.package, []).append(blocker)
    return tuple(
        Problem(package=package, blockers=tuple(found)) for package, found in by_package.items()
    )


def usable_everywhere(blockers: Sequence[Blocker]) -> Mapping[Version, bool]:
    """Versions outside the requirements that every target of every blocker can use.

    Returns:
        Version to whether it is newer than what the requirements allow, oldest first. Empty for
        blockers that do not know of any.
    """
    found: set[Version] | None = None
    limit: Version | None = None
    for blocker in blockers:
        if isinstance(blocker, NoMatchingVersion) and blocker.newest is not None:
            here, newest = {blocker.newest}, None
        elif isinstance(blocker, NoUsableRelease):
            needed = set(blocker.targets)
            here = {version for version, targets in blocker.usable if needed <= set(targets)}
            newest = blocker.matching[0] if blocker.matching else blocker.newest
        else:
            return {}
        found = here if found is None else found & here
        limit = newest if limit is None or (newest is not None and newest > limit) else limit
    kept = sorted(version for version in found or () if not is_placeholder(version))
    return {version: limit is not None and version > limit for version in kept}


def is_placeholder(version: Version) -> bool:
    """Whether a version is one that reserves a name: `0.0`, `0.0.0`, `0.0.1`, `0.0.0.1`."""
    *front, last = version.release
    return bool(front) and not any(front) and last <= 1


def rejections_of(blocker: NoUsableRelease) -> Iterable[tuple[Target, Rejection]]:
    """Every rejection of every release that was looked at, with its target."""
    for release in blocker.rejected:
        for target, rejections in release.rejections:
            for each in rejections:
                yield target, each


def may_fit_python(blocker: NoUsableRelease, python: tuple[int, int]) -> bool:
    """Whether files that do not fit because of the app's Python would fit another one."""
    tag = "cp{}{}".format(*python)
    return any(
        (isinstance(each, OtherPython) and tag in each.interpreters)
        or (isinstance(each, RequiresPython) and allows_python(each.specifier, python))
        for _, each in rejections_of(blocker)
    )


def is_native(release: RejectedRelease) -> bool:
    """Whether a release has a wheel for one system or ABI, which tells of native code.

    What its sdist looks like does not matter then: some carry a library that they download.
    """
    return any(
        tag.abi != "none" or tag.platform != "any"
        for file in release.artifacts
        if isinstance(file, Wheel)
        for tag in file.tags
    )


def allows_python(specifier: str, python: tuple[int, int]) -> bool:
    """Whether a `Requires-Python` allows some release of a minor; False for no specifier."""
    try:
        # A high micro release passes lower bounds such as >=3.12.1.
        return SpecifierSet(specifier).contains("{}.{}.99".format(*python))
    except InvalidSpecifier:
        return False
