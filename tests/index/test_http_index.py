"""Project pages over HTTP: layouts, the three kinds of "no", retries, redirects, the cache."""

import os
import time
from pathlib import Path

import pytest
from packaging.version import Version

from fakes.index_server import IndexServer, Misbehaviour
from fakes.repositories import Opener, package
from fakes.wheels import make_wheel
from flet_lock.model.app.settings import Index
from flet_lock.model.errors.index import IndexGarbage, IndexRefused, IndexUnreachable, OfflineMiss
from flet_lock.model.errors.usage import UsageError
from flet_lock.model.event import PageFetched, RequestRetried
from flet_lock.model.index.artifact import Sdist, Wheel
from flet_lock.model.index.listing import IndexAnswer, Listing

DEMO = package("demo")
DEMO_PAGE = "/simple/demo/"


@pytest.fixture
def demo(server: IndexServer) -> IndexServer:
    """An index with two versions of `demo`."""
    server.add("demo", "1.0", make_wheel("demo", "1.0"), upload_time="2026-01-01T00:00:00Z")
    server.add("demo", "2.0", make_wheel("demo", "2.0"), requires_python=">=3.9", yanked="old")
    return server


def seen(listing: Listing) -> list[tuple[object, ...]]:
    return [
        (a.filename, a.hashes, a.requires_python, a.yanked, type(a))
        for version in listing.versions
        for a in listing.artifacts(version)
    ]


@pytest.mark.parametrize("formats", [("json",), ("html",), ("json", "html")])
def test_html_and_json_pages_say_the_same(
    demo: IndexServer, open_repository: Opener, formats: tuple[str, ...]
) -> None:
    demo.formats = formats
    listing = open_repository(demo.url).listing(DEMO)
    assert listing.versions == (Version("2.0"), Version("1.0"))
    (new,) = listing.artifacts(Version("2.0"))
    assert isinstance(new, Wheel)
    assert (new.requires_python, new.yanked, new.index) == (">=3.9", "old", "one")
    assert new.url == demo.root_url + demo.file_path("demo", new.filename)
    assert new.core_metadata is not None
    assert set(new.core_metadata.hashes) == {"sha256"}
    (reply,) = listing.replies
    assert reply.answer is IndexAnswer.FOUND
    assert reply.url == demo.url + "demo/"
    assert reply.gives_upload_times is ("json" in formats)


@pytest.mark.parametrize(
    ("layout", "suffix"),
    [
        ("simple", ""),
        ("simple", "/"),
        ("simple", "/simple"),
        ("simple", "/simple/"),
        ("hosted", ""),
        ("hosted", "/"),
    ],
)
def test_an_index_is_found_with_and_without_simple_in_its_address(
    open_repository: Opener, layout: str, suffix: str
) -> None:
    with IndexServer(layout="hosted" if layout == "hosted" else "simple") as server:
        server.add("demo", "1.0", make_wheel("demo", "1.0"))
        repository = open_repository(f"{server.root_url}{suffix}")
        assert repository.listing(DEMO).versions == (Version("1.0"),)
        assert not repository.listing(package("absent")).found
        assert len(server.paths("HEAD")) == (0 if "simple" in suffix else 1)


def test_the_layout_is_asked_for_once_and_then_known(open_repository: Opener) -> None:
    with IndexServer(layout="hosted") as server:
        server.add("demo", "1.0", make_wheel("demo", "1.0"))
        names = [package(f"absent-{number}") for number in range(10)]
        first = open_repository(server.root_url)
        first.prefetch_listings([DEMO, *names])
        assert [first.listing(name).found for name in [DEMO, *names]] == [True] + [False] * 10
        # One probe; each page once, although the layout was unknown when they were asked for.
        assert server.paths("HEAD") == ["/simple/"]
        assert sorted(server.paths("GET")) == sorted(f"/{name}/" for name in [DEMO, *names])
        server.forget()
        first.close()
        second = open_repository(server.root_url, refresh=False)
        assert second.listing(DEMO).found
        assert server.paths() == []


def test_a_server_that_knows_no_head_is_asked_with_get(
    demo: IndexServer, open_repository: Opener
) -> None:
    demo.misbehave("/simple/", Misbehaviour(status=405), times=1)
    assert open_repository(demo.root_url).listing(DEMO).found


def test_not_found_is_an_answer(demo: IndexServer, open_repository: Opener) -> None:
    demo.misbehave("/simple/gone/", Misbehaviour(status=410))
    repository = open_repository(demo.url)
    for name in ("absent", "gone"):
        listing = repository.listing(package(name))
        assert not listing.found
        assert listing.versions == ()
        assert [reply.answer for reply in listing.replies] == [IndexAnswer.NOT_FOUND]


