from pathlib import Path

import pytest

from flet_lock.index.address import (
    DirectoryAddress,
    HttpAddress,
    parse_address,
)
from flet_lock.model.app.settings import Index
from flet_lock.model.errors.usage import UsageError

ROOT = Path.cwd()


def parse(location: str) -> HttpAddress | DirectoryAddress:
    return parse_address(Index(name="one", location=location), ROOT)


@pytest.mark.parametrize(
    ("location", "base", "simple"),
    [
        ("https://pypi.org/simple", "https://pypi.org/simple/", True),
        ("https://pypi.org/simple/", "https://pypi.org/simple/", True),
        ("https://pypi.flet.dev", "https://pypi.flet.dev/", False),
        ("  https://host.example:8080/a?x=1#y ", "https://host.example:8080/a/", False),
        (
            "https://devpi.example/root/dev/+simple/",
            "https://devpi.example/root/dev/+simple/",
            True,
        ),
        ("HTTPS://me:pw@host.example/simple", "https://host.example/simple/", True),
    ],
)
def test_web_addresses_end_with_a_slash_and_carry_no_credentials(
    location: str, base: str, *, simple: bool
) -> None:
    address = parse(location)
    assert isinstance(address, HttpAddress)
    assert (address.base, address.ends_with_simple) == (base, simple)


@pytest.mark.parametrize("location", ["index", "./index", "file:index"])
def test_directories_start_at_the_project(location: str) -> None:
    assert parse(location) == DirectoryAddress(name="one", path=ROOT / "index")


def test_absolute_directories_and_file_urls_stay_where_they_are(tmp_path: Path) -> None:
    folder = tmp_path / "an index"
    for location in (str(folder), folder.as_uri(), f"file://localhost{folder.as_uri()[7:]}"):
        assert parse(location) == DirectoryAddress(name="one", path=folder)


@pytest.mark.parametrize(
    "location",
    [
        "",
        "  ",
        "http://[",
        "ftp://me:secret@host.example/",
        "https://me:secret@host.example:port/",
        "https://me:secret@host.example:65536/",
        "https://me:secret/x@host.example/",
        "https:///simple/",
        "https://host.example/a\nb/",
        "file:///a%00b",
        f"https://host.example/{'a' * 10_000}/",
    ],
)
def test_what_is_no_address_is_a_mistake_without_credentials(location: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse(location)
    assert "secret" not in repr(caught.value)
