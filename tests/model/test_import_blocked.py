import subprocess
import sys

import pytest

from flet_lock.model.import_blocked import without


def test_a_library_is_away_only_inside(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "click", raising=False)
    with without("click"), pytest.raises(ImportError):
        import click  # noqa: F401, PLC0415
    assert "click" not in sys.modules


def test_what_was_imported_before_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    stand_in = type(sys)("click")
    monkeypatch.setitem(sys.modules, "click", stand_in)
    with without("click"):
        assert sys.modules["click"] is stand_in
    assert sys.modules["click"] is stand_in


def test_msgspec_reads_our_values_without_typing_extensions() -> None:
    code = """
import sys
from flet_lock.model.import_blocked import without
with without("typing_extensions"):
    import msgspec
from flet_lock.index.cache import MetadataFields, PageRecord
from flet_lock.index.pages.page import parse_project_page
assert "typing_extensions" not in sys.modules
for kind in (MetadataFields, PageRecord):
    msgspec.msgpack.Decoder(kind)
page = b'{"meta": {"api-version": "1.1"}, "files": [{"filename": "a", "url": "b"}]}'
print(parse_project_page(page, "application/json", "http://x/")[0].url)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "http://x/b\n"
