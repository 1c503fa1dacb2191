"""Bits of versions against packaging's own word, one version at a time."""

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.version import Version

from flet_lock.resolution.problem.lazy_list import LazyList
from flet_lock.resolution.problem.version_bits import VersionBits

NUMBERS = st.integers(0, 3)
ENDINGS = st.sampled_from(
    ["", "", "", "a1", "b2", "rc1", ".dev0", ".dev1", ".post0", ".post1", "+cpu", ".post1.dev0"]
)
TEXTS = st.builds(
    lambda parts, ending: ".".join(map(str, parts)) + ending,
    st.lists(NUMBERS, min_size=1, max_size=3),
    ENDINGS,
)
OPERATORS = st.sampled_from([">=", ">", "<=", "<", "==", "!=", "~=", "==*", "!=*", "==="])


def clause(operator: str, version: str) -> str:
    if operator.endswith("*"):
        return f"{operator[:-1]}{Version(version).base_version}.*"
    return f"{operator}{version}"


@given(
    st.lists(TEXTS.map(Version), unique=True, max_size=25),
    st.lists(st.builds(clause, OPERATORS, TEXTS), max_size=3),
)
def test_bits_are_what_each_version_says(versions: list[Version], clauses: list[str]) -> None:
    try:
        specifier = SpecifierSet(",".join(clauses))
    except InvalidSpecifier:  # `~=1`, a local version where none may stand
        return
    ordered = sorted(versions, reverse=True)
    bits = VersionBits(ordered)
    expected = specifier.to_range()
    found = bits.admitted(",".join(sorted(str(each) for each in specifier)))
    for position, version in enumerate(ordered):
        assert bool(found >> position & 1) is expected.contains(version, prereleases=True)
    assert found >> len(ordered) == 0


def test_a_lazy_list_works_out_as_much_as_is_looked_at_and_once() -> None:
    asked: list[int] = []

    def numbers() -> Iterator[int]:
        for number in range(3):
            asked.append(number)
            yield number

    items = LazyList(numbers())
    assert next(iter(items)) == 0
    assert asked == [0]
    assert list(items) == [0, 1, 2]
    assert list(items) == [0, 1, 2]
    assert asked == [0, 1, 2]


def test_a_lazy_list_fails_where_its_source_fails_each_time() -> None:
    def numbers() -> Iterator[int]:
        yield 1
        raise KeyError

    items = LazyList(numbers())
    for _ in range(2):
        look = iter(items)
        assert next(look) == 1
        with pytest.raises(KeyError):
            next(look)
