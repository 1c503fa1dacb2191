"""Where things stand in the user's files, as values and as text."""

import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flet_lock.model.app.requirement import Place

KEYS = st.text(st.characters(codec="utf-8"), max_size=8)


@pytest.mark.parametrize(
    ("place", "text", "owner"),
    [
        (Place(file="requirements.txt"), "requirements.txt", "requirements.txt"),
        (Place(file="requirements.txt", line=3), "requirements.txt:3", "requirements.txt:3"),
        (Place(file="a.toml", path=("tool",)), "a.toml [tool]", "a.toml [tool]"),
        (
            Place(file="a.toml", path=("project", "dependencies", 2)),
            "a.toml [project].dependencies[2]",
            "a.toml [project].dependencies",
        ),
        (
            Place(file="a.toml", path=("tool", "x", 1, "a b")),
            'a.toml [tool.x[1]]."a b"',
            'a.toml [tool.x[1]]."a b"',
        ),
    ],
)
def test_a_place_reads_as_people_write_it(place: Place, text: str, owner: str) -> None:
    assert str(place) == text
    assert str(place.owner) == owner


@given(table=st.lists(KEYS, min_size=1, max_size=3), name=KEYS)
def test_the_text_of_a_place_is_the_header_and_the_key_of_its_table(
    table: list[str], name: str
) -> None:
    key = Place(file="a.toml", path=(*table, name)).key or ""
    header = (Place(file="a.toml", path=(*table, "x")).key or "").removesuffix(".x")
    found: object = tomllib.loads(f"{header}\n{key.removeprefix(f'{header}.')} = 1")
    for step in (*table, name):
        assert isinstance(found, dict)
        assert list(found) == [step]
        found = found[step]
    assert found == 1


@given(st.lists(st.one_of(KEYS, st.integers(0, 9)), min_size=1, max_size=5).map(tuple))
def test_only_the_position_of_a_place_is_left_out_of_its_owner(path: tuple[str | int, ...]) -> None:
    place = Place(file="a.toml", path=path)
    if place.position is None:
        assert place.owner == place
    else:
        assert (*place.owner.path, place.position) == path
