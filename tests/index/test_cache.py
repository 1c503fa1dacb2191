import os
import subprocess
import sys
import time
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fakes.repositories import package
from flet_lock.index.cache import (
    Cache,
    FileFacts,
    MetadataFields,
    PageRecord,
    cache_size,
    clean_cache,
    page_key,
)
from flet_lock.index.pages.file_row import FileRow
from flet_lock.index.pages.page_rows import page_rows_of

TEXT = st.text(max_size=8)
FIELDS = st.builds(
    MetadataFields,
    name=st.none() | TEXT,
    version=st.none() | TEXT,
    requires_dist=st.lists(TEXT, max_size=3),
    requires_python=st.none() | TEXT,
    provides_extra=st.lists(TEXT, max_size=3),
    metadata_version=st.none() | TEXT,
    dynamic=st.lists(TEXT, max_size=2),
)


def fields(name: str) -> MetadataFields:
    return MetadataFields(
        name=name, version="1.0", requires_dist=["a"], requires_python=None, provides_extra=[]
    )


def record(fresh_seconds: float = 600.0) -> PageRecord:
    row = FileRow(
        filename="demo-1.0-py3-none-any.whl",
        url="https://index.example/demo-1.0-py3-none-any.whl",
        hashes={"sha256": "aa"},
        core_metadata={},
        requires_python=">=3.9",
        yanked="",
        size=3,
        upload_time="2026-01-01T00:00:00Z",
    )
    return PageRecord(
        digest=page_rows_of([row], package("demo")),
        fresh_seconds=fresh_seconds,
        etag='"e"',
        last_modified=None,
        body=b"\0" * 32,
        url="https://index.example/simple/demo/",
    )


@pytest.fixture
def cache(tmp_path: Path) -> Cache:
    return Cache(tmp_path / "cache")


@given(FIELDS)
def test_metadata_comes_back_as_it_was(
    tmp_path_factory: pytest.TempPathFactory, value: MetadataFields
) -> None:
    cache = Cache(tmp_path_factory.mktemp("cache"))
    cache.write_metadata("key", value)
    assert cache.read_metadata("key") == value


def test_pages_come_back_as_they_were_and_age(cache: Cache) -> None:
    key = page_key("https://index.example/simple/demo/", None)
    assert cache.read_page(key) is None
    cache.write_page(key, record())
    found = cache.read_page(key)
    assert found is not None
    assert msgspec.msgpack.encode(found.record) == msgspec.msgpack.encode(record())
    assert found.fresh
    (path,) = (path for path in cache.directory.rglob("*") if path.parent.name == "pages")
    for seconds, fresh in ((-700, False), (700, False), (-10, True)):
        os.utime(path, (time.time() + seconds,) * 2)
        again = cache.read_page(key)
        assert again is not None
        assert again.fresh is fresh
    cache.touch_page(key)


def test_keys_do_not_meet(cache: Cache) -> None:
    cache.write_page(page_key("https://x/", None), record())
    assert cache.read_page(page_key("https://x/", "Basic YQ==")) is None
    assert cache.read_page(page_key("https://y/", None)) is None
    cache.write_facts("key", FileFacts(native=["x.so"]))
    assert cache.read_metadata("key") is None
    assert cache.read_facts("key") == FileFacts(native=["x.so"])


@pytest.mark.parametrize("at", [0, 3, 5, 9, -1])
def test_a_flipped_byte_anywhere_is_noticed(cache: Cache, at: int) -> None:
    cache.write_metadata("key", fields("demo"))
    (path,) = (p for p in cache.directory.rglob("*") if p.parent.name == "metadata")
    content = bytearray(path.read_bytes())
    content[at] ^= 0xFF
    path.write_bytes(content)
    assert cache.read_metadata("key") is None
    assert not path.exists()


@pytest.mark.parametrize("length", [0, 1, 7, 8, 20])
def test_a_file_cut_short_is_noticed(cache: Cache, length: int) -> None:
    cache.write_metadata("key", fields("demo"))
    (path,) = (p for p in cache.directory.rglob("*") if p.parent.name == "metadata")
    path.write_bytes(path.read_bytes()[:length])
    assert cache.read_metadata("key") is None


def test_nothing_half_written_is_left_behind(cache: Cache, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_old: str, _new: str) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "replace", full)  # a disk cannot be filled up in a test
        cache.write_metadata("key", fields("demo"))
    assert cache.read_metadata("key") is None
    assert [p.name for p in cache.directory.rglob("*") if p.is_file()] == ["CACHEDIR.TAG"]
    cache.write_metadata("key", fields("demo"))  # given up for this run
    assert cache.read_metadata("key") is None
    Cache(cache.directory).write_metadata("key", fields("demo"))
    assert cache.read_metadata("key") == fields("demo")


WRITE = """
import sys
from pathlib import Path
from flet_lock.index.cache import Cache, MetadataFields

cache = Cache(Path(sys.argv[1]))
for _ in range(300):
    cache.write_metadata("key", MetadataFields(sys.argv[2], "1.0", ["a"] * 100, None, []))
"""


def test_two_runs_at_once_leave_one_of_their_entries(tmp_path: Path) -> None:
    names = ("one", "two")
    command = [sys.executable, "-c", WRITE, str(tmp_path)]
    runs = [subprocess.Popen([*command, name]) for name in names]
    cache = Cache(tmp_path)
    seen: set[str | None] = set()
    while any(run.poll() is None for run in runs):
        found = cache.read_metadata("key")
        seen.add(None if found is None else found.name)
    assert [run.wait() for run in runs] == [0, 0]
    assert seen <= {None, "one", "two"}
    last = cache.read_metadata("key")
    assert last is not None
    assert last.name in names
    assert not list(tmp_path.rglob(".new-*"))


def test_size_counts_what_is_kept(cache: Cache) -> None:
    assert (cache_size(cache.directory).files, cache_size(cache.directory).bytes) == (0, 0)
    cache.write_metadata("one", fields("one"))
    cache.write_page("two", record())
    size = cache_size(cache.directory)
    assert size.files == 2
    assert size.bytes > 100


def test_cleaning_takes_what_is_ours_and_nothing_else(cache: Cache) -> None:
    cache.write_metadata("one", fields("one"))
    mine = cache.directory / "v-notes.txt"
    mine.write_text("not the cache's")
    old = cache.directory / "v0" / "pages"
    old.mkdir(parents=True)
    (old / "x").write_bytes(b"1234")
    freed = clean_cache(cache.directory)
    assert freed.files == 2
    assert sorted(path.name for path in cache.directory.rglob("*")) == ["v-notes.txt"]
    mine.unlink()
    cache = Cache(cache.directory)
    cache.write_metadata("one", fields("one"))
    clean_cache(cache.directory)
    assert not cache.directory.exists()


def test_a_folder_that_is_no_cache_is_not_cleaned(tmp_path: Path) -> None:
    precious = tmp_path / "v1" / "thesis.tex"
    precious.parent.mkdir()
    precious.write_text("…")
    assert clean_cache(tmp_path).files == 0
    assert precious.exists()
    assert clean_cache(tmp_path / "nowhere").files == 0
