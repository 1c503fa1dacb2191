"""Listeners for a run's events: a live line on a terminal, or a log.

A listener is called from the threads that do the work, so it only counts; a thread of its own
draws what was counted. The line appears after a moment: a run from the cache is over before,
and need not even import what draws.
"""

import threading
import time
from collections.abc import Callable
from types import TracebackType
from typing import TYPE_CHECKING, Self, TextIO

from flet_lock.model.event import (
    BacktrackingStarted,
    BytesReceived,
    Event,
    FileFetched,
    InstallStarted,
    MetadataFetched,
    PackagePinned,
    PageFetched,
    RequestRetried,
    ResolvingStarted,
    SourceBuildStarted,
    WayOutTried,
    WheelUnpacked,
)
from flet_lock.reports.layout.clean_text import clean
from flet_lock.reports.wording.lock.lock_summary import describe_bytes
from flet_lock.reports.wording.targets import describe_platforms

if TYPE_CHECKING:
    from rich.live import Live
    from rich.text import Text

DELAY_SECONDS = 0.4
"""Nothing is drawn before: a line that flashes up tells nobody anything."""
FRAMES_PER_SECOND = 10
# A search that goes back once or twice is nothing to mention.
_ROUNDS_WORTH_TELLING = 20


class Counts:
    """What has happened so far."""

    def __init__(self) -> None:
        self.platforms = ""
        self.pinned = 0
        self.known = 0
        self.pages = 0
        self.metadata = 0
        self.bytes_received = 0
        self.installing = ""
        """What is installed for; `""` while something else is done."""
        self.files = 0
        """Files to fetch, and those that are here; the same for bytes."""
        self.files_here = 0
        self.bytes_expected = 0
        self.unpacked = 0
        self.activity = ""
        """The one thing worth telling now; `""` for none."""

    def __call__(self, event: Event) -> None:
        """Counts an event; cheap, and safe from any thread that the interpreter runs."""
        match event:
            case PackagePinned():
                self.pinned, self.known = event.pinned, event.known
            case PageFetched():
                self.pages += 1
            case MetadataFetched():
                self.metadata += 1
                self.bytes_received += event.bytes_received
            case ResolvingStarted():
                self.platforms = describe_platforms(event.platforms)
                self.pinned = self.known = 0
                self.activity = ""
            case BacktrackingStarted():
                if event.rounds >= _ROUNDS_WORTH_TELLING:
                    self.activity = f"trying other versions because of {event.package}"
            case WayOutTried():
                self.activity = f"no answer: trying ways out for {event.package}"
            case RequestRetried():
                self.activity = f"{clean(event.reason)}: asking again"
            case SourceBuildStarted():
                self.activity = f"building {event.package}"
            case _:
                self._count_installed(event)

    def _count_installed(self, event: Event) -> None:
        match event:
            case InstallStarted():
                self.installing = event.platform.label
                self.files, self.bytes_expected = event.files, event.bytes_expected
                self.bytes_received = 0
                self.activity = ""
            case BytesReceived():
                self.bytes_received += event.count
            case FileFetched():
                self.files_here += not event.from_cache
            case WheelUnpacked():
                self.unpacked += 1
            case _:
                pass

    def segments(self, elapsed_seconds: float) -> list[str]:
        """Parts of the line, the most telling first: a narrow terminal loses the last ones."""
        if self.installing:
            return self._installation(elapsed_seconds)
        where = f"Locking for {self.platforms}" if self.platforms else "Reading the project"
        found = [where]
        if self.known:
            found.append(f"{self.pinned}/{self.known} packages")
        if elapsed_seconds >= 1:
            found.append(f"{elapsed_seconds:.0f} s")
        if self.activity:
            found.append(self.activity)
        if self.pages:
            found.append(f"{self.pages} pages, {self.metadata} metadata")
        if self.bytes_received:
            found.append(describe_bytes(self.bytes_received))
        return found

    def _installation(self, elapsed_seconds: float) -> list[str]:
        found = [f"Installing for {self.installing}"]
        if self.unpacked:
            found.append(f"wheels unpacked: {self.unpacked}")
        elif self.files:
            # The lock need not say how large a file is.
            expected = max(self.bytes_expected, self.bytes_received)
            found.append(f"{describe_bytes(self.bytes_received)} of {describe_bytes(expected)}")
            found.append(f"{self.files_here}/{self.files} files")
        if elapsed_seconds >= 1:
            found.append(f"{elapsed_seconds:.0f} s")
        if self.activity:
            found.append(self.activity)
        return found


class LiveProgress:
    """A listener that shows one live line while the `with` block runs; leaves nothing behind."""

    def __init__(
        self, stream: TextIO, *, colour: bool, delay_seconds: float = DELAY_SECONDS
    ) -> None:
        self._stream = stream
        self._colour = colour
        self._counts = Counts()
        self._started = time.monotonic()
        self._lock = threading.Lock()
        self._live: Live | None = None
        self._over = False
        self._timer = threading.Timer(delay_seconds, self._show)
        self._timer.daemon = True

    def __enter__(self) -> Self:
        """Starts the clock."""
        self._timer.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Removes the line."""
        self._timer.cancel()
        with self._lock:
            self._over = True
            if self._live is not None:
                self._live.stop()

    def __call__(self, event: Event) -> None:
        """Takes an event."""
        self._counts(event)

    def _show(self) -> None:
        from rich.console import Console  # noqa: PLC0415 - most runs end before it is needed
        from rich.live import Live  # noqa: PLC0415

        console = Console(
            file=self._stream,
            force_terminal=True,
            no_color=not self._colour,
            markup=False,
            highlight=False,
            emoji=False,
        )
        with self._lock:
            if self._over:
                return
            self._live = Live(
                console=console,
                get_renderable=lambda: self._line(console.width),
                refresh_per_second=FRAMES_PER_SECOND,
                transient=True,
                redirect_stdout=False,
                redirect_stderr=False,
            )
            self._live.start()

    def _line(self, width: int) -> "Text":
        from rich.text import Text  # noqa: PLC0415 - see `_show`

        elapsed = time.monotonic() - self._started
        line = fit_line(self._counts.segments(elapsed), width, elapsed)
        return Text(line, no_wrap=True, overflow="crop")


_SPINNER = "|/-\\"


def fit_line(segments: list[str], width: int, elapsed_seconds: float) -> str:
    """As many whole segments as fit on one line; the first is cut where even it does not fit."""
    # One column stays free: some terminals wrap when the last one is written.
    room = max(width - 1, 1)
    sign = _SPINNER[int(elapsed_seconds * FRAMES_PER_SECOND) % len(_SPINNER)]
    line = f"{sign} {segments[0]}"
    for segment in segments[1:]:
        longer = f"{line}, {segment}"
        if len(longer) > room:
            break
        line = longer
    return line[:room]


class EventLog:
    """A listener that prints every event with the seconds since the start."""

    def __init__(self, write: Callable[[str], object]) -> None:
        from flet_lock.reports.progress.event_log import describe_event  # noqa: PLC0415 - for -v only

        self._describe = describe_event
        self._write = write
        self._started = time.monotonic()

    def __call__(self, event: Event) -> None:
        """Prints an event."""
        elapsed = time.monotonic() - self._started
        self._write(f"{elapsed:8.3f}  {self._describe(event)}\n")
