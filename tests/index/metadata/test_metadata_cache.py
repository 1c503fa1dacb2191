from pathlib import Path

from fakes.repositories import package
from flet_lock.index.cache import Cache, MetadataFields
from flet_lock.index.metadata.metadata_cache import MetadataCache

DEMO = package("demo")


def fields(name: str) -> MetadataFields:
    return MetadataFields(name, "1.0", ["bee>1"], ">=3.8", ["all"])


def test_what_is_written_is_there_for_the_next_run(tmp_path: Path) -> None:
    kept = MetadataCache(Cache(tmp_path))
    kept.add(DEMO, "sha256:a", fields("demo"))
    kept.write()
    later = MetadataCache(Cache(tmp_path))
    assert later.read(DEMO, "sha256:a") == fields("demo")
    assert later.read(DEMO, "sha256:b") is None
    assert later.read(package("other"), "sha256:a") is None


def test_two_runs_add_to_each_others_shelves(tmp_path: Path) -> None:
    one, other = MetadataCache(Cache(tmp_path)), MetadataCache(Cache(tmp_path))
    assert one.read(DEMO, "a") is None
    assert other.read(DEMO, "a") is None
    one.add(DEMO, "a", fields("one"))
    other.add(DEMO, "b", fields("other"))
    one.write()
    other.write()
    third = MetadataCache(Cache(tmp_path))
    assert third.read(DEMO, "a") == fields("one")
    assert third.read(DEMO, "b") == fields("other")


def test_damaged_metadata_is_none(tmp_path: Path) -> None:
    kept = MetadataCache(Cache(tmp_path))
    kept.add(DEMO, "a", fields("demo"))
    kept.write()
    (path,) = (path for path in tmp_path.rglob("shelves/*") if path.is_file())
    path.write_bytes(path.read_bytes()[:-3])
    again = MetadataCache(Cache(tmp_path))
    assert again.read(DEMO, "a") is None
    again.add(DEMO, "a", fields("new"))
    again.write()
    assert MetadataCache(Cache(tmp_path)).read(DEMO, "a") == fields("new")


def test_nothing_new_writes_nothing(tmp_path: Path) -> None:
    kept = MetadataCache(Cache(tmp_path))
    kept.write()
    assert list(tmp_path.iterdir()) == []