def test_a_page_without_files_is_a_found_package(
    server: IndexServer, open_repository: Opener
) -> None:
    server.add_project("empty")
    listing = open_repository(server.url).listing(package("empty"))
    assert listing.found
    assert listing.versions == ()


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
def test_a_server_that_recovers_is_asked_again(
    demo: IndexServer, open_repository: Opener, status: int
) -> None:
    demo.misbehave(DEMO_PAGE, Misbehaviour(status=status, headers={"Retry-After": "0"}), times=2)
    assert open_repository(demo.url).listing(DEMO).found
    assert demo.paths() == [DEMO_PAGE] * 3
    retried = [event for event in open_repository.events if isinstance(event, RequestRetried)]
    assert [(event.attempt, event.reason) for event in retried] == [
        (2, f"HTTP {status}"),
        (3, f"HTTP {status}"),
    ]


@pytest.mark.parametrize("how", [Misbehaviour(drop=True), Misbehaviour(cut_after=20)])
def test_a_connection_that_breaks_is_tried_again(
    demo: IndexServer, open_repository: Opener, how: Misbehaviour
) -> None:
    demo.compress = False
    demo.misbehave(DEMO_PAGE, how, times=1)
    assert len(open_repository(demo.url).listing(DEMO).versions) == 2


@pytest.mark.parametrize("status", [400, 500, 503])
def test_a_server_that_does_not_answer_is_no_missing_package(
    demo: IndexServer, open_repository: Opener, status: int
) -> None:
    demo.misbehave(DEMO_PAGE, Misbehaviour(status=status))
    with pytest.raises(IndexUnreachable) as caught:
        open_repository(demo.url).listing(DEMO)
    assert caught.value.status == status
    assert caught.value.index == "one"
    assert caught.value.url == demo.url + "demo/"


def test_nobody_listening_is_unreachable(open_repository: Opener) -> None:
    with IndexServer() as server:
        address = server.url
    with pytest.raises(IndexUnreachable) as caught:
        open_repository(address).listing(DEMO)
    assert caught.value.status is None
    assert caught.value.attempts == 3


def test_an_unknown_host_is_unreachable(open_repository: Opener) -> None:
    with pytest.raises(IndexUnreachable):
        open_repository("http://index.invalid/simple/").listing(DEMO)


def test_a_401_that_passes_is_no_refusal(demo: IndexServer, open_repository: Opener) -> None:
    demo.misbehave(DEMO_PAGE, Misbehaviour(status=401), times=2)
    assert open_repository(demo.url).listing(DEMO).found


@pytest.mark.parametrize("status", [401, 403])
def test_a_refusal_is_its_own_error(
    demo: IndexServer, open_repository: Opener, status: int
) -> None:
    demo.misbehave(DEMO_PAGE, Misbehaviour(status=status))
    with pytest.raises(IndexRefused) as caught:
        open_repository(demo.url).listing(DEMO)
    assert (caught.value.status, caught.value.had_credentials) == (status, False)


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("application/vnd.pypi.simple.v1+json", b'{"files": [{'),
        ("application/vnd.pypi.simple.v2+json", b'{"meta": {"api-version": "2.0"}, "files": []}'),
        ("image/png", b"\x89PNG"),
    ],
)
def test_an_answer_that_is_no_page_is_garbage(
    demo: IndexServer, open_repository: Opener, content_type: str, body: bytes
) -> None:
    demo.misbehave(
        DEMO_PAGE, Misbehaviour(status=200, headers={"Content-Type": content_type}, body=body)
    )
    with pytest.raises(IndexGarbage) as caught:
        open_repository(demo.url).listing(DEMO)
    assert caught.value.content_type == content_type


def test_damaged_compression_is_tried_again_and_then_an_error(
    demo: IndexServer, open_repository: Opener
) -> None:
    demo.misbehave(
        DEMO_PAGE,
        Misbehaviour(
            status=200,
            headers={"Content-Type": "text/html", "Content-Encoding": "gzip"},
            body=b"no gzip",
        ),
    )
    with pytest.raises(IndexUnreachable):
        open_repository(demo.url).listing(DEMO)
    assert demo.paths() == [DEMO_PAGE] * 3


