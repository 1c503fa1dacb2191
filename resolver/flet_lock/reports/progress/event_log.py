"""Events in words: the log that -v prints."""

from typing import assert_never

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
from flet_lock.reports.layout.clean_text import clean
from flet_lock.reports.wording.lock.lock_summary import describe_bytes
from flet_lock.reports.wording.targets import describe_platforms


# One flat table, a row per event:
def describe_event(event: Event) -> str:  # noqa: C901, PLR0911, PLR0912
    """One line, without its time."""
    match event:
        case ResolvingStarted():
            where = describe_platforms(event.platforms)
            return f"resolving for {where}, {event.targets} targets"
        case PackagePinned():
            return f"chose {event.package} {event.version} ({event.pinned} of {event.known})"
        case BacktrackingStarted():
            return f"went back because of {event.package} (round {event.rounds})"
        case WayOutTried():
            return f"trying change {event.tried} that may mend {event.package}"
        case PageFetched():
            origin = "the cache" if event.from_cache else clean(event.index)
            return f"page of {event.package} from {origin}"
        case MetadataFetched():
            size = "the cache" if event.from_cache else describe_bytes(event.bytes_received)
            return f"metadata of {clean(event.filename)} ({size})"
        case RequestRetried():
            return (
                f"try {event.attempt} of {clean(event.url)} failed ({clean(event.reason)}), "
                f"again in {event.wait_seconds:.1f} s"
            )
        case SourceBuildStarted():
            return f"preparing {event.package} from {clean(event.filename)}"
        case LockWritten():
            done = "wrote" if event.changed else "left as it is:"
            return f"{done} {clean(event.path)}"
        case InstallStarted():
            size = describe_bytes(event.bytes_expected)
            slices = ", ".join(map(clean, event.slices))
            return f"installing for {slices}: {event.files} files to fetch ({size})"
        case BytesReceived():
            return f"{describe_bytes(event.count)} of {clean(event.filename)}"
        case FileFetched():
            size = "the cache" if event.from_cache else describe_bytes(event.bytes_received)
            return f"verified {clean(event.filename)} ({size})"
        case WheelUnpacked():
            return f"unpacked {event.package} {event.version}, {event.files} files"
        case TreeReplaced():
            done = "replaced" if event.changed else "left as it is:"
            return f"{done} {clean(event.path)}"
        case _:
            assert_never(event)
