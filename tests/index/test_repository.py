"""The life of a repository: concurrency, prefetching, order of arrival, an orderly end."""

import json
import signal
import subprocess
import sys
import threading
import time
import warnings
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fakes.index_server import IndexServer, Misbehaviour
from fakes.repositories import Opener, package
from fakes.wheels import make_wheel
from flet_lock.index.repository import Repository
from flet_lock.model.answer.rejection import MalformedRow
from flet_lock.model.app.settings import Index
from flet_lock.model.errors.index import IndexUnreachable
from flet_lock.model.event import MetadataFetched, PageFetched
from flet_lock.model.index.listing import Listing
from flet_lock.model.index.metadata import CoreMetadata
from flet_lock.resolution.problem.candidate_source import CandidateSource

NAMES = [package(f"demo-{number}") for number in range(12)]


@pytest.fixture
def many(server: IndexServer) -> IndexServer:
    for name in NAMES:
        for version in ("1.0", "2.0"):
            wheel = make_wheel(name, version, requires=[f"{name}-needs"])
            server.add(name, version, wheel)
    return server


def test_a_repository_is_what_the_resolver_asks_for(open_repository: Opener) -> None:
    source: CandidateSource = open_repository()  # mypy compares the two
    assert source.listing(package("demo")).versions == ()


def index_threads() -> list[str]:
    return [t.name for t in threading.enumerate() if t.name.startswith("flet-lock")]


def told(listing: Listing) -> list[object]:
    return [
        [(a.filename, a.url, a.hashes) for a in listing.artifacts(version)]
        for version in listing.versions
    ]


def test_one_bad_row_of_a_page_is_a_rejection_and_the_rest_goes_on(
    server: IndexServer, open_repository: Opener
) -> None:
    server.add("demo", "1.0", make_wheel("demo", "1.0"))
    wheel = "demo-1.0-py3-none-any.whl"
    files = [
        {"filename": wheel, "url": server.file_path("demo", wheel)},
        {"filename": "demo-2.0-py3-none-any.whl", "url": "http://h:port/x.whl"},
    ]
    page = Misbehaviour(
        headers={"Content-Type": "application/vnd.pypi.simple.v1+json"},
        body=json.dumps({"meta": {"api-version": "1.0"}, "files": files}).encode(),
    )
    server.misbehave("/simple/demo/", page, times=2)
    repository = open_repository(server.url)
    listing = repository.listing(package("demo"))
    verdicts = [repository.metadata(listing.artifacts(version)[0]) for version in listing.versions]
    assert isinstance(verdicts[0], MalformedRow)
    assert "port" in verdicts[0].detail
    assert isinstance(verdicts[1], CoreMetadata)


def test_requests_run_at_once_up_to_the_bound(many: IndexServer, open_repository: Opener) -> None:
    many.latency_seconds = 0.03
    repository = open_repository(many.url, connections=4)
    repository.prefetch_listings(NAMES)
    for name in NAMES:
        assert repository.listing(name).found
    assert many.busiest == 4


def test_connections_are_used_again(many: IndexServer, open_repository: Opener) -> None:
    repository = open_repository(many.url, connections=2)
    repository.prefetch_listings(NAMES)
    for name in NAMES:
        repository.listing(name)
    assert many.connections <= 2


def test_each_thing_is_asked_for_once(many: IndexServer, open_repository: Opener) -> None:
    repository = open_repository(many.url, cache=False)
    for _ in range(2):
        repository.prefetch_listings(NAMES[:2])
        listings = [repository.listing(name) for name in NAMES[:2]]
        wheels = [wheel for one in listings for v in one.versions for wheel in one.artifacts(v)]
        repository.expect_metadata(wheels)
        for wheel in wheels:
            assert isinstance(repository.metadata(wheel), CoreMetadata)
    assert len(many.paths()) == len(set(many.paths())) == 6


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(order=st.permutations(NAMES), slow=st.sets(st.sampled_from(NAMES), max_size=4))
def test_answers_do_not_depend_on_the_order_of_arrival(
    many: IndexServer, open_repository: Opener, order: list[str], slow: set[str]
) -> None:
    many.behave()
    calm = open_repository(many.url, cache=False, connections=1)
    expected = [told(calm.listing(name)) for name in NAMES]
    for name in slow:
        many.misbehave(f"/simple/{name}/", Misbehaviour(delay_seconds=0.01))
    hurried = open_repository(many.url, cache=False, connections=32)
    hurried.prefetch_listings([package(name) for name in order])
    assert [told(hurried.listing(name)) for name in NAMES] == expected


def test_a_failed_prefetch_is_raised_only_when_asked_for(
    many: IndexServer, open_repository: Opener
) -> None:
    many.misbehave("/simple/demo-1/", Misbehaviour(status=500))
    repository = open_repository(many.url)
    repository.prefetch_listings(NAMES[:3])
    assert repository.listing(NAMES[0]).found
    assert repository.listing(NAMES[2]).found
    with pytest.raises(IndexUnreachable):
        repository.listing(NAMES[1])
    with pytest.raises(IndexUnreachable):
        repository.listing(NAMES[1])


def test_prefetched_failures_that_nobody_asks_for_leave_no_trace(
    many: IndexServer, open_repository: Opener, capfd: pytest.CaptureFixture[str]
) -> None:
    for name in NAMES:
        many.misbehave(f"/simple/{name}/", Misbehaviour(status=500))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with open_repository(many.url) as repository:
            repository.prefetch_listings(NAMES)
            time.sleep(0.1)
    assert capfd.readouterr().err == ""
    assert index_threads() == []


