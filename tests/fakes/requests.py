"""Facts behind requests for packages, from worlds of a few files."""

from typing import Any

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from fakes.targets import make_targets
from fakes.universe import Offer as File
from fakes.universe import Universe
from flet_lock.analysis.availability import PackageOffers, survey
from flet_lock.model.target import Target
from flet_lock.package_requests.facts import RequestFacts
from flet_lock.resolution.problem.request import ResolutionRequest
from flet_lock.resolution.problem.target_requirement import canonical_specifier

WANTED = make_targets(python="3.14")
EVERYWHERE = (*make_targets(python="3.13"), *WANTED)
ABIS = ("arm64_v8a", "armeabi_v7a", "x86_64")
SLICES = ("arm64_iphoneos", "arm64_iphonesimulator", "x86_64_iphonesimulator")


def wheel(version: str, tag: str, *, index: str = "pypi", **more: Any) -> File:  # noqa: ANN401 - any field
    return File(filename=f"speedy-{version}-{tag}.whl", index=index, **more)


def sdist(version: str) -> File:
    return File(filename=f"speedy-{version}.tar.gz")


def desktop(version: str) -> list[File]:
    """Wheels for two desktops, and sources."""
    tags = ("cp314-cp314-manylinux_2_17_x86_64", "cp314-cp314-win_amd64", "cp39-cp39-win_amd64")
    return [*(wheel(version, tag) for tag in tags), sdist(version)]


def android(version: str, *abis: str, python: str = "cp314") -> list[File]:
    return [
        wheel(version, f"{python}-{python}-android_24_{abi}", index="flet") for abi in abis or ABIS
    ]


def ios(version: str, *slices: str, python: str = "cp314") -> list[File]:
    return [
        wheel(version, f"{python}-{python}-ios_13_0_{name}", index="flet")
        for name in slices or SLICES
    ]


def facts_of(
    files: list[File],
    asked: str = "speedy",
    *,
    wanted: tuple[Target, ...] = WANTED,
    everywhere: tuple[Target, ...] = EVERYWHERE,
    **more: Any,  # noqa: ANN401 - any field
) -> RequestFacts:
    """What is known of a package that has these files on PyPI and on Flet's index."""
    requirement = Requirement(asked)
    world = Universe({"speedy": files} if files else {})

    def look(one: Requirement, targets: tuple[Target, ...]) -> PackageOffers:
        request = ResolutionRequest(targets=targets, requirements=(), index_order=("pypi", "flet"))
        return survey(one, request, world, everything=False)

    return RequestFacts(
        package=canonicalize_name(requirement.name),
        specifier=canonical_specifier(requirement.specifier),
        wanted=look(requirement, wanted),
        everywhere=look(requirement, everywhere),
        any_version=look(Requirement(requirement.name), wanted),
        **more,
    )
