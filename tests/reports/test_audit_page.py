"""Every finding has its words, and they read as reviewed."""

from collections.abc import Callable
from pathlib import Path
from typing import get_args

import pytest

from fakes.audits import ON_ANDROID, ON_IOS, audited
from flet_lock.audit.finding import AnyFinding, Level
from flet_lock.reports.layout.page import Medium, lay_out, plain_text
from flet_lock.reports.output_formats import render
from flet_lock.reports.render import View
from flet_lock.reports.text.audit_page import audit_page
from flet_lock.reports.wording.look.findings import LEVELS, explain_finding, explain_level

GOLDEN = Path(__file__).parent / "golden"
Golden = Callable[[Path, str], None]


def test_there_is_an_example_of_every_finding() -> None:
    assert {type(each) for each in (*ON_ANDROID, *ON_IOS)} == set(get_args(AnyFinding))


def test_every_level_has_words_and_is_met() -> None:
    assert set(LEVELS) == set(Level) == {each.level for each in (*ON_ANDROID, *ON_IOS)}


@pytest.mark.parametrize("finding", [*ON_ANDROID, *ON_IOS], ids=lambda each: type(each).__name__)
def test_a_finding_is_a_sentence_with_its_file(finding: AnyFinding) -> None:
    text = explain_finding(finding)
    assert text.startswith(f"{finding.path} ")
    assert not text.endswith(".")
    assert explain_level(finding)


@pytest.mark.parametrize("width", [60, 100])
def test_an_audit_reads_as_reviewed(width: int, golden: Golden) -> None:
    page = lay_out(audit_page(audited(), verbose=False), Medium(width=width))
    golden(GOLDEN / f"audit-every-kind.{width}.txt", plain_text(page))


def test_sizes_read_as_reviewed(golden: Golden) -> None:
    page = lay_out(audit_page(audited(with_sizes=True), verbose=False), Medium(width=100))
    golden(GOLDEN / "audit-sizes.100.txt", plain_text(page))


@pytest.mark.parametrize(
    ("name", "ending"), [("json", "json"), ("github", "github.txt"), ("sarif", "sarif")]
)
def test_documents_and_annotations_read_as_reviewed(name: str, ending: str, golden: Golden) -> None:
    view = View(stdout=Medium(width=80), stderr=Medium(width=80))
    golden(GOLDEN / f"audit-every-kind.{ending}", render(audited(), name, view).stdout)
