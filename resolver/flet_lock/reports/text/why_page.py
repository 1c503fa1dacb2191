"""The answer of `flet-lock why`, on a page."""

from collections.abc import Iterator, Sequence

from flet_lock.analysis.chains import Chain
from flet_lock.analysis.graph import DependencyGraph
from flet_lock.model.answer.resolution import Node
from flet_lock.reports.layout.clean_text import GLUE, clean
from flet_lock.reports.layout.page import BLANK, Paragraph, Span, paragraph, prose
from flet_lock.reports.wording.availability import AVAILABILITY_WORDS, is_native_library
from flet_lock.reports.wording.look.links import describe_link, describe_part
from flet_lock.reports.wording.look.locked import explain_not_locked, notes_on_locks, suggest_names
from flet_lock.reports.wording.targets import describe_platforms, describe_targets, join_words
from flet_lock.workflows.inspecting.locked_app import LockedPlatform
from flet_lock.workflows.inspecting.why import PlatformReasons, WhyOutcome


def why_page(outcome: WhyOutcome) -> Iterator[Paragraph]:
    """Version and class per platform, then every way from the app, the shortest first."""
    if not outcome.found:
        yield paragraph(
            Span("✗", "bad"),
            " ",
            prose(explain_not_locked(outcome.package, outcome.app), "strong"),
            hanging=2,
        )
        yield paragraph(
            suggest_names(outcome.package, outcome.app),
            indent=2,
            hanging=8,
            label=Span("next:", "good"),
        )
        yield from _notes(outcome)
        return
    for group in _alike(outcome):
        yield from _reasons(outcome, group)
    missing = [each.locked for each in outcome.platforms if each.chains is None]
    if missing:
        where = describe_platforms(each.platform for each in missing)
        yield paragraph(f"{clean(outcome.package)} is not in the lock for {where}")
    yield from _notes(outcome)


def _notes(outcome: WhyOutcome) -> Iterator[Paragraph]:
    for note in notes_on_locks(outcome.app):
        yield paragraph(note, hanging=6, label=Span("note:", "warn"))


def _alike(outcome: WhyOutcome) -> list[list[PlatformReasons]]:
    """The platforms that have the package; those with the same story together."""
    groups: dict[object, list[PlatformReasons]] = {}
    for each in outcome.platforms:
        if each.chains is not None:
            node = each.locked.graph.nodes[outcome.package]
            story = (
                str(node.version),
                _describe_class(node, each.locked.graph, short=True),
                tuple(_describe_chain(chain, each.locked.graph) for chain in each.chains.chains),
                each.chains.complete,
            )
            groups.setdefault(story, []).append(each)
    return list(groups.values())


def _reasons(outcome: WhyOutcome, group: Sequence[PlatformReasons]) -> Iterator[Paragraph]:
    first = group[0]
    graph = first.locked.graph
    node = graph.nodes[outcome.package]
    where = _where(node, [each.locked for each in group])
    library = ", a native library for other packages" if is_native_library(node.package) else ""
    yield paragraph(
        prose(f"{node.package}{GLUE}{node.version}", "strong"),
        f" for {where}: {_describe_class(node, graph, short=False)}{library}",
        hanging=2,
    )
    assert first.chains is not None  # noqa: S101 - `_alike` lets no other through
    chains = first.chains.chains
    digits = len(str(len(chains)))
    for number, chain in enumerate(chains, 1):
        yield paragraph(
            _describe_chain(chain, graph),
            hanging=digits + 4,
            indent=2,
            label=Span(f"{number:>{digits}}.", "faint"),
        )
    if not chains:
        yield paragraph("nothing in the lock asks for it", indent=2)
    if not first.chains.complete:
        yield paragraph("there are more ways: see them with `--all`", indent=2)
    yield BLANK


def _where(node: Node, group: Sequence[LockedPlatform]) -> str:
    graph = group[0].graph
    if len(node.slices) < len(graph.slices) and len(group) == 1:
        return f"{graph.platform.label} {join_words(node.slices)} only"
    return describe_platforms(each.platform for each in group)


def _describe_class(node: Node, graph: DependencyGraph, *, short: bool) -> str:
    """`binary`; target by target where they differ."""
    by_class = {
        each: tuple(t for t in graph.targets if node.availability.get(t.slice_name) is each)
        for each in AVAILABILITY_WORDS
        if each in node.availability.values()
    }
    if len(by_class) == 1:
        return AVAILABILITY_WORDS[next(iter(by_class))].meaning
    if short:
        return repr(sorted((each.value, len(targets)) for each, targets in by_class.items()))
    return "; ".join(
        f"{AVAILABILITY_WORDS[each].meaning.partition(':')[0]} on {describe_targets(targets)}"
        for each, targets in by_class.items()
    )


def _describe_chain(chain: Chain, graph: DependencyGraph) -> str:
    """`` your app → `pandas>=2.2` (3.0.3) → `numpy>=2.3` (arm64-v8a only) ``."""
    steps = ["your app"]
    for link in chain.links:
        asked = describe_link(link)
        if link is not chain.links[-1]:
            asked += f" ({graph.nodes[link.child].version})"
        steps.append(asked)
    part = describe_part(chain.slices, graph.slices)
    return " → ".join(steps) + (f" ({part})" if part else "")
