"""`wheels`, `why` and `tree` as people and programs read them; `--update-golden` renews them."""

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pydot
import pytest

from fakes.looks import (
    bare_package,
    native_files,
    package_offers,
    recorded_app,
    speedy_files,
    tree_outcome,
    uneven_app,
    wheels_outcome,
    why_outcome,
)
from flet_lock.model.answer.resolution import Availability
from flet_lock.model.index.source import SourceKind
from flet_lock.reports.json.document import render_json
from flet_lock.reports.json.graph_json import tree_document, why_document
from flet_lock.reports.json.wheels_json import wheels_document
from flet_lock.reports.layout.page import Line, Medium, cells, lay_out, plain_text
from flet_lock.reports.text.tree_diagram import render_dot, render_mermaid
from flet_lock.reports.text.tree_page import tree_page
from flet_lock.reports.text.wheels_page import wheels_page
from flet_lock.reports.text.why_page import why_page
from flet_lock.reports.wording.availability import AVAILABILITY_WORDS
from flet_lock.reports.wording.look.offers import SIGNS_IN_ORDER
from flet_lock.workflows.inspecting.tree import TreeOutcome
from flet_lock.workflows.inspecting.wheels import WheelsOutcome
from flet_lock.workflows.inspecting.why import WhyOutcome

GOLDEN = Path(__file__).parent / "golden" / "understanding"
Golden = Callable[[Path, str], None]

WHY: dict[str, Callable[[], WhyOutcome]] = {
    "why-numpy": lambda: why_outcome(recorded_app("dashboard"), "numpy"),
    "why-platforms-differ": lambda: why_outcome(recorded_app("dashboard"), "pillow"),
    "why-one-platform": lambda: why_outcome(recorded_app("dashboard"), "flet-libcpp-shared"),
    "why-more": lambda: why_outcome(recorded_app("dashboard", in_step=None), "numpy", limit=2),
    "why-not-locked": lambda: why_outcome(recorded_app("dashboard", in_step=False), "numpi"),
    "why-uneven": lambda: why_outcome(uneven_app(), "ring"),
    "why-nobody": lambda: why_outcome(uneven_app(), "built"),
}
TREES: dict[str, Callable[[], TreeOutcome]] = {
    "tree-hello": lambda: tree_outcome(recorded_app("hello")),
    "tree-dashboard": lambda: tree_outcome(recorded_app("dashboard")),
    "tree-depth": lambda: tree_outcome(recorded_app("gallery"), depth=1),
    "tree-inverted": lambda: tree_outcome(recorded_app("dashboard"), invert="numpy"),
    "tree-inverted-one-platform": lambda: tree_outcome(
        recorded_app("dashboard"), invert="flet-libcpp-shared"
    ),
    "tree-not-locked": lambda: tree_outcome(recorded_app("hello", in_step=False), invert="htpx"),
    "tree-uneven": lambda: tree_outcome(uneven_app()),
    "tree-uneven-inverted": lambda: tree_outcome(uneven_app(), invert="ring"),
}
WHEELS: dict[str, Callable[[], WheelsOutcome]] = {
    "wheels-speedy": lambda: wheels_outcome(package_offers(speedy_files())),
    "wheels-everything": lambda: wheels_outcome(
        package_offers(speedy_files(), everything=True), everything=True
    ),
    "wheels-several": lambda: wheels_outcome(
        package_offers(speedy_files(), "speedy<2"),
        package_offers([], "nobody"),
        package_offers(speedy_files(), "speedy>7"),
        bare_package(SourceKind.PURE),
        bare_package(SourceKind.NATIVE),
        bare_package(SourceKind.UNSURE),
        bare_package(None),
    ),
}


def text_pages(medium: Medium) -> Iterator[tuple[str, list[Line]]]:
    for name, why in WHY.items():
        yield name, lay_out(why_page(why()), medium)
    for name, tree in TREES.items():
        yield name, tree_page(tree(), medium=medium, verbose=False)
    yield "tree-verbose", tree_page(tree_outcome(uneven_app()), medium=medium, verbose=True)
    for name, wheels in WHEELS.items():
        yield name, wheels_page(wheels(), medium=medium)


@pytest.mark.parametrize("width", [60, 80, 100, 120])
def test_pages_read_as_reviewed(width: int, golden: Golden) -> None:
    for name, lines in text_pages(Medium(width=width)):
        golden(GOLDEN / f"{name}.{width}.txt", plain_text(lines))


def test_pages_without_signs_beyond_ascii_read_as_reviewed(golden: Golden) -> None:
    for name, lines in text_pages(Medium(width=80, ascii_only=True)):
        text = plain_text(lines)
        assert text.isascii()
        golden(GOLDEN / f"{name}.ascii.txt", text)


@pytest.mark.parametrize("width", [50, 60, 80, 100, 120])
def test_no_line_is_wider_than_the_screen(width: int) -> None:
    for name, lines in text_pages(Medium(width=width)):
        for line in lines:
            text = "".join(span.text for span in line)
            # A requirement to paste or a name is never broken.
            alone = max(cells(span.text) for span in line) > width - 20 if line else False
            assert cells(text.rstrip()) <= width or alone, name


def test_the_matrix_says_the_same_at_every_width() -> None:
    outcome = wheels_outcome(package_offers(speedy_files()))
    rows = []
    for width in (50, 60, 80, 120):
        text = plain_text(wheels_page(outcome, medium=Medium(width=width)))
        rows.append(
            [
                re.sub(r"\+\d+|\d{4}-\d\d|\s|pypi|flet|,", "", line)
                for line in text.splitlines()
                if re.match(r"\d+\.\d", line)
            ]
        )
    assert rows[0] == rows[1] == rows[2] == rows[3]
    assert all(len(re.sub(r"^[\d.]+(rc\d)?", "", row)) == 18 for row in rows[0])


