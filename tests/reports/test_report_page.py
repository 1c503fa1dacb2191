"""The page of `flet-lock report`: what is on it, that it stands alone, that no name breaks it."""

import itertools
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from html.parser import HTMLParser
from pathlib import Path

import pytest
from msgspec.structs import replace
from packaging.utils import NormalizedName

from fakes import outcomes
from fakes.every_outcome import RECORDED, reported, reported_refusal
from fakes.large_report import large_report
from flet_lock.cli.main import main
from flet_lock.model.errors.usage import ExtraMissing
from flet_lock.reports.html import report_page as page_module
from flet_lock.reports.html.graph_layout import Drawing, place_graph
from flet_lock.reports.html.report_page import render_report_page
from flet_lock.workflows.inspecting.report import Locked, ReportOutcome

DATA = Path(__file__).parents[2] / "data"
_VOID = {"meta", "input", "br", "path", "rect", "wbr"}
HOSTILE = "<script>alert(1)</script>\"'&{{7*7}}</title>"


class Page(HTMLParser):
    """A page, held to be well formed."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: Counter[str] = Counter()
        self.attributes: list[tuple[str, str, str]] = []
        self.texts: list[str] = []
        self.faults: list[str] = []
        self._open: list[str] = []
        self.feed(text)
        self.close()
        self.faults += [f"<{tag}> stays open" for tag in self._open]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags[tag] += 1
        self.attributes += [(tag, name, value or "") for name, value in attrs]
        if tag not in _VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags[tag] += 1
        self.attributes += [(tag, name, value or "") for name, value in attrs]

    def handle_endtag(self, tag: str) -> None:
        if not self._open or self._open.pop() != tag:
            self.faults.append(f"</{tag}> closes nothing")

    def handle_data(self, data: str) -> None:
        self.texts.append(data)

    def values(self, name: str) -> list[str]:
        """The values of an attribute."""
        return [value for _, own, value in self.attributes if own == name]

    @property
    def text(self) -> str:
        """All words, on one line."""
        return " ".join(" ".join(self.texts).split())


def with_names(outcome: ReportOutcome, names: Mapping[str, str]) -> ReportOutcome:
    """The outcome with other names of packages and a hostile project name and licence."""
    assert isinstance(outcome.found, Locked)
    platforms = []
    for each in outcome.found.answer.platforms:
        pins = tuple(
            replace(pin, package=NormalizedName(names.get(pin.package, pin.package)))
            for pin in each.resolution.pins
        )
        platforms.append(replace(each, resolution=replace(each.resolution, pins=pins)))
    found = Locked(
        answer=replace(outcome.found.answer, platforms=tuple(platforms)),
        licences={pin.package: (HOSTILE,) for each in platforms for pin in each.resolution.pins},
    )
    return replace(outcome, project_name=HOSTILE, found=found)


@pytest.mark.parametrize("outcome", [reported(), reported_refusal()], ids=["locked", "refused"])
def test_a_page_is_well_formed_and_needs_nothing_else(outcome: ReportOutcome) -> None:
    text = render_report_page(outcome)
    page = Page(text)
    assert page.faults == []
    ids = page.values("id")
    assert len(set(ids)) == len(ids)
    links = page.values("href")
    assert links
    assert {link.removeprefix("#") for link in links} <= set(ids)
    assert page.values("src") == []
    assert not {"link", "img", "iframe", "object", "base", "form"} & set(page.tags)
    assert "//" not in re.sub(r"^\s*//.*$", "", text, flags=re.MULTILINE).replace("/>", "")
    assert "url(" not in text
    assert "@import" not in text


def test_a_page_of_an_answer_tells_all_of_it() -> None:
    outcome = reported()
    assert isinstance(outcome.found, Locked)
    page = Page(render_report_page(outcome))
    for platform in outcome.found.answer.platforms:
        for pin in platform.resolution.pins:
            assert f"package-{pin.package}" in page.values("id")
            assert f"{pin.package} {pin.version}" in page.text, "in the drawing"
        for downgrade in platform.downgrades:
            assert f"{downgrade.package}\u00a0{downgrade.taken}" in "".join(page.texts)
    assert page.tags["svg"] == len(outcome.found.answer.platforms)
    assert page.tags["progress"] == len(outcome.targets)
    assert "MIT" in page.text
    cells = [value for tag, name, value in page.attributes if (tag, name) == ("td", "class")]
    pins = [pin for each in outcome.found.answer.platforms for pin in each.resolution.pins]
    expected = Counter(kind.value for pin in pins for kind in pin.availability.values())
    found = Counter(value.removeprefix("cell ") for value in cells)
    assert {kind: count for kind, count in found.items() if kind != "none"} == expected


def test_a_page_of_a_refusal_tells_every_problem_and_its_way_out() -> None:
    outcome = reported_refusal()
    error = outcomes.cannot_lock()
    page = Page(render_report_page(outcome))
    for blocker in error.blockers:
        assert blocker.package in page.text
    assert "What stands in the way" in page.text
    assert "What helps" in page.text
    assert any("missing" in value.split() for value in page.values("class"))
    assert page.tags["svg"] == len({blocker.platform for blocker in error.blockers})


def test_hostile_names_stay_text() -> None:
    outcome = reported()
    assert isinstance(outcome.found, Locked)
    first = outcome.found.answer.platforms[0].resolution.pins[0].package
    text = render_report_page(with_names(outcome, {first: HOSTILE}))
    page = Page(text)
    assert page.faults == []
    assert page.tags["script"] == 1, "our own, and no other"
    assert page.tags["title"] >= 1
    assert "{{7*7}}" in "".join(page.texts), "nothing is evaluated"
    assert "alert(1)" in "".join(page.texts), "shown as it is"
    assert not [name for _, name, _ in page.attributes if name.startswith("on")]


def test_terminal_escapes_and_reordering_characters_are_gone() -> None:
    outcome = replace(reported(), project_name="a\x1b[31m\u202eb")
    text = render_report_page(outcome)
    assert "\x1b" not in text
    assert "\u202e" not in text


def test_the_page_is_the_same_for_the_same_outcome() -> None:
    assert render_report_page(reported()) == render_report_page(reported())


def test_scripts_and_styles_are_allowed_by_their_digest_alone() -> None:
    text = render_report_page(reported())
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', text)
    assert policy is not None
    assert "default-src &#39;none&#39;" in policy[1]
    assert "unsafe-inline" not in policy[1]


def test_without_jinja_it_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "requirements.txt").write_text("flet\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setitem(__import__("sys").modules, "jinja2", None)
    assert main(["report", "-o", "out.html", *RECORDED]) == 2
    assert 'pip install "flet-lock[report]"' in capsys.readouterr().err
    assert not (tmp_path / "out.html").exists()
    with pytest.raises(ExtraMissing):
        page_module.require_jinja()


@pytest.mark.parametrize(
    ("app", "code", "words"),
    [("client", 0, "Can be locked for Android and iOS"), ("sync", 1, "Cannot lock")],
)
def test_the_command_writes_the_page_and_no_lock(
    app: str, code: int, words: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "report.html"
    source = (DATA / "apps" / app / "pyproject.toml").read_text()
    (tmp_path / "pyproject.toml").write_text(source)
    assert main(["report", str(tmp_path), "-o", str(out), "--no-cache", *RECORDED]) == code
    assert f"wrote {out.as_posix()}" in " ".join(capsys.readouterr().out.split())
    page = Page(out.read_text(encoding="utf-8"))
    assert page.faults == []
    assert words in page.text
    assert sorted(path.name for path in tmp_path.iterdir()) == ["pyproject.toml", "report.html"]


def test_a_page_that_cannot_be_written_is_a_usage_error(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "requirements.txt").write_text("flet\n")
    where = tmp_path / "no" / "such" / "folder.html"
    assert main(["report", str(tmp_path), "-o", str(where), "--no-cache", *RECORDED]) == 2
    assert "-o" in capsys.readouterr().err


def test_a_hundred_packages_are_drawn() -> None:
    assert render_report_page(large_report(100)).count("data-package=") == 100


# The layout of a drawing


def overlaps(drawing: Drawing) -> Iterator[tuple[str, str]]:
    for number, one in enumerate(drawing.boxes):
        for other in drawing.boxes[number + 1 :]:
            apart = (
                one.x + one.width <= other.x
                or other.x + other.width <= one.x
                or one.y + one.height <= other.y
                or other.y + other.height <= one.y
            )
            if not apart:
                yield one.key, other.key


GRAPHS: Sequence[tuple[str, list[tuple[str, str]]]] = [
    ("", []),
    ("a", []),
    ("abc", [("a", "b"), ("b", "c"), ("a", "c")]),
    ("abc", [("a", "b"), ("b", "c"), ("c", "a"), ("c", "c")]),
    ("abcdefgh", [(one, other) for one in "abcd" for other in "efgh"]),
    ("ab", []),
]


@pytest.mark.parametrize(("nodes", "links"), GRAPHS)
def test_no_two_boxes_overlap_and_every_link_is_drawn(
    nodes: str, links: list[tuple[str, str]]
) -> None:
    drawing = place_graph({node: node * 9 for node in nodes}, links)
    assert [box.key for box in drawing.boxes] == list(nodes)
    assert list(overlaps(drawing)) == []
    drawn = {(line.start, line.end) for line in drawing.lines}
    assert drawn == {pair for pair in links if pair[0] != pair[1]}
    for box in drawing.boxes:
        assert 0 <= box.x <= box.x + box.width <= drawing.width
        assert 0 <= box.y <= box.y + box.height <= drawing.height


def test_what_is_asked_for_stands_right_of_who_asks() -> None:
    links = [("app", "a"), ("app", "c"), ("a", "b"), ("b", "c")]
    places = {
        box.key: box.x for box in place_graph(dict.fromkeys(["app", *"abc"], "x"), links).boxes
    }
    assert all(places[start] < places[end] for start, end in links)


def test_a_long_chain_is_placed_without_recursion() -> None:
    names = [str(number) for number in range(3_000)]
    drawing = place_graph(dict.fromkeys(names, "x"), list(itertools.pairwise(names)))
    assert len(drawing.lines) == 2_999