def test_closing_ends_what_is_under_way_at_once(many: IndexServer, open_repository: Opener) -> None:
    for name in NAMES:
        many.misbehave(f"/simple/{name}/", Misbehaviour(delay_seconds=1.0))
    repository = open_repository(many.url)
    repository.prefetch_listings(NAMES)
    time.sleep(0.05)
    started = time.monotonic()
    repository.close()
    repository.close()
    assert time.monotonic() - started < 0.5
    assert index_threads() == []


def test_a_run_that_asks_nothing_starts_no_thread(open_repository: Opener) -> None:
    repository = open_repository("https://index.invalid/simple")
    repository.prefetch_listings([])
    assert index_threads() == []


def test_events_arrive_on_the_thread_that_asks(many: IndexServer, tmp_path: Path) -> None:
    threads: set[str] = set()
    with Repository(
        indexes=[Index(name="one", location=many.url)],
        sources={},
        cache=None,
        connections=2,
        offline=False,
        refresh=False,
        listener=lambda _event: threads.add(threading.current_thread().name),
        environ={},
        root=tmp_path,
    ) as repository:
        listing = repository.listing(NAMES[0])
        repository.metadata(listing.artifacts(listing.versions[0])[0])
    assert threads == {threading.current_thread().name}


def test_progress_tells_pages_and_metadata(many: IndexServer, open_repository: Opener) -> None:
    repository = open_repository(many.url)
    listing = repository.listing(NAMES[0])
    wheel = listing.artifacts(listing.versions[0])[0]
    repository.metadata(wheel)
    page, metadata = open_repository.events
    assert page == PageFetched(package=NAMES[0], index="one", from_cache=False)
    assert isinstance(metadata, MetadataFetched)
    assert metadata.filename == wheel.filename
    assert metadata.bytes_received > 0


def test_what_somebody_waits_for_goes_before_what_is_only_expected(
    many: IndexServer, open_repository: Opener
) -> None:
    many.latency_seconds = 0.02
    repository = open_repository(many.url, connections=1)
    repository.prefetch_listings(NAMES)
    repository.listing(NAMES[-1])
    assert f"/simple/{NAMES[-1]}/" in many.paths()[:3]


CTRL_C = """
import sys, threading
from pathlib import Path
from flet_lock.index.repository import Repository
from flet_lock.model.event import ignore_event
from flet_lock.model.answer.rejection import MalformedRow
from flet_lock.model.app.settings import Index
from flet_lock.resolution.problem.candidate_source import CandidateSource

try:
    with Repository(
        indexes=[Index(name="one", location=sys.argv[1])], sources={}, cache=None, connections=4,
        offline=False, refresh=False, listener=ignore_event, environ={}, root=Path.cwd(),
    ) as repository:
        print("asking", flush=True)
        repository.listing("demo-0")
except KeyboardInterrupt:
    left = [one.name for one in threading.enumerate() if one.name != "pyreqwest"]
    print("interrupted", left, flush=True)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="no SIGINT to a child there")
def test_ctrl_c_ends_a_wait_at_once(many: IndexServer) -> None:
    many.misbehave("/simple/demo-0/", Misbehaviour(delay_seconds=5.0))
    with subprocess.Popen(
        [sys.executable, "-W", "error", "-c", CTRL_C, many.url],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "asking\n"
        time.sleep(0.5)
        started = time.monotonic()
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=5)
        assert time.monotonic() - started < 1.5
    assert out == "interrupted ['MainThread']\n"
    assert err == ""
    assert process.returncode == 0


HANGING_LOOKUP = """
import socket, time

def hang(*_args, **_kwargs):
    print("asking", flush=True)
    time.sleep(20)

socket.getaddrinfo = hang
"""


@pytest.mark.skipif(sys.platform == "win32", reason="no SIGINT to a child there")
def test_a_name_lookup_that_hangs_does_not_hold_up_ctrl_c() -> None:
    script = HANGING_LOOKUP + CTRL_C.replace('print("asking", flush=True)', "pass")
    with subprocess.Popen(
        [sys.executable, "-W", "error", "-c", script, "http://index.invalid/simple/"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "asking\n"
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=10)
    assert out.startswith("interrupted")
    assert err == ""
    assert process.returncode == 0


WARM = """
import sys
from pathlib import Path
from flet_lock.index.cache import Cache
from flet_lock.index.repository import Repository
from flet_lock.model.event import ignore_event
from flet_lock.model.answer.rejection import MalformedRow
from flet_lock.model.app.settings import Index
from flet_lock.resolution.problem.candidate_source import CandidateSource

with Repository(
    indexes=[Index(name="one", location=sys.argv[1])], sources={}, cache=Cache(Path(sys.argv[2])),
    connections=4, offline=False, refresh=False, listener=ignore_event, environ={},
    root=Path.cwd(),
) as repository:
    listing = repository.listing("demo-0")
    metadata = repository.metadata(listing.artifacts(listing.versions[0])[0])
    assert metadata.requires_dist
heavy = {"httpx", "asyncio", "email", "ssl", "rich", "networkx", "build", "tomlkit"}
print(sorted(heavy & set(sys.modules)))
"""


def test_a_warm_run_does_without_network_and_http_library(
    many: IndexServer, open_repository: Opener
) -> None:
    repository: Repository = open_repository(many.url)
    listing = repository.listing(NAMES[0])
    repository.metadata(listing.artifacts(listing.versions[0])[0])
    many.forget()
    cache = str(open_repository.folder / "cache")
    done = subprocess.run(
        [sys.executable, "-c", WARM, many.url, cache], capture_output=True, text=True, check=True
    )
    assert done.stdout == "[]\n"
    assert many.paths() == []
