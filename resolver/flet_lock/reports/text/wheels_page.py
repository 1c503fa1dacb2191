"""The answer of `flet-lock wheels`: a matrix of versions and targets per package."""

from collections.abc import Iterator, Sequence
from typing import Final

from msgspec import Struct

from flet_lock.analysis.availability import PackageOffers, ReleaseOffers
from flet_lock.model.target import Platform, Target
from flet_lock.reports.layout.clean_text import GLUE, clean
from flet_lock.reports.layout.page import (
    Line,
    Medium,
    Paragraph,
    Span,
    cells,
    lay_out,
    paragraph,
    prose,
)
from flet_lock.reports.wording.look.offers import (
    SIGNS_IN_ORDER,
    Sign,
    explain_faults,
    explain_kind,
    explain_newest,
    explain_sdist,
    explain_yanked,
    sign_of,
    summarise_package,
)
from flet_lock.workflows.inspecting.wheels import WheelsOutcome

LINES_SHOWN: Final = 10
"""Lines of the matrix without `--all`."""
_GAP: Final = 2
_DATE_COLUMNS: Final = 7

Build = tuple[tuple[int, int], Platform]


class _Row(Struct, frozen=True, kw_only=True):
    """Releases in a row that offer the same, as one line."""

    newest: ReleaseOffers
    older: int
    """How many more, older ones."""
    signs: tuple[Sign, ...]

    @property
    def version(self) -> str:
        return clean(str(self.newest.version))

    @property
    def count(self) -> str:
        return f"+{self.older}" if self.older else ""

    @property
    def date(self) -> str:
        return "" if self.newest.uploaded is None else f"{self.newest.uploaded:%Y-%m}"

    @property
    def indexes(self) -> str:
        return clean(", ".join(self.newest.indexes))


def wheels_page(outcome: WheelsOutcome, *, medium: Medium) -> list[Line]:
    """Matrix and conclusion of each package, one legend below."""
    lines: list[Line] = []
    used: set[Sign] = set()
    folded = False
    for package in outcome.packages:
        rows = list(_rows(package, fold=not outcome.everything))
        shown = rows if outcome.everything else rows[:LINES_SHOWN]
        lines += lay_out([_title(package)], medium)
        if shown:
            lines += _matrix(package, shown, medium)
        lines += lay_out(_below(package, rows, shown), medium)
        lines.append(())
        used |= {sign for row in shown for sign in row.signs}
        folded = folded or any(row.older for row in shown)
    if used:
        lines += lay_out(_legend(outcome, used, folded=folded), medium)
    return lines


def _title(package: PackageOffers) -> Paragraph:
    words = prose(summarise_package(package), "strong")
    if package.releases:
        return paragraph(words, hanging=2)
    return paragraph(Span("✗", "bad"), " ", words, hanging=2)


# ------------------------------------------------------------------------------ rows


def _rows(package: PackageOffers, *, fold: bool) -> Iterator[_Row]:
    """One row per release; folded, neighbours that offer the same from the same indexes are one."""
    pending: _Row | None = None
    for release in package.releases:
        row = _Row(
            newest=release,
            older=0,
            signs=tuple(sign_of(each, release, package) for each in release.offers),
        )
        if fold and pending is not None and _alike(pending, row):
            pending = _Row(newest=pending.newest, older=pending.older + 1, signs=pending.signs)
            continue
        if pending is not None:
            yield pending
        pending = row
    if pending is not None:
        yield pending


def _alike(one: _Row, other: _Row) -> bool:
    return (
        one.signs == other.signs
        and one.newest.indexes == other.newest.indexes
        and one.newest.yanked == other.newest.yanked
    )


# ---------------------------------------------------------------------------- matrix


class _Block(Struct, frozen=True, kw_only=True):
    """The columns of one Python and platform."""

    python: str
    platform: Platform
    positions: tuple[int, ...]
    """Of its targets, in the package's order."""
    alone: bool
    """Whether it is the only one of its Python, whose heading it has to hold."""


class _Layout(Struct, frozen=True, kw_only=True):
    """How much room the matrix takes."""

    spaced: bool
    """A blank between the letters of a platform."""
    dates: bool
    indexes: bool

    def width(self, block: _Block) -> int:
        letters = len(block.positions)
        taken = 2 * letters - 1 if self.spaced else letters
        python = len(self.python(block)) if block.alone else 0
        return max(taken, len(self.heading(block)), python)

    def heading(self, block: _Block) -> str:
        return block.platform.label if self.spaced else block.platform.label[:3]

    def python(self, block: _Block) -> str:
        return f"Python {block.python}" if self.spaced else block.python


_LAYOUTS: Final = (
    _Layout(spaced=True, dates=True, indexes=True),
    _Layout(spaced=True, dates=False, indexes=True),
    _Layout(spaced=False, dates=True, indexes=True),
    _Layout(spaced=False, dates=False, indexes=True),
    _Layout(spaced=False, dates=False, indexes=False),
)
"""The roomiest first."""


