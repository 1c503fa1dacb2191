import tomllib
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flet_lock.model.toml_text import (
    Value,
    render_datetime,
    render_key,
    render_lines,
    render_value,
)

texts = st.text(st.characters(exclude_categories=["Cs"]))
values = st.recursive(
    texts | st.booleans() | st.integers(-(2**63), 2**63 - 1) | st.datetimes(timezones=st.just(UTC)),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=12,
)


@given(st.dictionaries(texts, values, max_size=4))
def test_any_value_is_read_again_as_it_was(document: dict[str, Value]) -> None:
    text = "".join(f"{render_key(key)} = {render_value(one)}\n" for key, one in document.items())
    assert tomllib.loads(text) == document
    assert all(character.isprintable() for line in text.split("\n") for character in line)


@given(st.lists(values, max_size=4))
def test_an_array_by_lines_is_the_same_array(items: list[Value]) -> None:
    assert tomllib.loads(f"a = {render_lines(items)}") == {"a": items}


def test_half_a_surrogate_pair_is_refused() -> None:
    with pytest.raises(ValueError, match="D800"):
        render_value("\ud800")


def test_moments_are_written_in_utc() -> None:
    there = timezone(timedelta(hours=2))
    assert render_datetime(datetime(2026, 1, 2, 3, tzinfo=there)) == "2026-01-02T01:00:00Z"
    naive = datetime(2026, 1, 2, 3, 0, 0, 5)  # noqa: DTZ001 - the case at hand
    assert render_datetime(naive) == "2026-01-02T03:00:00.000005Z"
