"""Answers that HTTP allows, or does not, and no run falls over."""

import pytest

from fakes.raw_server import RawServer, answer
from fakes.repositories import Opener, package
from flet_lock.index.http import transport
from flet_lock.index.http.http_caching import fresh_seconds, read_http_date
from flet_lock.index.http.httpx_transport import HttpxTransport
from flet_lock.index.http.pyreqwest_transport import PyreqwestTransport
from flet_lock.index.http.retry import RetryPolicy
from flet_lock.index.http.transport import Pace, Transport, TransportError
from flet_lock.model.errors.index import IndexFailure
from flet_lock.model.event import RequestRetried

DEMO = package("demo")
PAGE = b'{"meta": {"api-version": "1.0"}, "files": [{"filename": "demo-1.0.tar.gz", "url": "x"}]}'
JSON = b"Content-Type: application/vnd.pypi.simple.v1+json"


@pytest.fixture(params=["pyreqwest", "httpx"])
def either(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if request.param == "pyreqwest":
        pytest.importorskip("pyreqwest")
    else:
        monkeypatch.setattr("flet_lock.index.http.router.lease_client", lambda **_sizes: None)


@pytest.mark.usefixtures("either")
@pytest.mark.parametrize(
    "line",
    [
        b"Server: caf\xe9",
        b'ETag: "\xff\xfe"',
        "X-Note: ☃".encode(),
        b"Content-Length: %d" % len(PAGE),
        b"Content-Length: %d, %d" % (len(PAGE), len(PAGE)),
        b"Cache-Control: max-age=" + b"9" * 5000,
        b"Age: " + b"9" * 5000,
        b"Expires: Thu, 01 Jan 99999 00:00:00 GMT",
        b"Expires: Sat, 01 Jan 0000 00:00:00 +2359",
        b"Date: \xb2\xb3",
        b"Last-Modified: " + b"a" * 5000,
    ],
    ids=lambda line: line[:24].decode("ascii", "replace"),
)
def test_odd_headers_take_nothing_from_a_page(line: bytes, open_repository: Opener) -> None:
    page = answer(PAGE, JSON, line)
    if line.startswith(b"Content-Length"):
        page = page.replace(b"Content-Length: %d\r\n" % len(PAGE), line + b"\r\n", 1)
    with RawServer(page) as server:
        for _ in range(2):  # what is kept of the first is read by the second
            listing = open_repository(server.url).listing(DEMO)
            assert [str(version) for version in listing.versions] == ["1.0"]


@pytest.mark.usefixtures("either")
@pytest.mark.parametrize(
    "page",
    [
        answer(PAGE, JSON, b"Content-Length: 3"),
        answer(PAGE, JSON, b"Content-Length: -3"),
        answer(PAGE, JSON, b"Content-Length: " + b"9" * 5000),
        answer(b"", "Location: /fö".encode("latin-1"), status=b"302 Found"),
        answer(b"", b"Location: http://h:port/", status=b"302 Found"),
        answer(b"", b"Location: http://[/", status=b"302 Found"),
        answer(b"", b"Location: file:///etc/passwd", status=b"302 Found"),
        answer(b"", b"Location: http://h/" + b"a" * 20_000, status=b"302 Found"),
        answer(b"", b"Retry-After: " + b"9" * 5000, status=b"503 No"),
        answer(b"", b"Retry-After: Thu, 01 Jan 99999 00:00:00 GMT", status=b"503 No"),
        answer(b"", b"Retry-After: Fri, 31 Dec 9999 23:59:59 -2359", status=b"503 No"),
        answer(b"", status=b"099 What"),
        answer(b"", status=b"999 What"),
        b"\xff\xfe\x00",
        b"",
    ],
)
def test_what_is_no_answer_is_an_error_that_names_the_page(
    page: bytes, open_repository: Opener
) -> None:
    with RawServer(page) as server, pytest.raises(IndexFailure) as caught:
        open_repository(server.url).listing(DEMO)
    assert caught.value.url.startswith(server.url)


@pytest.mark.parametrize("kind", [PyreqwestTransport, HttpxTransport])
def test_an_answer_that_drips_has_an_end(
    kind: type[PyreqwestTransport | HttpxTransport], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transport, "SLOW_SECONDS", 0.2)
    drips = answer(b"a" * 2000)
    sent: Transport = (
        PyreqwestTransport(connections=1)
        if kind is PyreqwestTransport
        else HttpxTransport({}, connections=1, transport=None)
    )
    with RawServer(drips, seconds_between_bytes=0.003) as server:
        with pytest.raises(TransportError, match=r"ReadTimeout: .* bytes within"):
            sent.send("GET", server.url, {}, None)
        sent.close()


def test_a_fast_start_does_not_pay_for_a_slow_end() -> None:
    now = [0.0]
    pace = Pace(lambda: now[0])
    pace.add(100_000_000)
    now[0] = transport.SLOW_SECONDS
    pace.add(1)
    now[0] *= 2
    with pytest.raises(TransportError):
        pace.add(1)


def test_each_wait_is_told_and_all_of_them_together_are_bounded(open_repository: Opener) -> None:
    policy = RetryPolicy(attempts=100, longest_seconds=0.05, patience_seconds=0.3)
    page = answer(b"", b"Retry-After: 3600", status=b"503 No")
    with RawServer(page) as server:
        repository = open_repository(server.url, retry=policy)
        with pytest.raises(IndexFailure):
            repository.listing(DEMO)
    told = [event for event in open_repository.events if isinstance(event, RequestRetried)]
    assert 2 <= len(told) <= 6
    assert sum(event.wait_seconds for event in told) <= 0.3
    assert server.connections == len(told) + 1


@pytest.mark.parametrize(
    "text",
    [
        "",
        "soon",
        "Thu, 01 Jan 99999 00:00:00 GMT",
        "Fri, 31 Dec 9999 23:59:59 -2359",
        "9" * 5000,
        "\xb2",
    ],
)
def test_what_is_no_http_date_is_none(text: str) -> None:
    assert read_http_date(text) is None


def test_nothing_is_fresh_for_longer_than_a_year() -> None:
    year = 365 * 24 * 3600
    assert fresh_seconds({"cache-control": f"max-age={'9' * 400}"}, found=True) == year
    headers = {"expires": "Fri, 31 Dec 9999 00:00:00 GMT", "date": "Thu, 01 Jan 1970 00:00:00 GMT"}
    assert fresh_seconds(headers, found=True) == year
