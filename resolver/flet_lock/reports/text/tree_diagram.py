"""The locked graph as a diagram for other programs: Mermaid and Graphviz.

One diagram for all platforms: as it is where they have the same packages and links, else with a
frame around each platform's.
"""

from collections.abc import Iterator, Sequence

from msgspec import Struct
from packaging.utils import NormalizedName

from flet_lock.analysis.graph import DependencyGraph, Link
from flet_lock.model.answer.resolution import Availability, worst_of
from flet_lock.reports.layout.clean_text import clean
from flet_lock.reports.wording.availability import letters
from flet_lock.reports.wording.look.links import describe_part
from flet_lock.workflows.inspecting.tree import PlatformTree, TreeOutcome

_COLOURS = {
    Availability.PURE: "#d9f2d9",
    Availability.BINARY: "#d6eaf8",
    Availability.PURE_FALLBACK: "#fdf2d0",
    Availability.HOLLOW: "#f8d0d0",
    Availability.SOURCE_ONLY: "#fdebd0",
    Availability.MISSING: "#eeeeee",
}
"""Fills that leave black text readable."""


class _Box(Struct, frozen=True, kw_only=True):
    """The app or a package."""

    identifier: str
    label: str
    availability: Availability | None
    """None: the app."""


class _Arrow(Struct, frozen=True, kw_only=True):
    tail: str
    head: str
    label: str
    """Where it holds, if not everywhere."""


class _Frame(Struct, frozen=True, kw_only=True):
    """What a platform, or several that are alike, have."""

    name: str
    title: str
    boxes: tuple[_Box, ...]
    arrows: tuple[_Arrow, ...]


def render_mermaid(outcome: TreeOutcome) -> str:
    """A Mermaid flowchart (mermaid.js.org/syntax/flowchart.html); GitHub draws it in Markdown."""
    frames = _frames(outcome)
    lines = ["flowchart LR"]
    for frame in frames:
        inner = "  " if len(frames) == 1 else "    "
        if len(frames) > 1:
            lines.append(f'  subgraph {frame.name}["{_mermaid_text(frame.title)}"]')
        for box in frame.boxes:
            text = _mermaid_text(box.label)
            shape = f'(["{text}"])' if box.availability is None else f'["{text}"]'
            style = "" if box.availability is None else f":::{_class_name(box.availability)}"
            lines.append(f"{inner}{box.identifier}{shape}{style}")
        for arrow in frame.arrows:
            label = f'|"{_mermaid_text(arrow.label)}"|' if arrow.label else ""
            lines.append(f"{inner}{arrow.tail} -->{label} {arrow.head}")
        if len(frames) > 1:
            lines.append("  end")
    used = {box.availability for frame in frames for box in frame.boxes}
    lines += [
        f"  classDef {_class_name(each)} fill:{colour},stroke:#666,color:#000"
        for each, colour in _COLOURS.items()
        if each in used
    ]
    return "\n".join(lines) + "\n"


def render_dot(outcome: TreeOutcome) -> str:
    """A directed graph in the DOT language (graphviz.org/doc/info/lang.html)."""
    frames = _frames(outcome)
    lines = [
        f"digraph {_dot_text(outcome.app.project_name)} {{",
        "  rankdir=LR;",
        '  node [shape=box, style="rounded,filled", fillcolor=white, fontname="sans-serif"];',
        '  edge [fontname="sans-serif", fontsize=10];',
    ]
    for frame in frames:
        inner = "  " if len(frames) == 1 else "    "
        if len(frames) > 1:
            lines += [
                f"  subgraph cluster_{frame.name} {{",
                f"{inner}label={_dot_text(frame.title)};",
            ]
        for box in frame.boxes:
            look = (
                "shape=ellipse"
                if box.availability is None
                else f'fillcolor="{_COLOURS[box.availability]}"'
            )
            lines.append(f"{inner}{box.identifier} [label={_dot_text(box.label)}, {look}];")
        for arrow in frame.arrows:
            label = f" [label={_dot_text(arrow.label)}]" if arrow.label else ""
            lines.append(f"{inner}{arrow.tail} -> {arrow.head}{label};")
        if len(frames) > 1:
            lines.append("  }")
    return "\n".join([*lines, "}"]) + "\n"


