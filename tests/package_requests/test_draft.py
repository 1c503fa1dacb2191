"""The text of a request."""

from pathlib import Path

import pytest
from packaging.utils import NormalizedName
from packaging.version import Version

from conftest import Golden
from fakes.requests import android, desktop, facts_of, ios
from flet_lock import __version__
from flet_lock.model.facts.advice import AdviceKind, NameFact
from flet_lock.model.index.source import SourceFinding, SourceKind
from flet_lock.model.target import Platform
from flet_lock.package_requests.draft import desktop_tags, join_drafts, write_draft
from flet_lock.package_requests.facts import Lift, Need, RequestFacts

GOLDEN = Path(__file__).parent / "golden"
V1, V2 = Version("1.0"), Version("2.0")
SOURCE = SourceFinding(
    filename="speedy-2.0.tar.gz",
    version=V2,
    kind=SourceKind.NATIVE,
    evidence=("pyproject.toml: build-backend maturin",),
    languages=("C", "Rust"),
    backend="maturin",
)


def name(text: str) -> NormalizedName:
    return NormalizedName(text)


CASES = {
    "nothing-known": facts_of(desktop("1.0")),
    "all-known": facts_of(
        [*desktop("2.0"), *desktop("1.0"), *android("1.0", "arm64_v8a", "x86_64"), *ios("1.0")],
        "speedy>=1",
        on_flet=(V1,),
        source=SOURCE,
        licence="MIT OR Apache-2.0",
        need=Need(
            chain=(name("charts"), None, name("numbers")),
            blocks=(Platform.ANDROID,),
            other_blockers=1,
        ),
    ),
    "holds-others-back": facts_of(
        [*desktop("2.0"), *android("1.0"), *ios("1.0")],
        "speedy>=2",
        on_flet=(V1,),
        source=SOURCE,
        need=Need(
            chain=(name("charts"),), lifts=(Lift(package=name("charts"), taken=V1, newest=V2),)
        ),
    ),
    "one-platform": facts_of(
        desktop("1.0"),
        on_flet=(),
        advice=NameFact(
            kind=AdviceKind.OTHER_PLATFORM, source="https://example.org", systems=("iOS",)
        ),
        need=Need(chain=(), blocks=(Platform.IOS,)),
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_drafts_are_as_reviewed(case: str, golden: Golden) -> None:
    text = write_draft(CASES[case]).text
    golden(GOLDEN / f"{case}.md", text.replace(__version__, "VERSION"))


def test_several_drafts_stand_under_their_titles() -> None:
    drafts = [write_draft(CASES[case]) for case in ("nothing-known", "one-platform")]
    assert join_drafts(drafts).split("\n---\n\n") == [draft.text for draft in drafts]


def test_a_python_without_a_slice_has_no_cell_for_it() -> None:
    facts = facts_of(desktop("1.0"))
    fewer = [
        t for t in facts.everywhere.targets if (t.python_version[1], t.slice_name) != (13, "x86_64")
    ]
    body = write_draft(facts_of(desktop("1.0"), everywhere=tuple(fewer))).body
    assert "| Android x86_64 |  | no |" in body
    assert "| Android arm64-v8a | no | no |" in body


def test_tags_of_one_wheel_for_one_system_are_named_once() -> None:
    facts = facts_of(desktop("1.0"))
    assert facts.release is not None
    tags = desktop_tags(facts.release)
    assert tags.interpreters == ("cp39-cp39", "cp314-cp314")
    assert tags.platforms == ("manylinux_2_17_x86_64", "win_amd64")


@pytest.mark.parametrize(
    "licence", ["see https://acme.example/licence", "a|b", "@everyone", "x" * 200]
)
def test_a_licence_that_is_no_short_plain_text_is_left_out(licence: str) -> None:
    body = write_draft(facts_of(desktop("1.0"), licence=licence)).body
    assert "Licence" not in body
    assert licence not in body


def test_without_a_release_there_is_nothing_to_draft() -> None:
    facts: RequestFacts = facts_of([])
    with pytest.raises(ValueError, match="speedy"):
        write_draft(facts)
