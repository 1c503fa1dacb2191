"""Laws of the graph: whatever is drawn of it is all of it, and chains are the shortest."""

from collections import deque
from collections.abc import Iterator
from itertools import pairwise

import pytest
from hypothesis import given, settings
from packaging.utils import NormalizedName

from fakes.graphs import TARGETS, graphs, make_edge, make_graph, name
from flet_lock.analysis.chains import Chain, chains_to
from flet_lock.analysis.graph import DependencyGraph, Link
from flet_lock.analysis.tree import Branch, unfold

few = settings(max_examples=40)
"""Small graphs show what there is to show early."""
NUMPY = name("numpy")
SHARED = make_graph(
    {
        "": ["numpy>=2", "pandas", "matplotlib"],
        "pandas": ["numpy>=1.26"],
        "matplotlib": ["contourpy", "numpy"],
        "contourpy": ["numpy"],
        "numpy": [],
    }
)


def names_of(chain: Chain) -> list[str]:
    return [link.child for link in chain.links]


def every_way(graph: DependencyGraph, package: NormalizedName) -> list[tuple[str, ...]]:
    """Brute force: each way without circles that some slice can go."""
    found: list[tuple[str, ...]] = []
    queue: deque[tuple[tuple[NormalizedName, ...], frozenset[str]]] = deque(
        [((), frozenset(graph.slices))]
    )
    while queue:
        way, slices = queue.popleft()
        if way and way[-1] == package:
            found.append(way)
            continue
        for link in graph.links_from(way[-1] if way else None):
            shared = slices & set(link.slices)
            if link.child not in way and shared:
                queue.append(((*way, link.child), shared))
    return found


def all_links(graph: DependencyGraph) -> set[tuple[str | None, str]]:
    return {
        (link.parent, link.child)
        for parent in (None, *graph.nodes)
        for link in graph.links_from(parent)
    }


def walk(branch: Branch) -> Iterator[Branch]:
    yield branch
    for each in branch.branches:
        yield from walk(each)


def test_every_way_is_told_the_shortest_first() -> None:
    chains = chains_to(SHARED, NUMPY, limit=10)
    assert [names_of(chain) for chain in chains.chains] == [
        ["numpy"],
        ["matplotlib", "numpy"],
        ["pandas", "numpy"],
        ["matplotlib", "contourpy", "numpy"],
    ]
    assert chains.complete


def test_what_is_left_out_is_said() -> None:
    chains = chains_to(SHARED, NUMPY, limit=2)
    assert [names_of(chain) for chain in chains.chains] == [["numpy"], ["matplotlib", "numpy"]]
    assert not chains.complete


def test_a_way_that_no_target_can_go_is_none() -> None:
    first, second, third = TARGETS
    graph = make_graph(
        {
            "": [make_edge("a", [first, second]), make_edge("b", [third])],
            "a": [make_edge("c", [second, third])],
            "b": [make_edge("c", [first])],
            "c": [],
        }
    )
    (chain,) = chains_to(graph, name("c"), limit=10).chains
    assert names_of(chain) == ["a", "c"]
    assert chain.slices == (second.slice_name,)


def test_requirements_on_one_package_are_one_link() -> None:
    first, *rest = TARGETS
    graph = make_graph({"": [make_edge("a>=1", rest), make_edge("a<3", [first])], "a": []})
    (link,) = graph.links_from(None)
    assert [edge.specifier for edge in link.edges] == [">=1", "<3"]
    assert link.slices == graph.slices


def test_extras_of_itself_and_packages_elsewhere_are_no_links() -> None:
    graph = make_graph({"": ["a"], "a": ["a", "elsewhere"]})
    assert all_links(graph) == {(None, "a")}


def test_nothing_leads_to_what_nobody_asks_for() -> None:
    chains = chains_to(make_graph({"": [], "a": ["b"], "b": ["a"]}), name("a"), limit=5)
    assert (chains.chains, chains.complete) == ((), True)


@pytest.mark.parametrize(
    "ask", [lambda g: chains_to(g, name("x"), limit=1), lambda g: unfold(g, name("x"))]
)
def test_a_package_that_is_not_there_is_an_error(ask) -> None:  # type: ignore[no-untyped-def] # noqa: ANN001 - two unlike functions
    with pytest.raises(KeyError):
        ask(SHARED)


