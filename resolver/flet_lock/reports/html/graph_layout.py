"""Places the nodes of a directed graph in columns, as Sugiyama's method does.

Columns by the longest way from the roots, waypoints where a line passes a column, the order within
a column by the mean of the neighbours (Sugiyama, Tagawa and Toda, 1981).
"""

import itertools
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from msgspec import Struct

_ROW: Final = 34.0
"""Height of a node's place, in pixels of the drawing."""
_WAYPOINT_ROW: Final = 12.0
_NODE_HEIGHT: Final = 26.0
_GAP: Final = 64.0
"""Between columns: room for the lines to bend."""
_CHARACTER: Final = 7.3
"""Width of a character of the labels (12 px, monospaced)."""
_PADDING: Final = 20.0
_MARGIN: Final = 12.0
_SWEEPS: Final = 6


class Box(Struct, frozen=True, kw_only=True):
    """A node in its place; all numbers in pixels."""

    key: str
    x: float
    y: float
    width: float
    height: float = _NODE_HEIGHT


class Line(Struct, frozen=True, kw_only=True):
    """A link as an SVG path."""

    start: str
    end: str
    path: str
    """The `d` attribute."""


class Drawing(Struct, frozen=True, kw_only=True):
    """A graph with all places."""

    width: float
    height: float
    boxes: tuple[Box, ...]
    lines: tuple[Line, ...]


def place_graph(labels: Mapping[str, str], links: Iterable[tuple[str, str]]) -> Drawing:
    """Places every node and link; equal input gives an equal drawing.

    Args:
        labels: key of each node to the text in it, in the order for ties.
        links: pairs of keys; cycles are allowed, a link of a node to itself is left out.
    """
    pairs = [pair for pair in dict.fromkeys(links) if pair[0] != pair[1]]
    column = _columns(list(labels), pairs)
    routes = [(pair, _route(pair, column)) for pair in pairs]
    columns = _ordered(labels, column, routes)
    return _drawing(labels, columns, routes)


Waypoint = tuple[str, str, int]
"""Where the line of a link passes a column: start, end, column."""
Spot = str | Waypoint


def _columns(keys: Sequence[str], pairs: Iterable[tuple[str, str]]) -> dict[str, int]:
    """The longest way to each node, without the links that close a cycle."""
    following: dict[str, list[str]] = {key: [] for key in keys}
    for start, end in pairs:
        following[start].append(end)
    finished: list[str] = []
    state: dict[str, bool] = {}
    kept: dict[str, list[str]] = {key: [] for key in keys}
    for root in keys:
        if root in state:
            continue
        state[root] = False
        stack = [(root, iter(following[root]))]
        while stack:  # not by recursion: a chain may be longer than Python's stack
            key, rest = stack[-1]
            step = next(rest, None)
            if step is None:
                state[key] = True
                finished.append(key)
                stack.pop()
            elif step not in state:
                kept[key].append(step)
                state[step] = False
                stack.append((step, iter(following[step])))
            elif state[step]:
                kept[key].append(step)
    column = dict.fromkeys(keys, 0)
    for key in reversed(finished):
        for step in kept[key]:
            column[step] = max(column[step], column[key] + 1)
    return column


def _route(pair: tuple[str, str], column: Mapping[str, int]) -> tuple[Spot, ...]:
    start, end = pair
    first, last = column[start], column[end]
    step = 1 if last >= first else -1
    between = range(first + step, last, step)
    return (start, *((start, end, number) for number in between), end)


def _ordered(
    labels: Mapping[str, str],
    column: Mapping[str, int],
    routes: Iterable[tuple[tuple[str, str], tuple[Spot, ...]]],
) -> list[list[Spot]]:
    columns: list[list[Spot]] = [[] for _ in range(max(column.values(), default=0) + 1)]
    for key in labels:
        columns[column[key]].append(key)
    neighbours: dict[Spot, list[Spot]] = {}
    for _, route in routes:
        for spot in route:
            if not isinstance(spot, str):
                columns[spot[2]].append(spot)
        for one, other in itertools.pairwise(route):
            neighbours.setdefault(one, []).append(other)
            neighbours.setdefault(other, []).append(one)
    where = _positions(columns)
    for sweep in range(_SWEEPS):
        order = columns if sweep % 2 == 0 else list(reversed(columns))
        for each in order:
            weight = {
                spot: sum(where[other] for other in near) / len(near) if near else where[spot]
                for spot in each
                for near in [neighbours.get(spot, [])]
            }
            each.sort(key=weight.__getitem__)
            where |= _positions([each])
    return columns


def _positions(columns: Iterable[Sequence[Spot]]) -> dict[Spot, float]:
    """0 to 1 from the top, so that short and long columns compare."""
    return {
        spot: (number + 0.5) / len(each) for each in columns for number, spot in enumerate(each)
    }


def _drawing(
    labels: Mapping[str, str],
    columns: Sequence[Sequence[Spot]],
    routes: Iterable[tuple[tuple[str, str], tuple[Spot, ...]]],
) -> Drawing:
    heights = [sum(_height(spot) for spot in each) for each in columns]
    tallest = max(heights, default=0.0)
    boxes: dict[str, Box] = {}
    bends: dict[Spot, tuple[float, float, float]] = {}
    """Left, right and middle height of each spot."""
    x = _MARGIN
    for each, height in zip(columns, heights, strict=True):
        width = max((_width(labels[spot]) for spot in each if isinstance(spot, str)), default=0.0)
        y = _MARGIN + (tallest - height) / 2
        for spot in each:
            middle = y + _height(spot) / 2
            bends[spot] = (x, x + width, middle)
            if isinstance(spot, str):
                own = _width(labels[spot])
                bends[spot] = (x, x + own, middle)
                boxes[spot] = Box(key=spot, x=x, y=middle - _NODE_HEIGHT / 2, width=own)
            y += _height(spot)
        x += width + _GAP
    return Drawing(
        width=x - _GAP + _MARGIN,
        height=tallest + 2 * _MARGIN,
        boxes=tuple(boxes[key] for key in labels),
        lines=tuple(
            Line(start=pair[0], end=pair[1], path=_path([bends[spot] for spot in route]))
            for pair, route in routes
        ),
    )


def _height(spot: Spot) -> float:
    return _ROW if isinstance(spot, str) else _WAYPOINT_ROW


def _width(label: str) -> float:
    return len(label) * _CHARACTER + _PADDING


def _path(bends: Sequence[tuple[float, float, float]]) -> str:
    """A curve from the right side of each spot to the left side of the next."""
    _, right, height = bends[0]
    parts = [f"M{right:.1f} {height:.1f}"]
    for left, far, level in bends[1:]:
        middle = (right + left) / 2
        parts.append(f"C{middle:.1f} {height:.1f} {middle:.1f} {level:.1f} {left:.1f} {level:.1f}")
        if far != left and (left, far, level) != bends[-1]:
            parts.append(f"H{far:.1f}")
        right, height = far, level
    return "".join(parts)
