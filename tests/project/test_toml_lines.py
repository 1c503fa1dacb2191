"""Lines of values in TOML, held against tomllib's own reading."""

import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flet_lock.project.toml_lines import toml_lines

TEXT = '''\
title = "a # no comment" # a comment
[project]
name = 'x'
dependencies = [
  "flet",   # "not" an item
  # "nor", this
  "httpx>=0.28; python_version >= '3.9'", "boto3",
  """
  odd""",
]
[project.optional-dependencies]
web = ["uvicorn"]
"quo.ted" = [ ["nested", "list"], { a = 1, b.c = "x" } ]
[[tool.thing]]
n = 1
[[tool.thing]]
n = 2
sub.deep = [3,
4]
[tool.thing.table]
x = 1979-05-27 07:32:00
'''


def test_values_stand_where_they_begin() -> None:
    lines = toml_lines(TEXT)
    expected = {
        ("title",): 1,
        ("project", "name"): 3,
        ("project", "dependencies"): 4,
        ("project", "dependencies", 0): 5,
        ("project", "dependencies", 1): 7,
        ("project", "dependencies", 2): 7,
        ("project", "dependencies", 3): 8,
        ("project", "optional-dependencies", "web", 0): 12,
        ("project", "optional-dependencies", "quo.ted", 0, 1): 13,
        ("project", "optional-dependencies", "quo.ted", 1, "b", "c"): 13,
        ("tool", "thing", 0, "n"): 15,
        ("tool", "thing", 1, "n"): 17,
        ("tool", "thing", 1, "sub", "deep", 1): 19,
        ("tool", "thing", 1, "table", "x"): 21,
    }
    assert {path: lines.get(path) for path in expected} == expected


def leaves(value: object, path: tuple[str | int, ...] = ()) -> set[tuple[str | int, ...]]:
    if isinstance(value, dict):
        return {leaf for key, each in value.items() for leaf in leaves(each, (*path, key))}
    if isinstance(value, list):
        return {leaf for number, each in enumerate(value) for leaf in leaves(each, (*path, number))}
    return {path}


def test_each_value_that_tomllib_has_has_a_line() -> None:
    assert leaves(tomllib.loads(TEXT)) <= toml_lines(TEXT).keys()


@pytest.mark.parametrize(
    "text", ["", "=", "[", "a = [", "a = {", 'a = "', "a", "[a", "x = [[[[1", "a = [1 2]", "\x00"]
)
def test_what_is_no_toml_ends(text: str) -> None:
    assert isinstance(toml_lines(text), dict)


def test_deep_values_end() -> None:
    assert ("a",) in toml_lines("a = " + "[" * 100_000)


@given(st.text(alphabet="ab=.[]{}\"'#\n, \\1", max_size=60))
def test_any_text_is_read_and_lines_are_in_it(text: str) -> None:
    lines = toml_lines(text)
    assert all(1 <= line <= text.count("\n") + 1 for line in lines.values())
    try:
        document = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError):
        return
    assert leaves(document) <= lines.keys()
