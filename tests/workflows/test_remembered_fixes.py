"""`--fix N` takes what was told as N, however many ways are found in time."""

from pathlib import Path

import pytest
from packaging.utils import canonicalize_name

from flet_lock.model.app.fix import EditedLine, Fix, Fixes
from flet_lock.model.errors import UsageError
from flet_lock.workflows.fixing.fix import _chosen
from flet_lock.workflows.fixing.remembered_fixes import keep_told_ways, read_told_ways


def way(after: str) -> Fix:
    line = EditedLine(
        file="pyproject.toml", table="[project]", line=None, before="numpy", after=after
    )
    return Fix(
        packages=(canonicalize_name("numpy"),), edits=(), lines=(line,), whole=True, taken=()
    )


FIRST, SECOND, THIRD = way("numpy<2"), way("numpy<3"), way("numpy==1.0")


def test_what_was_told_is_read_back_for_its_own_app(tmp_path: Path) -> None:
    keep_told_ways(tmp_path / "cache", tmp_path / "app", [FIRST, SECOND])
    told = read_told_ways(tmp_path / "cache", tmp_path / "app")
    assert told is not None
    assert len(told) == 2
    assert read_told_ways(tmp_path / "cache", tmp_path / "other") is None


def test_a_number_means_what_was_told_even_where_more_is_found_now(tmp_path: Path) -> None:
    keep_told_ways(tmp_path, tmp_path, [FIRST, THIRD])
    told = read_told_ways(tmp_path, tmp_path)
    now = Fixes(ways=(FIRST, SECOND, THIRD), seconds=1.0)
    assert _chosen("2", now, told) == [THIRD]
    assert _chosen("2, 1", now, told) == [THIRD, FIRST]
    assert _chosen("2", now, None) == [SECOND]


def test_a_way_that_is_not_found_any_more_is_not_taken_for_another(tmp_path: Path) -> None:
    keep_told_ways(tmp_path, tmp_path, [FIRST, THIRD])
    told = read_told_ways(tmp_path, tmp_path)
    now = Fixes(ways=(FIRST, SECOND), seconds=1.0)
    with pytest.raises(UsageError) as failure:
        _chosen("2", now, told)
    assert failure.value.choices == ("1",)


def test_where_nothing_of_it_is_found_the_app_is_another(tmp_path: Path) -> None:
    keep_told_ways(tmp_path, tmp_path, [THIRD])
    told = read_told_ways(tmp_path, tmp_path)
    assert _chosen("1", Fixes(ways=(FIRST,), seconds=1.0), told) == [FIRST]


@pytest.mark.parametrize("content", [b"", b"{", b"[1]", b"\xff", b"[[[]]"])
def test_garbage_in_what_was_kept_is_nothing(tmp_path: Path, content: bytes) -> None:
    keep_told_ways(tmp_path, tmp_path, [FIRST])
    [kept] = (tmp_path / "v1" / "ways-out").iterdir()
    kept.write_bytes(content)
    assert read_told_ways(tmp_path, tmp_path) is None
