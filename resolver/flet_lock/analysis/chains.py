"""Every way from the app down to a package, the shortest first."""

from collections.abc import Iterator
from itertools import pairwise
from typing import Final

from msgspec import Struct
from packaging.utils import NormalizedName

from flet_lock.analysis.graph import DependencyGraph, Link
from flet_lock.model.target import Target

_APP: Final = ""
"""No package is called that."""
_WEIGHED: Final = 2_000
"""Ways that are weighed at most: a dense graph has more of them than anybody can read."""


class Chain(Struct, frozen=True, kw_only=True):
    """One way: each link starts where the one before it ended, the first at the app."""

    links: tuple[Link, ...]
    targets: tuple[Target, ...]
    """Where every link of it holds; never empty."""


class Chains(Struct, frozen=True, kw_only=True):
    """The ways to a package."""

    chains: tuple[Chain, ...]
    """Shortest first; ways of one length by the names along them."""
    complete: bool
    """False where there are more."""


def chains_to(graph: DependencyGraph, package: NormalizedName, *, limit: int) -> Chains:
    """The ways from the app to a package, without going in circles.

    Raises:
        KeyError: the package is not in the graph.
    """
    if package not in graph.nodes:
        raise KeyError(package)
    found: list[Chain] = []
    weighed = 0
    for links in _ways(graph, package):
        weighed += 1
        if weighed > _WEIGHED or len(found) > limit:
            break
        shared = set(graph.targets).intersection(*(link.targets for link in links))
        # One link on 32-bit phones and the next on 64-bit ones lead nowhere.
        if shared:
            found.append(Chain(links=links, targets=graph.in_order(shared)))
    return Chains(
        chains=tuple(sorted(found[:limit], key=_order)),
        complete=len(found) <= limit and weighed <= _WEIGHED,
    )


def _ways(graph: DependencyGraph, package: NormalizedName) -> Iterator[tuple[Link, ...]]:
    """The ways whatever the targets, shortest first."""
    import networkx as nx  # type: ignore[import-untyped]  # noqa: PLC0415 - no stubs; slow to import

    # Only what leads to the package: in a large app that is a small part.
    concerned = graph.within_reach(package, upwards=True, depth=None)
    if None not in concerned:
        return
    links = {
        (link.parent or _APP, link.child): link
        for child in sorted(name for name in concerned if name is not None)
        for link in graph.links_to(child)
    }
    digraph = nx.DiGraph()
    digraph.add_edges_from(links)
    for names in nx.shortest_simple_paths(digraph, _APP, package):
        yield tuple(links[pair] for pair in pairwise(names))


def _order(chain: Chain) -> tuple[int, tuple[str, ...]]:
    return (len(chain.links), tuple(link.child for link in chain.links))
