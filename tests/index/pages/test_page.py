import json
from contextlib import suppress

import pytest

from flet_lock.index.pages.file_row import FileRow, PageError, checked_row
from flet_lock.index.pages.page import parse_project_page

URL = "https://index.example/simple/demo/"
WHEEL = "demo-1.0-py3-none-any.whl"
JSON = "application/vnd.pypi.simple.v1+json"


def parse_html(markup: str, url: str = URL, content_type: str = "text/html") -> list[FileRow]:
    return parse_project_page(markup.encode(), content_type, url)


def parse_json(files: list[dict[str, object]], **meta: str) -> list[FileRow]:
    page = {"meta": {"api-version": "1.1", **meta}, "name": "demo", "files": files}
    return parse_project_page(json.dumps(page).encode(), JSON, URL)


def test_a_json_file_becomes_a_row_with_all_it_says() -> None:
    (given,) = parse_json(
        [
            {
                "filename": WHEEL,
                "url": f"../../files/{WHEEL}#sha256=ignored",
                "hashes": {"SHA256": "AB" * 32, "unheard-of": "x"},
                "requires-python": ">=3.9",
                "size": 12,
                "upload-time": "2026-01-02T03:04:05.678901Z",
                "yanked": "broken",
                "core-metadata": {"sha256": "EF" * 32},
                "unheard-of": [1],
            }
        ]
    )
    assert checked_row(given, URL) == FileRow(
        filename=WHEEL,
        url=f"https://index.example/files/{WHEEL}",
        hashes={"sha256": "ab" * 32},
        core_metadata={"sha256": "ef" * 32},
        requires_python=">=3.9",
        yanked="broken",
        size=12,
        upload_time="2026-01-02T03:04:05.678901Z",
    )


@pytest.mark.parametrize(
    ("value", "yanked"),
    [(False, None), (True, ""), ("why", "why"), ("", None), (None, None)],
)
def test_json_yanked_is_what_is_truthy(value: object, yanked: str | None) -> None:
    (row,) = parse_json([{"filename": WHEEL, "url": WHEEL, "yanked": value}])
    assert row.yanked == yanked


@pytest.mark.parametrize(
    ("entry", "promise"),
    [
        ({}, None),
        ({"core-metadata": True}, {}),
        ({"core-metadata": False}, None),
        ({"dist-info-metadata": {"sha256": "aa" * 32}}, {"sha256": "aa" * 32}),
        ({"core-metadata": False, "dist-info-metadata": True}, None),
    ],
)
def test_json_promises_of_metadata_under_both_names(
    entry: dict[str, object], promise: dict[str, str] | None
) -> None:
    (row,) = parse_json([{"filename": WHEEL, "url": WHEEL, **entry}])
    assert row.core_metadata == promise


def test_a_higher_major_version_is_refused_and_a_higher_minor_is_not() -> None:
    assert parse_json([], **{"api-version": "1.99"}) == []
    with pytest.raises(PageError, match=r"2\.0"):
        parse_json([], **{"api-version": "2.0"})
    with pytest.raises(PageError, match="3"):
        parse_html('<meta name="pypi:repository-version" content="3.1">')
    assert parse_html('<meta name="pypi:repository-version" content="1.4">') == []


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"files": 3}', b"\xff\xfe"])
def test_broken_json_is_no_page(content: bytes) -> None:
    with pytest.raises(PageError, match="JSON"):
        parse_project_page(content, JSON, URL)


@pytest.mark.parametrize("content_type", ["text/plain", "image/png", "application/octet-stream"])
def test_other_media_types_are_no_page(content_type: str) -> None:
    with pytest.raises(PageError):
        parse_project_page(b"<a href='x.whl'>x</a>", content_type, URL)


def test_without_a_media_type_the_first_byte_tells() -> None:
    assert parse_project_page(b'{"files": []}', "", URL) == []
    assert parse_project_page(b"<html></html>", "", URL) == []
    with pytest.raises(PageError):
        parse_project_page(b"PK\3\4", "", URL)


