"""Small random worlds for Hypothesis: packages, files, what they require, and what an app asks."""

from collections.abc import Mapping
from dataclasses import dataclass

from hypothesis import strategies as st
from packaging.requirements import Requirement
from packaging.utils import NormalizedName
from packaging.version import Version

from fakes.scenario import place_of
from fakes.targets import make_targets, platform_tag, short_name
from fakes.universe import Offer, Universe
from flet_lock.model.app.requirement import ProjectRequirement
from flet_lock.model.target import Target
from flet_lock.resolution.problem.request import ResolutionRequest

NAMES = ("ant", "bee", "cat", "dog", "eel")
SPECIFIERS = ("", "", "", ">=2", "<3", "==1", "!=2", ">=2,<4", "<2", "==3")
MARKERS = ("", "", "", "; sys_platform == 'ios'", "; platform_machine == 'aarch64'")
TARGET_NAMES = ("android-arm64-v8a", "android-x86_64", "ios-iphoneos.arm64")
UNKNOWN = "yeti"
"""A package that no index has."""


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """A universe's files and what an app asks of it."""

    packages: dict[str, tuple[Offer, ...]]
    requirements: tuple[str, ...]
    targets: tuple[Target, ...]
    constraints: tuple[str, ...] = ()

    def universe(self) -> Universe:
        """The world as a source; new, so that nothing was asked yet."""
        return Universe(self.packages)

    def request(
        self, *, prefer: Mapping[NormalizedName, Version] | None = None
    ) -> ResolutionRequest:
        """What the app asks; `prefer` are the pins of an old lock."""
        return ResolutionRequest(
            targets=self.targets,
            requirements=tuple(
                ProjectRequirement(requirement=Requirement(text), place=place_of(position))
                for position, text in enumerate(self.requirements)
            ),
            constraints=tuple(Requirement(text) for text in self.constraints),
            preferences=prefer or {},
            index_order=("pypi", "flet"),
        )

    def __str__(self) -> str:
        """For a counter-example: short enough to read."""
        lines = [
            f"app: {list(self.requirements)} for {[short_name(t) for t in self.targets]}",
            f"constraints: {list(self.constraints)}",
        ]
        lines += [
            f"{offer.filename} requires {list(offer.requires)}"
            for offers in self.packages.values()
            for offer in offers
        ]
        return "\n".join(lines)


@st.composite
def needs(draw: st.DrawFn, *, inside: bool, names: tuple[str, ...]) -> str:
    """One requirement; `inside` a package it may belong to an extra."""
    name = draw(st.sampled_from(names))
    extra = draw(st.sampled_from(("", "", "[x]")))
    specifier = draw(st.sampled_from(SPECIFIERS))
    markers = (*MARKERS, "; extra == 'x'", "; extra == 'x'") if inside else MARKERS
    return f"{name}{extra}{specifier}{draw(st.sampled_from(markers))}"


@st.composite
def releases(
    draw: st.DrawFn,
    *,
    package: str,
    version: str,
    targets: tuple[Target, ...],
    names: tuple[str, ...],
) -> list[Offer]:
    """The files of a version: a pure wheel, native ones for some targets, or both."""
    requires = tuple(draw(st.lists(needs(inside=True, names=names), max_size=2)))
    natives = draw(st.sampled_from(("none", "none", "none", "some", "all")))
    offers = []
    if natives != "all" and (natives == "none" or draw(st.booleans())):
        offers.append(Offer(filename=f"{package}-{version}-py3-none-any.whl", requires=requires))
    if natives != "none":
        has = targets if natives == "all" else draw(st.sets(st.sampled_from(targets)))
        for target in sorted(has):
            own = tuple(draw(st.lists(needs(inside=True, names=names), max_size=1)))
            tag = platform_tag(short_name(target))
            offers.append(
                Offer(
                    filename=f"{package}-{version}-cp313-cp313-{tag}.whl", requires=requires + own
                )
            )
    return offers


@st.composite
def worlds(draw: st.DrawFn, *, packages: int = 4, versions: int = 3, harsh: bool = False) -> World:
    """A small world, in which nearly everything can go wrong; in a harsh one it mostly does."""
    names = NAMES[: draw(st.integers(2, packages))]
    wanted = draw(st.sets(st.sampled_from(TARGET_NAMES), min_size=1))
    targets = make_targets(wanted)
    # A package that does not exist is met now and then, not in half of the worlds.
    known = (*names, UNKNOWN) if harsh else (*names * 4, UNKNOWN)
    files = {
        name: tuple(
            offer
            for number in range(1, draw(st.integers(1, versions)) + 1)
            for offer in draw(
                releases(package=name, version=str(number), targets=targets, names=known)
            )
        )
        for name in names
    }
    requirements = draw(st.lists(needs(inside=False, names=names), min_size=1, max_size=3))
    constraint = st.builds("{}{}".format, st.sampled_from(names), st.sampled_from(SPECIFIERS))
    return World(
        packages=files,
        requirements=tuple(requirements),
        targets=targets,
        constraints=tuple(draw(st.lists(constraint, max_size=1))),
    )


@st.composite
def peaceful_worlds(draw: st.DrawFn) -> World:
    """Worlds without bounds: each package has one release that fits everywhere, its first."""
    targets = make_targets(draw(st.sets(st.sampled_from(TARGET_NAMES), min_size=1)))
    files: dict[str, tuple[Offer, ...]] = {}
    for name in NAMES:
        requires = tuple(draw(st.lists(st.sampled_from(NAMES), max_size=2)))
        offers = [Offer(filename=f"{name}-1-py3-none-any.whl", requires=requires)]
        for number in range(2, draw(st.integers(1, 4)) + 1):
            for target in sorted(draw(st.sets(st.sampled_from(targets)))):
                tag = platform_tag(short_name(target))
                filename = f"{name}-{number}-cp313-cp313-{tag}.whl"
                offers.append(Offer(filename=filename, requires=requires))
        files[name] = tuple(offers)
    wanted = draw(st.lists(st.sampled_from(NAMES), min_size=1, max_size=3))
    return World(packages=files, requirements=tuple(wanted), targets=targets)


def newest_everywhere(world: World, package: str) -> Version:
    """The newest version with a wheel for every target of a world."""
    found = []
    for version in {offer.filename.split("-")[1] for offer in world.packages[package]}:
        names = [o.filename for o in world.packages[package] if o.filename.split("-")[1] == version]
        if all(
            any(n.endswith(("-any.whl", f"-{platform_tag(short_name(t))}.whl")) for n in names)
            for t in world.targets
        ):
            found.append(Version(version))
    return max(found)


@st.composite
def releases_of_many_builds(draw: st.DrawFn) -> World:
    """One package, one version: wheels of several indexes, builds and tags, some of them broken."""
    targets = make_targets(draw(st.sets(st.sampled_from(TARGET_NAMES), min_size=1)))
    tags = ["py3-none-any"]
    for target in targets:
        tag = platform_tag(short_name(target))
        tags += [f"cp313-cp313-{tag}", f"cp312-abi3-{tag}"]
    builds = st.sampled_from(("", "1-", "2-", "10-"))
    kinds = st.tuples(builds, st.sampled_from(tags), st.sampled_from(("pypi", "flet")))
    offers = [
        Offer(
            filename=f"ant-1-{build}{tag}.whl",
            index=index,
            requires=("bee (>=>=1)",) if draw(st.integers(0, 5)) == 0 else (),
        )
        for build, tag, index in sorted(draw(st.sets(kinds, min_size=1, max_size=12)))
    ]
    return World(packages={"ant": tuple(offers)}, requirements=("ant",), targets=targets)
