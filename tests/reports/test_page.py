"""Laws of laying out text."""

from hypothesis import given
from hypothesis import strategies as st

from flet_lock.reports.layout.clean_text import clean, clip, code
from flet_lock.reports.layout.page import (
    Medium,
    Paragraph,
    Span,
    cells,
    lay_out,
    paragraph,
    plain_text,
    prose,
)

words = st.text(st.sampled_from("abcdé漢字-"), min_size=1, max_size=12)
texts = st.lists(words, min_size=1, max_size=30).map(" ".join)
widths = st.integers(min_value=20, max_value=120)


@given(texts, widths, st.integers(0, 8), st.integers(0, 8))
def test_no_line_is_wider_than_the_medium_unless_one_word_is(
    text: str, width: int, indent: int, hanging: int
) -> None:
    page = [paragraph(text, indent=indent, hanging=hanging)]
    for line in plain_text(lay_out(page, Medium(width=width))).splitlines():
        assert cells(line) <= width or " " not in line.strip()


@given(texts, widths)
def test_wrapping_keeps_every_word_in_its_order(text: str, width: int) -> None:
    lines = plain_text(lay_out([paragraph(text)], Medium(width=width)))
    assert lines.split() == text.split()


@given(texts, texts, widths)
def test_a_line_to_paste_is_never_broken(text: str, pasted: str, width: int) -> None:
    lines = plain_text(lay_out([paragraph(text, code(pasted))], Medium(width=width)))
    assert pasted in lines


@given(st.text())
def test_cleaned_text_is_one_line_without_escapes_and_cleaning_it_again_changes_nothing(
    text: str,
) -> None:
    cleaned = clean(text)
    assert not any(ord(c) < 32 or 0x7F <= ord(c) <= 0x9F for c in cleaned)
    assert len(cleaned.splitlines()) <= 1
    assert clean(cleaned) == cleaned


def test_credentials_and_terminal_escapes_do_not_survive() -> None:
    assert "secret" not in clean("https://me:secret@example.org/simple")
    assert clean("a\x1b[31mred\x07") == "a[31mred"
    assert clean("wheel\u202egnp.whl") == "wheelgnp.whl"


def test_a_clipped_text_is_its_first_line() -> None:
    assert clip("\n first \n second") == "first"
    assert clip("x" * 300, 10) == "x" * 9 + "…"


def test_foreign_backticks_cannot_start_code() -> None:
    assert code("a`b") == "`a'b`"
    assert prose(f"see {code('a`b')}.") == (Span("see "), Span("a'b", "code"), Span("."))


def test_code_with_blanks_stands_apart_even_without_colour() -> None:
    line = lay_out([paragraph("add `x = 1` there")], Medium(width=60))
    assert plain_text(line) == "add  x = 1  there\n"


def test_a_label_has_its_own_column() -> None:
    row = Paragraph(spans=prose("aa bb cc"), indent=2, hanging=10, label=Span("older", "warn"))
    text = plain_text(lay_out([row], Medium(width=16)))
    assert text == "  older   aa bb\n          cc\n"
