"""Who requires whom among the packages of one platform, and on which targets.

Made of a lock or of any other answer; nothing here reads files or asks an index.
"""

from collections.abc import Iterable, Mapping
from functools import cached_property

from msgspec import Struct
from packaging.utils import NormalizedName
from packaging.version import Version

from flet_lock.model.answer.resolution import Availability, Edge
from flet_lock.model.target import Platform, Target


class Node(Struct, frozen=True, kw_only=True):
    """A package at its one version."""

    package: NormalizedName
    version: Version
    availability: Mapping[Target, Availability]
    """For each target that needs it, in target order."""
    requires: tuple[Edge, ...]

    def __hash__(self) -> int:
        return hash((self.package, self.version))

    @property
    def targets(self) -> tuple[Target, ...]:
        """The targets that need it."""
        return tuple(self.availability)


class Link(Struct, frozen=True, kw_only=True):
    """All that one package, or the app, asks of another one."""

    parent: NormalizedName | None
    """None: the app itself."""
    child: NormalizedName
    edges: tuple[Edge, ...]
    """One per requirement; never empty."""
    targets: tuple[Target, ...]
    """Where any of them holds, in target order."""


class DependencyGraph:
    """A platform's packages and the links between them; it may hold cycles."""

    def __init__(
        self,
        *,
        platform: Platform,
        targets: tuple[Target, ...],
        requires: Iterable[Edge],
        nodes: Iterable[Node],
    ) -> None:
        """Links nodes.

        Args:
            platform: the platform.
            targets: all that the packages were chosen for, in order.
            requires: what the app itself asks for.
            nodes: the packages. A requirement on a package outside of them, or of a package on
                itself (an extra that names other extras), makes no link.
        """
        self.platform = platform
        self.targets = targets
        self.nodes = {node.package: node for node in sorted(nodes, key=lambda one: one.package)}
        """By name, sorted."""
        self._requires = tuple(requires)

    def links_from(self, parent: NormalizedName | None) -> tuple[Link, ...]:
        """What a package asks for, sorted by package; None: what the app asks for.

        Raises:
            KeyError: there is no such package.
        """
        if parent is not None and parent not in self.nodes:
            raise KeyError(parent)
        return self._down[parent]

    def links_to(self, child: NormalizedName) -> tuple[Link, ...]:
        """Who asks for a package: the app first, then packages by name.

        Raises:
            KeyError: there is no such package.
        """
        return self._up[child]

    def within_reach(
        self, start: NormalizedName | None, *, upwards: bool, depth: int | None
    ) -> dict[NormalizedName | None, int]:
        """What can be reached from a package or the app, with the number of links to it.

        Args:
            start: None: the app.
            upwards: towards those who ask, the app (None) included.
            depth: at most so many links; None: any number.
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
                edges=tuple(asked),
                targets=self.in_order(target for edge in asked for target in edge.targets),
            )
            for child, asked in sorted(grouped.items())
        )

    def in_order(self, targets: Iterable[Target]) -> tuple[Target, ...]:
        """The targets without repetition, in this graph's order."""
        wanted = set(targets)
        return tuple(target for target in self.targets if target in wanted)
