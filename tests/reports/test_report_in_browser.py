"""The page of a report in a real browser: three widths, light and dark, and what a click shows.

Skipped where there is no Chromium: `apt-get install chromium`, or set CHROMIUM to its path. CI has
one.
"""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from PIL import Image, ImageChops, ImageStat

from fakes.every_outcome import reported, reported_refusal
from fakes.large_report import large_report
from flet_lock.analysis.graph import DependencyGraph
from flet_lock.reports.html.report_page import render_report_page
from flet_lock.workflows.inspecting.report import Locked, ReportOutcome

GOLDEN = Path(__file__).parent / "golden" / "pages"
WIDTHS = {"phone": 500, "tablet": 820, "desktop": 1280}
"""Pixels; Chromium makes no window narrower than 500."""
_HEIGHT = 1400
_GRAIN = 20
"""Pixels that become one: fonts differ between machines, what stands where does not."""
_ALLOWED = 9.0
"""Mean difference of 255. The same page with other fonts has 2 to 5, without its colours 20."""
CHROMIUM = os.environ.get("CHROMIUM") or next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome", "chrome"))), ""
)
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        not CHROMIUM, reason="NO CHROMIUM HERE: no page was looked at (apt-get install chromium)"
    ),
]
PAGES = {"locked": reported, "refused": reported_refusal}


def chromium(folder: Path, page: str, *options: str) -> str:
    """Opens a page and closes it; returns stdout."""
    path = folder / "page.html"
    path.write_text(page, encoding="utf-8")
    command = [
        *(CHROMIUM, "--headless=new", "--no-sandbox", "--disable-gpu", "--hide-scrollbars"),
        *("--force-color-profile=srgb", f"--user-data-dir={folder / 'profile'}"),
        *(*options, path.as_uri()),
    ]
    done = subprocess.run(command, check=True, capture_output=True, text=True, timeout=120)
    return done.stdout


def picture(folder: Path, outcome: ReportOutcome, width: int, *, dark: bool) -> Image.Image:
    """A screenshot, shrunk so far that letters do not matter."""
    shot = folder / "shot.png"
    scheme = "--blink-settings=preferredColorScheme=" + ("0" if dark else "1")
    size = f"--window-size={width},{_HEIGHT}"
    chromium(folder, render_report_page(outcome), f"--screenshot={shot}", scheme, size)
    with Image.open(shot) as image:
        small = (image.width // _GRAIN, image.height // _GRAIN)
        return image.convert("RGB").resize(small, Image.Resampling.BOX)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("device", WIDTHS)
@pytest.mark.parametrize("kind", PAGES)
def test_a_page_looks_as_it_was_reviewed(
    kind: str, device: str, scheme: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    found = picture(tmp_path, PAGES[kind](), WIDTHS[device], dark=scheme == "dark")
    path = GOLDEN / f"{kind}-{device}-{scheme}.png"
    if request.config.getoption("--update-golden"):
        path.parent.mkdir(exist_ok=True)
        found.save(path, optimize=True)
    with Image.open(path) as reviewed:
        assert found.size == reviewed.size
        difference = ImageChops.difference(found, reviewed.convert("RGB"))
    assert max(ImageStat.Stat(difference).mean) < _ALLOWED


def test_the_comparison_tells_light_from_dark_and_a_page_from_another() -> None:
    with (
        Image.open(GOLDEN / "locked-desktop-light.png") as light,
        Image.open(GOLDEN / "locked-desktop-dark.png") as dark,
        Image.open(GOLDEN / "refused-desktop-light.png") as other,
    ):
        for image in (dark, other):
            difference = ImageChops.difference(light.convert("RGB"), image.convert("RGB"))
            assert max(ImageStat.Stat(difference).mean) > _ALLOWED


def with_script(page: str, script: str) -> str:
    """The page without its policy, and with a script behind its own that writes a result."""
    page = re.sub(r"<meta http-equiv=.Content-Security-Policy[^>]*>", "", page)
    return page.replace("</body>", f"<script>{script}</script></body>")


_RESULT = "document.body.dataset.result = String(%s);"


@pytest.mark.parametrize("kind", PAGES)
@pytest.mark.parametrize("device", WIDTHS)
def test_nothing_but_tables_and_drawings_scrolls_sideways(
    kind: str, device: str, tmp_path: Path
) -> None:
    width = WIDTHS[device]
    script = _RESULT % "document.documentElement.scrollWidth - innerWidth"
    page = with_script(render_report_page(PAGES[kind]()), script)
    dom = chromium(tmp_path, page, "--dump-dom", f"--window-size={width},{_HEIGHT}")
    assert 'data-result="0"' in dom


def test_a_click_shows_every_way_from_the_app_to_a_package(tmp_path: Path) -> None:
    outcome = large_report(30)
    assert isinstance(outcome.found, Locked)
    answer = outcome.found.answer.platforms[0].resolution
    graph = DependencyGraph(targets=answer.targets, requires=answer.requires, nodes=answer.pins)
    ways = {
        name: {above or "" for above in graph.within_reach(name, upwards=True, depth=None)}
        for name in graph.nodes
    }
    package = max(ways, key=lambda name: len(ways[name]))
    assert len(ways[package]) > 2
    script = (
        f"const node = document.querySelector('svg .node[data-key=\"{package}\"]');"
        "node.dispatchEvent(new MouseEvent('click', {bubbles: true}));"
        "const keys = [...node.closest('svg').querySelectorAll('.node.way')];"
        + _RESULT
        % "keys.map((each) => each.dataset.key).join()"
    )
    dom = chromium(tmp_path, with_script(render_report_page(outcome), script), "--dump-dom")
    found = re.search(r'data-result="([^"]*)"', dom)
    assert found is not None
    assert set(found[1].split(",")) == ways[package]


def test_the_policy_lets_our_script_run_and_no_other(tmp_path: Path) -> None:
    page = render_report_page(reported()).replace(
        "</body>", f"<script>{_RESULT % 1}</script></body>"
    )
    page = page.replace(
        "</footer>", "</footer><img src=x onerror=\"document.body.dataset.result = 'x'\">"
    )
    dom = chromium(tmp_path, page, "--dump-dom")
    assert "data-result" not in dom
