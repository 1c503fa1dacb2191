"""What the page of a report shows, as values: the template only draws them.

Names, versions, licences and reasons come from strangers: all of it is cleaned here and escaped by
the template.
"""

from collections.abc import Iterable, Mapping, Sequence

from msgspec import Struct

from flet_lock.analysis.graph import DependencyGraph
from flet_lock.model.answer.blocker import Blocker, Conflict
from flet_lock.model.answer.resolution import Availability, Pin
from flet_lock.model.facts.slices import SLICES_BY_NAME
from flet_lock.model.target import Target
from flet_lock.reports.explanation import Explanation
from flet_lock.reports.html.graph_layout import Drawing, place_graph
from flet_lock.reports.layout.clean_text import clean, clip
from flet_lock.reports.layout.page import Span, prose
from flet_lock.reports.wording.availability import AVAILABILITY_WORDS
from flet_lock.reports.wording.failure.errors import explain
from flet_lock.reports.wording.lock.downgrades import explain_downgrade, group_downgrades
from flet_lock.reports.wording.lock.lock_summary import (
    describe_bytes,
    explain_pins_of_class,
    summarise_platform,
)
from flet_lock.reports.wording.lock.notes import explain_notes
from flet_lock.reports.wording.look.sharing import UNTOLD
from flet_lock.workflows.inspecting.report import Locked, Refused, ReportOutcome
from flet_lock.workflows.outcome import LockOutcome, PlatformOutcome

_LARGEST = 5
_APP = ""
_LABEL_CHARACTERS = 40

Sentence = tuple[Span, ...]


class Cell(Struct, frozen=True, kw_only=True):
    """A package on a target."""

    letter: str
    """Of its class; `""` where the target does not need the package."""
    kind: str
    """The class, a CSS class too."""
    meaning: str
    version: str


class Row(Struct, frozen=True, kw_only=True):
    """A package in the matrix."""

    package: str
    versions: str
    cells: tuple[Cell, ...]
    worst: str
    licences: str
    asked_by: tuple[str, ...]
    """Who asks for it, by name; the app is told apart."""
    by_app: bool
    further: tuple[str, ...]
    """Who needs it by way of those."""


class Node(Struct, frozen=True, kw_only=True):
    """A box of a drawing, with what stands in it."""

    key: str
    label: str
    kind: str
    title: str
    x: float
    y: float
    width: float
    height: float


class GraphFacts(Struct, frozen=True, kw_only=True):
    """The graph of a platform."""

    label: str
    drawing: Drawing
    nodes: tuple[Node, ...]


class Size(Struct, frozen=True, kw_only=True):
    """What a target's wheels weigh."""

    target: str
    total: str
    share: int
    """Per cent of the heaviest target."""
    unknown: int
    """Files whose size no index tells."""
    largest: tuple[tuple[str, str], ...]
    """Package and size, the largest first."""


class Column(Struct, frozen=True, kw_only=True):
    """A target."""

    platform: str
    name: str
    gloss: str


class PageFacts(Struct, frozen=True, kw_only=True):
    """Everything on the page."""

    title: str
    ok: bool
    summary: Sentence
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    legend: tuple[tuple[str, str, str], ...]
    """Letter, class and meaning of the classes in use."""
    counts: tuple[tuple[str, str], ...] = ()
    """Platform and how many packages of which class."""
    problems: tuple[tuple[Sentence, tuple[Sentence, ...], tuple[Sentence, ...]], ...] = ()
    """Summary, details and ways out."""
    hints: tuple[Sentence, ...] = ()
    """What solves all problems."""
    warnings: tuple[Sentence, ...] = ()
    older: tuple[tuple[str, Sentence], ...] = ()
    """Platforms and reason."""
    notes: tuple[Sentence, ...] = ()
    graphs: tuple[GraphFacts, ...] = ()
    sizes: tuple[Size, ...] = ()
    licences: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """A licence and the packages that have it."""


def page_facts(outcome: ReportOutcome) -> PageFacts:
    """What there is to show of an app, locked or refused."""
    if isinstance(outcome.found, Locked):
        return _locked(outcome, outcome.found)
    return _refused(outcome, outcome.found)


def _sentences(texts: Iterable[str]) -> tuple[Sentence, ...]:
    return tuple(prose(clean(text)) for text in texts)


def _columns(targets: Iterable[Target]) -> tuple[Column, ...]:
    return tuple(
        Column(
            platform=target.platform.label,
            name=target.slice_name,
            gloss=SLICES_BY_NAME[target.slice_name].gloss,
        )
        for target in targets
    )