def test_redirects_are_followed_and_links_start_where_they_end(
    demo: IndexServer, open_repository: Opener
) -> None:
    demo.formats = ("html",)
    demo.misbehave("/old/demo/", Misbehaviour(status=301, headers={"Location": DEMO_PAGE}))
    repository = open_repository(f"{demo.root_url}/old/", cache=False)
    demo.misbehave("/old/simple/", Misbehaviour(status=404))
    (wheel,) = repository.listing(DEMO).artifacts(Version("1.0"))
    assert wheel.url == demo.root_url + demo.file_path("demo", wheel.filename)


@pytest.mark.parametrize("location", [DEMO_PAGE, "ftp://files.example/", "http://["])
def test_redirects_in_circles_or_to_nowhere_are_garbage(
    demo: IndexServer, open_repository: Opener, location: str
) -> None:
    demo.misbehave(DEMO_PAGE, Misbehaviour(status=302, headers={"Location": location}))
    with pytest.raises(IndexGarbage):
        open_repository(demo.url).listing(DEMO)


def test_all_indexes_are_merged_in_their_order(open_repository: Opener) -> None:
    with IndexServer() as first, IndexServer(layout="hosted") as second:
        first.add("demo", "1.0", make_wheel("demo", "1.0"))
        first.add("demo", "2.0", b"sdist", filename="demo-2.0.tar.gz")
        second.add("demo", "1.0", make_wheel("demo", "1.0"))
        second.add("demo", "1.0.0", make_wheel("demo", "1.0.0"), build="7")
        second.add("demo", "3.0", make_wheel("demo", "3.0"))
        listing = open_repository(first.url, second.url).listing(DEMO)
    assert listing.versions == (Version("3.0"), Version("2.0"), Version("1.0"))
    assert isinstance(listing.artifacts(Version("2.0"))[0], Sdist)
    # The same file name on two indexes is there twice; 1.0 and 1.0.0 are one version.
    assert [(a.index, a.filename) for a in listing.artifacts(Version("1.0"))] == [
        ("one", "demo-1.0-py3-none-any.whl"),
        ("two", "demo-1.0-py3-none-any.whl"),
        ("two", "demo-1.0.0-7-py3-none-any.whl"),
    ]


def test_an_index_that_fails_is_not_made_up_for_by_another(
    demo: IndexServer, open_repository: Opener
) -> None:
    with IndexServer() as broken:
        broken.misbehave(DEMO_PAGE, Misbehaviour(status=500))
        with pytest.raises(IndexUnreachable) as caught:
            open_repository(demo.url, broken.url).listing(DEMO)
    assert caught.value.index == "two"


def test_pinned_packages_and_explicit_indexes_keep_to_themselves(open_repository: Opener) -> None:
    with IndexServer() as public, IndexServer() as private:
        for index in (public, private):
            for name in ("demo", "other"):
                index.add(name, "1.0", make_wheel(name, "1.0"))
        repository = open_repository(
            public.url,
            Index(name="private", location=private.url, explicit=True),
            sources={"demo": "private"},
        )
        assert [r.index for r in repository.listing(DEMO).replies] == ["private"]
        assert [r.index for r in repository.listing(package("other")).replies] == ["one"]
        assert public.paths() == ["/simple/other/"]
        assert private.paths() == ["/simple/demo/"]


def test_a_source_that_is_no_index_is_a_mistake(open_repository: Opener) -> None:
    with pytest.raises(UsageError) as caught:
        open_repository("https://index.example/simple", sources={"demo": "nowhere"})
    assert caught.value.choices == ("one",)


def test_malformed_file_names_are_kept_with_their_reasons(
    server: IndexServer, open_repository: Opener
) -> None:
    server.add("demo", "1.0", make_wheel("demo", "1.0"))
    for filename in ("demo-1.0-py2.7.egg", "other-1.0-py3-none-any.whl", "demo-x.tar.gz"):
        server.add("demo", "1.0", b"", filename=filename)
    listing = open_repository(server.url).listing(DEMO)
    assert listing.versions == (Version("1.0"),)
    assert [bad.filename for bad in listing.malformed] == [
        "demo-1.0-py2.7.egg",
        "other-1.0-py3-none-any.whl",
        "demo-x.tar.gz",
    ]
    assert all(bad.detail for bad in listing.malformed)


# What is kept between runs


def test_a_fresh_page_is_used_without_a_request(demo: IndexServer, open_repository: Opener) -> None:
    first = open_repository(demo.url)
    expected = seen(first.listing(DEMO))
    first.close()
    demo.forget()
    second = open_repository(demo.url)
    assert seen(second.listing(DEMO)) == expected
    assert demo.paths() == []
    assert (second.traffic.requests, second.traffic.from_cache) == (0, 1)
    assert open_repository.events[-1] == PageFetched(package=DEMO, index="one", from_cache=True)


