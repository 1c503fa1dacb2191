"""A cache keeps below its bound, and what goes is what nobody used."""

import os
import time
from pathlib import Path

import pytest

from flet_lock.index.cache import Cache, MetadataFields, cache_size
from flet_lock.index.cache_bound import DAY_SECONDS, bound_cache

NOW = time.time()
FIELDS = MetadataFields("demo", "1.0", ["x" * 1000], None, [])


@pytest.fixture
def cache(tmp_path: Path) -> Cache:
    """Ten files of a kilobyte, `0` used ten days ago, `9` yesterday."""
    cache = Cache(tmp_path / "cache")
    for number in range(10):
        cache.write_metadata(str(number), FIELDS)
        used = NOW - (10 - number) * DAY_SECONDS
        os.utime(cache._path("metadata", str(number)), (used, used))
    return cache


def kept(cache: Cache) -> str:
    return "".join(str(n) for n in range(10) if os.path.exists(cache._path("metadata", str(n))))  # noqa: PTH110


def test_what_was_not_used_for_longest_goes_first(cache: Cache) -> None:
    removed = bound_cache(cache.directory, limit_bytes=4_500, now=NOW)
    assert removed.files == 6
    assert removed.bytes > 6_000
    assert kept(cache) == "6789"
    assert cache_size(cache.directory).bytes <= 4_500


def test_what_was_read_lately_stays_however_old_it_is(cache: Cache) -> None:
    path = cache._path("metadata", "0")
    os.utime(path, (NOW - DAY_SECONDS / 2, NOW - 10 * DAY_SECONDS))
    bound_cache(cache.directory, limit_bytes=2_500, now=NOW)
    assert kept(cache) == "09"


def test_what_another_run_may_be_using_stays_even_beyond_the_bound(cache: Cache) -> None:
    for number in range(5, 10):
        path = cache._path("metadata", str(number))
        os.utime(path, (NOW - 60, NOW - 60))
    bound_cache(cache.directory, limit_bytes=1, now=NOW)
    assert kept(cache) == "56789"


def test_it_is_looked_at_once_a_day(cache: Cache) -> None:
    assert bound_cache(cache.directory, limit_bytes=1_000_000, now=NOW).files == 0
    assert bound_cache(cache.directory, limit_bytes=4_500, now=NOW + 3600).files == 0
    assert bound_cache(cache.directory, limit_bytes=4_500, now=NOW + 1.1 * DAY_SECONDS).files == 6


def test_without_a_bound_nothing_goes(cache: Cache) -> None:
    assert bound_cache(cache.directory, limit_bytes=0, now=NOW).files == 0
    assert kept(cache) == "0123456789"


def test_a_folder_that_is_no_cache_is_left_alone(tmp_path: Path) -> None:
    precious = tmp_path / "v1" / "thesis.tex"
    precious.parent.mkdir()
    precious.write_text("x" * 1000)
    os.utime(precious, (0, 0))
    assert bound_cache(tmp_path, limit_bytes=1, now=NOW).files == 0
    assert precious.exists()
    assert bound_cache(tmp_path / "nowhere", limit_bytes=1, now=NOW).files == 0
