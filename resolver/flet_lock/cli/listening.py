"""Who is told of a run's events: a log, a live line, or nobody."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from flet_lock.cli.output import Output

if TYPE_CHECKING:  # events are many classes, and check has no use for one of them
    from flet_lock.model.event import Listener


@contextmanager
def listening(output: Output) -> Iterator["Listener"]:
    """The listener of a run; its live line is gone at the end."""
    if output.verbose:
        from flet_lock.reports.progress.live_progress import EventLog  # noqa: PLC0415

        yield EventLog(output.talk)
    elif output.shows_progress:
        from flet_lock.reports.progress.live_progress import LiveProgress  # noqa: PLC0415

        with LiveProgress(sys.stderr, colour=output.is_coloured(sys.stderr)) as progress:
            yield progress
    else:
        from flet_lock.model.event import ignore_event  # noqa: PLC0415

        yield ignore_event
