"""A download of no bytes is one to try again; other bytes are not."""

import hashlib

import pytest
from packaging.utils import canonicalize_name

from flet_lock.model.errors.base import FletLockError
from flet_lock.model.errors.index import IntegrityError
from flet_lock.model.errors.install import FileAltered
from flet_lock.model.redaction import public_url
from flet_lock.reports.wording.empty_file import is_of_nothing
from flet_lock.reports.wording.failure.errors import explain

NOTHING = hashlib.sha256(b"").hexdigest()


def failures(found: str) -> list[FletLockError]:
    common = {"filename": "a-1-py3-none-any.whl", "algorithm": "sha256", "expected": "ab" * 32}
    return [
        IntegrityError(index="pypi", url=public_url("https://pypi.org/a"), found=found, **common),
        FileAltered(
            package=canonicalize_name("a"), origin="https://pypi.org/a", found=found, **common
        ),
    ]


@pytest.mark.parametrize("number", [0, 1])
def test_an_empty_download_is_tried_again_and_nobody_is_accused(number: int) -> None:
    told = explain(failures(NOTHING)[number])
    assert "empty" in told.summary
    assert "again" in told.hints[0]
    assert told.exit_code == 2
    assert "published anew" not in told.hints[0]


@pytest.mark.parametrize("number", [0, 1])
def test_other_bytes_are_not_taken_for_a_broken_download(number: int) -> None:
    assert "empty" not in explain(failures("cd" * 32)[number]).summary


def test_sizes_count_too() -> None:
    assert is_of_nothing("size", "0")
    assert not is_of_nothing("size", "10")
    assert not is_of_nothing("no-such", NOTHING)
