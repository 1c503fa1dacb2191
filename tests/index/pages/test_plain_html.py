"""Plain pages are read as any page is, and the pages of indexes are plain."""

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from flet_lock.index.pages.html_page import parse_html
from flet_lock.index.pages.plain_html import read_plain

URL = "https://index.example/simple/demo/"
NAMES = st.sampled_from(
    ["href", "data-yanked", "data-core-metadata", "data-dist-info-metadata", "data-requires-python"]
)
VALUES = st.sampled_from(
    ["demo-1.0-py3-none-any.whl", "../../files/demo-1.0.tar.gz#sha256=AB12&x=1", "true", "false"]
) | st.text(st.sampled_from("ab%2f:/?#&=.;\"<> \n\t\xe4'"), max_size=12)
ANCHORS = st.builds(
    lambda attributes, end, inner: (
        "<a" + "".join(f' {name}="{value}"' for name, value in attributes) + end + inner + "</a>"
    ),
    st.lists(st.tuples(NAMES, VALUES), max_size=4),
    st.sampled_from([">", " >", "/>", ">>"]),
    st.sampled_from(["demo", "", "a&amp;b", "<b>x</b>"]),
)
TOKENS = ANCHORS | st.sampled_from(
    [
        *("<!DOCTYPE html>", "<html>", "</html>", "<body>", "<head>", "\n", " ", "<br>", "<br />"),
        *("</br>", "<title>demo</title>", "<h1>a < b</h1>", "<!-- <a href='x.whl'> -->", "text"),
        *("<base href='https://x.example/'>", "<form>", "<script><a href='y.whl'></script>"),
    ]
)


@given(text=st.lists(TOKENS, max_size=6).map("".join))
def test_a_plain_page_is_read_as_any_page_is(text: str) -> None:
    plain = read_plain(text, URL)
    assert plain is None or plain == parse_html(text, URL)


def test_the_flet_index_has_plain_pages() -> None:
    pages = sorted((Path(__file__).parents[3] / "data/index/flet/simple").glob("*/index.html"))
    assert len(pages) > 30
    for page in pages:
        text = page.read_text(encoding="utf-8")
        plain = read_plain(text, URL)
        assert plain
        assert plain == parse_html(text, URL)