def shown_links(tree: PlatformTree, outcome: TreeOutcome) -> tuple[Link, ...]:
    """The links of a platform that are within the depth, from the app or up to it; sorted."""
    if tree.root is None:
        return ()
    graph = tree.locked.graph
    upwards = outcome.inverted is not None
    levels = graph.within_reach(outcome.inverted, upwards=upwards, depth=outcome.depth)
    found: list[Link] = []
    for name, level in levels.items():
        if outcome.depth is not None and level >= outcome.depth:
            continue
        if not upwards:
            found += graph.links_from(name)
        elif name is not None:
            found += graph.links_to(name)
    return tuple(sorted(found, key=lambda link: (link.parent or "", link.child)))


def shown_packages(tree: PlatformTree, outcome: TreeOutcome) -> tuple[NormalizedName, ...]:
    """The packages of a platform that are within the depth; sorted."""
    if tree.root is None:
        return ()
    levels = tree.locked.graph.within_reach(
        outcome.inverted, upwards=outcome.inverted is not None, depth=outcome.depth
    )
    return tuple(sorted(name for name in levels if name is not None))


# --------------------------------------------------------------------------- framing


def _frames(outcome: TreeOutcome) -> list[_Frame]:
    found = [
        _frame([tree], outcome, prefix="") for tree in outcome.platforms if tree.root is not None
    ]
    if len({(frame.boxes, frame.arrows) for frame in found}) == 1:
        return [found[0]]
    return [
        _frame([tree], outcome, prefix=f"{tree.locked.platform.value}_")
        for tree in outcome.platforms
        if tree.root is not None
    ]


def _frame(alike: Sequence[PlatformTree], outcome: TreeOutcome, *, prefix: str) -> _Frame:
    tree = alike[0]
    graph = tree.locked.graph
    packages = shown_packages(tree, outcome)
    links = shown_links(tree, outcome)
    # Names are given numbers: every name is a good one then, also `end` and `graph`.
    identifiers: dict[NormalizedName | None, str] = {
        name: f"{prefix}p{number}" for number, name in enumerate(packages, 1)
    }
    identifiers[None] = f"{prefix}app"
    with_app = outcome.inverted is None or any(link.parent is None for link in links)
    app = _Box(
        identifier=identifiers[None], label=clean(outcome.app.project_name), availability=None
    )
    return _Frame(
        name=tree.locked.platform.value,
        title=tree.locked.platform.label,
        boxes=(
            *([app] if with_app else []),
            *(_box(graph, name, identifiers[name]) for name in packages),
        ),
        arrows=tuple(_arrows(graph, links, identifiers)),
    )


def _box(graph: DependencyGraph, name: NormalizedName, identifier: str) -> _Box:
    node = graph.nodes[name]
    classes = set(node.availability.values())
    return _Box(
        identifier=identifier,
        label=f"{name} {node.version} ({letters(classes)})",
        availability=worst_of(classes),
    )


def _arrows(
    graph: DependencyGraph,
    links: Sequence[Link],
    identifiers: dict[NormalizedName | None, str],
) -> Iterator[_Arrow]:
    for link in links:
        whole = graph.slices if link.parent is None else graph.nodes[link.parent].slices
        yield _Arrow(
            tail=identifiers[link.parent],
            head=identifiers[link.child],
            label=describe_part(link.slices, whole),
        )


def _class_name(availability: Availability) -> str:
    return availability.value.replace("-", "_")


def _mermaid_text(text: str) -> str:
    """Between quotes everything is text but for the quote; entities start with `#`."""
    return (
        text.replace("#", "#35;")
        .replace('"', "#quot;")
        .replace("<", "#lt;")
        .replace(">", "#gt;")
        .replace("`", "#96;")
    )


def _dot_text(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
