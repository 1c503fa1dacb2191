"""Poetry's constraints against a definition by brute force: Poetry's documentation, in versions."""

import pytest
from flet_cli.utils.project_dependencies import (  # type: ignore[import-untyped]  # no py.typed
    _poetry_dep_to_pep508,
)
from hypothesis import given
from hypothesis import strategies as st
from packaging.requirements import InvalidRequirement, Requirement
from packaging.specifiers import InvalidSpecifier

from flet_lock.project.poetry.poetry_constraint import (
    InexpressibleConstraintError,
    breaks_build,
    is_narrower_in_poetry,
    parse_constraint,
    python_marker,
)

releases = st.lists(st.integers(0, 4), min_size=1, max_size=4).map(
    lambda parts: ".".join(map(str, parts))
)


def padded(version: str) -> tuple[int, ...]:
    parts = tuple(int(part) for part in version.split("."))
    return parts + (0,) * (4 - len(parts))


def caret_allows(bound: str, version: str) -> bool:
    """ "An update is allowed if the new version number does not modify the left-most non-zero digit
    in the major, minor, patch grouping." Missing digits may be anything."""
    given_parts = padded(bound)[: min(3, len(bound.split(".")))]
    kept = next((index for index, part in enumerate(given_parts) if part), len(given_parts) - 1)
    same = padded(version)[: kept + 1] == padded(bound)[: kept + 1]
    return same and padded(version) >= padded(bound)


def tilde_allows(bound: str, version: str) -> bool:
    """ "If you specify a major, minor, and patch version or only a major and minor version, only
    patch-level changes are allowed. If you only specify a major version, then minor- and
    patch-level changes are allowed.\""""
    kept = min(2, len(bound.split(".")))
    return padded(version)[:kept] == padded(bound)[:kept] and padded(version) >= padded(bound)


@given(releases, releases)
def test_a_caret_allows_what_poetry_says(bound: str, version: str) -> None:
    assert parse_constraint(f"^{bound}").contains(version) == caret_allows(bound, version)


@given(releases, releases)
def test_a_tilde_allows_what_poetry_says(bound: str, version: str) -> None:
    assert parse_constraint(f"~{bound}").contains(version) == tilde_allows(bound, version)


@given(st.lists(st.tuples(st.sampled_from("^~"), releases), min_size=1, max_size=3), releases)
def test_a_union_allows_what_any_branch_allows_or_is_refused(
    branches: list[tuple[str, str]], version: str
) -> None:
    allows = {"^": caret_allows, "~": tilde_allows}
    try:
        union = parse_constraint(" || ".join(sign + bound for sign, bound in branches))
    except InexpressibleConstraintError:
        return
    expected = any(allows[sign](bound, version) for sign, bound in branches)
    assert union.contains(version) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("^1.2.3", "<2,>=1.2.3"),
        ("^0.2.3", "<0.3,>=0.2.3"),
        ("^0.0.3", "<0.0.4,>=0.0.3"),
        ("^0.0", "<0.1,>=0.0"),
        ("^0", "<1,>=0"),
        ("^1!2.0", "<1!3,>=1!2.0"),
        ("^1.2a1", "<2,>=1.2a1"),
        ("~1.2.3", "<1.3,>=1.2.3"),
        ("~1", "<2,>=1"),
        ("~=1.4.2", "~=1.4.2"),
        ("*", ""),
        ("", ""),
        ("1.2.*", "==1.2.*"),
        ("1.x", "==1.*"),
        ("!=1.2.*", "!=1.2.*"),
        ("1.2.3", "==1.2.3"),
        ("=1.2", "==1.2"),
        ("v1.2", "==v1.2"),
        ("<>1.2", "!=1.2"),
        (">=1, <2", "<2,>=1"),
        (">=1 <2", "<2,>=1"),
        (">= 1,", ">=1"),
        ("^1.2 || ^2.0", "<3,>=1.2"),
        ("^1 || ^3", "!=2.*,<4,>=1"),
        ("~1.2 | ~1.4 | >=1.6", "!=1.3.*,!=1.5.*,>=1.2"),
        ("^2 || *", ""),
        ("<1 || !=3", "!=3"),
    ],
)
def test_constraints_become_these_specifiers(text: str, expected: str) -> None:
    assert str(parse_constraint(text)) == expected


@pytest.mark.parametrize("text", ["^", "^1.2,,", "~=1", "abc", "1.0 - 2.0", ">=1.*", "^1 & ^2"])
def test_what_is_no_constraint_is_refused(text: str) -> None:
    with pytest.raises(InvalidSpecifier):
        parse_constraint(text)


@pytest.mark.parametrize("text", ["1.2 || 1.3", "~2.7 || ^3.2", "^1.5a1 || ^99999"])
def test_a_union_that_pep_440_cannot_express_is_refused(text: str) -> None:
    with pytest.raises(InexpressibleConstraintError):
        parse_constraint(text)


@pytest.mark.parametrize(
    ("text", "python", "holds"),
    [
        ("^3.9", "3.13.2", True),
        ("^3.9", "3.8.9", False),
        ("<=3.12", "3.12.7", True),
        (">3.12", "3.12.7", False),
        (">=3.12.4", "3.12.3", False),
        ("3.12.*", "3.12.3", True),
        ("~3.12 || >=3.14.1", "3.13.5", False),
        ("~3.12 || >=3.14.1", "3.14.1", True),
    ],
)
def test_a_python_constraint_becomes_a_marker(text: str, python: str, *, holds: bool) -> None:
    marker = python_marker(text)
    assert marker is not None
    environment = {
        "python_full_version": python,
        "python_version": python.rpartition(".")[0],
    }
    assert marker.evaluate(environment) is holds


def test_any_python_needs_no_marker() -> None:
    assert python_marker("*") is None
    assert python_marker("^3.9 || *") is None


def test_only_caret_and_tilde_are_wider_in_flet_build() -> None:
    assert is_narrower_in_poetry("^1")
    assert is_narrower_in_poetry(">=1 || ~2.1")
    assert not is_narrower_in_poetry("~=1.2")
    assert not is_narrower_in_poetry(">=1,<2")


@pytest.mark.parametrize(
    "text",
    [
        *("*", "", "^1.2", "~1.2", "~1", "~=1.2", "1.2.3", "=1.2", ">=1,<2", ">=1 <2"),
        *(">= 1, < 2", "1 || 2", "^1 || ^2", "1.2.*", "!=1.3", "v1"),
    ],
)
def test_what_breaks_the_build_is_what_flet_cli_itself_makes_invalid(text: str) -> None:
    made = _poetry_dep_to_pep508("demo", text)
    try:
        broken = Requirement(made).name != "demo"
    except InvalidRequirement:
        broken = True
    assert breaks_build(text) is broken
