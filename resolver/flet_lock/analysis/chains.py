"""Every dependency path from the app down to a package, the shortest first."""

from collections.abc import Iterator
from itertools import pairwise
from typing import Final

from msgspec import Struct
from packaging.utils import NormalizedName

from flet_lock.analysis.graph import DependencyGraph, Link

_APP: Final = ""
"""No package is called that."""
_WEIGHED: Final = 2_000
"""Maximum number of paths to look at: a dense graph has more than a user can read."""


class Chain(Struct, frozen=True, kw_only=True):
    """One path: each link starts where the previous one ends, the first at the app."""

    links: tuple[Link, ...]
    """From the app down; never empty."""
    slices: tuple[str, ...]
    """Names of the slices on which every link applies, in target order; never empty."""


class Chains(Struct, frozen=True, kw_only=True):
    """The paths to a package."""

    chains: tuple[Chain, ...]
    """Shortest first; paths of the same length by the names along them."""
    complete: bool
    """False if there are more."""


def chains_to(graph: DependencyGraph, package: NormalizedName, *, limit: int) -> Chains:
    """The simple paths from the app to a package.

    Args:
        graph: the packages.
        package: where the paths end.
        limit: maximum number of paths to return.

    Raises:
        KeyError: the package is not in the graph.
    """
    if package not in graph.nodes:
        raise KeyError(package)
    found: list[Chain] = []
    weighed = 0
    for links in _simple_paths(graph, package):
        weighed += 1
        if weighed > _WEIGHED or len(found) > limit:
            break
        shared = set(graph.slices).intersection(*(link.slices for link in links))
        # One link on 32-bit phones and the next on 64-bit ones lead nowhere.
        if shared:
            found.append(Chain(links=links, slices=graph.in_order(shared)))
    return Chains(
        chains=tuple(sorted(found[:limit], key=_order)),
        complete=len(found) <= limit and weighed <= _WEIGHED,
    )


def _simple_paths(graph: DependencyGraph, package: NormalizedName) -> Iterator[tuple[Link, ...]]:
    """The paths whatever their slices, shortest first."""
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
