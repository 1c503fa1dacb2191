import time
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flet_lock.boundary.bounds import URL_LENGTH
from flet_lock.boundary.refusal import RefusedTextError
from flet_lock.boundary.urls import (
    file_url_to_path,
    filename_of,
    join_url,
    local_path,
    origin_of,
    recorded_url,
    split_credentials,
    split_url,
    without_credentials,
)
from flet_lock.model.redaction import public_url, redacted

BAD = [
    "http://[",
    "http://[::1",
    "http://h:port/",
    "http://h:99999/",
    "http://h:-1/",
    "https:///no-host",
    "https://user:secret/x@h/",
    "https://ho\u2100st/",
    "https://h/a\nb",
    "https://h/\x1b[2J",
    "https://h/\udc80",
    f"https://h/{'a' * URL_LENGTH}",
]
HOSTS = st.sampled_from(["h", "h:80", "[::1]:8080", "h:port", "[", "ho\u2100st", ""])
LINKS = st.text() | st.builds(
    "{}://{}/{}".format, st.sampled_from(["http", "file"]), HOSTS, st.text()
)


@pytest.mark.parametrize("url", BAD)
def test_what_cannot_be_a_url_is_refused_and_not_quoted(url: str) -> None:
    with pytest.raises(RefusedTextError) as caught:
        split_url(url)
    assert "secret" not in str(caught.value)


@given(LINKS)
def test_nothing_but_a_refusal_comes_of_any_text(text: str) -> None:
    for read in (split_url, without_credentials, origin_of, filename_of, recorded_url, local_path):
        try:
            read(text)
        except (RefusedTextError, RuntimeError):  # RuntimeError: `~nobody` has no home
            continue
    with suppress(RefusedTextError):
        split_url(join_url("https://host.example/simple/a/", text))


@given(st.text())
def test_a_public_url_is_one_line_without_escapes_whatever_was_given(text: str) -> None:
    assert public_url(text).isprintable()


def test_a_public_url_has_no_credentials_and_a_recorded_one_no_fragment() -> None:
    url = "https://me:pw@h.example/a.whl?token=abc#sha256=1"
    assert public_url(url) == "https://****@h.example/a.whl?token=****#sha256=1"
    assert recorded_url(url) == "https://h.example/a.whl?token=****"


@pytest.mark.parametrize(
    "text",
    [
        "https://h/" + "a" * 200_000,
        "a" * 200_000 + "://",
        "://a:b" * 40_000 + "@",
        "@" + "://a:b" * 40_000,
        "?" + "key" * 70_000 + "@",
        "?" + "key" * 70_000 + "=",
        "://" * 70_000 + "@=",
    ],
)
def test_masking_takes_time_in_proportion_to_the_text(text: str) -> None:
    started = time.process_time()
    redacted(text)
    assert time.process_time() - started < 1


def test_file_urls_are_paths_and_paths_stay(tmp_path: Path) -> None:
    folder = tmp_path / "an index"
    assert file_url_to_path(folder.as_uri()) == local_path(str(folder)) == folder
    assert local_path("FILE:wheels") == Path("wheels")
    assert file_url_to_path("file://server/share/a.whl") == Path("//server/share/a.whl")


def test_credentials_are_percent_decoded() -> None:
    assert split_credentials("https://a%40b:c%2Fd@h/x") == ("https://h/x", "a@b", "c/d")
    assert split_credentials("https://token@h/x") == ("https://h/x", "token", None)
    assert split_credentials("https://h/x@1") == ("https://h/x@1", None, None)


def test_the_user_of_an_ssh_address_is_part_of_it() -> None:
    url = "git+ssh://git:pw@host.example/a.git@v1"
    assert without_credentials(url) == "git+ssh://git@host.example/a.git@v1"


def test_default_ports_are_one_origin() -> None:
    assert origin_of("https://H.example/a") == origin_of("https://h.example:443/b")
    assert origin_of("https://h.example") != origin_of("http://h.example")