def test_a_stale_page_is_asked_for_by_its_etag(demo: IndexServer, open_repository: Opener) -> None:
    demo.cache_control = "max-age=0"
    expected = seen(open_repository(demo.url).listing(DEMO))
    demo.forget()
    second = open_repository(demo.url)
    assert seen(second.listing(DEMO)) == expected
    (request,) = demo.requests
    assert "if-none-match" in request.headers
    assert second.traffic.bytes_received == 0


def test_revalidating_makes_a_page_fresh_again(demo: IndexServer, open_repository: Opener) -> None:
    open_repository(demo.url).listing(DEMO)
    for path in (open_repository.folder / "cache").rglob("*"):
        if path.is_file():
            os.utime(path, (time.time() - 1000,) * 2)
    demo.forget()
    open_repository(demo.url).listing(DEMO)
    open_repository(demo.url).listing(DEMO)
    assert demo.paths() == [DEMO_PAGE]


@pytest.mark.parametrize("etags", [True, False])
def test_a_changed_page_is_read_anew(
    demo: IndexServer, open_repository: Opener, *, etags: bool
) -> None:
    demo.cache_control, demo.etags = None, etags
    assert len(open_repository(demo.url).listing(DEMO).versions) == 2
    demo.add("demo", "3.0", make_wheel("demo", "3.0"))
    assert len(open_repository(demo.url).listing(DEMO).versions) == 3


def test_refresh_asks_for_fresh_pages_too(demo: IndexServer, open_repository: Opener) -> None:
    open_repository(demo.url).listing(DEMO)
    demo.add("demo", "3.0", make_wheel("demo", "3.0"))
    assert len(open_repository(demo.url).listing(DEMO).versions) == 2
    assert len(open_repository(demo.url, refresh=True).listing(DEMO).versions) == 3


def test_no_store_is_not_stored(demo: IndexServer, open_repository: Opener) -> None:
    demo.cache_control = "no-store"
    open_repository(demo.url).listing(DEMO)
    with pytest.raises(OfflineMiss):
        open_repository(demo.url, offline=True).listing(DEMO)


def test_not_found_is_kept_where_another_index_has_the_package(
    demo: IndexServer, open_repository: Opener
) -> None:
    with IndexServer(cache_control=None) as other:
        open_repository(demo.url, other.url).listing(DEMO)
        other.forget()
        listing = open_repository(demo.url, other.url).listing(DEMO)
        assert [reply.answer.value for reply in listing.replies] == ["found", "not-found"]
        assert other.paths() == []


def test_before_a_package_counts_as_unknown_everyone_is_asked_again(
    demo: IndexServer, open_repository: Opener
) -> None:
    new = package("new")
    assert not open_repository(demo.url).listing(new).found
    demo.add("new", "1.0", make_wheel("new", "1.0"))
    assert open_repository(demo.url).listing(new).found


def test_offline_takes_stale_pages_and_misses_the_rest(
    demo: IndexServer, open_repository: Opener
) -> None:
    demo.cache_control = "max-age=0"
    online = open_repository(demo.root_url)
    online.listing(DEMO)
    online.listing(package("absent"))
    demo.forget()
    offline = open_repository(demo.root_url, offline=True)
    assert offline.listing(DEMO).found
    assert not offline.listing(package("absent")).found
    offline.prefetch_listings([package("never-seen")])
    with pytest.raises(OfflineMiss) as caught:
        offline.listing(package("never-seen"))
    assert caught.value.index == "one"
    assert demo.paths() == []


def test_garbage_in_the_cache_is_thrown_away(demo: IndexServer, open_repository: Opener) -> None:
    expected = seen(open_repository(demo.url).listing(DEMO))
    files = [path for path in (open_repository.folder / "cache").rglob("*") if path.is_file()]
    for damage in (b"", b"garbage", None):
        for path in files:
            content = path.read_bytes()
            path.write_bytes(content[:-1] + b"\0" if damage is None else damage)
        assert seen(open_repository(demo.url).listing(DEMO)) == expected


def test_a_cache_that_cannot_be_written_is_done_without(
    demo: IndexServer, open_repository: Opener
) -> None:
    (open_repository.folder / "cache").write_text("a file, not a folder")
    assert open_repository(demo.url).listing(DEMO).found


def test_without_a_cache_nothing_is_written(
    demo: IndexServer, open_repository: Opener, tmp_path: Path
) -> None:
    assert open_repository(demo.url, cache=False).listing(DEMO).found
    assert not (tmp_path / "cache").exists()
