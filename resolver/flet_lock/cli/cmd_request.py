"""`flet-lock request`: drafts to stdout, to a file or into a browser."""

from pathlib import Path

from msgspec.structs import replace

from flet_lock.cli.command_line import Invocation
from flet_lock.cli.listening import listening
from flet_lock.cli.output import Output
from flet_lock.workflows.requesting.request import (
    RequestOutcome,
    open_search,
    request,
)
from flet_lock.workflows.written_output import write_output


def run_request(invocation: Invocation, output: Output, root: Path) -> RequestOutcome:
    """Drafts requests for packages, writes them and opens them where that is asked for."""
    with listening(output) as listener:
        outcome = request(
            root,
            invocation.words,
            options=invocation.settings,
            environ=output.environ,
            destination=invocation.text("to") or "discussions",
            force=invocation.flag("force"),
            search=open_search(output.environ),
            listener=listener,
        )
    written = invocation.text("output") if outcome.drafts else None
    if written is not None:
        write_output(Path(written), outcome.text)
    urls = [each.link.url for each in outcome.packages if each.link is not None]
    unopened = _open(urls) if invocation.flag("open") else None
    return replace(outcome, written=written, unopened=unopened)


def _open(urls: list[str]) -> tuple[str, ...]:
    """Opens each in the user's browser; those that could not be."""
    import webbrowser  # noqa: PLC0415 - seldom needed

    return tuple(url for url in urls if not webbrowser.open(url))
