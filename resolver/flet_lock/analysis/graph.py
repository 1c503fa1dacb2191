"""Which package requires which among the packages of one platform, and on which slices.

Made of a resolution or of a lock; nothing here reads files or requests pages.
"""

from collections.abc import Iterable
from functools import cached_property

from msgspec import Struct
from packaging.utils import NormalizedName

from flet_lock.model.answer.resolution import Edge, Node
from flet_lock.model.target import Target


class Link(Struct, frozen=True, kw_only=True):
    """All requirements of one package, or of the app, on another package."""

    parent: NormalizedName | None
    """None: the app itself."""
    child: NormalizedName
    """The required package."""
    edges: tuple[Edge, ...]
    """One per requirement; never empty."""
    slices: tuple[str, ...]
    """Names of the slices on which any of them applies, in target order."""


class DependencyGraph:
    """A platform's packages and the links between them; it may contain cycles."""

    def __init__(
        self, *, targets: tuple[Target, ...], requires: Iterable[Edge], nodes: Iterable[Node]
    ) -> None:
        """Links nodes.

        Args:
            targets: all targets the packages were chosen for, of one platform, in order.
            requires: the app's own requirements.
            nodes: the packages. A requirement on a package outside of them, or of a package on
                itself (an extra that names other extras), makes no link.
        """
        self.targets = targets
        self.platform = targets[0].platform
        self.slices = tuple(target.slice_name for target in targets)
        """Names of the slices of `targets`, in their order."""
        self.nodes = {node.package: node for node in sorted(nodes, key=lambda one: one.package)}
        """By name, sorted."""
        self._requires = tuple(requires)

    def links_from(self, parent: NormalizedName | None) -> tuple[Link, ...]:
        """The links from a package to its dependencies, sorted by package; None: from the app.

        Raises:
            KeyError: there is no such package.
        """
        if parent is not None and parent not in self.nodes:
            raise KeyError(parent)
        return self._down[parent]

    def links_to(self, child: NormalizedName) -> tuple[Link, ...]:
        """The links from the dependents of a package: from the app first, then by name.

        Raises:
            KeyError: there is no such package.
        """
        return self._up[child]

    def within_reach(
        self, start: NormalizedName | None, *, upwards: bool, depth: int | None
    ) -> dict[NormalizedName | None, int]:
        """The packages reachable from a package or the app, with the number of links to each.

        Args:
            start: the package to start from; None: the app.
            upwards: follow links from a package to its dependents, the app (None) included,
                instead of to its dependencies.
            depth: maximum number of links to follow; None: no limit.
        """
        found: dict[NormalizedName | None, int] = {start: 0}
        level: list[NormalizedName | None] = [start]
        while level and (depth is None or found[level[0]] < depth):
            following: list[NormalizedName | None] = []
            for one in level:
                steps: list[NormalizedName | None] = []
                if not upwards:
                    steps += [link.child for link in self._down[one]]
                elif one is not None:
                    steps += [link.parent for link in self._up[one]]
                for step in steps:
                    if step not in found:
                        found[step] = found[one] + 1
                        following.append(step)
            level = following
        return found

    @cached_property
    def _down(self) -> dict[NormalizedName | None, tuple[Link, ...]]:
        down: dict[NormalizedName | None, tuple[Link, ...]] = {
            None: self._links(None, self._requires)
        }
        for node in self.nodes.values():
            down[node.package] = self._links(node.package, node.requires)
        return down

    @cached_property
    def _up(self) -> dict[NormalizedName, tuple[Link, ...]]:
        up: dict[NormalizedName, list[Link]] = {package: [] for package in self.nodes}
        # The app comes first in `_down`, and packages are sorted.
        for links in self._down.values():
            for link in links:
                up[link.child].append(link)
        return {package: tuple(links) for package, links in up.items()}

    def _links(self, parent: NormalizedName | None, edges: Iterable[Edge]) -> tuple[Link, ...]:
        grouped: dict[NormalizedName, list[Edge]] = {}
        for edge in edges:
            if edge.package in self.nodes and edge.package != parent:
                grouped.setdefault(edge.package, []).append(edge)
        return tuple(
            Link(
                parent=parent,
                child=child,
                edges=tuple(own),
                slices=self.in_order(name for edge in own for name in edge.slices),
            )
            for child, own in sorted(grouped.items())
        )

    def in_order(self, slices: Iterable[str]) -> tuple[str, ...]:
        """The slice names without repetition, in this graph's order."""
        wanted = set(slices)
        return tuple(name for name in self.slices if name in wanted)