def test_the_number_of_ways_does_not_run_away() -> None:
    # 3 ** 12 ways, and the limit is what is paid for.
    layers = {f"l{n}-{k}": [f"l{n + 1}-{j}" for j in range(3)] for n in range(12) for k in range(3)}
    ends = {f"l12-{k}": ["end"] for k in range(3)}
    graph = make_graph({"": ["l0-0"], **layers, **ends, "end": []})
    chains = chains_to(graph, name("end"), limit=10)
    assert len(chains.chains) == 10
    assert not chains.complete


@few
@given(graphs())
def test_chains_are_all_ways_and_no_others(graph: DependencyGraph) -> None:
    for package in graph.nodes:
        found = [tuple(names_of(chain)) for chain in chains_to(graph, package, limit=10**6).chains]
        assert sorted(found) == sorted(every_way(graph, package))
        assert found == sorted(found, key=lambda way: (len(way), way))


@few
@given(graphs())
def test_a_chain_hangs_together_and_holds_where_it_says(graph: DependencyGraph) -> None:
    for package in graph.nodes:
        for chain in chains_to(graph, package, limit=5).chains:
            assert chain.links[0].parent is None
            assert all(one.child == other.parent for one, other in pairwise(chain.links))
            shared = set.intersection(*(set(link.slices) for link in chain.links))
            assert chain.slices == graph.in_order(shared)
            assert chain.slices


@few
@given(graphs())
def test_up_is_the_reverse_of_down(graph: DependencyGraph) -> None:
    down: set[Link] = {link for parent in (None, *graph.nodes) for link in graph.links_from(parent)}
    up = {link for package in graph.nodes for link in graph.links_to(package)}
    assert down == up


@few
@given(graphs())
def test_a_tree_shows_each_link_that_can_be_reached_once(graph: DependencyGraph) -> None:
    for upwards, starts in ((False, [None]), (True, list(graph.nodes))):
        for start in starts:
            shown = [
                (branch.link.parent, branch.link.child)
                for branch in walk(unfold(graph, start, upwards=upwards))
                if branch.link is not None
            ]
            within = graph.within_reach(start, upwards=upwards, depth=None)
            expected = {
                (parent, child)
                for parent, child in all_links(graph)
                if (child if upwards else parent) in within
            }
            assert sorted(shown, key=str) == sorted(expected, key=str)


@few
@given(graphs())
def test_a_tree_turned_over_twice_is_the_tree(graph: DependencyGraph) -> None:
    # Who is below the app is who has the app above, and the other way round.
    below = {branch.package for branch in walk(unfold(graph, None))} - {None}
    above = {
        package
        for package in graph.nodes
        if None in {branch.package for branch in walk(unfold(graph, package, upwards=True))}
    }
    assert below == above


@few
@given(graphs())
def test_a_depth_cuts_and_says_so(graph: DependencyGraph) -> None:
    for depth in range(4):
        tree = unfold(graph, None, depth=depth)
        levels = graph.within_reach(None, upwards=False, depth=depth)
        assert {branch.package for branch in walk(tree)} == set(levels)
        whole = unfold(graph, None)
        cut = any(branch.cut for branch in walk(tree))
        assert cut or len(list(walk(tree))) >= len(list(walk(whole)))


def test_what_is_shown_further_up_is_not_shown_again_below() -> None:
    tree = unfold(make_graph({"": ["a", "b"], "a": ["b"], "b": ["c"], "c": []}), None)
    a, b = tree.branches
    assert [each.package for each in a.branches] == ["b"]
    assert a.branches[0].branches[0].package == "c"
    assert b.repeated
    assert not b.branches


def test_with_a_depth_a_branch_further_up_is_shown_in_full() -> None:
    graph = make_graph({"": ["a", "b"], "a": ["b"], "b": ["c"], "c": ["d"], "d": []})
    tree = unfold(graph, None, depth=3)
    a, b = tree.branches
    assert a.branches[0].branches[0].cut
    assert not b.repeated
    assert b.branches[0].branches[0].package == "d"
