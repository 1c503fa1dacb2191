"""A graph unfolded into a tree that can be read: each subtree once."""

from msgspec import Struct
from packaging.utils import NormalizedName

from flet_lock.analysis.graph import DependencyGraph, Link


class Branch(Struct, frozen=True, kw_only=True):
    """A package, or the app, in its place in the tree."""

    package: NormalizedName | None
    """None: the app."""
    link: Link | None
    """What leads here from the branch above; None at the root."""
    branches: tuple["Branch", ...] = ()
    """What it requires, or what requires it; sorted by package."""
    repeated: bool = False
    """Its branches are shown elsewhere."""
    cut: bool = False
    """It has branches beyond the requested depth."""


def unfold(
    graph: DependencyGraph,
    root: NormalizedName | None,
    *,
    upwards: bool = False,
    depth: int | None = None,
) -> Branch:
    """The tree of dependencies of a package or the app, or of its dependents.

    Args:
        graph: the packages.
        root: the package to start from; None: the app.
        upwards: unfold dependents, up to the app, instead of dependencies.
        depth: levels below the root; None: all.

    Raises:
        KeyError: the package is not in the graph.
    """
    if root is not None and root not in graph.nodes:
        raise KeyError(root)
    return _Unfolding(graph, upwards=upwards, depth=depth).branch(root, None, 0)


class _Unfolding:
    def __init__(self, graph: DependencyGraph, *, upwards: bool, depth: int | None) -> None:
        self._graph = graph
        self._upwards = upwards
        self._depth = depth
        self._levels: dict[NormalizedName | None, int] = {}
        """The level at which a package's branches are shown."""

    def branch(self, package: NormalizedName | None, link: Link | None, level: int) -> Branch:
        following = self._following(package)
        if not following:
            return Branch(package=package, link=link)
        if self._depth is not None and level >= self._depth:
            return Branch(package=package, link=link, cut=True)
        shown_at = self._levels.get(package)
        # With a depth, a branch further up shows more of what is below than one further down.
        if shown_at is not None and (self._depth is None or shown_at <= level):
            return Branch(package=package, link=link, repeated=True)
        self._levels[package] = level
        return Branch(
            package=package,
            link=link,
            branches=tuple(self.branch(name, step, level + 1) for name, step in following),
        )

    def _following(
        self, package: NormalizedName | None
    ) -> list[tuple[NormalizedName | None, Link]]:
        if not self._upwards:
            return [(link.child, link) for link in self._graph.links_from(package)]
        if package is None:
            return []
        return [(link.parent, link) for link in self._graph.links_to(package)]
