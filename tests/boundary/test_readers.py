"""What comes from outside is a valid value, or an error that says why: within bounded time."""

import os
import tomllib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from packaging.requirements import InvalidRequirement

from flet_lock.boundary.bounds import DIGITS, EXTRAS, NAME_LENGTH, NESTING
from flet_lock.boundary.digest import DIGEST_DIGITS, parse_commit, parse_digest
from flet_lock.boundary.document import parse_json, parse_toml
from flet_lock.boundary.moment import as_utc, parse_moment
from flet_lock.boundary.plain_text import plain_text, steers, visible
from flet_lock.boundary.refusal import RefusedTextError
from flet_lock.boundary.regular_file import NoPlainFileError, read_regular_file
from flet_lock.boundary.requirement_text import (
    parse_marker,
    parse_name,
    parse_pep508,
    parse_specifier,
    parse_version,
)
from flet_lock.boundary.web_address import split_url

LONG = "1" * 5_000
DEEP = 100_000


@pytest.mark.parametrize(
    "url",
    [
        "https://host:99999/x",
        "https://host:port/x",
        "https://host:0/x",
        "https://[::1/x",
        "https://[nonsense]/x",
        "https:///x",
        "https://ho st/x",
        "https://host/a\nb",
        "https://host/a\x00b",
        "https://host\u2028/x",
        "https://a|b/x",
        "https://" + "a" * 300 + "/",
        "https://host/" + "a" * 20_000,
        "ftp://host/x",
        "file:///etc/passwd",
        "//host/x",
        "host/x",
        "",
    ],
)
def test_a_malformed_url_is_refused_and_not_quoted(url: str) -> None:
    with pytest.raises(RefusedTextError) as caught:
        split_url(url)
    assert len(str(caught.value)) < 100


@pytest.mark.parametrize(
    "url",
    [
        "https://pypi.org/simple",
        "http://localhost:8080/a%20b/?x=1#y",
        "https://[::1]:443/x",
        "https://user:secret@host/x",
        "https://bücher.example/x",
    ],
)
def test_a_url_is_split(url: str) -> None:
    assert split_url(url).geturl() == url


@pytest.mark.parametrize(
    "text", ["user:se cret@host", "user:sec\nret@host:x", "u:secret@host:99999"]
)
def test_a_refusal_of_a_url_tells_no_password(text: str) -> None:
    with pytest.raises(RefusedTextError) as caught:
        split_url(f"https://{text}/")
    assert "cret" not in str(caught.value)


@given(st.text(max_size=60))
def test_whatever_a_url_is_it_is_refused_or_its_parts_can_be_read(text: str) -> None:
    for url in (text, f"https://{text}"):
        try:
            parts = split_url(url)
        except RefusedTextError:
            continue
        assert parts.hostname
        assert parts.port is None or 0 < parts.port < 65_536


@pytest.mark.parametrize(
    ("parse", "text"),
    [
        (parse_version, LONG),
        (parse_version, f"1.{LONG}.post1"),
        (parse_version, f"1+{LONG}"),
        (parse_version, "one"),
        (parse_version, ""),
        (parse_specifier, f">={LONG}"),
        (parse_specifier, ">=1\n"),
        (parse_specifier, "=1"),
        (parse_name, "a" * (NAME_LENGTH + 1)),
        (parse_name, "../x"),
        (parse_name, "a\n"),
        (parse_marker, "(" * DEEP + "os_name == 'x'" + ")" * DEEP),
        (parse_marker, "(" * (NESTING + 1) + "os_name == 'x'" + ")" * (NESTING + 1)),
        (parse_marker, "os_name = 'x'"),
        (parse_pep508, f"a=={LONG}"),
        (parse_pep508, "a; " + "(" * 1_000 + "os_name == 'x'" + ")" * 1_000),
        (parse_pep508, f"a[{','.join(f'x{number}' for number in range(EXTRAS + 1))}]"),
        (parse_pep508, "a" * 30_000),
        (parse_pep508, "a @ https://host/" + "a" * 20_000),
        (parse_pep508, "a\x1b[31m"),
    ],
)
def test_what_is_no_version_or_requirement_is_refused_without_its_text(
    parse: Callable[[str], object], text: str
) -> None:
    with pytest.raises(RefusedTextError) as caught:
        parse(text)
    assert len(str(caught.value)) < 400


def test_within_the_bounds_packaging_decides() -> None:
    assert str(parse_version("1" * DIGITS)) == "1" * DIGITS
    assert str(parse_pep508("a[b] >=1 ; os_name == 'x'")).startswith("a[b]>=1")
    with pytest.raises(InvalidRequirement):
        parse_pep508("a b")


