"""Links with a draft in them."""

from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from packaging.utils import NormalizedName

from flet_lock.package_requests.destination import (
    LONGEST_URL,
    Destination,
    link_to_new,
    link_to_search,
)
from flet_lock.package_requests.draft import Draft

SPEEDY = NormalizedName("speedy")
FIELD = {Destination.DISCUSSIONS: "body", Destination.FORGE: "details"}


def draft(body: str) -> Draft:
    return Draft(package=SPEEDY, title="speedy: wheels for Android & iOS", body=body)


def fields(url: str) -> dict[str, str]:
    query = parse_qs(urlsplit(url).query, keep_blank_values=True, strict_parsing=True)
    return {name: values[0] for name, values in query.items()}


def test_a_discussion_is_filled_in() -> None:
    link = link_to_new(draft("A line.\nÄnother | one\n"), Destination.DISCUSSIONS)
    assert link.url.startswith("https://github.com/flet-dev/flet/discussions/new?")
    assert link.whole
    assert fields(link.url) == {
        "category": "packages",
        "title": "speedy: wheels for Android & iOS",
        "body": "A line.\nÄnother | one\n",
    }


def test_the_forges_form_is_filled_in_by_the_ids_of_its_fields() -> None:
    link = link_to_new(draft("A line.\n"), Destination.FORGE)
    assert link.url.startswith("https://github.com/flet-dev/mobile-forge/issues/new?")
    assert fields(link.url) == {
        "template": "package_request.yml",
        "title": "speedy: wheels for Android & iOS",
        "package": "speedy",
        "details": "A line.\n",
    }


LINES = st.lists(
    st.text(st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"]), max_size=300), max_size=60
)


@given(lines=LINES, destination=st.sampled_from(Destination))
@example(lines=["ä" * 3_000], destination=Destination.DISCUSSIONS)
@example(lines=["x" * 400] * 60, destination=Destination.FORGE)
def test_a_link_fits_and_holds_the_text_or_whole_lines_of_it(
    lines: list[str], destination: Destination
) -> None:
    body = "".join(f"{line}\n" for line in lines)
    link = link_to_new(draft(body), destination)
    assert link.url.isascii()
    assert len(link.url) <= LONGEST_URL
    text = fields(link.url)[FIELD[destination]]
    if link.whole:
        assert text == body
        return
    kept, hint, rest = text.rpartition("\n\n(Cut to fit a link: ")
    assert hint
    assert rest == "`flet-lock request speedy` prints the full text.)\n"
    whole_lines = {"".join(f"{line}\n" for line in lines[:n]).rstrip() for n in range(len(lines))}
    assert kept in whole_lines


def test_no_more_is_cut_off_than_has_to_be() -> None:
    lines = [f"line {number:04} {'x' * 90}" for number in range(200)]
    link = link_to_new(draft("\n".join(lines)), Destination.DISCUSSIONS)
    assert not link.whole
    assert LONGEST_URL - 150 < len(link.url) <= LONGEST_URL


@pytest.mark.parametrize(
    ("destination", "expected"),
    [
        (
            Destination.DISCUSSIONS,
            "https://github.com/flet-dev/flet/discussions?discussions_q=category%3APackages+speedy",
        ),
        (Destination.FORGE, "https://github.com/flet-dev/mobile-forge/issues?q=speedy"),
    ],
)
def test_earlier_requests_are_looked_for_where_they_would_be(
    destination: Destination, expected: str
) -> None:
    assert link_to_search(SPEEDY, destination) == expected
