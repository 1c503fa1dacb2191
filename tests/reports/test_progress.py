"""The live line: one line, never too wide, gone at the end."""

import io
import re
import time

from hypothesis import given
from hypothesis import strategies as st
from packaging.utils import canonicalize_name
from packaging.version import Version

from flet_lock.model.event import (
    BacktrackingStarted,
    BytesReceived,
    Event,
    FileFetched,
    InstallStarted,
    LockWritten,
    MetadataFetched,
    PackagePinned,
    PageFetched,
    RequestRetried,
    ResolvingStarted,
    SourceBuildStarted,
    TreeReplaced,
    WayOutTried,
    WheelUnpacked,
)
from flet_lock.model.redaction import public_url
from flet_lock.model.target import Platform
from flet_lock.reports.progress.event_log import describe_event
from flet_lock.reports.progress.live_progress import Counts, EventLog, LiveProgress, fit_line

NUMPY = canonicalize_name("numpy")
EVENTS: tuple[Event, ...] = (
    ResolvingStarted(platforms=(Platform.ANDROID,), targets=3),
    PageFetched(package=NUMPY, index="pypi", from_cache=False),
    MetadataFetched(filename="numpy-2.3.5.whl", bytes_received=2_048, from_cache=False),
    PackagePinned(package=NUMPY, version=Version("2.3.5"), pinned=1, known=4),
    BacktrackingStarted(package=NUMPY, rounds=400),
    WayOutTried(package=NUMPY, tried=2),
    RequestRetried(
        url=public_url("https://pypi.org"), attempt=2, wait_seconds=0.5, reason="HTTP 503"
    ),
    SourceBuildStarted(package=NUMPY, filename="numpy-2.3.5.tar.gz"),
    LockWritten(platform=Platform.ANDROID, path="pylock.android.toml", changed=True),
    InstallStarted(platform=Platform.IOS, slices=("iphoneos.arm64",), files=3, bytes_expected=9),
    BytesReceived(filename="numpy-2.3.5.whl", count=1_024),
    FileFetched(filename="numpy-2.3.5.whl", bytes_received=2_048, from_cache=False),
    WheelUnpacked(package=NUMPY, version=Version("2.3.5"), files=12),
    TreeReplaced(path="site-packages", changed=True),
)


@given(st.lists(st.text(min_size=1), min_size=1), st.integers(1, 200), st.floats(0, 1e6))
def test_the_line_is_never_wider_than_the_terminal(
    segments: list[str], width: int, elapsed: float
) -> None:
    assert len(fit_line(segments, width, elapsed)) <= max(width - 1, 1)


def test_the_counts_tell_what_happened() -> None:
    counts = Counts()
    for event in EVENTS[:5]:
        counts(event)
    assert counts.segments(3.2) == [
        "Locking for Android",
        "1/4 packages",
        "3 s",
        "trying other versions because of numpy",
        "1 pages, 1 metadata",
        "2.0 kB",
    ]


def test_an_installation_is_told_in_bytes_then_in_wheels() -> None:
    counts = Counts()
    counts(
        InstallStarted(
            platform=Platform.IOS, slices=("iphoneos.arm64",), files=2, bytes_expected=4_000_000
        )
    )
    counts(BytesReceived(filename="numpy.whl", count=2_000_000))
    counts(BytesReceived(filename="numpy.whl", count=-500_000))
    counts(FileFetched(filename="flet.whl", bytes_received=1_000, from_cache=False))
    counts(FileFetched(filename="idna.whl", bytes_received=0, from_cache=True))
    assert counts.segments(0.5) == ["Installing for iOS", "1.5 MB of 4.0 MB", "1/2 files"]
    counts(WheelUnpacked(package=NUMPY, version=Version("2.3.5"), files=12))
    assert counts.segments(2.5) == ["Installing for iOS", "wheels unpacked: 1", "2 s"]


def test_a_run_that_is_over_at_once_draws_nothing() -> None:
    stream = io.StringIO()
    with LiveProgress(stream, colour=False) as listener:
        for event in EVENTS:
            listener(event)
    assert stream.getvalue() == ""


def test_a_longer_run_draws_one_line_and_takes_it_away() -> None:
    stream = io.StringIO()
    with LiveProgress(stream, colour=False, delay_seconds=0.01) as listener:
        for event in EVENTS:
            listener(event)
        limit = time.monotonic() + 10
        while "Installing for iOS" not in stream.getvalue():  # what was begun last
            assert time.monotonic() < limit
            time.sleep(0.01)
    drawn = stream.getvalue()
    assert "\x1b[2K" in drawn  # the line is erased …
    assert drawn.rindex("\x1b[?25h") > drawn.rindex("\x1b[?25l")  # … and the cursor is back
    assert "\n\n" not in re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", drawn).strip("\n")


def test_counting_is_cheap() -> None:
    with LiveProgress(io.StringIO(), colour=False) as listener:
        started = time.perf_counter()
        for _ in range(10_000):
            listener(EVENTS[3])
        assert time.perf_counter() - started < 1


def test_the_log_has_a_line_for_every_kind_of_event() -> None:
    written: list[str] = []
    log = EventLog(written.append)
    for event in EVENTS:
        log(event)
    assert {type(event) for event in EVENTS} == set(Event.__args__)
    assert [line.split(maxsplit=1)[1].strip() for line in written] == [
        describe_event(event) for event in EVENTS
    ]
