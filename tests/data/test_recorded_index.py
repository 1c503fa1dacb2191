import hashlib
import json
import re
from collections.abc import Iterator
from datetime import datetime
from email.parser import HeaderParser
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name, parse_sdist_filename, parse_wheel_filename
from packaging.version import Version

from recording.metadata import FIELDS
from recording.page import Use, parse_page
from recording.targets import may_hold

INDEX = Path(__file__).parents[2] / "data" / "index"
PYPI = INDEX / "pypi"
PAGES = sorted(PYPI.glob("simple/*/index.json"))
MEGABYTE = 1_000_000


@cache
def page_of(path: Path) -> Any:  # noqa: ANN401 - JSON as it comes
    return json.loads(path.read_bytes())


def files() -> Iterator[tuple[str, dict[str, Any]]]:
    for path in PAGES:
        for file in page_of(path)["files"]:
            yield path.parent.name, file


def recorded_metadata() -> Iterator[tuple[str, bytes]]:
    for path in sorted(PYPI.glob("files/*.metadata")):
        yield path.name.removesuffix(".metadata"), path.read_bytes()


def requirements(text: bytes) -> Iterator[Requirement]:
    for value in HeaderParser().parsestr(text.decode()).get_all("Requires-Dist", []):
        try:
            yield Requirement(value)
        except InvalidRequirement:
            assert "(>=>=" in value, value


def test_pages_are_those_of_api_version_1_1() -> None:
    assert len(PAGES) > 100
    for path in PAGES:
        page = page_of(path)
        assert page["meta"] == {"api-version": "1.1"}
        assert page["name"] == path.parent.name == canonicalize_name(page["name"])
        assert set(page["versions"]) == {str(_version(file["filename"])) for file in page["files"]}


def _version(filename: str) -> Version:
    parse = parse_wheel_filename if filename.endswith(".whl") else parse_sdist_filename
    return parse(filename)[1]


def test_every_file_has_what_a_lock_writes_down() -> None:
    for _, file in files():
        assert file["url"] == f"../../files/{file['filename']}"
        assert re.fullmatch(r"[0-9a-f]{64}", file["hashes"]["sha256"])
        assert file["size"] > 0
        assert datetime.fromisoformat(file["upload-time"]).tzinfo is not None


def test_no_file_is_listed_twice() -> None:
    names = [file["filename"] for _, file in files()]
    assert len(names) == len(set(names))


def test_every_promised_metadata_file_is_there_with_its_digest_and_no_other() -> None:
    promised = {
        file["filename"]: file["core-metadata"]["sha256"]
        for _, file in files()
        if "core-metadata" in file
    }
    there = {name: hashlib.sha256(text).hexdigest() for name, text in recorded_metadata()}
    assert promised == there


def test_every_wheel_that_a_phone_could_use_has_its_metadata() -> None:
    for path in PAGES:
        page = parse_page(path.parent.name, path.read_bytes())
        for version in page.files.values():
            for file in version:
                if file.use is Use.PHONE:
                    assert file.listed.core_metadata, file.listed.filename


def test_metadata_is_of_its_wheel_and_has_only_the_fields_that_matter() -> None:
    for filename, text in recorded_metadata():
        message = HeaderParser().parsestr(text.decode())
        package, version, _, _ = parse_wheel_filename(filename)
        assert canonicalize_name(message["Name"]) == package
        assert Version(message["Version"]) == version
        assert set(message.keys()) <= set(FIELDS)
        assert not message.get_payload()


def test_whatever_a_recorded_wheel_requires_is_recorded_or_known_to_be_elsewhere() -> None:
    recorded = {path.parent.name for path in PAGES}
    elsewhere = {path.parent.name for path in INDEX.glob("flet/simple/*/index.html")}
    flet = {path.read_bytes() for path in INDEX.glob("flet/*.metadata")}
    missing = {
        canonicalize_name(requirement.name)
        for text in {*(text for _, text in recorded_metadata()), *flet}
        for requirement in requirements(text)
        if may_hold(requirement.marker, ())
    } - recorded
    summary = json.loads((PYPI / "recorded.json").read_bytes())
    assert missing <= elsewhere
    assert missing == set(summary["not-on-pypi"])


def test_the_summary_counts_what_is_there() -> None:
    summary = json.loads((PYPI / "recorded.json").read_bytes())
    assert summary["counts"] == {
        "packages": len(PAGES),
        "files": sum(1 for _ in files()),
        "metadata": sum(1 for _ in recorded_metadata()),
    }
    assert list(summary["packages"]) == [path.parent.name for path in PAGES]
    for path in PAGES:
        entry = summary["packages"][path.parent.name]
        page = page_of(path)
        assert entry["files"] == len(page["files"])
        assert entry["versions"] == len({_version(file["filename"]) for file in page["files"]})


def test_stored_sdists_are_the_bytes_that_their_page_promises() -> None:
    promised = {file["filename"]: file["hashes"]["sha256"] for _, file in files()}
    stored = [path for path in PYPI.glob("files/*") if path.suffix != ".metadata"]
    assert stored
    for path in stored:
        assert hashlib.sha256(path.read_bytes()).hexdigest() == promised[path.name]


def test_the_recorded_indexes_keep_the_checkout_small() -> None:
    sizes = [path.stat().st_size for path in INDEX.rglob("*") if path.is_file()]
    assert sum(sizes) < 18 * MEGABYTE
    assert sum(-(-size // 4096) * 4096 for size in sizes) < 40 * MEGABYTE
    assert len(sizes) < 7_000


@pytest.mark.parametrize("folder", ["apps", "index"])
def test_data_names_no_place_of_the_machine_it_was_made_on(folder: str) -> None:
    # Absolute paths of Unix homes and scratch folders, local servers.
    suspicious = re.compile(rb"(?<![\w.])/(?:home|root|tmp|work|Users|var)/|localhost|127\.0\.0\.1")
    for path in (INDEX.parent / folder).rglob("*"):
        if path.is_file() and path.suffix not in {".whl", ".gz"}:
            found = suspicious.search(path.read_bytes())
            assert found is None, (path, found)