@given(st.sampled_from(sorted(DIGEST_DIGITS)), st.integers(min_value=0))
def test_a_digest_has_the_length_of_its_algorithm(algorithm: str, number: int) -> None:
    wanted = DIGEST_DIGITS[algorithm]
    digits = f"{number % 16**wanted:0{wanted}X}"
    assert parse_digest(algorithm, digits) == digits.lower()
    for wrong in (digits[1:], f"{digits}0", f"{digits[1:]}g", f"{digits[1:]}\n", f"{digits[:-1]}٣"):
        with pytest.raises(RefusedTextError):
            parse_digest(algorithm, wrong)


@pytest.mark.parametrize("text", ["main", "--upload-pack=x", "a" * 39, "A" * 40, "a" * 40 + "\n"])
def test_a_commit_is_named_in_full(text: str) -> None:
    assert parse_commit("a" * 40) == "a" * 40
    with pytest.raises(RefusedTextError):
        parse_commit(text)


@pytest.mark.parametrize(
    "moment",
    [
        datetime.min.replace(tzinfo=timezone(timedelta(hours=14))),
        datetime.max.replace(tzinfo=timezone(timedelta(hours=-12))),
    ],
)
def test_a_moment_beyond_the_calendar_is_refused(moment: datetime) -> None:
    with pytest.raises(RefusedTextError):
        as_utc(moment)
    with pytest.raises(RefusedTextError):
        parse_moment(moment.isoformat())


def test_a_moment_is_in_utc() -> None:
    wanted = datetime(2026, 1, 31, 12, tzinfo=UTC)
    assert (
        parse_moment("2026-01-31T12:00:00") == wanted == parse_moment("2026-01-31T13:00:00+01:00")
    )
    with pytest.raises(RefusedTextError):
        parse_moment("99999-01-01")


@pytest.mark.parametrize(
    "text",
    [
        "a = " + "[" * DEEP + "]" * DEEP,
        "a = " + "[" * (NESTING + 1) + "]" * (NESTING + 1),
        "a = " + "{b = " * 200 + "1" + "}" * 200,
        "a" + ".a" * 100_000 + " = 1",
        "[" + "'a'.\"a\" ." * 50_000 + "a]",
        f"a = {LONG}",
    ],
)
def test_a_document_is_bounded_in_depth_and_digits(text: str) -> None:
    with pytest.raises(RefusedTextError):
        parse_toml(text)


def test_a_plain_document_is_read() -> None:
    assert parse_toml("[a.b]\nc = [[1]]\nd = 'x.y.z'") == {"a": {"b": {"c": [[1]], "d": "x.y.z"}}}
    assert parse_json('{"a": [1]}') == {"a": [1]}
    with pytest.raises(tomllib.TOMLDecodeError):
        parse_toml("a = ")
    for text in ("{", "[" * DEEP, "[" * (NESTING + 1) + "]" * (NESTING + 1), LONG):
        with pytest.raises(RefusedTextError):
            parse_json(text)


@given(st.text())
def test_what_is_shown_is_one_line_of_plain_text(text: str) -> None:
    shown = visible(text)
    assert not steers(shown)
    assert len(f"{shown}|".splitlines()) == 1
    assert steers(text) == (shown != text)


def test_plain_text_is_bounded() -> None:
    assert plain_text("héllo", longest=5) == "héllo"
    for text in ("héllo!", "a\u202eb", "\ud800", "\x9b", "a\tb"):
        with pytest.raises(RefusedTextError):
            plain_text(text, longest=5)


def test_a_regular_file_is_read_up_to_its_bound(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"12345")
    link = tmp_path / "link"
    link.symlink_to(path)
    assert (
        read_regular_file(path, most_bytes=5) == read_regular_file(link, most_bytes=5) == b"12345"
    )
    with pytest.raises(NoPlainFileError, match="larger than 4 bytes"):
        read_regular_file(path, most_bytes=4)
    with pytest.raises(NoPlainFileError, match="a folder, not a file"):
        read_regular_file(tmp_path, most_bytes=5)
    with pytest.raises(FileNotFoundError):
        read_regular_file(tmp_path / "none", most_bytes=5)


@pytest.mark.skipif(os.name == "nt", reason="no such files")
def test_nobody_waits_for_a_pipe_or_reads_a_device(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for path, words in ((tmp_path / "pipe", "a pipe"), (Path("/dev/zero"), "a device")):
        with pytest.raises(NoPlainFileError, match=words):
            read_regular_file(path, most_bytes=5)