def _legend(kinds: Iterable[str]) -> tuple[tuple[str, str, str], ...]:
    found = set(kinds)
    return tuple(
        (words.letter, each.value, words.meaning)
        for each, words in AVAILABILITY_WORDS.items()
        if each.value in found
    )


def _locked(outcome: ReportOutcome, found: Locked) -> PageFacts:
    answer = found.answer
    rows = _rows(outcome.targets, answer, found)
    together, apart = group_downgrades(*(each.downgrades for each in answer.platforms))
    labels = " and ".join(each.platform.label for each in answer.platforms)
    older = [(labels, alike) for alike in together]
    for platform, own in zip(answer.platforms, apart, strict=True):
        older += [(platform.platform.label, alike) for alike in own]
    return PageFacts(
        title=clean(outcome.project_name),
        ok=True,
        summary=prose(f"Can be locked for {clean(labels)}: Python {answer.python_full_version}"),
        columns=_columns(outcome.targets),
        rows=rows,
        legend=_legend(cell.kind for row in rows for cell in row.cells),
        counts=tuple((each.platform.label, summarise_platform(each)) for each in answer.platforms),
        warnings=_sentences(_warnings(answer)),
        older=tuple((where, prose(clean(explain_downgrade(*alike)))) for where, alike in older),
        notes=_sentences(explain_notes(answer.notes)),
        graphs=tuple(_graph(each) for each in answer.platforms),
        sizes=_sizes(answer),
        licences=_licences(found),
    )


def _warnings(answer: LockOutcome) -> Iterable[str]:
    for platform in answer.platforms:
        hollow = [pin for pin in platform.resolution.pins if pin.worst is Availability.HOLLOW]
        if hollow:
            text = explain_pins_of_class(Availability.HOLLOW, hollow, platform.resolution)
            yield f"{platform.platform.label}: {text}"


def _rows(targets: Sequence[Target], answer: LockOutcome, found: Locked) -> tuple[Row, ...]:
    graphs = [_graph_of(each) for each in answer.platforms]
    pins: dict[str, list[Pin]] = {}
    for platform in answer.platforms:
        for pin in platform.resolution.pins:
            pins.setdefault(pin.package, []).append(pin)
    return tuple(_row(targets, pins[package], graphs, found) for package in sorted(pins))


def _row(
    targets: Sequence[Target], pins: Sequence[Pin], graphs: Sequence[DependencyGraph], found: Locked
) -> Row:
    package = pins[0].package
    own = [graph for graph in graphs if package in graph.nodes]
    parents = {link.parent for graph in own for link in graph.links_to(package)}
    above = {
        name for graph in own for name in graph.within_reach(package, upwards=True, depth=None)
    }
    versions = dict.fromkeys(str(pin.version) for pin in pins)
    return Row(
        package=clean(package),
        versions=", ".join(map(clean, versions)),
        cells=tuple(_cell(target, pins) for target in targets),
        worst=max((pin.worst for pin in pins), key=[*Availability].index).value,
        licences=", ".join(clip(each) for each in found.licences.get(package, ())),
        asked_by=tuple(sorted(clean(name) for name in parents if name is not None)),
        by_app=None in parents,
        further=tuple(
            sorted(clean(name) for name in above - parents - {package} if name is not None)
        ),
    )


def _cell(target: Target, pins: Iterable[Pin]) -> Cell:
    for pin in pins:
        if target in pin.artifacts:
            availability = pin.availability[target.slice_name]
            words = AVAILABILITY_WORDS[availability]
            return Cell(
                letter=words.letter,
                kind=availability.value,
                meaning=words.meaning,
                version=clean(str(pin.version)),
            )
    return Cell(letter="", kind="none", meaning="not needed", version="")


def _graph_of(platform: PlatformOutcome) -> DependencyGraph:
    answer = platform.resolution
    return DependencyGraph(targets=answer.targets, requires=answer.requires, nodes=answer.pins)


def _graph(platform: PlatformOutcome) -> GraphFacts:
    graph = _graph_of(platform)
    labels = {_APP: "your app"}
    kinds = {_APP: "app"}
    for node in graph.nodes.values():
        labels[node.package] = f"{node.package} {node.version}"
        kinds[node.package] = node.worst.value
    links = [
        (parent or _APP, link.child)
        for parent in (None, *graph.nodes)
        for link in graph.links_from(parent)
    ]
    return _drawn(platform.platform.label, labels, kinds, links)


def _drawn(
    label: str,
    labels: Mapping[str, str],
    kinds: Mapping[str, str],
    links: Iterable[tuple[str, str]],
) -> GraphFacts:
    shown = {key: clip(text, _LABEL_CHARACTERS) for key, text in labels.items()}
    drawing = place_graph(shown, links)
    return GraphFacts(
        label=label,
        drawing=drawing,
        nodes=tuple(
            Node(
                key=clean(box.key),
                label=shown[box.key],
                kind=kinds[box.key],
                title=f"{clean(labels[box.key])}: {kinds[box.key]}",
                x=round(box.x, 1),
                y=round(box.y, 1),
                width=round(box.width, 1),
                height=box.height,
            )
            for box in drawing.boxes
        ),
    )


