"""The locked graph drawn with lines, as text."""

from collections.abc import Iterator, Sequence

from msgspec import Struct
from msgspec.structs import replace

from flet_lock.analysis.graph import DependencyGraph, Link
from flet_lock.analysis.tree import Branch
from flet_lock.model.answer.resolution import Availability, worst_of
from flet_lock.reports.layout.clean_text import GLUE, clean
from flet_lock.reports.layout.glyphs import to_ascii
from flet_lock.reports.layout.page import (
    Line,
    Medium,
    Paragraph,
    Span,
    lay_out,
    paragraph,
    prose,
)
from flet_lock.reports.wording.availability import AVAILABILITY_WORDS, legend, letters
from flet_lock.reports.wording.look.links import describe_part, requirement_texts
from flet_lock.reports.wording.look.locked import explain_not_locked, notes_on_locks, suggest_names
from flet_lock.reports.wording.targets import describe_platforms, join_words
from flet_lock.workflows.inspecting.tree import PlatformTree, TreeOutcome

_NARROWEST = 16
"""Columns that a row keeps for its words however deep it stands."""


class _Row(Struct, frozen=True, kw_only=True):
    """A line of the tree, before it is known how wide a line may be."""

    lead: str
    """Lines before its words."""
    rail: str
    """Lines before a row's further lines."""
    spans: tuple[Span, ...]


def tree_page(outcome: TreeOutcome, *, medium: Medium, verbose: bool) -> list[Line]:
    """One tree per platform; one for all where they are the same."""
    if not outcome.found:
        assert outcome.inverted is not None  # noqa: S101 - the app itself is always there
        return lay_out(_not_locked(outcome), medium)
    trees = [
        (each, tuple(_rows(outcome, each, verbose=verbose)))
        for each in outcome.platforms
        if each.root is not None
    ]
    lines: list[Line] = []
    for rows in dict.fromkeys(rows for _, rows in trees):
        alike = [each for each, own in trees if own == rows]
        lines += lay_out([_heading(outcome, alike)], medium)
        for row in rows:
            lines += _lay_out_row(row, medium)
        lines.append(())
    return lines + lay_out(_below(outcome, trees), medium)


def _not_locked(outcome: TreeOutcome) -> Iterator[Paragraph]:
    assert outcome.inverted is not None  # noqa: S101 - see `tree_page`
    words = explain_not_locked(outcome.inverted, outcome.app)
    yield paragraph(Span("✗", "bad"), " ", prose(words, "strong"), hanging=2)
    yield paragraph(
        suggest_names(outcome.inverted, outcome.app),
        indent=2,
        hanging=8,
        label=Span("next:", "good"),
    )


def _heading(outcome: TreeOutcome, alike: Sequence[PlatformTree]) -> Paragraph:
    where = describe_platforms(each.locked.platform for each in alike)
    count = len(alike[0].locked.graph.nodes)
    noun = "1 package" if count == 1 else f"{count} packages"
    python = join_words(dict.fromkeys(each.locked.python_full_version for each in alike))
    about = f"Python {python}, {noun}"
    if outcome.inverted is not None:
        about = f"Python {python}, who asks for {clean(outcome.inverted)}"
    return paragraph(Span(f"{where}:", "strong"), Span(f" {about}", "faint"), hanging=2)


# ------------------------------------------------------------------------------ rows


def _rows(outcome: TreeOutcome, tree: PlatformTree, *, verbose: bool) -> Iterator[_Row]:
    assert tree.root is not None  # noqa: S101 - `tree_page` lets no other through
    words = _Words(
        graph=tree.locked.graph,
        app=outcome.app.project_name,
        asked=verbose or outcome.inverted is not None,
        upwards=outcome.inverted is not None,
    )
    yield from _unroll(tree.root, words, lead="", rail="")


def _unroll(branch: Branch, words: "_Words", *, lead: str, rail: str) -> Iterator[_Row]:
    below = f"{rail}│ " if branch.branches else f"{rail}  "
    yield _Row(lead=lead, rail=below, spans=words.of(branch))
    for each in branch.branches:
        last = each is branch.branches[-1]
        yield from _unroll(
            each,
            words,
            lead=f"{rail}{'└──' if last else '├──'} ",
            rail=f"{rail}{'    ' if last else '│   '}",
        )


