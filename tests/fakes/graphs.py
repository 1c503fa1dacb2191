"""Dependency graphs: by hand, and by Hypothesis."""

from collections.abc import Mapping, Sequence

from hypothesis import strategies as st
from packaging.requirements import Requirement
from packaging.utils import NormalizedName, canonicalize_name
from packaging.version import Version

from fakes.targets import make_targets
from flet_lock.analysis.graph import DependencyGraph
from flet_lock.model.answer.resolution import Availability, Edge, Node
from flet_lock.model.target import Platform, Target

TARGETS = make_targets(["android"], python="3.14")


def make_edge(text: str, targets: Sequence[Target] = TARGETS) -> Edge:
    """An edge of `numpy>=2` or any other requirement by name."""
    requirement = Requirement(text)
    return Edge(
        package=canonicalize_name(requirement.name),
        extras=tuple(sorted(map(canonicalize_name, requirement.extras))),
        specifier=str(requirement.specifier),
        slices=tuple(target.slice_name for target in targets),
        marker=None if requirement.marker is None else str(requirement.marker),
    )


def make_graph(
    requires: Mapping[str, Sequence[str | Edge]],
    *,
    classes: Mapping[str, Availability] | None = None,
    targets: Sequence[Target] = TARGETS,
) -> DependencyGraph:
    """A graph of a mapping: `""` is the app, every other key a package."""

    def edges(wanted: Sequence[str | Edge]) -> tuple[Edge, ...]:
        return tuple(one if isinstance(one, Edge) else make_edge(one, targets) for one in wanted)

    return DependencyGraph(
        targets=tuple(targets),
        requires=edges(requires.get("", ())),
        nodes=[
            Node(
                package=canonicalize_name(name),
                version=Version("1.0"),
                availability=dict.fromkeys(
                    (target.slice_name for target in targets),
                    (classes or {}).get(name, Availability.PURE),
                ),
                requires=edges(wanted),
            )
            for name, wanted in requires.items()
            if name
        ],
    )


@st.composite
def graphs(draw: st.DrawFn) -> DependencyGraph:
    """Any graph of up to seven packages: cycles, lonely ones, links on some targets only."""
    names = [f"p{number}" for number in range(draw(st.integers(1, 7)))]
    targets = make_targets([draw(st.sampled_from(Platform)).value], python="3.14")
    subsets = st.sets(st.sampled_from(targets), min_size=1).map(
        lambda chosen: [target for target in targets if target in chosen]
    )
    edge = st.builds(make_edge, st.sampled_from([*names, "elsewhere"]), subsets)
    edges = st.lists(edge, max_size=4)
    return make_graph({"": draw(edges)} | {name: draw(edges) for name in names}, targets=targets)


def name(text: str) -> NormalizedName:
    """The normalized name."""
    return canonicalize_name(text)
