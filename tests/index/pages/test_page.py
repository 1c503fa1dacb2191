import json

import pytest

from flet_lock.index.pages.file_row import FileRow, PageError
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
    (row,) = parse_json(
        [
            {
                "filename": WHEEL,
                "url": f"../../files/{WHEEL}#sha256=ignored",
                "hashes": {"SHA256": "ABCD"},
                "requires-python": ">=3.9",
                "size": 12,
                "upload-time": "2026-01-02T03:04:05.678901Z",
                "yanked": "broken",
                "core-metadata": {"sha256": "EF"},
                "unheard-of": [1],
            }
        ]
    )
    assert row == FileRow(
        filename=WHEEL,
        url=f"https://index.example/files/{WHEEL}",
        hashes={"sha256": "abcd"},
        core_metadata={"sha256": "ef"},
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
        ({"dist-info-metadata": {"sha256": "aa"}}, {"sha256": "aa"}),
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


@pytest.mark.parametrize(
    "content", [b"", b"{", b"[]", b'{"files": [{}]}', b'{"files": 3}', b"\xff\xfe"]
)
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
    (row,) = parse_html(
        f'<a href="../../files/{WHEEL}#sha256=AB12" data-requires-python="&gt;=3.9,&lt;4"'
        f' data-yanked="bad &amp; old" data-dist-info-metadata="sha256=CD">{WHEEL}</a></br>'
    )
    assert row == FileRow(
        filename=WHEEL,
        url=f"https://index.example/files/{WHEEL}",
        hashes={"sha256": "ab12"},
        core_metadata={"sha256": "cd"},
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
        ('data-core-metadata="sha256=aa" data-dist-info-metadata="sha256=bb"', {"sha256": "aa"}),
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