def test_html_anchors_carry_hash_python_yank_and_metadata() -> None:
    (given,) = parse_html(
        f'<a href="../../files/{WHEEL}#sha256={"AB" * 32}" data-requires-python="&gt;=3.9,&lt;4"'
        f' data-yanked="bad &amp; old" data-dist-info-metadata="sha256={"CD" * 32}">x</a></br>'
    )
    assert checked_row(given, URL) == FileRow(
        filename=WHEEL,
        url=f"https://index.example/files/{WHEEL}",
        hashes={"sha256": "ab" * 32},
        core_metadata={"sha256": "cd" * 32},
        requires_python=">=3.9,<4",
        yanked="bad & old",
        size=None,
        upload_time=None,
    )


@pytest.mark.parametrize(
    ("attribute", "promise"),
    [
        ("", None),
        ('data-core-metadata="true"', {}),
        ("data-core-metadata", {}),
        ('data-core-metadata="false"', None),
        ('data-dist-info-metadata="true"', {}),
        (f'data-core-metadata="md5={"a" * 32}" data-dist-info-metadata="true"', {"md5": "a" * 32}),
    ],
)
def test_html_promises_of_metadata_under_both_names(
    attribute: str, promise: dict[str, str] | None
) -> None:
    (row,) = parse_html(f'<a href="{WHEEL}" {attribute}>x</a>')
    assert row.core_metadata == promise


def test_yanked_without_a_reason_is_yanked() -> None:
    yanked = [row.yanked for row in parse_html(f'<a href="{WHEEL}" data-yanked>x</a>')]
    assert yanked == [""]
    assert parse_html(f'<a href="{WHEEL}">x</a>')[0].yanked is None


def test_the_first_base_element_moves_relative_links() -> None:
    markup = (
        '<base href="https://files.example/a/"><base href="https://no.example/">'
        f'<a href="{WHEEL}">x</a>'
    )
    assert parse_html(markup)[0].url == f"https://files.example/a/{WHEEL}"


def test_percent_encoding_is_kept_in_the_address_and_undone_in_the_name() -> None:
    (row,) = parse_html('<a href="demo-1.0%2Blocal-py3-none-any.whl">x</a>')
    assert row.filename == "demo-1.0+local-py3-none-any.whl"
    assert row.url.endswith("/demo-1.0%2Blocal-py3-none-any.whl")


def test_links_that_are_not_files_are_passed_over() -> None:
    markup = (
        '<a href="../">up</a><a>none</a><a href="">empty</a><a href="http://[">bad</a>'
        '<a href="https://demo.example/">home</a>'
        f'<a href="{WHEEL}.asc">signature</a>'
    )
    assert parse_html(markup) == []


def test_credentials_in_links_are_dropped() -> None:
    (row,) = parse_html(f'<a href="https://me:secret@files.example/{WHEEL}">x</a>')
    assert row.url == f"https://files.example/{WHEEL}"


def test_a_page_in_another_charset_is_read() -> None:
    markup = f'<a href="{WHEEL}" data-yanked="für immer">x</a>'.encode("latin-1")
    (row,) = parse_project_page(markup, "text/html; charset=iso-8859-1", URL)
    assert row.yanked == "für immer"
    (guessed,) = parse_project_page(markup, "text/html; charset=klingon", URL)
    assert guessed.filename == WHEEL


@pytest.mark.parametrize(
    "markup",
    [
        "<!DOCTYPE html><html><body><form action='/login'>Sign in</form></body></html>",
        "<html><body><a href='/forgotten'>Help</a><input type='password'></body></html>",
        "<html><body><iframe src='https://sso.example/'></iframe></body></html>",
    ],
)
def test_a_login_page_is_no_page_without_files(markup: str) -> None:
    with pytest.raises(PageError, match="login"):
        parse_html(markup)


def test_pages_without_files_and_pages_that_can_be_searched_are_project_pages() -> None:
    assert parse_html("<!DOCTYPE html><html><body><h1>Links for demo</h1></body></html>") == []
    searchable = f"<form><input name='q'></form><a href='{WHEEL}'>{WHEEL}</a>"
    assert [row.filename for row in parse_html(searchable)] == [WHEEL]


