"""Errors: what their constructors take, at run time and for type checkers and editors."""

from typing import TYPE_CHECKING, Any

import pytest

from flet_lock.model.errors.base import FletLockError
from flet_lock.model.errors.index import IndexFailure, IndexUnreachable
from flet_lock.model.errors.lock import LockUnreadable
from flet_lock.model.errors.usage import UsageError
from flet_lock.model.redaction import public_url

URL = "https://pypi.org/simple/numpy/"

if TYPE_CHECKING:
    # mypy fails where one of these is not an error: "unused type: ignore".
    UsageError(option="--arch", value="x")  # type: ignore[call-arg] # `detail` is missing
    UsageError(option="--arch", value="x", detail="y", colour="z")  # type: ignore[call-arg]
    UsageError(option=1, value="x", detail="y")  # type: ignore[arg-type]
    UsageError("--arch", "x", "y")  # type: ignore[call-arg] # by name only
    IndexUnreachable(detail="", attempts=1)  # type: ignore[call-arg] # what its base needs


def test_facts_are_attributes_the_bases_first() -> None:
    error = IndexUnreachable(index="pypi", url=public_url(URL), detail="timed out", attempts=4)
    assert error.fact_names() == ("index", "url", "detail", "attempts", "status")
    assert (error.index, error.attempts, error.status) == ("pypi", 4, None)
    assert IndexFailure.fact_names() == ("index", "url")
    assert FletLockError.fact_names() == ()


def test_a_value_in_the_class_is_a_default() -> None:
    assert UsageError(option="--arch", value="x", detail="y").choices == ()
    assert UsageError(option="--arch", value="x", detail="y", choices=("z",)).choices == ("z",)


@pytest.mark.parametrize(
    ("facts", "wrong"),
    [
        ({"detail": "no version"}, "path"),
        ({"path": "pylock.toml"}, "detail"),
        ({"path": "pylock.toml", "detail": "no version", "colour": "red"}, "colour"),
        ({"fact_names": (), "path": "pylock.toml", "detail": ""}, "fact_names"),
    ],
)
def test_a_fact_that_is_missing_or_unknown_is_refused(facts: dict[str, Any], wrong: str) -> None:
    with pytest.raises(TypeError, match=f"LockUnreadable: missing or unknown: {wrong}$"):
        LockUnreadable(**facts)


def test_an_error_shows_its_facts_to_who_debugs() -> None:
    error = LockUnreadable(path="pylock.toml", detail="no version")
    facts = "path='pylock.toml', detail='no version', place=None, of_other_tool=False"
    assert repr(error) == f"LockUnreadable({facts})"
