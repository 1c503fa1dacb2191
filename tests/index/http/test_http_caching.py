import pytest

from flet_lock.index.http.http_caching import NOT_FOUND_SECONDS, fresh_seconds


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"cache-control": "max-age=600, public"}, 600.0),
        ({"cache-control": "public, Max-Age=600", "age": "100"}, 500.0),
        ({"cache-control": "max-age=10", "age": "100"}, 0.0),
        ({"cache-control": "no-cache, max-age=600"}, 0.0),
        ({"cache-control": "max-age=soon"}, 0.0),
        ({"cache-control": "no-store"}, None),
        (
            {
                "date": "Sun, 01 Mar 2026 00:00:00 GMT",
                "expires": "Sun, 01 Mar 2026 00:01:00 GMT",
            },
            60.0,
        ),
        ({"expires": "0"}, 0.0),
        ({}, 0.0),
    ],
)
def test_lifetimes_of_pages(headers: dict[str, str], seconds: float | None) -> None:
    assert fresh_seconds(headers, found=True) == seconds


def test_not_here_is_kept_for_a_while_where_the_server_says_nothing() -> None:
    assert fresh_seconds({}, found=False) == NOT_FOUND_SECONDS
    assert fresh_seconds({"cache-control": "no-cache"}, found=False) == 0.0