class _Words(Struct, frozen=True, kw_only=True):
    graph: DependencyGraph
    app: str
    asked: bool
    """Whether requirements are shown."""
    upwards: bool

    def of(self, branch: Branch) -> tuple[Span, ...]:
        spans = list(self._name(branch))
        link = branch.link
        if link is not None:
            spans += self._requirements(link)
            parent = None if link.parent is None else self.graph.nodes[link.parent]
            part = describe_part(
                link.slices, self.graph.slices if parent is None else parent.slices
            )
            if part:
                spans.append(Span(f" [{part}]".replace(" and ", f"{GLUE}and{GLUE}"), "warn"))
        if branch.repeated:
            spans.append(Span(" (*)", "faint"))
        if branch.cut:
            spans.append(Span(" …", "faint"))
        return tuple(spans)

    def _requirements(self, link: Link) -> Iterator[Span]:
        texts = requirement_texts(link)
        # Downwards it is the branch's own name that is asked for: that alone tells nothing.
        if self.asked and (self.upwards or texts != (link.child,)):
            verb = "asks for" if self.upwards else "as"
            yield Span(f" {verb} {', '.join(texts).replace(' ', GLUE)}", "faint")

    def _name(self, branch: Branch) -> Iterator[Span]:
        if branch.package is None:
            yield Span(clean(self.app), "strong")
            return
        node = self.graph.nodes[branch.package]
        extras = sorted(
            {extra for edge in branch.link.edges for extra in edge.extras}
            if branch.link is not None and not self.upwards
            else ()
        )
        name = f"{node.package}[{','.join(extras)}]" if extras else node.package
        yield Span(f"{name}{GLUE}{node.version} ", "strong" if branch.link is None else "plain")
        classes = set(node.availability.values())
        yield Span(letters(classes), AVAILABILITY_WORDS[worst_of(classes)].style)


def _lay_out_row(row: _Row, medium: Medium) -> list[Line]:
    lead, rail = (
        (to_ascii(row.lead), to_ascii(row.rail)) if medium.ascii_only else (row.lead, row.rail)
    )
    width = max(medium.width - len(lead), _NARROWEST)
    laid_out = lay_out([Paragraph(spans=row.spans)], replace(medium, width=width))
    return [
        (Span(rail if number else lead, "faint"), *line) for number, line in enumerate(laid_out)
    ]


# --------------------------------------------------------------------------- below


def _below(
    outcome: TreeOutcome, trees: Sequence[tuple[PlatformTree, tuple[_Row, ...]]]
) -> Iterator[Paragraph]:
    """What the signs mean, those in use only; then what to know about the locks."""
    roots = [tree.root for tree, _ in trees if tree.root is not None]
    branches = [branch for root in roots for branch in _all_branches(root)]
    classes = {
        availability
        for tree, _ in trees
        for branch in _all_branches(tree.root)
        if branch.package is not None
        for availability in tree.locked.graph.nodes[branch.package].availability.values()
    }
    yield from _legend(classes, branches)
    missing = [each.locked.platform for each in outcome.platforms if each.root is None]
    if missing and outcome.inverted is not None:
        where = describe_platforms(missing)
        yield paragraph(f"{clean(outcome.inverted)} is not in the lock for {where}")
    for note in notes_on_locks(outcome.app):
        yield paragraph(note, hanging=6, label=Span("note:", "warn"))


def _legend(classes: set[Availability], branches: Sequence[Branch]) -> Iterator[Paragraph]:
    words = [(letter, style, meaning) for letter, style, meaning in legend(classes)]
    spans: list[Span] = []
    for letter, style, meaning in words:
        spans += [Span(f"{letter}{GLUE}", style), Span(f"{meaning}; ", "faint")]
    if any(branch.repeated for branch in branches):
        spans.append(Span(f"(*){GLUE}shown{GLUE}in{GLUE}full{GLUE}elsewhere; ", "faint"))
    if any(branch.cut for branch in branches):
        spans.append(Span(f"…{GLUE}more{GLUE}below; ", "faint"))
    if spans:
        spans[-1] = Span(spans[-1].text.removesuffix("; "), spans[-1].style)
        yield Paragraph(spans=tuple(spans))


def _all_branches(root: Branch | None) -> Iterator[Branch]:
    if root is not None:
        yield root
        for branch in root.branches:
            yield from _all_branches(branch)