def _sizes(answer: LockOutcome) -> tuple[Size, ...]:
    weighed: list[tuple[Target, list[tuple[int, str]], int]] = []
    for platform in answer.platforms:
        for target in platform.resolution.targets:
            files = [
                (pin.artifacts[target].size, pin.package)
                for pin in platform.resolution.pins
                if target in pin.artifacts
            ]
            known = sorted(((size, name) for size, name in files if size is not None), reverse=True)
            weighed.append((target, [*known], len(files) - len(known)))
    heaviest = max((sum(size for size, _ in known) for _, known, _ in weighed), default=0) or 1
    return tuple(
        Size(
            target=target.label,
            total=describe_bytes(total),
            share=round(100 * total / heaviest),
            unknown=unknown,
            largest=tuple((clean(name), describe_bytes(size)) for size, name in known[:_LARGEST]),
        )
        for target, known, unknown in weighed
        for total in [sum(size for size, _ in known)]
    )


def _licences(found: Locked) -> tuple[tuple[str, tuple[str, ...]], ...]:
    groups: dict[str, list[str]] = {}
    for package, names in found.licences.items():
        for name in names or (UNTOLD,):
            groups.setdefault(clip(name), []).append(clean(package))
    ordered = sorted(groups.items(), key=lambda item: (-len(item[1]), item[0]))
    return tuple((name, tuple(sorted(packages))) for name, packages in ordered)


def _refused(outcome: ReportOutcome, found: Refused) -> PageFacts:
    explanation = explain(found.error)
    rows = _blocked_rows(outcome.targets, found.error.blockers)
    return PageFacts(
        title=clean(outcome.project_name),
        ok=False,
        summary=prose(clean(explanation.summary)),
        columns=_columns(outcome.targets),
        rows=rows,
        legend=_legend(cell.kind for row in rows for cell in row.cells),
        problems=tuple(map(_problem, explanation.parts or (explanation,))),
        hints=_sentences(explanation.hints if explanation.parts else ()),
        graphs=tuple(_blocked_graphs(found.error.blockers)),
    )


def _problem(part: Explanation) -> tuple[Sentence, tuple[Sentence, ...], tuple[Sentence, ...]]:
    return (prose(clean(part.summary)), _sentences(part.details), _sentences(part.hints))


def _blocked_rows(targets: Sequence[Target], blockers: Iterable[Blocker]) -> tuple[Row, ...]:
    missing: dict[str, set[Target]] = {}
    chains: dict[str, set[str]] = {}
    direct: set[str] = set()
    for blocker in blockers:
        if isinstance(blocker, Conflict):
            continue
        package = clean(blocker.package)
        missing.setdefault(package, set()).update(blocker.targets)
        above = {clean(link.package) for link in blocker.chain[:-1]}
        chains.setdefault(package, set()).update(above)
        if not above:
            direct.add(package)
    words = AVAILABILITY_WORDS[Availability.MISSING]
    none = Cell(letter="", kind="none", meaning="not what stands in the way", version="")
    gap = Cell(letter=words.letter, kind="missing", meaning=words.meaning, version="")
    return tuple(
        Row(
            package=package,
            versions="",
            cells=tuple(gap if target in gaps else none for target in targets),
            worst="missing",
            licences="",
            asked_by=tuple(sorted(chains[package])),
            by_app=package in direct,
            further=(),
        )
        for package, gaps in sorted(missing.items())
    )


def _blocked_graphs(blockers: Iterable[Blocker]) -> Iterable[GraphFacts]:
    """The ways from the app to what stands in the way, per platform."""
    by_platform: dict[str, list[Blocker]] = {}
    for blocker in blockers:
        by_platform.setdefault(blocker.platform.label, []).append(blocker)
    for label, own in by_platform.items():
        labels, kinds = {_APP: "your app"}, {_APP: "app"}
        links: list[tuple[str, str]] = []
        for blocker in own:
            before = _APP
            for link in blocker.chain:
                version = "" if link.version is None else f" {link.version}"
                labels.setdefault(link.package, f"{link.package}{version}")
                kinds.setdefault(link.package, "unknown")
                links.append((before, link.package))
                before = link.package
            kinds[blocker.package] = "clash" if isinstance(blocker, Conflict) else "missing"
            labels.setdefault(blocker.package, blocker.package)
        yield _drawn(label, labels, kinds, links)
