from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet

from flet_lock.resolution.problem.target_requirement import (
    canonical_specifier,
    names_one_version,
    target_requirements_for,
)


def test_equal_specifiers_keep_their_own_words() -> None:
    short, long = SpecifierSet(">=2.5"), SpecifierSet(">=2.5.0")
    assert short == long
    assert (canonical_specifier(short), canonical_specifier(long)) == (">=2.5", ">=2.5.0")


def test_clauses_are_sorted() -> None:
    assert canonical_specifier(SpecifierSet(">=1,<2,!=1.5")) == canonical_specifier(
        SpecifierSet("!=1.5,<2,>=1")
    )


def test_only_a_whole_version_is_an_exact_pin() -> None:
    assert names_one_version("==1.2")
    assert names_one_version("===1.2")
    assert not names_one_version("==1.*")
    assert not names_one_version(">=1.2")


def test_each_extra_is_a_wish_of_its_own_beside_its_package() -> None:
    needs = target_requirements_for(Requirement("App[B.x, a]>=1"), targets=5)
    assert [(need.package, need.extra) for need in needs] == [
        ("app", ""),
        ("app", "a"),
        ("app", "b-x"),
    ]
    assert {need.targets for need in needs} == {5}