BAD_ROWS: list[dict[str, object]] = [
    {"url": "http://["},
    {"url": "https://h:port/a.whl"},
    {"url": "https://h:70000/a.whl"},
    {"url": "javascript:alert(1)"},
    {"url": "file:///etc/passwd"},
    {"url": "https://h/a\n--index-url.whl"},
    {"url": f"https://h/{'a' * 20_000}.whl"},
    {"url": 3},
    {"hashes": {"sha256": "ab"}},
    {"hashes": {"sha256": f"{'a' * 63}\n"}},
    {"hashes": "abc"},
    {"core-metadata": {"sha256": "x" * 64}},
    {"size": -1},
    {"size": 10**30},
    {"size": "large"},
    {"requires-python": f">={'9' * 5000}"},
    {"upload-time": 5},
    {"yanked": []},
]


@pytest.mark.parametrize("change", BAD_ROWS, ids=lambda change: str(change)[:40])
def test_a_row_that_cannot_be_read_says_why_and_leaves_the_others_alone(
    change: dict[str, object],
) -> None:
    good: dict[str, object] = {"filename": "demo-2.0-py3-none-any.whl", "url": "x.whl"}
    rows = parse_json([{"filename": WHEEL, "url": WHEEL, **change}, good])
    bad, fine = (checked_row(row, URL) for row in rows)
    assert bad.filename == WHEEL
    assert bad.fault
    assert fine.fault is None


def test_rows_without_a_name_are_rows_without_a_name() -> None:
    page = b'{"files": [{}, 3, null, [], {"filename": 4}]}'
    assert [row.filename for row in parse_project_page(page, JSON, URL)] == [""] * 5


@pytest.mark.parametrize(
    "href",
    ["http://[/a.whl", "https://h:x/a.whl", "ftp://h/a.whl", f"a.whl#sha256={'ab' * 31}"],
)
def test_an_anchor_that_cannot_be_read_says_why_and_leaves_the_others_alone(href: str) -> None:
    rows = parse_html(f'<a href="{href}">x</a><a href="b.whl">y</a>')
    bad, fine = (checked_row(row, URL) for row in rows)
    assert (bad.filename, bool(bad.fault), fine.fault) == ("a.whl", True, None)


@pytest.mark.parametrize("base", ["http://[", "https://h:port/", "https://h/\x07"])
def test_a_base_that_is_no_url_does_not_count(base: str) -> None:
    (row,) = parse_html(f'<base href="{base}"><a href="{WHEEL}">x</a>')
    assert row.url == f"{URL}{WHEEL}"


@pytest.mark.parametrize(
    "markup", ["<![if IE]>", "<![CDATA[x]]>", "<![]]>", "<![ x", "<!DOCTYPE html [ <!ELEMENT x>"]
)
def test_declarations_that_pythons_parser_refuses_are_comments_or_no_page(markup: str) -> None:
    try:
        rows = parse_html(f'<a href="{WHEEL}">x</a>{markup}')
    except PageError:
        return
    assert [row.filename for row in rows] == [WHEEL]


@pytest.mark.parametrize(
    "charset",
    ["utf-16", "utf-32", "idna", "base64", "undefined", "none", "\0", "utf-7"],
)
def test_a_charset_that_is_not_the_pages_hides_no_file(charset: str) -> None:
    (row,) = parse_html(f'<a href="{WHEEL}">x</a>', content_type=f"text/html; charset={charset}")
    assert row.filename == WHEEL


def test_a_page_in_the_charset_that_it_gives_is_read() -> None:
    page = f'<a href="{WHEEL}">x</a>'.encode("utf-16")
    (row,) = parse_project_page(page, "text/html; charset=utf-16", URL)
    assert row.filename == WHEEL


@pytest.mark.parametrize(
    "content",
    [
        b'{"x":' * 100_000,
        b'{"files": ' + b"[" * 100_000,
        b'{"files": [{"x": ' + b"[" * 100_000,
        b'{"meta": {"api-version": "' + b"9" * 5000 + b'.0"}, "files": []}',
        b'{"files": [], "size": ' + b"9" * 5000 + b"}",
    ],
    ids=["keys", "lists", "row", "version", "number"],
)
def test_depth_and_digits_without_end_are_no_page_or_make_no_difference(content: bytes) -> None:
    with suppress(PageError):
        assert parse_project_page(content, JSON, URL) == []