def test_every_letter_has_one_meaning() -> None:
    assert len(set(SIGNS_IN_ORDER)) == len(SIGNS_IN_ORDER)
    assert [*AVAILABILITY_WORDS] == [*Availability]


def test_letters_in_use_are_explained_and_no_others() -> None:
    for name, wheels in WHEELS.items():
        text = plain_text(wheels_page(wheels(), medium=Medium(width=120)))
        matrix = [line for line in text.splitlines() if re.match(r"\d+\.\d", line)]
        used = {word for line in matrix for word in line.split() if len(word) == 1}
        legend = text[text.rindex("\n\n") :]
        explained = set(re.findall(r"(?:^|; )(\S) ", legend, re.MULTILINE))
        assert used == explained, name


def test_newest_versions_are_ten_lines_and_the_rest_is_counted() -> None:
    # Every other version has no wheel for phones, so that no two neighbours are alike.
    files = [
        offer
        for number in range(1, 31)
        for offer in (
            native_files(f"{number}.0", "cp314")
            if number % 2
            else native_files(f"{number}.0", "cp310")
        )
    ]
    text = plain_text(wheels_page(wheels_outcome(package_offers(files)), medium=Medium(width=100)))
    assert len(re.findall(r"^\d+\.0 ", text, re.MULTILINE)) == 10
    assert "20 older versions: see --all" in text


def documents() -> Iterator[tuple[str, str]]:
    """A document of each shape: they are long."""
    for name in ("why-one-platform", "why-not-locked", "why-uneven"):
        why = WHY[name]()
        yield name, render_json(why_document(why))
    for name in ("tree-hello", "tree-depth", "tree-not-locked", "tree-uneven-inverted"):
        tree = TREES[name]()
        yield name, render_json(tree_document(tree))
    small = wheels_outcome(package_offers(speedy_files(), "speedy==2.1.0"))
    yield "wheels-one-version", render_json(wheels_document(small))
    for name, package in {
        "wheels-nobody": package_offers([], "nobody"),
        "wheels-bare": bare_package(SourceKind.NATIVE),
    }.items():
        outcome = wheels_outcome(package)
        yield name, render_json(wheels_document(outcome))


def test_json_reads_as_reviewed(golden: Golden) -> None:
    for name, text in documents():
        assert json.loads(text)["schema_version"] == 1
        golden(GOLDEN / f"{name}.json", text)


def test_json_has_every_class_and_every_rejection_of_each_file() -> None:
    (package,) = WHEELS["wheels-everything"]().packages
    document = wheels_document(WHEELS["wheels-everything"]())
    (told,) = json.loads(render_json(document))["packages"]
    for release, facts in zip(package.releases, told["releases"], strict=True):
        assert [offer["availability"] for offer in facts["offers"]] == [
            offer.availability.value for offer in release.offers
        ]
        pairs = {
            (rejection["filename"], target)
            for rejection in facts["rejections"]
            for target in rejection["targets"]
        }
        expected = {
            (
                rejection.filename,
                "{}.{} {}".format(*offer.target.python_version, offer.target.slice_name),
            )
            for offer in release.offers
            for rejection in offer.rejections
        }
        assert pairs == expected


def test_diagrams_read_as_reviewed(golden: Golden) -> None:
    for name, tree in TREES.items():
        outcome = tree()
        if outcome.found:
            golden(GOLDEN / f"{name}.mmd", render_mermaid(outcome))
            golden(GOLDEN / f"{name}.dot", render_dot(outcome))


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # of pyparsing, at pydot
@pytest.mark.parametrize("name", [name for name, tree in TREES.items() if tree().found])
def test_every_graph_is_dot(name: str) -> None:
    """By a reader of its grammar: Graphviz itself is not everywhere."""
    read = pydot.graph_from_dot_data(render_dot(TREES[name]()))
    assert read is not None
    (graph,) = read
    assert graph.get_edges() or graph.get_nodes() or graph.get_subgraphs()


_BOX = re.compile(r'(\w+)(?:\(\["[^"]*"\]\)|\["[^"]*"\](?::::\w+)?)')
_ARROW = re.compile(r'(\w+) -->(?:\|"[^"]*"\|)? (\w+)')
_OTHER = re.compile(r'flowchart LR|subgraph \w+\["[^"]*"\]|end|classDef \w+ [-\w:#,]+')


@pytest.mark.parametrize("name", [name for name, tree in TREES.items() if tree().found])
def test_mermaid_has_the_lines_it_can_have_and_no_loose_ends(name: str) -> None:
    boxes: set[str] = set()
    ends: set[str] = set()
    for line in render_mermaid(TREES[name]()).splitlines():
        text = line.strip()
        if box := _BOX.fullmatch(text):
            assert box[1] not in boxes
            boxes.add(box[1])
        elif arrow := _ARROW.fullmatch(text):
            ends |= {arrow[1], arrow[2]}
        else:
            assert _OTHER.fullmatch(text), text
    assert ends <= boxes


def test_platforms_that_are_alike_are_drawn_once() -> None:
    hello = tree_outcome(recorded_app("hello"))
    text = plain_text(tree_page(hello, medium=Medium(width=80), verbose=False))
    assert text.startswith("Android and iOS:")
    assert text.count("httpx") == 1
    assert "subgraph" not in render_mermaid(hello)
    assert "subgraph" in render_mermaid(tree_outcome(recorded_app("dashboard")))
