import pytest
from hypothesis import given
from hypothesis import strategies as st
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.version import Version

from flet_lock.analysis.moved_bound import moved_bounds, requirement_text, written

versions = st.builds(
    "{}.{}{}".format,
    st.integers(0, 40),
    st.integers(0, 40),
    st.sampled_from(["", ".0", ".7", "rc1", ".post2"]),
).map(Version)
clauses = st.builds(
    "{}{}".format, st.sampled_from(["==", "~=", ">=", ">", "!=", "<=", "<"]), versions
) | versions.map(lambda version: f"=={version.major}.*")
specifiers = st.lists(clauses, max_size=3).map(lambda each: SpecifierSet(",".join(each)))


@pytest.mark.parametrize(
    ("before", "newcomers", "after"),
    [
        ("<2", ["2.2.2"], "<3"),
        ("<2.14", ["2.25.1"], "<2.26"),
        ("<=1.3", ["2.0"], "<=2.0"),
        (">=1.40", ["1.34.162"], ">=1.34.162"),
        (">=1.40,<2", ["1.34"], ">=1.34,<2"),
        ("==1.4.1", ["0.4.3"], "==0.4.3"),
        ("==1.4.1", ["0.4.3", "0.5"], ">=0.4.3,<=0.5"),
        ("~=1.4.2", ["1.6.0"], ">=1.6.0,<1.7"),
        ("==1.4.*", ["1.6.0"], ">=1.6.0,<1.7"),
        (">=1,<2,!=1.5", ["2.3", "2.4"], ">=1,!=1.5,<3"),
        ("<2", ["1!2.0"], "<1!3"),
    ],
)
def test_a_bound_moves_no_further_than_it_has_to(
    before: str, newcomers: list[str], after: str
) -> None:
    assert moved_bounds(SpecifierSet(before), [Version(each) for each in newcomers]) == after


@given(specifier=specifiers, newcomers=st.lists(versions, min_size=1, max_size=3))
def test_moved_bounds_let_all_of_the_versions_in(
    specifier: SpecifierSet, newcomers: list[Version]
) -> None:
    moved = SpecifierSet(moved_bounds(specifier, newcomers))
    assert all(moved.contains(version, prereleases=True) for version in newcomers)


@given(specifier=specifiers, newcomers=st.lists(versions, min_size=1, max_size=3))
def test_bounds_that_let_them_in_already_stay(
    specifier: SpecifierSet, newcomers: list[Version]
) -> None:
    inside = [each for each in newcomers if specifier.contains(each, prereleases=True)]
    if inside:
        assert SpecifierSet(moved_bounds(specifier, inside)) == specifier


def test_lower_bounds_are_written_first() -> None:
    assert written(SpecifierSet("<2,!=1.5,>=1")) == ">=1,!=1.5,<2"


@pytest.mark.parametrize(
    ("text", "changes", "after"),
    [
        ("Pillow[xmp]<11,>=10", {}, "Pillow[xmp]>=10,<11"),
        ("numpy<2", {"specifier": "<3"}, "numpy<3"),
        ("a; python_version < '3.14'", {"condition": "x"}, "a; python_version < '3.14' and x"),
        (
            "a; os_name == 'nt' or os_name == 'posix'",
            {"condition": "b"},
            "a; (os_name == 'nt' or os_name == 'posix') and b",
        ),
        ("flet[all]>=0.80", {"extras": []}, "flet>=0.80"),
        ("PIL==1", {"name": "Pillow", "specifier": ""}, "Pillow"),
    ],
)
def test_a_requirement_is_written_as_people_write_it(
    text: str, changes: dict[str, object], after: str
) -> None:
    assert requirement_text(Requirement(text), **changes) == after  # type: ignore[arg-type]