def _matrix(package: PackageOffers, rows: Sequence[_Row], medium: Medium) -> list[Line]:
    blocks = _blocks(package.targets)
    first = [max(cells(row.version) for row in rows), max(len(row.count) for row in rows)]
    last = max(cells(row.indexes) for row in rows)
    for layout in _LAYOUTS:
        taken = sum(first) + 1 + _columns(blocks, layout)
        taken += (_DATE_COLUMNS + _GAP) * layout.dates + (last + _GAP) * layout.indexes
        if taken <= medium.width:
            break
    return [
        *_headings(blocks, layout, sum(first) + 1),
        *(_row(row, blocks, layout, first) for row in rows),
    ]


def _columns(blocks: Sequence[_Block], layout: _Layout) -> int:
    return sum(layout.width(block) + _gap(blocks, number) for number, block in enumerate(blocks))


def _gap(blocks: Sequence[_Block], number: int) -> int:
    """Columns before a block: more where a Python begins."""
    begins = number == 0 or blocks[number].python != blocks[number - 1].python
    return _GAP + 1 if begins else 1


def _blocks(targets: Sequence[Target]) -> list[_Block]:
    found: dict[Build, list[int]] = {}
    for position, target in enumerate(targets):
        found.setdefault((target.python_version, target.platform), []).append(position)
    return [
        _Block(
            python="{}.{}".format(*python),
            platform=platform,
            positions=tuple(positions),
            alone=sum(other == python for other, _ in found) == 1,
        )
        for (python, platform), positions in found.items()
    ]


def _headings(blocks: Sequence[_Block], layout: _Layout, before: int) -> Iterator[Line]:
    pythons = platforms = " " * (before + (_DATE_COLUMNS + _GAP) * layout.dates)
    for number, block in enumerate(blocks):
        gap = " " * _gap(blocks, number)
        platforms += gap + layout.heading(block).ljust(layout.width(block))
        if number == 0 or block.python != blocks[number - 1].python:
            pythons = pythons.ljust(len(platforms) - layout.width(block)) + layout.python(block)
    yield (Span(pythons.rstrip(), "faint"),)
    yield (Span(platforms.rstrip(), "faint"),)


def _row(row: _Row, blocks: Sequence[_Block], layout: _Layout, first: Sequence[int]) -> Line:
    spans = [
        Span(row.version.ljust(first[0]), "strong"),
        Span(f" {row.count:>{first[1]}}", "faint"),
    ]
    if layout.dates:
        spans.append(Span(" " * _GAP + row.date.ljust(_DATE_COLUMNS), "faint"))
    for number, block in enumerate(blocks):
        spans.append(Span(" " * _gap(blocks, number)))
        column = 0
        for position in block.positions:
            if column and layout.spaced:
                spans.append(Span(" "))
                column += 1
            spans.append(Span(row.signs[position].letter, row.signs[position].style))
            column += 1
        spans.append(Span(" " * (layout.width(block) - column)))
    if layout.indexes:
        spans.append(Span(" " * _GAP + row.indexes, "faint"))
    return tuple(spans)


# ----------------------------------------------------------------------------- words


def _below(
    package: PackageOffers, rows: Sequence[_Row], shown: Sequence[_Row]
) -> Iterator[Paragraph]:
    rest = package.left_out + sum(1 + row.older for row in rows[len(shown) :])
    if rest:
        noun = "1 older version" if rest == 1 else f"{rest} older versions"
        yield paragraph(Span(f"{noun}: see", "faint"), " `--all`", hanging=2)
    if not package.releases:
        return
    for good, words in explain_newest(package):
        yield paragraph(
            Span("✓" if good else "✗", "good" if good else "bad"), " ", words, hanging=2
        )
    for row in shown:
        if row.newest.yanked is not None:
            yield paragraph(explain_yanked(row.newest), indent=2)
    for sentence in (*explain_sdist(package), explain_kind(package), explain_faults(package)):
        if sentence:
            yield paragraph(sentence, indent=2, hanging=2)


def _legend(outcome: WheelsOutcome, used: set[Sign], *, folded: bool) -> Iterator[Paragraph]:
    """What the letters in use mean, and which column is which target."""
    spans: list[Span] = []
    meanings = {sign.letter: sign for sign in used}
    for letter in SIGNS_IN_ORDER:
        if letter in meanings:
            sign = meanings[letter]
            spans += [Span(f"{letter}{GLUE}", sign.style), Span(f"{sign.meaning}; ", "faint")]
    spans[-1] = Span(spans[-1].text.removesuffix("; "), "faint")
    yield Paragraph(spans=tuple(spans))
    names = {
        platform: ", ".join(
            dict.fromkeys(
                target.slice_name
                for package in outcome.packages
                for target in package.targets
                if target.platform is platform
            )
        )
        for platform in Platform
    }
    columns = "; ".join(f"{platform.label}: {each}" for platform, each in names.items() if each)
    yield paragraph(Span(f"columns: {columns}", "faint"))
    if folded:
        yield paragraph(Span("+n: and n older versions that offer the same", "faint"))
