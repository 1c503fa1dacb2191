"""A later part of a wheel counts only if it is the part that was asked for, of the same file."""

import hashlib
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from packaging.tags import parse_tag
from packaging.utils import canonicalize_name
from packaging.version import Version

from fakes.wheels import make_zip, metadata_text
from flet_lock.index.http.answer import Answer, BodySink
from flet_lock.index.metadata.remote_metadata import RemoteMetadata
from flet_lock.model.index.artifact import Wheel

CONTENT = make_zip(
    {
        "demo-1.0.dist-info/METADATA": metadata_text("demo", "1.0", requires=["a>=1"]),
        **{f"demo/{n:05d}_{'x' * 60}.py": b"x" * 200 for n in range(600)},
    }
)
Edit = Callable[[int, int, int], tuple[int, int, int]]
"""Start, end and size of the file as asked for, to those that are sent."""


class Server:
    """Sends ranges of one file; the second one as a test wants it."""

    def __init__(self, edit: Edit) -> None:
        self._edit = edit
        self.asked: list[str] = []

    def fetch(
        self,
        url: str,
        *,
        index: str | None,
        headers: dict[str, str],
        accept: frozenset[int] = frozenset(),
        receive: BodySink,
    ) -> Answer:
        """As `HttpClient.fetch`."""
        assert index == "one"
        wanted = headers.get("Range", "")
        self.asked.append(wanted)
        found = re.fullmatch(r"bytes=(\d+)-(\d+)", wanted)
        if found is None:
            receive(200, {})(CONTENT)
            return Answer(status=200, headers={}, url=url, content=b"")
        assert 206 not in accept
        start, end, size = int(found[1]), int(found[2]) + 1, len(CONTENT)
        if len(self.asked) > 1:
            start, end, size = self._edit(start, end, size)
        told = {"content-range": f"bytes {start}-{end - 1}/{size}"}
        receive(206, told)(CONTENT[start:end])
        return Answer(status=206, headers=told, url=url, content=b"")


def read(edit: Edit, folder: Path) -> list[str]:
    """The requests that reading the wheel's METADATA took."""
    server = Server(edit)
    wheel = Wheel(
        package=canonicalize_name("demo"),
        version=Version("1.0"),
        filename="demo-1.0-py3-none-any.whl",
        url="https://example.org/demo-1.0-py3-none-any.whl",
        index="one",
        hashes={"sha256": hashlib.sha256(CONTENT).hexdigest()},
        size=len(CONTENT),
        tags=frozenset(parse_tag("py3-none-any")),
    )
    reader = RemoteMetadata(server, lambda: folder / "wheel")  # type: ignore[arg-type]  # its `fetch`
    assert b"Requires-Dist: a>=1" in reader.fetch(wheel)
    return server.asked


def test_what_was_asked_for_is_used(tmp_path: Path) -> None:
    asked = read(lambda start, end, size: (start, end, size), tmp_path)
    assert len(asked) > 1
    assert all(asked)


@pytest.mark.parametrize(
    "edit",
    [
        lambda start, end, size: (start + 1, end + 1, size),
        lambda start, end, size: (start, end - 1, size),
        lambda start, end, size: (start, end, size + 1),
    ],
    ids=["begins elsewhere", "ends early", "of another file"],
)
def test_another_part_is_not_and_the_wheel_is_fetched_whole(edit: Edit, tmp_path: Path) -> None:
    asked = read(edit, tmp_path)
    assert asked[-1] == ""
    assert asked.count("") == 1
    assert len(asked) == 3
